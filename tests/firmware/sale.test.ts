/** The sale as clerk and customer see it, and what goes to the center. */
import { FAULT_STRIPE_LRC } from '../../hal/fault';
import { fakePinBlock } from '../support/fake-board';
import { card, shortCard } from '../support/fake-center';
import { ready, sell, sellAndPrint, sellUpToPin } from '../support/terminal-rig';

describe('a sale', () => {
  it('goes from key 1 to two slips and back to idle', () => {
    const { board, center } = ready();
    sell(board);
    board.see('请撕下持卡人存根');
    expect(board.paper).toHaveLength(1);
    expect(board.padHoldsCard).toBe(false);
    board.confirm();
    board.see('请刷卡或按确认键');
    expect(board.paper).toHaveLength(2);
    expect([...center.charged.values()]).toEqual(['000000010000']);
    expect(center.of('0400')).toHaveLength(0);
    const [first, second] = board.slips();
    expect(first).toContain('持卡人存根');
    expect(second).toContain('商户存根');
    for (const slip of [first, second]) expect(slip).toContain('621081*********0011');
  });

  it('sends exactly the fields of the matrix', () => {
    const { board, center } = ready();
    sellAndPrint(board, '12.34');
    const [request] = center.of('0200');
    const present = [...Array(65).keys()].filter((n) => n > 1 && request.has(n));
    expect(present).toEqual([3, 4, 11, 22, 25, 26, 35, 36, 41, 42, 49, 52, 53, 60, 64]);
    expect(request.digits(3)).toBe('000000');
    expect(request.digits(4)).toBe('000000001234');
    expect(request.digits(22)).toBe('0210');
    expect(request.digits(26)).toBe('12');
    expect(request.digits(53)).toBe('2610000000000000');
    expect(request.data(52)).toBe(fakePinBlock('123456'));
    expect(request.digits(60)).toBe('22000001000200');
    expect(request.wire(35).charCodeAt(0)).toBe(0x37);
  });

  it('goes without a PIN when the customer only confirms', () => {
    const { board, center } = ready();
    sell(board, '1.00', '', shortCard);
    board.see('请撕下持卡人存根');
    const [request] = center.of('0200');
    expect(request.digits(22)).toBe('0220');
    expect([26, 36, 52].filter((n) => request.has(n))).toEqual([]);
    expect(request.digits(53)).toBe('0610000000000000');
  });

  it('sends tracks in clear and no F53 without a PIN where the acquirer wants it so', () => {
    const { board, center } = ready({ trackEncryption: false });
    sell(board, '1.00', '', shortCard);
    board.see('请撕下持卡人存根');
    const [request] = center.of('0200');
    expect(request.digits(35)).toBe('6225881200002003D29121210000012345678'.padEnd(38, '0'));
    expect(request.has(53)).toBe(false);
  });

  it('takes the card first: a swipe at idle begins it', () => {
    const { board, center } = ready();
    board.swipe(card);
    board.see('621081******0011');
    board.type('5.00\r');
    board.see('请核对卡号');
    board.confirm();
    board.see('请持卡人输密码');
    board.pin('123456');
    board.see('请撕下持卡人存根');
    expect([...center.charged.values()]).toEqual(['000000000500']);
  });

  it('takes a swipe while the amount is being keyed', () => {
    const { board } = ready();
    board.key(49);
    board.type('50');
    board.swipe(card);
    board.see('621081******0011');
    board.see('0.50');
    board.type('0\r');
    board.see('金额:5.00');
    expect(board.screen()).toContain('请核对卡号');
  });

  it('begins from the menu', () => {
    const { board } = ready();
    board.confirm();
    board.see('金融服务');
    board.key(49);
    board.see('银行卡');
    board.key(49);
    board.see('请输入金额');
  });

  it.each([
    ['100', '1.00'],
    ['1z', '1.00'],
    ['100.', '100.00'],
    ['12.3', '12.30'],
    ['12.34', '12.34'],
    ['12.345', '12.34'],
    ['1234\b', '1.23'],
    ['12.\b', '0.12'],
    ['12.3\b\b5', '1.25'],
    ['000', '0.00'],
    ['.05', '0.05'],
    ['9999999999999', '9999999.99'],
    ['99999999.', '999999.99'],
  ])('reads the amount %j as %s', (typed, shown) => {
    const { board } = ready();
    board.key(49);
    board.type(typed);
    expect(board.lcd()[2].trim()).toBe(shown);
  });

  it('refuses an amount of nothing and goes on asking', () => {
    const { board } = ready();
    board.key(49);
    board.type('0\r');
    board.see('金额无效');
    board.key(49);
    expect(board.lcd()[3]).toBe('请刷卡');
    board.type('00\r');
    board.see('请刷卡');
  });

  it('shows a star for each of twelve digits of a PIN', () => {
    const { board } = ready();
    sellUpToPin(board);
    board.pinKeyed(12);
    expect(board.lcd()[2]).toBe('密码************');
  });

  it('shows first six and last four, never the whole number', () => {
    const { board } = ready();
    sellAndPrint(board);
    expect(board.shown.join('\n')).toContain('621081******0011');
    expect(board.shown.join('\n') + board.slips().join()).not.toContain('6210819300001000011');
  });
});

