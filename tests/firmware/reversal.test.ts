/** The owed reversal (money rule 3): when it is sent, what ends it, when the terminal locks and how it unlocks. */
import iconv from 'iconv-lite';
import { ready, sell, sellAndPrint, logIn } from '../support/terminal-rig';
import type { Plan } from '../support/fake-center';

const idle = '请刷卡或按确认键';

/** A sale without an answer; the reversals that follow get these. */
function unanswered(...reversals: Plan[]): ReturnType<typeof ready> {
  const rig = ready();
  rig.center.plan('0200', { silent: true });
  rig.center.plan('0400', ...reversals);
  sell(rig.board);
  return rig;
}

function locked(): ReturnType<typeof ready> {
  const rig = unanswered({ silent: true, code: '96' }, { silent: true, code: '96' }, { silent: true, code: '96' });
  rig.board.see('冲正未完成', 400000);
  rig.board.see(idle);
  return rig;
}

function clearBySupervisor(rig: ReturnType<typeof ready>, password = '123456'): void {
  const { board } = rig;
  board.menu();
  board.see('管理');
  board.key(56);
  board.see('主管密码');
  board.type(password + '\r');
  board.clock.run(100);
  if (board.screen().includes('1.清除冲正')) board.key(49);
}

describe('a reversal ends', () => {
  it.each(['00', '12', '25'])('on %s with a valid F64', (code) => {
    const { board, center } = unanswered({ code });
    board.see('冲正成功', 90000);
    board.see(idle);
    expect(center.of('0400')).toHaveLength(1);
    sellAndPrint(board);
    expect(center.of('0400')).toHaveLength(1);
  });

  it('after two 0400 without an answer, on the third', () => {
    const { board, center } = unanswered({ silent: true }, { silent: true });
    board.see('冲正成功', 300000);
    expect(center.of('0400')).toHaveLength(3);
    expect(board.slips()).toHaveLength(0);
  });

  it('on the next try when it was answered otherwise, then with reason 06', () => {
    const { board, center } = unanswered({ code: '96' });
    board.see('冲正成功', 90000);
    expect(center.of('0400').map((request) => request.data(39))).toEqual(['98', '06']);
  });
});

describe('keys that do not fit', () => {
  it.each<[string, Plan]>([
    ['A0', { code: 'A0' }],
    ['99', { code: '99' }],
    ['00 without F64', { mac: 'absent' }],
    ['00 with a wrong F64', { mac: 'wrong' }],
    ['25 without F64', { code: '25', mac: 'absent' }],
  ])('%s: sign-in first, then the reversal; not a try', (_name, plan) => {
    const { board, center } = unanswered(plan);
    board.see('冲正成功', 90000);
    expect(center.requests.slice(-3).map((request) => request.mti)).toEqual(['0400', '0800', '0400']);
  });

  it('stale again straight after the sign-in: it stops instead of going round', () => {
    const { board, center } = unanswered({ code: 'A0' }, { code: 'A0' });
    board.see('冲正未完成', 90000);
    board.see(idle);
    expect(center.of('0400')).toHaveLength(2);
    expect(center.of('0800')).toHaveLength(2);
    sellAndPrint(board);
    expect(center.of('0400')).toHaveLength(3);
  });

  it('25 without F64 ends it where the host is known to send none', () => {
    const rig = ready({ reversalEndMacIfPresent: true });
    rig.center.plan('0200', { silent: true });
    rig.center.plan('0400', { code: '25', mac: 'absent' });
    sell(rig.board);
    rig.board.see('冲正成功', 90000);
    expect(rig.center.of('0800')).toHaveLength(1);
  });
});

describe('a line that fails', () => {
  it('is not a try: the reversal goes before the next sale', () => {
    const rig = ready();
    const { board, center } = rig;
    center.plan('0200', { close: true });
    board.dialFaults = [0, 23, 23, 23, 23, 23, 23];
    sell(board);
    board.see('冲正未完成', 90000);
    board.see(idle);
    for (let i = 0; i < 5; i++) {
      board.key(49);
      board.see('冲正未完成');
      board.see(idle);
    }
    expect(center.of('0400')).toHaveLength(0);
    board.key(49);
    board.see('冲正成功');
    board.see('请输入金额');
    expect(center.of('0400')).toHaveLength(1);
    expect(board.slips()).toHaveLength(0);
  });
});

