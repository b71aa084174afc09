/** Passwords: three wrong ones lock the clerk for good, hold the others up, and none lies in the journal in clear. */
import { KEY_CANCEL } from '../../hal/devices';
import type { FakeBoard } from '../support/fake-board';
import { logIn, powerOn, ready, sellAndPrint } from '../support/terminal-rig';

const idle = '请刷卡或按确认键';

function tryClerk(board: FakeBoard, password: string): void {
  board.see('操作员号');
  board.type(`01\r${password}\r`);
}

function lockClerk(board: FakeBoard): void {
  for (const wrong of ['1111', '2222']) {
    tryClerk(board, wrong);
    board.see('操作员或密码错');
    board.confirm();
  }
  tryClerk(board, '3333');
  board.see('操作员已锁定');
  expect(board.screen()).toContain('请主管解锁');
  board.confirm();
}

/** At the log-in: the supervisor's menu. */
function supervise(board: FakeBoard, password = '123456'): void {
  board.see('操作员号');
  board.type(`00\r${password}\r`);
  board.see('【主管】');
}

/** At the idle screen: a menu of the management behind a password. */
function enter(board: FakeBoard, key: number, password: string): void {
  board.menu();
  board.key(key);
  board.see('密码:');
  board.type(`${password}\r`);
  board.clock.run(100);
}

describe('a clerk', () => {
  it('is locked by three wrong passwords, also with the right one and after a power cut', () => {
    const rig = powerOn();
    lockClerk(rig.board);
    rig.board.see('操作员号');
    rig.board.type('01\r');
    rig.board.see('操作员已锁定');
    const board = rig.cutAndBoot();
    board.see('操作员号');
    board.type('01\r');
    board.see('操作员已锁定');
  });

  it('keeps the count across a power cut', () => {
    const rig = powerOn();
    tryClerk(rig.board, '1111');
    rig.board.see('操作员或密码错');
    const board = rig.cutAndBoot();
    tryClerk(board, '2222');
    board.see('操作员或密码错');
    board.confirm();
    tryClerk(board, '3333');
    board.see('操作员已锁定');
  });

  it('begins anew after a right one', () => {
    const rig = powerOn();
    const { board } = rig;
    for (let round = 0; round < 2; round++) {
      for (const wrong of ['1111', '2222']) {
        tryClerk(board, wrong);
        board.see('操作员或密码错');
        board.confirm();
      }
      logIn(rig);
      board.menu();
      board.key(50);
      board.see('签退成功');
      board.confirm();
    }
  });

  it('is unlocked by the supervisor', () => {
    const rig = powerOn();
    const { board } = rig;
    lockClerk(board);
    supervise(board);
    board.key(50);
    board.see('操作员已解锁');
    board.confirm();
    logIn(rig);
    sellAndPrint(board);
  });

  it('gets a new password from the supervisor, who need not know the old one, and is unlocked by it', () => {
    const rig = powerOn();
    const { board } = rig;
    lockClerk(board);
    supervise(board);
    board.key(51);
    board.see('新密码');
    board.type('4711\r');
    board.see('再输入');
    board.type('4711\r');
    board.see('密码已修改');
    board.confirm();
    tryClerk(board, '0000');
    board.see('操作员或密码错');
    board.confirm();
    tryClerk(board, '4711');
    board.see('签到成功');
  });

  it('changes his own; it is durable, and in the journal it cannot be read', () => {
    const rig = ready();
    const { board } = rig;
    board.menu();
    board.key(48);
    board.see('【操作员】');
    board.key(50);
    board.see('密码:');
    board.type('0000\r');
    board.see('新密码');
    board.type('86420975\r');
    board.see('再输入');
    board.type('86420975\r');
    board.see('密码已修改');
    board.see(idle);
    expect(Buffer.from(rig.remains.flash).includes('86420975')).toBe(false);
    const next = rig.cutAndBoot();
    tryClerk(next, '0000');
    next.see('操作员或密码错');
    next.confirm();
    tryClerk(next, '86420975');
    next.see(idle);
  });

  it.each([
    ['too short a new one', '123\r', '', '请输4-8 位数字'],
    ['two that differ', '1234\r', '1235\r', '两次输入不一致'],
  ])('keeps the old password after %s', (_name, first, second, told) => {
    const rig = ready();
    const { board } = rig;
    board.menu();
    board.key(48);
    board.key(50);
    board.see('密码:');
    board.type('0000\r');
    board.see('新密码');
    board.type(first);
    if (second) {
      board.see('再输入');
      board.type(second);
    }
    board.see(told);
    board.confirm();
    board.see(idle);
    logIn({ ...rig, board: rig.cutAndBoot() });
  });

  it('locks the terminal: no sale, no menu, no swipe, until the password comes', () => {
    const rig = ready();
    const { board } = rig;
    board.menu();
    board.key(48);
    board.key(49);
    board.see('终端已锁定');
    board.swipe({ track2: '6210811234567890011=30121010000000000' });
    board.key(KEY_CANCEL);
    board.clock.run(400_000);
    board.see('终端已锁定');
    // The key that lights a dark screen does nothing else.
    board.cancel();
    board.type('9\r');
    board.see('操作员或密码错');
    board.confirm();
    board.see('终端已锁定');
    board.type('0000\r');
    board.see(idle);
  });

  it('who is locked out in front of a locked terminal is at the log-in', () => {
    const { board } = ready();
    board.menu();
    board.key(48);
    board.key(49);
    for (const wrong of ['1', '2', '3']) {
      board.see('终端已锁定');
      board.type(`${wrong}\r`);
      board.clock.run(100);
      board.confirm();
    }
    board.see('操作员号');
  });
});

