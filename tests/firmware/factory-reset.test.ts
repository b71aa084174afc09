/** Factory reset (money rule 4): refused while money is at stake, forced only with a slip, and all or nothing. */
import { FAULT_PAPER_OUT } from '../../hal/fault';
import type { FakeBoard } from '../support/fake-board';
import { logIn, ready, sell, sellAndPrint, type Rig } from '../support/terminal-rig';

const idle = '请刷卡或按确认键';

/** From the idle screen to the factory reset. */
function begin(board: FakeBoard): void {
  board.menu();
  board.key(57);
  board.see('管理员密码');
  board.type('12345678\r');
  board.see('1.商户终端');
  board.key(53);
}

/** A sale whose reversal is owed. */
function owing(): Rig {
  const rig = ready();
  rig.center.plan('0200', { silent: true });
  const lost = { silent: true, code: '96' };
  rig.center.plan('0400', lost, lost, lost);
  sell(rig.board);
  rig.board.see('冲正未完成', 400_000);
  rig.board.see(idle);
  return rig;
}

test('with nothing at stake: asked once, no slip, off; the next sign-in asks for a new batch', () => {
  const rig = ready();
  begin(rig.board);
  rig.board.see('清除全部数据?');
  rig.board.confirm();
  rig.board.see('请重新开机');
  rig.board.clock.run(4000);
  expect(rig.board.poweredOff).toBe(1);
  expect(rig.board.paper).toHaveLength(0);
  rig.cutAndBoot();
  logIn(rig);
  const signIns = rig.center.of('0800');
  expect(signIns).toHaveLength(2);
  expect(signIns[1]?.digits(60).substring(2, 8)).toBe('000000');
  sellAndPrint(rig.board);
});

test('an open batch: refused; the administrator may let it be', () => {
  const rig = ready();
  sellAndPrint(rig.board);
  begin(rig.board);
  rig.board.see('批次未结算');
  expect(rig.board.screen()).toContain('强制恢复?');
  rig.board.cancel();
  rig.board.see('【系统管理】');
  rig.board.cancel();
  rig.board.see(idle);
  expect(rig.board.paper).toHaveLength(2);
});

test('forced: the slip says what is lost, before it is', () => {
  const rig = ready();
  sellAndPrint(rig.board, '12.34');
  sellAndPrint(rig.board, '0.70');
  begin(rig.board);
  rig.board.see('强制恢复?');
  rig.board.confirm();
  rig.board.see('清除全部数据?');
  const slip = rig.board.slips()[4] ?? '';
  for (const line of [
    '恢复出厂凭单',
    '未结算成功笔数:2',
    '未结算金额:RMB 13.04',
    '批次号 BATCH NO:000001',
    '操作员号 OPERATOR NO:99',
  ]) {
    expect(slip).toContain(line);
  }
  rig.board.confirm();
  rig.board.see('已恢复出厂设置');
  rig.cutAndBoot();
  logIn(rig);
  expect(rig.center.of('0800').at(-1)?.digits(60).substring(2, 8)).toBe('000000');
});

test('an owed reversal: refused; forced, the slip names it, masked', () => {
  const rig = owing();
  begin(rig.board);
  rig.board.see('有未完成的冲正');
  rig.board.confirm();
  rig.board.see('清除全部数据?');
  const slip = rig.board.slips().at(-1) ?? '';
  expect(slip).toContain('未完成的冲正');
  expect(slip).toMatch(/621081\*+0011/);
  expect(slip).toContain('RMB 100.00');
  rig.board.confirm();
  rig.board.see('请重新开机');
});

test('no paper, and the administrator gives up: nothing is forgotten', () => {
  const rig = ready();
  sellAndPrint(rig.board);
  rig.board.printFaults = [FAULT_PAPER_OUT];
  begin(rig.board);
  rig.board.see('强制恢复?');
  rig.board.confirm();
  rig.board.see('打印机缺纸');
  rig.board.cancel();
  rig.board.see('未恢复出厂');
  rig.cutAndBoot();
  logIn(rig);
  expect(rig.center.of('0800')).toHaveLength(1);
});

test('left at the last question: nothing is forgotten, however it is left', () => {
  const rig = ready();
  begin(rig.board);
  rig.board.see('清除全部数据?');
  rig.board.clock.run(61_000);
  rig.board.see('【系统管理】');
  rig.board.see(idle, 61_000);
  rig.cutAndBoot();
  logIn(rig);
  expect(rig.center.of('0800')).toHaveLength(1);
});

test('a journal that cannot be written says so and forgets nothing', () => {
  const rig = ready();
  begin(rig.board);
  rig.board.see('清除全部数据?');
  rig.board.flashFault = 40;
  rig.board.confirm();
  rig.board.see('存储器故障');
  expect(rig.board.poweredOff).toBe(0);
});

test('settings and passwords go with it', () => {
  const rig = ready();
  const { board } = rig;
  board.menu();
  board.key(48);
  board.key(50);
  board.see('密码:');
  board.type('0000\r');
  board.see('新密码');
  board.type('4711\r');
  board.see('再输入');
  board.type('4711\r');
  board.see('密码已修改');
  board.see(idle);
  begin(board);
  board.see('清除全部数据?');
  board.confirm();
  board.see('请重新开机');
  rig.cutAndBoot();
  logIn(rig);
});
