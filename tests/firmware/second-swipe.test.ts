/** The same card and amount a moment later may be a second swipe by mistake (money rule 5 keeps lost answers apart). */
import type { FakeBoard } from '../support/fake-board';
import { card, shortCard } from '../support/fake-center';
import { ready, sell, sellAndPrint, type Rig } from '../support/terminal-rig';

const idle = '请刷卡或按确认键';

/** A sale up to where the terminal asks for the PIN, or whether it is meant. */
function swipeFor(board: FakeBoard, amount: string, tracks: { track2: string; track3?: string } = card): string {
  board.key(49);
  board.see('请输入金额');
  board.type(amount + '\r');
  board.swipe(tracks);
  board.see('请核对卡号');
  board.confirm();
  board.clock.run(1000, () => /请持卡人输密码|同卡同金额/.test(board.screen()));
  return board.screen();
}

/** Two sales of 88.00, the second as the terminal's clock says `now`; the first was at 2026-03-01 09:30:15. */
function secondAt(now: string, rig: Rig = ready()): string {
  sellAndPrint(rig.board, '88.00');
  rig.board.rtc = now;
  // Another day begins with a sign-in, which sets the clock.
  rig.center.signInDate = now.substring(4, 8);
  rig.center.signInTime = now.substring(8);
  return swipeFor(rig.board, '88.00');
}

const asks = '同卡同金额交易\n凭证号:000002\n继续交易?\n确认      取消';

it('asks, with the number of the slip that says so already', () => {
  expect(secondAt('20260301093200')).toBe(asks);
});

it('cancel ends the sale: nothing is sent', () => {
  const rig = ready();
  secondAt('20260301093200', rig);
  rig.board.cancel();
  rig.board.see('操作已取消');
  rig.board.see(idle);
  expect(rig.center.of('0200')).toHaveLength(1);
  expect(rig.board.padHoldsCard).toBe(false);
});

it('nobody there: the sale ends', () => {
  const rig = ready();
  secondAt('20260301093200', rig);
  rig.board.see(idle);
  expect(rig.center.of('0200')).toHaveLength(1);
});

it('confirm goes on, and both are charged', () => {
  const rig = ready();
  secondAt('20260301093200', rig);
  rig.board.confirm();
  rig.board.see('请持卡人输密码');
  rig.board.pin('123456');
  rig.board.see('请撕下持卡人存根');
  expect([...rig.center.charged.values()]).toEqual(['000000008800', '000000008800']);
});

it.each([
  ['at the end of the five minutes', '20260301093515', true],
  ['after them', '20260301093516', false],
  ['where the center’s clock is ahead', '20260301092900', true],
  ['on another day at the same time', '20260302093015', false],
  ['on another month’s day', '20260401093015', false],
  ['with a clock that is wrong', '20260301033015', false],
])('%s', (_name, now, isAsked) => {
  expect(secondAt(now).includes('同卡同金额')).toBe(isAsked);
});

it.each([
  ['over midnight', '235900', '0301', '20260302000200', true],
  ['over the end of a month', '235900', '0228', '20260301000200', true],
  ['over the end of a year', '235900', '1231', '20270101000200', true],
  ['two days later', '235900', '0228', '20260302000200', false],
])('%s', (_name, time, date, now, isAsked) => {
  const rig = ready();
  rig.center.signInTime = time;
  rig.center.signInDate = date;
  expect(secondAt(now, rig).includes('同卡同金额')).toBe(isAsked);
});

it('another amount, another card and another expiry are no second swipe', () => {
  const { board } = ready();
  sellAndPrint(board, '88.00');
  expect(swipeFor(board, '88.01')).toContain('请持卡人输密码');
  board.cancel();
  board.see(idle);
  expect(swipeFor(board, '88.00', shortCard)).toContain('请持卡人输密码');
  board.cancel();
  board.see(idle);
  const renewed = { track2: card.track2.replace('=3012', '=3112'), track3: '' };
  expect(swipeFor(board, '88.00', renewed)).toContain('请持卡人输密码');
});

it('another customer paid in between: the first one comes back for more', () => {
  const { board } = ready();
  sellAndPrint(board, '88.00');
  sellAndPrint(board, '5.00');
  expect(swipeFor(board, '88.00')).toContain('请持卡人输密码');
});

it.each([
  ['declined', { code: '51' }, '可用余额不足'],
  ['reversed', { close: true }, '冲正成功'],
])('what was %s was not charged: no question', (_name, plan, text) => {
  const rig = ready();
  rig.center.plan('0200', plan);
  sell(rig.board, '88.00');
  rig.board.see(text, 90000);
  rig.board.see(idle);
  expect(swipeFor(rig.board, '88.00')).toContain('请持卡人输密码');
});

it('asks where a declined sale lies between', () => {
  const rig = ready();
  sellAndPrint(rig.board, '88.00');
  rig.center.plan('0200', { code: '51' });
  sell(rig.board, '5.00');
  rig.board.see('可用余额不足');
  rig.board.see(idle);
  expect(swipeFor(rig.board, '88.00')).toBe(asks);
});

it('is not asked where the setting says 0', () => {
  expect(secondAt('20260301093200', ready({ secondSwipeMinutes: 0 }))).toContain('请持卡人输密码');
});

it('is asked after a power cut too', () => {
  const rig = ready();
  sellAndPrint(rig.board, '88.00');
  const board = rig.cutAndBoot();
  board.see('操作员号');
  board.type('01\r0000\r');
  board.see(idle);
  expect(swipeFor(board, '88.00')).toBe(asks);
});
