/** What the center may answer to a sale, and what the terminal makes of it (money rule 2). */
import { bcd } from '../../firmware/iso8583/wire-form';
import { card, type Plan } from '../support/fake-center';
import { ready, sell, sellAndPrint } from '../support/terminal-rig';

const idle = '请刷卡或按确认键';

function answered(plan: Plan): ReturnType<typeof ready> {
  const rig = ready();
  rig.center.plan('0200', plan);
  sell(rig.board);
  return rig;
}

describe('a valid answer', () => {
  it.each([
    ['51', '可用余额不足', ''],
    ['55', '密码错', ''],
    ['14', '无效卡号', ''],
    ['04', '此卡为无效卡', '请没收卡片'],
    ['41', '挂失卡，请没收', '请没收卡片'],
    ['43', '被窃卡，请没收', '请没收卡片'],
    ['97', '终端号未登记', '请联系收单行'],
    ['98', '发卡方超时', ''],
    ['01', '请持卡人与发卡', '银行联系'],
    ['96', '拒绝，中心异常', '请稍后重试'],
    ['ZZ', '交易失败', ''],
  ])('%s declines with its text and what its class asks for', (code, row1, row2) => {
    const { board, center } = answered({ code });
    board.see(`[${code}]`);
    expect(board.lcd().slice(0, 3)).toEqual(['交易失败'.padEnd(8) + `[${code}]`, row1, row2]);
    board.see(idle);
    expect(board.paper).toHaveLength(0);
    expect(center.of('0400')).toHaveLength(0);
    sellAndPrint(board);
  });

  it.each([
    ['11', '此为VIP 客户'],
    ['A2', '资金转入行'],
    ['A4', '资金到账行'],
    ['A5', '资金到账行'],
    ['A6', '资金到账行'],
  ])('%s approves with a notice', (code, notice) => {
    const { board, center } = answered({ code });
    board.see(notice);
    expect(board.screen()).toContain('交易成功');
    board.see('请撕下持卡人存根');
    expect(center.charged.size).toBe(1);
  });

  it.each(['99', 'A0', '77'])('%s: declined, and the next sale signs in first', (code) => {
    const { board, center } = answered({ code });
    board.see('请重新签到');
    board.see(idle);
    expect(center.of('0800')).toHaveLength(1);
    sell(board);
    board.see('请撕下持卡人存根');
    expect(center.of('0800')).toHaveLength(2);
    expect(center.of('0400')).toHaveLength(0);
  });

  it('cannot put bytes that are no characters on the screen', () => {
    const { board } = answered({ code: '\x01\xff' });
    board.see('[??]');
  });
});

describe('an answer that cannot be trusted', () => {
  it.each(['absent', 'wrong'] as const)('approved, F64 %s: unknown, reversed with A0, no slip', (mac) => {
    const { board, center } = answered({ mac });
    board.see('交易结果未知');
    expect(board.screen()).toContain('MAC 校验错');
    expect(board.screen()).toContain('冲正成功');
    expect(center.of('0400')).toHaveLength(1);
    expect(center.of('0400')[0].data(39)).toBe('A0');
    expect(center.charged.size).toBe(0);
    board.see(idle);
    expect(board.paper).toHaveLength(0);
  });

  it('declined without F64: its text is shown, and it is reversed all the same', () => {
    const { board, center } = answered({ code: '51', mac: 'absent' });
    board.see('可用余额不足');
    expect(center.of('0400')).toHaveLength(1);
    board.see(idle);
    sellAndPrint(board);
  });

  it('declined without F64 with a text of two rows, and no reversal ends: that is shown too, before it locks', () => {
    const { board, center } = ready();
    center.plan('0200', { code: '01', mac: 'absent' });
    for (let i = 0; i < 3; i++) center.plan('0400', { silent: true });
    sell(board);
    board.see('冲正未完成', 200000);
    board.see('银行联系');
    board.see(idle);
    expect(board.paper).toHaveLength(1);
  });

  it('A0 without F64: signs in, then reverses', () => {
    const { board, center } = answered({ code: 'A0', mac: 'absent' });
    board.see('请重新签到');
    expect(center.requests.slice(-3).map((request) => request.mti)).toEqual(['0200', '0800', '0400']);
    board.see(idle);
  });

  it.each([
    ['STAN', 11, bcd('000999')],
    ['terminal', 41, '99999999'],
    ['amount', 4, bcd('000000000001')],
    ['merchant', 42, '999999999999999'],
    ['processing code', 3, bcd('200000')],
  ])('of another %s is dropped, and the wait goes on', (_name, field, wire) => {
    const { board, center } = answered({ fields: (fields) => (fields[field] = wire) });
    board.clock.run(30000);
    expect(board.screen()).toContain('交易处理中');
    board.see('中心无应答');
    expect(board.screen()).toContain('冲正成功');
    expect(center.of('0400')[0].data(39)).toBe('98');
    expect(center.charged.size).toBe(0);
  });

  it('garbage before the answer does not hide it', () => {
    const { board } = answered({ before: () => ['\x02\x10garbage garbage', ''] });
    board.see('请撕下持卡人存根');
  });

  it('a duplicate of the answer prints nothing twice', () => {
    const { board } = answered({ before: (answer) => [answer] });
    board.see('请撕下持卡人存根');
    board.confirm();
    board.see(idle);
    expect(board.paper).toHaveLength(2);
  });
});

