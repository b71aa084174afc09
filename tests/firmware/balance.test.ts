/** Balance inquiry: what it sends, what the clerk sees, and that nothing is ever owed or printed for it. */
import { PAD_END, PAD_SHOW } from '../../hal/pad-commands';
import type { FakeBoard } from '../support/fake-board';
import { card } from '../support/fake-center';
import type { Plan } from '../support/fake-center';
import { logIn, ready, sell, sellAndPrint, type Rig } from '../support/terminal-rig';

const idle = '请刷卡或按确认键';

/** From the idle screen to the question for the PIN. */
function askBalance(board: FakeBoard): void {
  board.confirm();
  board.type('12');
  board.see('请刷卡');
  board.swipe(card);
  board.see('请核对卡号');
  board.confirm();
  board.see('请持卡人输密码');
}

function inquire(rig: Rig, plan: Plan = {}): FakeBoard {
  rig.center.plan('0200', plan);
  askBalance(rig.board);
  rig.board.pin('123456');
  return rig.board;
}

describe('a balance inquiry', () => {
  it('sends F3 310000, F25 00, F60.1 01, card, PIN and MAC, and no amount', () => {
    const rig = ready();
    inquire(rig).see('12000.50');
    const [request] = rig.center.of('0200');
    const present = [...Array(65).keys()].filter((n) => n > 1 && request.has(n));
    expect(present).toEqual([3, 11, 22, 25, 26, 35, 36, 41, 42, 49, 52, 53, 60, 64]);
    expect(request.digits(3)).toBe('310000');
    expect(request.digits(25)).toBe('00');
    expect(request.digits(60).substring(0, 11)).toBe('01000001000');
  });

  it('shows what is available to the clerk and on the pad, forgets the card, prints nothing, keeps nothing', () => {
    const rig = ready();
    const board = inquire(rig);
    board.see('余额:');
    expect(board.lcd()).toEqual(['    余额查询', '余额:', '        12000.50', '按任意键返回']);
    expect(board.padHoldsCard).toBe(false);
    expect(board.padLog.slice(-2)).toEqual([PAD_END, PAD_SHOW]);
    board.confirm();
    board.see(idle);
    expect(board.padLog[board.padLog.length - 1]).toBe(PAD_END);
    expect(board.slips()).toHaveLength(0);
    expect(rig.center.charged.size).toBe(0);
    board.menu();
    board.key(52);
    board.see('无交易记录');
  });

  it.each([
    ['without a PIN', '', '022', false],
    ['with one', '123456', '021', true],
  ])('%s', (_name, pin, entry, hasPin) => {
    const rig = ready();
    askBalance(rig.board);
    rig.board.pin(pin);
    rig.board.see('12000.50');
    const [request] = rig.center.of('0200');
    expect(request.digits(22).substring(0, 3)).toBe(entry);
    expect(request.has(52)).toBe(hasPin);
  });

  it.each([
    ['1001156C000000000100', '1.00'],
    ['1002156D000000000100', '-1.00'],
    ['1002156C000000000000', '0.00'],
    ['1002156C999999999999', '9999999999.99'],
    ['1001156C000000000100' + '1002156C000000000200', '2.00'],
    ['1002840C000000000100' + '1001156C000000000300' + '1040156C000000000400', '3.00'],
    ['1001156C000000000100'.repeat(5) + '1002156D000000000600', '-6.00'],
  ])('F54 %s reads %s', (field54, shown) => {
    const rig = ready();
    rig.center.field54 = field54;
    inquire(rig).see('余额:');
    expect(rig.board.lcd()[2].trim()).toBe(shown);
  });

  it.each([
    '',
    '1002156C00000000',
    '1002156X000000000100',
    '1002156C0000000001A0',
    '1002840C000000000100',
    '1002156C000000000100' + '1002156C',
  ])('approved with F54 "%s": says that no balance came', (field54) => {
    const rig = ready();
    rig.center.field54 = field54;
    inquire(rig).see('中心未返回余额');
    rig.board.see(idle);
  });
});

