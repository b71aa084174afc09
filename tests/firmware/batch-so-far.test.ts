/** The batch so far: on the screen, on paper, and slips of any of its transactions again. */
import { FAULT_PAPER_OUT } from '../../hal/fault';
import { KEY_DOWN, KEY_UP } from '../../hal/devices';
import { addFen } from '../../firmware/journal/totals';
import type { FakeBoard } from '../support/fake-board';
import { logIn, ready, sell, sellAndPrint, type Rig } from '../support/terminal-rig';

const idle = '请刷卡或按确认键';

/** Three sales that stand, one declined, one reversed; the STANs of two inquiries and of a sign-in lie between. */
function aDay(): Rig {
  const rig = ready();
  const { board, center } = rig;
  sellAndPrint(board, '100.00');
  center.plan('0200', { code: '51' });
  sell(board, '5000.00');
  board.see('可用余额不足');
  board.see(idle);
  center.plan('0200', { close: true });
  sell(board, '30.00');
  board.see('冲正成功');
  board.see(idle);
  rig.cutAndBoot();
  logIn(rig);
  sellAndPrint(rig.board, '0.99');
  sellAndPrint(rig.board, '9999999.99');
  return rig;
}

function query(board: FakeBoard, choice: string): void {
  board.menu();
  board.type('5');
  board.see('【交易查询】');
  board.type(choice);
}

function printMenu(board: FakeBoard, choice: string): void {
  board.confirm();
  board.type('2' + choice);
}

describe('one by one', () => {
  it('the newest first, down to the first and up again', () => {
    const { board } = aDay();
    query(board, '1');
    board.see('1/5');
    expect(board.lcd()).toEqual(['000006     09:30', '621081******0011', 'RMB 9999999.99', '成功         1/5']);
    board.key(KEY_DOWN);
    expect(board.lcd()).toEqual(['000005     09:30', '621081******0011', 'RMB 0.99', '成功         2/5']);
    board.key(KEY_DOWN);
    expect(board.lcd().slice(2)).toEqual(['RMB 30.00', '已冲正       3/5']);
    board.key(KEY_DOWN);
    expect(board.lcd().slice(2)).toEqual(['RMB 5000.00', '失败 51      4/5']);
    board.key(KEY_DOWN);
    board.key(KEY_DOWN);
    expect(board.lcd()).toEqual(['000002     09:30', '621081******0011', 'RMB 100.00', '成功         5/5']);
    board.key(KEY_UP);
    expect(board.lcd()[2]).toBe('RMB 5000.00');
    board.key(KEY_UP);
    board.key(KEY_UP);
    board.key(KEY_UP);
    board.key(KEY_UP);
    expect(board.lcd()[2]).toBe('RMB 9999999.99');
    board.cancel();
    board.see(idle);
  });

  it('an owed one says so, and has no time of an answer', () => {
    const rig = ready();
    rig.center.plan('0200', { close: true });
    rig.board.dialFaults = [0, 23];
    sell(rig.board, '7.00');
    rig.board.see('冲正未完成');
    rig.board.see(idle);
    query(rig.board, '1');
    rig.board.see('1/1');
    expect(rig.board.lcd()).toEqual(['000002', '621081******0011', 'RMB 7.00', '待冲正       1/1']);
  });

  it('an empty batch says so', () => {
    const { board } = ready();
    query(board, '1');
    board.see('无交易记录');
    board.see(idle);
  });

  it('leaves by itself after a minute', () => {
    const { board } = aDay();
    query(board, '1');
    board.see('1/5');
    board.clock.run(61000);
    expect(board.screen()).toContain(idle);
  });
});

describe('the totals', () => {
  it('count what stands, and beside it what does not', () => {
    const { board, center } = aDay();
    query(board, '2');
    board.see('1/2');
    expect(board.lcd()).toEqual(['交易汇总  000001', '消费           3', 'RMB  10000100.98', '             1/2']);
    board.key(KEY_DOWN);
    expect(board.lcd()).toEqual(['交易汇总  000001', '已冲正         1', '失败           1', '待冲正         0']);
    const charged = [...center.charged.values()].reduce(addFen);
    expect(charged).toBe('001000010098');
  });

  it('of amounts beyond 2^31 fen are right to the fen', () => {
    expect(addFen('000000999999', '000000000001')).toBe('000001000000');
    expect(addFen('299999999999', '000000000001')).toBe('300000000000');
    let sum = '000000000000';
    for (let i = 0; i < 300; i++) sum = addFen(sum, '000999999999');
    expect(sum).toBe('299999999700');
  });
});

describe('by voucher number', () => {
  it.each([
    ['2', '凭证号:000002', '成功'],
    ['000003', '凭证号:000003', '失败 51'],
    ['4', '凭证号:000004', '已冲正'],
  ])('%s', (keyed, title, state) => {
    const { board } = aDay();
    query(board, '3');
    board.see('请输入凭证号');
    board.type(keyed + '\r');
    board.see(title);
    expect(board.lcd()[3]).toBe(state);
    board.confirm();
    board.see(idle);
  });

  it.each(['1', '0', '999999'])('%s, which is no transaction of the batch, is told', (keyed) => {
    const { board } = aDay();
    query(board, '3');
    board.see('请输入凭证号');
    board.type(keyed + '\r');
    board.see('无此交易');
    board.see(idle);
  });

  it('the entry can be left', () => {
    const { board } = aDay();
    query(board, '3');
    board.see('请输入凭证号');
    board.cancel();
    board.see(idle);
  });
});

