/** The management menu, reprint and the question what became of the last sale. */
import { card } from '../support/fake-center';
import { logIn, ready, sell, sellAndPrint } from '../support/terminal-rig';
import { FAULT_PAPER_OUT } from '../../hal/fault';

const idle = '请刷卡或按确认键';

describe('management', () => {
  it('signs in again', () => {
    const { board, center } = ready();
    board.menu();
    board.key(49);
    board.see('签到成功');
    board.see(idle);
    expect(center.of('0800')).toHaveLength(2);
  });

  it('signs off: logged out, and the next clerk signs in online', () => {
    const rig = ready();
    const { board, center } = rig;
    board.menu();
    board.key(50);
    board.see('签退成功');
    board.see('操作员号');
    const [request] = center.of('0820');
    expect(request.digits(60)).toBe('000000010020');
    expect([...Array(65).keys()].filter((n) => n > 1 && request.has(n))).toEqual([11, 41, 42, 60]);
    logIn(rig);
    expect(center.of('0800')).toHaveLength(2);
  });

  it('echoes without using up a STAN', () => {
    const { board, center } = ready();
    board.menu();
    board.key(51);
    board.see('回响测试成功');
    board.see(idle);
    const [request] = center.of('0820');
    expect([...Array(65).keys()].filter((n) => n > 1 && request.has(n))).toEqual([41, 42, 60]);
    sellAndPrint(board);
    // The sign-in had 000001.
    expect(center.of('0200')[0].digits(11)).toBe('000002');
  });

  it('an echo into nothing says so, and can be cancelled', () => {
    const { board, center } = ready();
    center.plan('0820', { silent: true }, { silent: true });
    board.menu();
    board.key(51);
    board.see('中心无应答', 70000);
    board.see(idle);
    board.menu();
    board.key(51);
    board.clock.run(1000);
    board.cancel();
    board.see('操作已取消');
  });

  it('turns its pages', () => {
    const { board } = ready();
    board.menu();
    expect(board.lcd()[1]).toBe('1.签到');
    board.key(68);
    expect(board.lcd().slice(1)).toEqual(['4.查上笔      ↑', '5.交易查询', '6.设备自检    ↓']);
    board.key(68);
    board.key(68);
    expect(board.lcd().slice(1)).toEqual(['0.操作员      ↑', '', '']);
    for (let pages = 0; pages < 3; pages++) board.key(85);
    expect(board.lcd()[1]).toBe('1.签到');
    board.cancel();
    board.see(idle);
  });

  it('is left after a minute without a key', () => {
    const { board } = ready();
    board.menu();
    board.see(idle, 61000);
  });

  it('has nothing to clear when nothing is owed', () => {
    const { board } = ready();
    board.menu();
    board.key(56);
    board.see('主管密码');
    board.type('123456\r');
    board.see('【主管】');
    board.key(49);
    board.see('没有待冲正交易');
    expect(board.screen()).not.toContain('有未完成的冲正');
    board.see(idle);
  });
});

describe('the last sale', () => {
  function ask(board: ReturnType<typeof ready>['board']): string {
    board.menu();
    board.key(52);
    return board.screen();
  }

  it('is none before the first', () => {
    expect(ask(ready().board)).toContain('无交易记录');
  });

  it('was approved', () => {
    const { board } = ready();
    sellAndPrint(board, '12.34');
    const screen = ask(board);
    expect(screen).toContain('621081******0011');
    expect(screen).toContain('RMB 12.34');
    expect(screen).toMatch(/成功$/);
  });

  it('was declined', () => {
    const { board, center } = ready();
    center.plan('0200', { code: '51' });
    sell(board);
    board.see('可用余额不足');
    board.see(idle);
    expect(ask(board)).toMatch(/失败 51$/);
  });

  it('was reversed', () => {
    const { board, center } = ready();
    center.plan('0200', { close: true });
    sell(board);
    board.see('冲正成功');
    board.see(idle);
    expect(ask(board)).toMatch(/已冲正$/);
  });

  it('is owed a reversal', () => {
    const { board, center } = ready();
    center.plan('0200', { close: true });
    board.dialFaults = [0, 23];
    sell(board);
    board.see('冲正未完成');
    board.see(idle);
    expect(ask(board)).toMatch(/待冲正$/);
  });

  it('is known after a power cut too', () => {
    const rig = ready();
    sellAndPrint(rig.board, '3.00');
    const board = rig.cutAndBoot();
    logIn(rig);
    expect(ask(board)).toContain('RMB 3.00');
  });
});