describe('no answer', () => {
  it('is reversed at once: same STAN, batch and amount, reason 98, no card data', () => {
    const { board, center } = answered({ silent: true });
    board.see('中心无应答', 70000);
    const [sale] = center.of('0200');
    const [reversal] = center.of('0400');
    const present = [...Array(65).keys()].filter((n) => n > 1 && reversal.has(n));
    expect(present).toEqual([3, 4, 11, 22, 25, 39, 41, 42, 49, 60, 64]);
    for (const n of [3, 4, 11, 22, 25, 41, 42, 49, 60]) expect(reversal.wire(n)).toBe(sale.wire(n));
    expect(reversal.data(39)).toBe('98');
    expect(center.charged.size).toBe(0);
    board.see(idle);
    sellAndPrint(board);
    expect(center.of('0200')[1].wire(11)).not.toBe(sale.wire(11));
  });

  it('the line closes: the same', () => {
    const { board, center } = answered({ close: true });
    board.see('通讯中断');
    expect(board.screen()).toContain('冲正成功');
    expect(center.charged.size).toBe(0);
  });

  it('the clerk cancels the wait: the same', () => {
    const { board, center } = answered({ silent: true });
    board.clock.run(2000);
    board.cancel();
    board.see('冲正成功');
    expect(center.charged.size).toBe(0);
  });

  it('a late answer settles nothing', () => {
    const { board, center } = answered({ delayMs: 61000 });
    board.see('冲正成功', 90000);
    board.see(idle);
    expect(board.paper).toHaveLength(0);
    expect(center.charged.size).toBe(0);
  });
});

describe('a partial approval', () => {
  const less = (fields: (string | undefined)[]): void => {
    fields[4] = bcd('000000000300');
  };

  function offered(): ReturnType<typeof ready> {
    const rig = ready({ partialApproval: true });
    rig.center.plan('0200', { code: '10', fields: less });
    sell(rig.board);
    rig.board.see('部分承兑金额');
    expect(rig.board.screen()).toContain('3.00');
    return rig;
  }

  it('the customer agrees: two slips', () => {
    const { board, center } = offered();
    board.confirm();
    board.see('请撕下持卡人存根');
    expect(center.of('0400')).toHaveLength(0);
  });

  it('the customer refuses: reversed with 06, no slip', () => {
    const { board, center } = offered();
    board.cancel();
    board.see('冲正成功');
    expect(center.of('0400')[0].data(39)).toBe('06');
    expect(board.paper).toHaveLength(0);
  });

  it('nobody asked for one: reversed with 06', () => {
    const { board, center } = answered({ code: '10', fields: less });
    board.see('应答报文错误');
    expect(center.of('0400')[0].data(39)).toBe('06');
    expect(center.charged.size).toBe(0);
  });
});

describe('a line that never connects', () => {
  it('ten attempts owe nothing; then it works', () => {
    const { board, center } = ready();
    board.lineDead = true;
    for (let i = 0; i < 10; i++) {
      sell(board);
      board.see('连接中心失败');
      board.see(idle);
    }
    board.lineDead = false;
    sellAndPrint(board);
    expect(center.of('0400')).toHaveLength(0);
    expect(center.of('0200')).toHaveLength(1);
  });

  it('reaches the center over one connection a sale', () => {
    const rig = ready();
    const before = rig.board.dials;
    sellAndPrint(rig.board);
    expect(rig.board.dials).toBe(before + 1);
  });
});

describe('keys replaced at the center between two sales', () => {
  it('the second sale is refused without a valid F64, signed in for and reversed', () => {
    const rig = ready();
    const { board, center } = rig;
    sellAndPrint(board);
    center.key = 'another key';
    center.plan('0200', { code: 'A0' });
    sell(board);
    board.see('请重新签到');
    board.see(idle);
    sellAndPrint(board);
    expect([...center.charged.keys()]).toHaveLength(2);
  });
});

it('the same card swiped twice in a row is charged once a confirmed sale', () => {
  const { board, center } = ready();
  board.swipe(card);
  board.swipe(card);
  board.type('100\r');
  board.see('请核对卡号');
  board.swipe(card);
  board.confirm();
  board.confirm();
  board.see('请持卡人输密码');
  board.pin('123456');
  board.pin('123456');
  board.see('请撕下持卡人存根');
  expect(center.of('0200')).toHaveLength(1);
});

it('signs in again at the first sale of the next day', () => {
  const rig = ready();
  const { board, center } = rig;
  board.rtc = '20260302080000';
  center.signInDate = '0302';
  sellAndPrint(board);
  expect(center.of('0800')).toHaveLength(2);
  sellAndPrint(board);
  expect(center.of('0800')).toHaveLength(2);
});