describe('a card that is none', () => {
  it.each([
    ['unreadable', { track2: '' }, '卡片无法识别'],
    ['no separator', { track2: '6210819300001000011' }, '卡片无法识别'],
    ['wrong check digit', { track2: '6210819300001000012=30121200000012345' }, '卡号校验错'],
    ['letters in the number', { track2: '62108193000010:0011=3012120000001234' }, '卡片无法识别'],
    ['month 13', { track2: '6210819300001000011=30131200000012345' }, '卡片无法识别'],
    ['number too short', { track2: '62108193005=30121200' }, '卡片无法识别'],
    ['track 2 too long', { track2: '6210819300001000011=3012120000001234567890' }, '卡片无法识别'],
  ])('%s: says so and goes back to idle', (_name, tracks, text) => {
    const { board, center } = ready();
    board.swipe(tracks);
    board.see(text);
    board.see('请刷卡或按确认键');
    expect(center.of('0200')).toHaveLength(0);
  });

  it('a stripe with errors in the middle of the amount ends the sale: choose it again', () => {
    const { board } = ready();
    board.key(49);
    board.type('100');
    board.swipeEnds(FAULT_STRIPE_LRC, null);
    board.see('刷卡错误');
    board.see('请刷卡或按确认键');
  });
});

describe('every wait before the center', () => {
  const stops: [string, (board: ReturnType<typeof ready>['board']) => void][] = [
    ['amount', (board) => board.key(49)],
    ['card', (board) => (board.key(49), board.type('100\r'), board.see('请刷卡'))],
    ['card number', (board) => (board.key(49), board.type('100\r'), board.swipe(card), board.see('请核对卡号'))],
    ['PIN', (board) => sellUpToPin(board)],
  ];

  it.each(stops)('%s: cancel leaves it', (_name, reach) => {
    const { board, center } = ready();
    reach(board);
    board.cancel();
    board.see('操作已取消');
    board.see('请刷卡或按确认键');
    expect(center.of('0200')).toHaveLength(0);
    expect(board.padHoldsCard).toBe(false);
  });

  it.each(stops)('%s: time-out leaves it', (_name, reach) => {
    const { board, center } = ready();
    reach(board);
    board.see('请刷卡或按确认键', 100000);
    expect(center.of('0200')).toHaveLength(0);
    expect(board.padHoldsCard).toBe(false);
  });

  it('a pad that does not answer is named', () => {
    const { board, center } = ready();
    board.key(49);
    board.type('100\r');
    board.swipe(card);
    board.see('请核对卡号');
    board.padSilent = true;
    board.confirm();
    board.see('操作超时');
    board.see('请刷卡或按确认键');
    expect(center.of('0200')).toHaveLength(0);
  });

  it('a swipe nobody waits for is forgotten', () => {
    const { board } = ready();
    sellUpToPin(board);
    board.swipe(shortCard);
    board.pin('123456');
    board.see('请撕下持卡人存根');
    board.swipe(shortCard);
    board.confirm();
    board.see('请刷卡或按确认键');
    board.clock.run(1000);
    expect(board.screen()).toContain('请刷卡或按确认键');
  });
});