describe('slips', () => {
  it('are printed again, marked', () => {
    const { board } = ready();
    sellAndPrint(board);
    board.confirm();
    board.type('21');
    board.see('请撕下持卡人存根');
    board.confirm();
    board.see(idle);
    const slips = board.slips();
    expect(slips).toHaveLength(4);
    expect(slips[0]).not.toContain('DUPLICATED');
    for (const slip of slips.slice(2)) expect(slip).toContain('DUPLICATED');
  });

  it('reprint the last approved sale when a declined one came after', () => {
    const { board, center } = ready();
    sellAndPrint(board, '5.00');
    center.plan('0200', { code: '51' });
    sell(board, '6.00', '123456', card);
    board.see('可用余额不足');
    board.see(idle);
    board.confirm();
    board.type('21');
    board.see('请撕下持卡人存根');
    expect(board.slips()).toHaveLength(3);
  });

  it('have nothing to reprint before the first sale', () => {
    const { board } = ready();
    board.confirm();
    board.type('21');
    board.see('无交易记录');
  });

  it('go on where paper ran out', () => {
    const { board } = ready();
    board.printFaults = [FAULT_PAPER_OUT, FAULT_PAPER_OUT];
    sell(board);
    board.see('打印机缺纸');
    board.confirm();
    board.see('打印机缺纸');
    board.confirm();
    board.see('请撕下持卡人存根');
    board.printFaults = [FAULT_PAPER_OUT];
    board.confirm();
    board.see('打印机缺纸');
    board.confirm();
    board.see(idle);
    expect(board.slips()).toHaveLength(2);
  });

  it('the merchant slip comes by itself when nobody confirms', () => {
    const { board } = ready();
    sell(board);
    board.see('请撕下持卡人存根');
    board.see(idle, 40000);
    expect(board.paper).toHaveLength(2);
  });

  it('not printed because nobody was there at the next boot: offered again at the one after it', () => {
    const rig = ready();
    rig.board.printFaults = [FAULT_PAPER_OUT];
    sell(rig.board);
    rig.board.see('打印机缺纸');
    const unattended = rig.cutAndBoot();
    unattended.see('有未打印的凭证');
    unattended.see('操作员号', 70000);
    const refused = rig.cutAndBoot();
    refused.see('有未打印的凭证');
    refused.cancel();
    refused.see('操作员号');
    const board = rig.cutAndBoot();
    board.see('操作员号');
    expect(board.screen()).not.toContain('有未打印的凭证');
    expect(board.paper).toHaveLength(0);
  });

  it.each([0, 1])('not finished (%i on paper): offered at the next boot, never reversed', (done) => {
    const rig = ready();
    sell(rig.board);
    if (done === 0) rig.board.printFaults = [FAULT_PAPER_OUT];
    rig.board.see(done === 0 ? '打印机缺纸' : '请撕下持卡人存根');
    const board = rig.cutAndBoot();
    board.see('有未打印的凭证');
    board.confirm();
    if (done === 0) {
      board.see('请撕下持卡人存根');
      board.confirm();
    }
    board.see('操作员号');
    expect(board.slips()).toHaveLength(2 - done);
    expect(rig.center.of('0400')).toHaveLength(0);
    const again = rig.cutAndBoot();
    again.see('操作员号');
    expect(again.shown.join()).not.toContain('DUPLICATED');
    expect(again.paper).toHaveLength(0);
  });

  it('given up by the clerk are offered once more, and not again after a no', () => {
    const rig = ready();
    rig.board.printFaults = [FAULT_PAPER_OUT];
    sell(rig.board);
    rig.board.see('打印机缺纸');
    rig.board.cancel();
    rig.board.see('打印失败');
    rig.board.see(idle);
    rig.cutAndBoot().see('有未打印的凭证');
    rig.board.cancel();
    rig.board.see('操作员号');
    rig.cutAndBoot().see('操作员号');
  });
});