describe('nothing is owed', () => {
  it.each<[string, Plan, string]>([
    ['declined', { code: '51' }, '可用余额不足'],
    ['wrong PIN', { code: '55' }, '密码错'],
    ['no answer', { silent: true }, '中心无应答'],
    ['a line that closes', { close: true }, '通讯中断'],
    ['an answer without F64', { mac: 'absent' }, 'MAC 校验错'],
    ['an answer with a wrong F64', { mac: 'wrong' }, 'MAC 校验错'],
    ['a decline without F64', { code: '51', mac: 'absent' }, '可用余额不足'],
    ['half an approval', { code: '10' }, '应答报文错误'],
  ])('%s', (_name, plan, text) => {
    const rig = ready();
    const board = inquire(rig, plan);
    board.see(text, 90000);
    expect(board.screen()).not.toContain('12000.50');
    board.see(idle);
    expect(board.padHoldsCard).toBe(false);
    sellAndPrint(board);
    expect(rig.center.of('0400')).toHaveLength(0);
    expect(board.slips()).toHaveLength(2);
  });

  it('after a power cut while the answer is awaited; the next request has a STAN of its own', () => {
    const rig = ready();
    inquire(rig, { silent: true });
    rig.board.clock.run(500);
    rig.cutAndBoot();
    logIn(rig);
    sellAndPrint(rig.board);
    const stans = rig.center.of('0200').map((request) => request.digits(11));
    expect(stans).toEqual(['000002', '000003']);
    expect(rig.center.of('0400')).toHaveLength(0);
  });
});

describe('keys that do not fit', () => {
  it.each<[string, Plan]>([
    ['A0', { code: 'A0' }],
    ['A0 without F64', { code: 'A0', mac: 'absent' }],
    ['an answer that does not verify', { mac: 'wrong' }],
  ])('%s: the next one signs in first', (_name, plan) => {
    const rig = ready();
    inquire(rig, plan).see(idle, 90000);
    inquire(rig).see('12000.50');
    expect(rig.center.of('0800')).toHaveLength(2);
  });

  it('a pad without keys says so once, and the next one signs in first', () => {
    const rig = ready();
    askBalance(rig.board);
    rig.remains.padKey = '';
    rig.board.pin('123456');
    rig.board.see('请重新签到');
    rig.board.confirm();
    rig.board.see(idle);
    inquire(rig).see('12000.50');
    expect(rig.center.of('0800')).toHaveLength(2);
  });
});

describe('what must be so before', () => {
  it('an owed reversal goes first', () => {
    const rig = ready();
    rig.center.plan('0200', { silent: true });
    rig.board.dialFaults = [0, 23];
    sell(rig.board);
    rig.board.see('冲正未完成', 90000);
    rig.board.see(idle);
    rig.board.confirm();
    rig.board.type('12');
    rig.board.see('冲正成功');
    rig.board.confirm();
    rig.board.see('请刷卡');
    expect(rig.center.of('0400')).toHaveLength(1);
  });

  it('a locked terminal asks nothing', () => {
    const rig = ready();
    rig.center.plan('0200', { silent: true });
    rig.center.plan('0400', ...Array.from({ length: 4 }, () => ({ silent: true, code: '96' })));
    sell(rig.board);
    rig.board.see('冲正未完成', 400000);
    rig.board.see(idle);
    rig.board.confirm();
    rig.board.type('12');
    rig.board.see('冲正未完成', 400000);
    rig.board.see(idle);
    expect(rig.center.of('0200')).toHaveLength(1);
  });

  it('a full batch does not keep a customer from asking', () => {
    const rig = ready({ batchLimit: 1 });
    sellAndPrint(rig.board);
    inquire(rig).see('12000.50');
  });

  it.each(['at the swipe', 'at the card number', 'at the PIN'])('cancel %s: nothing is sent', (where) => {
    const rig = ready();
    const { board } = rig;
    board.confirm();
    board.type('12');
    board.see('请刷卡');
    if (where !== 'at the swipe') {
      board.swipe(card);
      board.see('请核对卡号');
    }
    if (where === 'at the PIN') {
      board.confirm();
      board.see('请持卡人输密码');
    }
    board.cancel();
    board.see('操作已取消');
    board.see(idle);
    expect(rig.center.of('0200')).toHaveLength(0);
  });
});
