/** Paper that a power cut, a printer or a clerk kept from coming (money rule 7): offered again until somebody decided. */
import { FAULT_PAPER_OUT } from '../../hal/fault';
import type { FakeBoard } from '../support/fake-board';
import { logIn, ready, sell, sellAndPrint, type Rig } from '../support/terminal-rig';

const idle = '请刷卡或按确认键';

/** A sale whose second slip never came: the clerk gave up on the printer. */
function sellWithoutPaper(board: FakeBoard, amount: string): void {
  board.printFaults = [FAULT_PAPER_OUT];
  sell(board, amount);
  board.see('打印机缺纸');
  board.cancel();
  board.see('打印失败');
  board.see(idle);
}

function boot(rig: Rig): FakeBoard {
  const board = rig.cutAndBoot();
  board.clock.run(5000, () => /有未打印的凭证|操作员号/.test(board.screen()));
  return board;
}

/** Sales 000002, 000003 and 000004; the first and the last have no slips. */
function twoUnprinted(): Rig {
  const rig = ready();
  sellWithoutPaper(rig.board, '1.00');
  sellAndPrint(rig.board, '2.00');
  sellWithoutPaper(rig.board, '3.00');
  return rig;
}

it('every one of the batch is offered, the latest first', () => {
  const board = boot(twoUnprinted());
  expect(board.lcd()).toEqual(['有未打印的凭证', '凭证号:000004', '现在打印?', '确认      取消']);
  board.confirm();
  board.see('请撕下持卡人存根');
  board.confirm();
  board.see('凭证号:000002');
  board.confirm();
  board.see('请撕下持卡人存根');
  board.confirm();
  board.see('操作员号');
  const amounts = board.slips().map((slip) => /RMB ([\d.]+)/.exec(slip)?.[1]);
  expect(amounts).toEqual(['3.00', '3.00', '1.00', '1.00']);
  for (const slip of board.slips()) expect(slip).toContain('DUPLICATED');
});

it('nobody there: after a minute the start goes on, and everything is asked again at the next one', () => {
  const rig = twoUnprinted();
  let board = boot(rig);
  board.clock.run(61000);
  expect(board.screen()).toContain('操作员号');
  logIn(rig);
  sellAndPrint(board, '4.00');
  board = boot(rig);
  expect(board.lcd()[1]).toBe('凭证号:000004');
});

it('cancel settles the one that is asked about, and no other', () => {
  const rig = twoUnprinted();
  let board = boot(rig);
  board.cancel();
  board.see('凭证号:000002');
  board.clock.run(61000);
  board = boot(rig);
  expect(board.lcd()[1]).toBe('凭证号:000002');
  board.cancel();
  board.see('操作员号');
  expect(boot(rig).screen()).toContain('操作员号');
});

it('a printer that cannot ends the questions, not the offer', () => {
  const rig = twoUnprinted();
  let board = boot(rig);
  board.printFaults = [FAULT_PAPER_OUT];
  board.confirm();
  board.see('打印机缺纸');
  board.cancel();
  board.see('操作员号');
  board = boot(rig);
  expect(board.lcd()[1]).toBe('凭证号:000004');
});

it('what was declined or reversed is not offered', () => {
  const rig = ready();
  rig.center.plan('0200', { code: '51' }, { close: true });
  sell(rig.board, '1.00');
  rig.board.see('可用余额不足');
  rig.board.see(idle);
  sell(rig.board, '2.00');
  rig.board.see('冲正成功');
  expect(boot(rig).screen()).toContain('操作员号');
});

it('the last one of a batch that ended is still offered in the next', () => {
  const rig = ready();
  sellWithoutPaper(rig.board, '1.00');
  // The center opens another batch, as after a settlement.
  rig.center.batch++;
  rig.remains.padKey = '';
  rig.cutAndBoot();
  rig.board.clock.run(61000);
  logIn(rig);
  const board = boot(rig);
  expect(board.lcd()[1]).toBe('凭证号:000002');
});

describe('the fault slip of a reversal that did not end', () => {
  const silent = Array.from({ length: 9 }, () => ({ silent: true, code: '96' }));

  /** The third 0400 stays unanswered, then the power goes before the paper comes. */
  function cutBeforeThePaper(): Rig {
    const rig = ready();
    rig.center.plan('0200', { silent: true });
    rig.center.plan('0400', ...silent);
    sell(rig.board, '9.00');
    rig.board.see('正在打印', 400000);
    expect(rig.board.paper).toHaveLength(0);
    return rig;
  }

  it('comes at the next start', () => {
    const rig = cutBeforeThePaper();
    const board = rig.cutAndBoot();
    board.see('冲正未完成', 400000);
    expect(board.slips()).toHaveLength(1);
    expect(board.slips()[0]).toContain('冲正故障单');
  });

  it('comes without a line too', () => {
    const rig = cutBeforeThePaper();
    const board = rig.cutAndBoot();
    board.dialFaults = [23, 23, 23];
    board.see('冲正未完成', 400000);
    expect(board.slips()).toHaveLength(1);
  });

  it('comes when the sign-in before the reversal fails', () => {
    const rig = cutBeforeThePaper();
    rig.remains.padKey = '';
    const board = rig.cutAndBoot();
    board.dialFaults = [23, 23, 23];
    board.see('操作员号', 400000);
    expect(board.slips().join('')).toContain('冲正故障单');
  });

  it('comes once', () => {
    const rig = cutBeforeThePaper();
    rig.cutAndBoot().see('操作员号', 400000);
    const board = rig.cutAndBoot();
    board.see('操作员号', 400000);
    expect(board.slips()).toHaveLength(0);
  });

  it('is not needed where the reversal ends at the next start', () => {
    const rig = cutBeforeThePaper();
    rig.center.plans['0400'] = [];
    const board = rig.cutAndBoot();
    board.see('冲正成功', 400000);
    board.see('操作员号');
    expect(board.slips()).toHaveLength(0);
  });

  it('is printed again at the next attempt where there was no paper', () => {
    const rig = ready();
    rig.center.plan('0200', { silent: true });
    rig.center.plan('0400', ...silent);
    sell(rig.board, '9.00');
    rig.board.printFaults = [FAULT_PAPER_OUT];
    rig.board.see('打印机缺纸', 400000);
    rig.board.cancel();
    rig.board.see(idle);
    rig.board.key(49);
    rig.board.see('冲正未完成', 400000);
    expect(rig.board.slips().join('')).toContain('冲正故障单');
  });
});
