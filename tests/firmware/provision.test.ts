/** Provisioning on the terminal's keys: what can be keyed, what is kept, and what new numbers mean for the batch. */
import { KEY_CLEAR, KEY_DOT, KEY_DOWN, KEY_UP } from '../../hal/devices';
import type { FakeBoard } from '../support/fake-board';
import { logIn, powerOn, ready, sell, sellAndPrint } from '../support/terminal-rig';

const idle = '请刷卡或按确认键';

/** From the idle screen into a round of the administrator's menu. */
function begin(board: FakeBoard, digit: number): void {
  board.menu();
  board.key(57);
  board.see('管理员密码');
  board.type('12345678\r');
  board.see('1.商户终端');
  board.key(48 + digit);
}

/** Confirms until the round asks to save, and saves. */
function save(board: FakeBoard): void {
  for (let n = 0; n < 15 && !board.screen().includes('保存设置?'); n++) board.confirm();
  board.see('保存设置?');
  board.confirm();
  board.see('设置已保存');
  board.confirm();
  board.see('【系统管理】');
  board.cancel();
}

function renumber(board: FakeBoard): void {
  begin(board, 1);
  board.see('商户号');
  board.confirm();
  board.see('终端号');
  board.type('20000002\r');
  save(board);
  board.see(idle);
}

describe('new numbers', () => {
  it('ask for a new batch at the next sign-in, once', () => {
    const rig = ready();
    const { board, center } = rig;
    renumber(board);
    sellAndPrint(board);
    const signIns = center.of('0800');
    expect(signIns).toHaveLength(2);
    expect(signIns[1]?.digits(60).substring(2, 8)).toBe('000000');
    expect(center.of('0200')[0]?.digits(60).substring(2, 8)).toBe('000002');
    board.menu();
    board.key(49);
    board.see('签到成功');
    expect(center.of('0800')[2]?.digits(60).substring(2, 8)).toBe('000002');
  });

  it('still ask for it after a power cut before the sign-in', () => {
    const rig = ready();
    renumber(rig.board);
    rig.cutAndBoot();
    logIn(rig);
    expect(rig.center.of('0800')[1]?.digits(60).substring(2, 8)).toBe('000000');
    expect(rig.board.sent.at(-1)).toContain('20000002');
  });

  it('are not taken while a reversal is owed', () => {
    const rig = ready();
    const lost = { silent: true, code: '96' };
    rig.center.plan('0200', { silent: true });
    rig.center.plan('0400', lost, lost, lost);
    sell(rig.board);
    rig.board.see('冲正未完成', 400_000);
    rig.board.see(idle);
    begin(rig.board, 1);
    rig.board.see('有未完成的冲正');
    expect(rig.board.screen()).toContain('号码不可修改');
    rig.board.confirm();
    rig.board.see('商户名称');
  });
});

describe('keys', () => {
  it('up and down turn through what a key carries, and come round', () => {
    const { board } = ready();
    begin(board, 1);
    board.see('商户号');
    board.key(55);
    const seen: string[] = [];
    for (let n = 0; n < 9; n++) {
      seen.push(board.lcd()[2] ?? '');
      board.key(KEY_UP);
    }
    expect(seen.map((row) => row.slice(-1)).join('')).toBe('7PQRSpqrs');
    expect(board.lcd()[2]).toBe('>7');
    board.key(KEY_DOWN);
    expect(board.lcd()[2]).toBe('>s');
  });

  it('clear steps back, and empties a telephone number that was there', () => {
    const { board } = ready();
    begin(board, 2);
    while (!board.screen().includes('电话2')) board.confirm();
    expect(board.lcd()[1]).toBe('59990002');
    board.type('12');
    board.key(KEY_CLEAR);
    expect(board.lcd()[2]).toBe('>1');
    board.key(KEY_CLEAR);
    board.key(KEY_CLEAR);
    expect(board.lcd()[2]).toBe('未设置');
    save(board);
    board.see(idle);
    begin(board, 2);
    while (!board.screen().includes('电话2')) board.confirm();
    expect(board.lcd()[1]).toBe('59990003');
  });

  it('a merchant number cannot be emptied, nor be too long', () => {
    const { board } = ready();
    begin(board, 1);
    board.see('商户号');
    board.key(KEY_CLEAR);
    expect(board.lcd()[2]).toBe('>');
    board.type('1234567890123456789');
    expect(board.lcd()[2]).toBe('>123456789012345');
  });

  it('a host with points; its end is what is shown', () => {
    const { board } = ready();
    begin(board, 2);
    while (!board.screen().includes('中心地址')) board.confirm();
    for (const key of '192z168z100z200') board.key(key === 'z' ? KEY_DOT : key.charCodeAt(0));
    expect(board.lcd()[2]).toBe('>192.168.100.200');
    save(board);
    board.see(idle);
    board.menu();
    board.key(55);
    while (!board.screen().includes('中心地址')) board.key(KEY_DOWN);
    expect(board.lcd()[2]).toBe('192.168.100.200');
  });
});

describe('a key loader', () => {
  it('while the terminal waits: loaded, the check value shown, and the next sale signs in first', () => {
    const rig = ready();
    const { board } = rig;
    begin(board, 3);
    board.see('08D7B4FB');
    rig.remains.padTmkCheck = '\x11\x22\x33\x44';
    rig.remains.padKey = '';
    board.see('装载成功');
    expect(board.screen()).toContain('11223344');
    board.confirm();
    board.see('【系统管理】');
    board.cancel();
    sellAndPrint(board);
    expect(rig.center.of('0800')).toHaveLength(2);
  });

  it('that never comes: the page ends by itself; a silent pad is named', () => {
    const { board } = ready();
    begin(board, 3);
    board.see('请接密钥注入器');
    board.see('1.商户终端', 301_000);
    board.padSilent = true;
    board.key(51);
    board.see('操作超时');
  });
});

test('what can be missing is told before the line is used', () => {
  const { board } = powerOn({ terminalId: '' });
  board.see('操作员号');
  board.type('01\r0000\r');
  board.see('未设终端号');
  board.see(idle);
  board.key(49);
  board.see('未设终端号');
  expect(board.dials).toBe(0);
});