describe('a locked terminal', () => {
  it('has sent three, printed the fault slip and sells nothing', () => {
    const { board, center } = locked();
    expect(center.of('0400')).toHaveLength(3);
    expect(board.slips()).toHaveLength(1);
    center.plan('0400', { code: '96' });
    const shown = board.shown.length;
    board.key(49);
    board.see('冲正未完成');
    board.see(idle);
    expect(iconv.decode(Buffer.from(board.shown.slice(shown).join(), 'latin1'), 'gbk')).not.toContain('请输入金额');
    expect(center.of('0200')).toHaveLength(1);
    expect(board.slips()).toHaveLength(1);
  });

  it('unlocks when an attempt to sell gets the reversal through', () => {
    const { board, center } = locked();
    board.key(49);
    board.see('冲正成功');
    board.see('请输入金额');
    expect(center.of('0400')).toHaveLength(4);
    expect(center.charged.size).toBe(0);
  });

  it('unlocks by a sign-in', () => {
    const { board, center } = locked();
    board.menu();
    board.key(49);
    board.see('签到成功');
    board.see('冲正成功');
    board.see(idle);
    expect(center.of('0400')).toHaveLength(4);
    sellAndPrint(board);
  });

  it('stays locked over a power cut', () => {
    const rig = locked();
    rig.center.plan('0400', { code: '96' }, { code: '96' }, { code: '96' });
    const board = rig.cutAndBoot();
    board.see('冲正未完成');
    expect(rig.center.of('0400')).toHaveLength(4);
    logIn(rig);
    board.key(49);
    board.see('冲正未完成');
    expect(rig.center.of('0200')).toHaveLength(1);
  });

  it('signs in, echoes and signs off all the same', () => {
    const { board, center } = locked();
    board.menu();
    board.key(51);
    board.see('回响测试成功');
    board.see(idle);
    board.menu();
    board.key(50);
    board.see('签退成功');
    expect(center.of('0820')).toHaveLength(2);
  });

  it('is cleared by the supervisor, on paper and in the journal', () => {
    const rig = locked();
    const { board, center } = rig;
    clearBySupervisor(rig);
    board.see('清除冲正?');
    board.confirm();
    board.see('冲正已清除');
    board.see(idle);
    expect(board.slips()).toHaveLength(2);
    board.menu();
    board.key(52);
    board.see('冲正已清除');
    board.cancel();
    sellAndPrint(board);
    expect(center.of('0400')).toHaveLength(3);
  });

  it('is cleared by the supervisor from the log-in, with one password', () => {
    const rig = locked();
    rig.center.plan('0400', { code: '96' });
    const board = rig.cutAndBoot();
    board.see('操作员号');
    board.type('00\r123456\r');
    board.see('【主管】');
    board.key(49);
    board.see('清除冲正?');
    board.confirm();
    board.see('冲正已清除');
    board.see('操作员号');
    logIn(rig);
    sellAndPrint(board);
    expect(rig.center.of('0400')).toHaveLength(4);
  });

  it('is not cleared with a wrong password', () => {
    const rig = locked();
    clearBySupervisor(rig, '123457');
    rig.board.see('操作员或密码错');
    rig.board.see(idle);
    rig.center.plan('0400', { code: '96' });
    rig.board.key(49);
    rig.board.see('冲正未完成');
  });
});

describe('a power cut', () => {
  it('while waiting for the answer: reversed after the boot', () => {
    const rig = ready();
    rig.center.plan('0200', { silent: true });
    sell(rig.board);
    rig.board.clock.run(1000);
    const board = rig.cutAndBoot();
    board.see('冲正成功');
    expect(rig.center.charged.size).toBe(0);
    logIn(rig);
    sellAndPrint(board);
    const stans = rig.center.of('0200').map((request) => request.digits(11));
    expect(new Set(stans).size).toBe(stans.length);
  });

  it('with the line dead at boot: reversed before the next sale', () => {
    const rig = ready();
    rig.center.plan('0200', { silent: true });
    sell(rig.board);
    rig.board.clock.run(1000);
    const board = rig.cutAndBoot();
    board.lineDead = true;
    board.see('冲正未完成');
    board.see('操作员号');
    board.type('01\r0000\r');
    board.see('冲正未完成');
    board.lineDead = false;
    board.see(idle);
    board.key(49);
    board.see('冲正成功');
  });
});

describe('a journal that cannot write', () => {
  it('before the sale: nothing leaves', () => {
    const { board, center } = ready();
    board.flashFault = 40;
    sell(board);
    expect(board.clock.run(60000, () => /存储器故障|流水满/.test(board.screen()))).toBe(true);
    expect(center.of('0200')).toHaveLength(0);
  });
});
