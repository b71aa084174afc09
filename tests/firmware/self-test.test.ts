/** 【设备自检】 and 查看设置: every device says 正常 or names its fault, every screen can be left, nothing secret is shown. */
import { KEY_CONFIRM, KEY_DOWN, KEY_UP } from '../../hal/devices';
import { FAULT_NO_SIM, FAULT_PAPER_OUT, FAULT_STRIPE_PARITY } from '../../hal/fault';
import { card } from '../support/fake-center';
import type { FakeBoard } from '../support/fake-board';
import { ready, type Rig } from '../support/terminal-rig';

const idle = '请刷卡或按确认键';

/** At the idle screen: the test with this number. */
function begin(board: FakeBoard, digit: number): void {
  board.menu();
  board.key(54);
  board.see('【设备自检】');
  board.key(48 + digit);
}

describe('self-test of each device', () => {
  it.each<[string, number, (board: FakeBoard) => void, string]>([
    [
      'the display, every dot lit',
      1,
      (board) => {
        expect(board.lcd().every((row) => row === '■'.repeat(8))).toBe(true);
        board.see('显示正常吗?');
        board.confirm();
      },
      '正常',
    ],
    [
      'keys, each counted once',
      2,
      (board) => {
        for (const key of [49, 49, 50, KEY_CONFIRM]) board.key(key);
        expect(board.screen()).toContain('已按键数:3');
        board.cancel();
      },
      '正常',
    ],
    ['the printer', 3, () => undefined, '正常'],
    ['the stripe head', 4, (board) => board.swipe(card), '正常'],
    ['the PIN pad, with the keys it holds', 5, () => undefined, 'TMK PIK MAK TDK'],
    ['the modem, with its signal', 6, () => undefined, '信号:25'],
    ['the battery, on the charger', 9, () => undefined, '外接电源'],
    ['the memory', 7, () => undefined, '正常'],
    ['the buzzer', 8, (board) => (board.see('听到声音吗?'), board.confirm()), '正常'],
  ])('passes: %s', (_name, digit, act, told) => {
    const { board } = ready();
    begin(board, digit);
    act(board);
    board.see(told);
    board.confirm();
    board.see('【设备自检】');
    board.cancel();
    board.see(idle);
  });

  it.each<[string, number, (rig: Rig) => void, string]>([
    ['a display that nobody can read', 1, ({ board }) => (board.see('显示正常吗?'), board.cancel()), '故障'],
    ['a printer without paper', 3, ({ board }) => (board.see('打印机缺纸'), board.cancel()), '故障'],
    ['a stripe that cannot be read', 4, ({ board }) => board.swipeEnds(FAULT_STRIPE_PARITY, null), '刷卡错误'],
    ['a card that is none', 4, ({ board }) => board.swipe({ track2: '12=34' }), '卡片无法识别'],
    ['a modem without SIM', 6, () => undefined, '未插SIM 卡'],
    ['a buzzer that nobody heard', 8, ({ board }) => (board.see('听到声音吗?'), board.cancel()), '故障'],
  ])('names the fault: %s', (_name, digit, act, told) => {
    const rig = ready();
    const { board } = rig;
    if (digit === 3) board.printFaults = [FAULT_PAPER_OUT];
    if (digit === 6) board.dialFaults = [FAULT_NO_SIM];
    begin(board, digit);
    act(rig);
    board.see(told);
    board.confirm();
    board.see('【设备自检】');
  });

  it('names a silent PIN pad and a dead memory', () => {
    const { board } = ready();
    board.padSilent = true;
    begin(board, 5);
    board.see('操作超时');
    board.confirm();
    board.flashFault = 40;
    board.see('【设备自检】');
    board.key(55);
    board.see('存储器故障');
  });

  it('shows a card masked and sends nothing', () => {
    const { board } = ready();
    begin(board, 4);
    board.swipe(card);
    board.see('磁道');
    expect(board.screen()).toContain('621081******0011');
    expect(board.shown.join('')).not.toContain(card.track2.slice(0, 16));
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('test %d is left by itself or by the red key', (digit) => {
    const { board } = ready();
    begin(board, digit);
    board.cancel();
    for (let n = 0; n < 6 && !board.screen().includes(idle); n++) {
      board.clock.run(70_000, () => board.screen().includes(idle));
      board.cancel();
    }
    board.see(idle);
  });

  it('prints a page with what a slip needs', () => {
    const { board } = ready();
    begin(board, 3);
    board.see('正常');
    expect(board.slips().at(-1)).toContain('打印机自检');
    expect(board.slips().at(-1)).toMatch(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/m);
  });
});

describe('settings', () => {
  it('are shown value by value, up and down, and never a password', () => {
    const { board } = ready();
    board.menu();
    board.key(55);
    board.see('查看设置');
    expect(board.lcd().slice(1, 3)).toEqual(['商户号', '898110053310001']);
    const seen: string[] = [];
    for (let n = 0; n < 30; n++) {
      seen.push(board.lcd().slice(1).join(' '));
      board.key(KEY_DOWN);
    }
    const all = [...new Set(seen)].join('\n');
    for (const value of [
      '终端号 10000001',
      '商户名称 银联测试商户',
      'TPDU 6000030000',
      '中心地址 10.0.0.1',
      '中心端口 8583',
    ]) {
      expect(all).toContain(value);
    }
    expect(all).toContain('批次号 000001');
    expect(all).not.toMatch(/123456|12345678|密码/);
    board.key(KEY_UP);
    expect(board.lcd()[1]).not.toBe('批次号');
    board.cancel();
    board.see(idle);
  });

  it('are printed, with the master key as there or not there', () => {
    const { board } = ready();
    board.confirm();
    board.key(50);
    board.key(53);
    board.see(idle);
    const slip = board.slips().at(-1) ?? '';
    expect(slip).toContain('终端参数单');
    expect(slip).toMatch(/^日期\/时间:\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/m);
    expect(slip).toContain('商户号: 898110053310001');
    expect(slip).toContain('主密钥: 已装载');
    expect(slip).not.toMatch(/123456\D|12345678|08D7B4FB/);
  });
});