describe('on paper', () => {
  it('the details: each transaction, and what became of it', () => {
    const { board } = aDay();
    const before = board.paper.length;
    printMenu(board, '3');
    board.see(idle);
    const text = board.slips().slice(before).join('');
    expect(text).toContain('交易明细单');
    expect(text).toContain('批次号 BATCH NO:000001');
    const lines = text.split('\n');
    const second = (stan: string): string => lines[lines.findIndex((line) => line.startsWith(stan)) + 1];
    expect(lines).toContain('000002 S 621081*********0011');
    expect(second('000002')).toMatch(/^ RMB 100\.00 +AUTH01$/);
    expect(second('000003')).toMatch(/^ RMB 5000\.00 +失败$/);
    expect(second('000004')).toMatch(/^ RMB 30\.00 +已冲正$/);
    expect(second('000005')).toMatch(/^ RMB 0\.99 +AUTH01$/);
    expect(second('000006')).toMatch(/^ RMB 9999999\.99 +AUTH01$/);
  });

  it('the details of forty transactions come a few at a time, in order, as one slip', () => {
    const { board } = ready();
    for (let i = 1; i <= 40; i++) sellAndPrint(board, `${i}.00`);
    const before = board.paper.length;
    printMenu(board, '3');
    board.see(idle);
    const blocks = board.slips().slice(before);
    const vouchers = blocks.join('').match(/^\d{6}(?= S)/gm);
    expect(vouchers).toEqual(Array.from({ length: 40 }, (_, i) => String(i + 2).padStart(6, '0')));
    for (const block of blocks) expect(block.length).toBeLessThan(700);
    expect(blocks.filter((block) => block.includes('客服热线'))).toHaveLength(1);
  });

  it('the totals: sales and sums, and what is not in them', () => {
    const { board } = aDay();
    const before = board.paper.length;
    printMenu(board, '4');
    board.see(idle);
    const [slip] = board.slips().slice(before);
    expect(slip).toContain('交易汇总单');
    expect(slip).toMatch(/^消费\(SALE\) 3 +10000100\.98$/m);
    expect(slip).toMatch(/^借记 DEBIT 3 +10000100\.98$/m);
    expect(slip).toContain('已冲正 REVERSED:1\n');
    expect(slip).toContain('失败 DECLINED:1\n');
    expect(slip).not.toContain('待冲正');
  });

  it('a foreign card has a row of its own', () => {
    const rig = ready();
    sellAndPrint(rig.board, '10.00');
    rig.center.plan('0200', { fields: (fields) => (fields[63] = '\x00\x03VIS') });
    sellAndPrint(rig.board, '20.00');
    const before = rig.board.paper.length;
    printMenu(rig.board, '4');
    rig.board.see(idle);
    const [slip] = rig.board.slips().slice(before);
    expect(slip).toMatch(/内卡[^\n]*\n消费\(SALE\) 1 +10\.00\n外卡[^\n]*\n消费\(SALE\) 1 +20\.00\n/);
    expect(slip).toMatch(/借记 DEBIT 2 +30\.00/);
  });

  it.each(['3', '4'])('an empty batch prints nothing: %s', (choice) => {
    const { board } = ready();
    printMenu(board, choice);
    board.see('无交易记录');
    board.see(idle);
    expect(board.paper).toHaveLength(0);
  });

  it('goes on where paper ran out, or is given up', () => {
    const { board } = aDay();
    board.printFaults = [0, FAULT_PAPER_OUT, FAULT_PAPER_OUT];
    printMenu(board, '3');
    board.see('打印机缺纸');
    board.confirm();
    board.see('打印机缺纸');
    board.cancel();
    board.see('打印失败');
    board.see(idle);
  });
});

describe('slips again by voucher number', () => {
  it('both, marked as duplicates', () => {
    const { board } = aDay();
    const before = board.paper.length;
    printMenu(board, '2');
    board.see('请输入凭证号');
    board.type('2\r');
    board.see('请撕下持卡人存根');
    board.confirm();
    board.see(idle);
    const slips = board.slips().slice(before);
    expect(slips).toHaveLength(2);
    for (const slip of slips) {
      expect(slip).toContain('VOUCHER NO:000002');
      expect(slip).toContain('DUPLICATED');
    }
  });

  it.each([
    ['declined', '3', '失败'],
    ['reversed', '4', '已冲正'],
  ])('not of what was %s: no paper may say that it was paid', (_name, keyed, state) => {
    const { board } = aDay();
    const before = board.paper.length;
    printMenu(board, '2');
    board.see('请输入凭证号');
    board.type(keyed + '\r');
    board.see('无签购单可打印');
    expect(board.lcd()[1]).toBe(state);
    board.see(idle);
    expect(board.paper).toHaveLength(before);
  });

  it('a number that is none is told', () => {
    const { board } = aDay();
    printMenu(board, '2');
    board.see('请输入凭证号');
    board.type('77\r');
    board.see('无此交易');
    board.see(idle);
  });

  it('the last approved one is found behind what was declined and reversed', () => {
    const rig = ready();
    sellAndPrint(rig.board, '12.00');
    rig.center.plan('0200', { code: '51' }, { close: true });
    sell(rig.board, '13.00');
    rig.board.see(idle);
    sell(rig.board, '14.00');
    rig.board.see('冲正成功');
    rig.board.see(idle);
    printMenu(rig.board, '1');
    rig.board.see('请撕下持卡人存根');
    expect(rig.board.slips()[2]).toContain('RMB 12.00');
  });
});
