/** The application on a fake board with a fake center, and the words that its tests are written in. */
import { moduleList } from '../../firmware/module-list';
import { defaultSettings, type TerminalSettings } from '../../firmware/settings';
import { startTerminal } from '../../firmware/terminal';
import { createTexts } from '../../firmware/texts/text-table';
import { en } from '../../firmware/texts/en';
import { zhCn } from '../../firmware/texts/zh-cn';
import { FakeBoard, freshRemains, type Remains } from './fake-board';
import { card, FakeCenter } from './fake-center';

export interface Rig {
  readonly center: FakeCenter;
  readonly remains: Remains;
  /** The current life. */
  board: FakeBoard;
  /** Cuts the power where it is and boots again, up to the log-in or a question. */
  cutAndBoot(): FakeBoard;
}

export function powerOn(
  options: Partial<TerminalSettings> = {},
  prepareBoard: (board: FakeBoard) => void = () => {},
): Rig {
  const center = new FakeCenter();
  const remains = freshRemains();
  const settings = { ...defaultSettings, ...options };
  const life = (): FakeBoard => {
    const board = new FakeBoard(remains, center.answering);
    prepareBoard(board);
    startTerminal(board.board(), { ...settings }, createTexts(settings.english ? en : zhCn), moduleList);
    return board;
  };
  const rig: Rig = {
    center,
    remains,
    board: life(),
    cutAndBoot: () => {
      rig.board.clock.forget();
      const { rtc } = rig.board;
      rig.board = life();
      rig.board.rtc = rtc;
      return rig.board;
    },
  };
  return rig;
}

/** Clerk 01 logs in; ends at the idle screen, signed in where the center lets it. */
export function logIn(rig: Rig): FakeBoard {
  const { board } = rig;
  board.see('操作员号');
  board.type('01\r0000\r');
  board.clock.run(20000, () => /签到成功|签到失败|请刷卡或按确认键/.test(board.screen()));
  if (!board.screen().includes('请刷卡或按确认键')) board.confirm();
  board.see('请刷卡或按确认键');
  return board;
}

/** A terminal at its idle screen. */
export function ready(options: Partial<TerminalSettings> = {}): Rig {
  const rig = powerOn(options);
  logIn(rig);
  return rig;
}

/** Confirms the card, and that the same card and amount may be charged once more. */
export function confirmCard(board: FakeBoard): void {
  board.see('请核对卡号');
  board.confirm();
  board.clock.run(20000, () => /请持卡人输密码|同卡同金额/.test(board.screen()));
  if (board.screen().includes('同卡同金额')) board.confirm();
}

/** A sale up to the moment it goes online. */
export function sellUpToPin(
  board: FakeBoard,
  amount = '100.00',
  tracks: { track2: string; track3?: string } = card,
): void {
  board.key(49);
  board.see('请输入金额');
  board.type(amount + '\r');
  board.see('请刷卡');
  board.swipe(tracks);
  confirmCard(board);
  board.see('请持卡人输密码');
}

export function sell(
  board: FakeBoard,
  amount = '100.00',
  pin = '123456',
  tracks: { track2: string; track3?: string } = card,
): void {
  sellUpToPin(board, amount, tracks);
  board.pin(pin);
}

/** A whole sale with its slips, back to idle. */
export function sellAndPrint(board: FakeBoard, amount?: string): void {
  sell(board, amount);
  board.see('请撕下持卡人存根');
  board.confirm();
  board.see('请刷卡或按确认键');
}