describe('supervisor and administrator', () => {
  it.each([
    ['supervisor', 56, '主管密码'],
    ['administrator', 57, '管理员密码'],
  ])('%s: the fourth try waits 10 s, the fifth 20 s, and nobody is locked out for ever', (_name, key, asked) => {
    const { board } = ready();
    for (let wrong = 0; wrong < 3; wrong++) {
      enter(board, key, '999999');
      board.see('操作员或密码错');
      board.see(idle);
    }
    board.menu();
    board.key(key);
    board.see('请等待');
    board.clock.run(9500);
    expect(board.screen()).toContain('请等待');
    board.see(asked, 2000);
    board.type('888888\r');
    board.see('操作员或密码错');
    board.see(idle);
    board.menu();
    board.key(key);
    board.clock.run(19_000);
    expect(board.screen()).toContain('请等待');
    board.see(asked, 3000);
    board.type(key === 56 ? '123456\r' : '12345678\r');
    board.see(key === 56 ? '1.清除冲正' : '1.商户终端');
  });

  it('a power cut does not shorten the wait, and the red key leaves it', () => {
    const rig = ready();
    for (let wrong = 0; wrong < 3; wrong++) {
      enter(rig.board, 56, '999999');
      rig.board.see(idle);
    }
    const board = rig.cutAndBoot();
    logIn({ ...rig, board });
    board.menu();
    board.key(56);
    board.see('请等待');
    board.cancel();
    board.see(idle);
  });

  it('the supervisor changes his own with the old one', () => {
    const rig = powerOn();
    const { board } = rig;
    supervise(board);
    board.key(52);
    board.see('主管密码');
    board.type('123456\r');
    board.see('新密码');
    board.type('654321\r');
    board.see('再输入');
    board.type('654321\r');
    board.see('密码已修改');
    supervise(rig.cutAndBoot(), '654321');
  });

  it('an operator there is not is told the same as a wrong password, and is never locked', () => {
    const { board } = powerOn();
    for (let n = 0; n < 5; n++) {
      board.see('操作员号');
      board.type('07\r1234\r');
      board.see('操作员或密码错');
      board.confirm();
    }
  });
});

test('a journal that cannot be written counts nothing, and says why', () => {
  const rig = powerOn();
  rig.board.see('操作员号');
  rig.board.flashFault = 40;
  rig.board.type('01\r1111\r');
  rig.board.see('存储器故障');
});
