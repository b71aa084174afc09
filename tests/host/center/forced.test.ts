/** What docs/center.md promises to testers: outcomes and faults by amount or by switch. */
import { testCards } from '../../../host/center/test-cards';
import type { CenterFault } from '../../../host/center/types';
import { openSignedIn } from './center-fixture';

describe('the outcome asked for by an amount of 44.nn', () => {
  test.each([
    [4405, '05'],
    [14_451, '51'],
    [4455, '55'],
    [99_944_91, '91'],
    [4499, '99'],
    [4480, 'A0'],
    [4487, 'A7'],
    [4483, 'A3'],
  ])('%i fen: %s, nothing posted', (amountFen, code) => {
    const { center, terminal } = openSignedIn();
    expect(terminal.sale({ amountFen })).toMatchObject({ code, macValid: true });
    expect(center.ledger()).toHaveLength(0);
    expect(terminal.reverse({ amountFen }).code).toBe('00');
  });

  test.each([
    [4411, '11'],
    [4482, 'A2'],
    [4484, 'A4'],
    [4486, 'A6'],
  ])('%i fen: %s, approved and posted', (amountFen, code) => {
    const { center, terminal } = openSignedIn();
    expect(terminal.sale({ amountFen })).toMatchObject({ code, macValid: true });
    expect(center.ledger()).toMatchObject([{ amountFen: -amountFen }]);
  });

  test('4410 fen: half is approved where the terminal offers that, otherwise 51', () => {
    const { center, terminal } = openSignedIn();
    const answer = terminal.sale({ amountFen: 4410, field60Tail: '601' });
    expect(answer.code).toBe('10');
    expect(answer.digits(4)).toBe('000000002205');
    expect(center.ledger()).toMatchObject([{ amountFen: -2205 }]);
    expect(terminal.sale({ amountFen: 4410 }).code).toBe('51');
  });

  test.each([4400, 7400, 7499, 4500, 100, 4444_00, 740_00])('%i fen is a sale like any other', (amountFen) => {
    const { terminal } = openSignedIn();
    expect(terminal.sale({ amountFen })).toMatchObject({ code: '00', macValid: true });
  });
});

describe('a fault of the center', () => {
  test.each(['silence', 'lost', 'close'] as const)('%s: nothing comes back', (fault) => {
    const { center, terminal } = openSignedIn();
    center.setFault('*', fault);
    const replies = terminal.sendAll(terminal.saleFrame());
    expect(replies).toMatchObject(fault === 'close' ? [{ close: true }] : []);
    expect(replies[0]?.frame ?? []).toHaveLength(0);
    expect(center.ledger()).toHaveLength(fault === 'lost' ? 0 : 1);
    expect(terminal.reverse().code).toBe(fault === 'lost' ? '25' : '00');
  });

  test('late and slow: the right answer, after the time-out or just before it', () => {
    const { center, terminal } = openSignedIn();
    for (const [fault, delayMs] of [
      ['late', 75_000],
      ['slow', 8000],
    ] as const) {
      center.setFault('10000001', fault);
      const replies = terminal.sendAll(terminal.saleFrame());
      expect(replies).toMatchObject([{ delayMs }]);
      expect(terminal.read(replies[0])).toMatchObject({ code: '00', macValid: true });
    }
  });

  test('duplicate: the same frame twice', () => {
    const { center, terminal } = openSignedIn();
    center.setFault('*', 'duplicate');
    const replies = terminal.sendAll(terminal.saleFrame());
    expect(replies).toHaveLength(2);
    expect(replies[1]?.frame).toEqual(replies[0]?.frame);
    expect(center.ledger()).toHaveLength(1);
  });

  test.each(['badMac', 'macOfOther', 'noMac'] as const)('%s: approved, but not to be believed', (fault) => {
    const { center, terminal } = openSignedIn();
    center.setFault('*', fault);
    const answer = terminal.sale();
    expect(answer).toMatchObject({ code: '00', macValid: false });
    expect(answer.has(64)).toBe(fault !== 'noMac');
  });

  test.each([
    ['wrongStan', 11],
    ['wrongAmount', 4],
    ['wrongTerminal', 41],
    ['wrongMti', 0],
  ] as const)('%s: a good MAC over a lie in field %i', (fault, field) => {
    const { center, terminal } = openSignedIn();
    const right = terminal.sale({ stan: 9 });
    center.setFault('*', fault);
    const wrong = terminal.sale({ stan: 9 });
    expect(wrong.macValid).toBe(true);
    const value = (reading: typeof right): string =>
      field === 0 ? reading.mti : field === 41 ? reading.text(41) : reading.digits(field);
    expect(value(wrong)).not.toBe(value(right));
    for (const other of [4, 11].filter((n) => n !== field)) expect(wrong.digits(other)).toBe(right.digits(other));
  });

  test.each(['truncated', 'garbage'] as const)('%s: bytes that are no message', (fault) => {
    const { center, terminal } = openSignedIn();
    center.setFault('*', fault);
    const replies = terminal.sendAll(terminal.saleFrame());
    expect(replies[0]?.frame.length).toBeGreaterThan(0);
    expect(terminal.read(replies[0])).toBeUndefined();
  });

  const byAmount: [number, CenterFault][] = [
    [7401, 'silence'],
    [7403, 'late'],
    [17_406, 'badMac'],
    [7408, 'close'],
    [7415, 'garbage'],
  ];
  test.each(byAmount)('an amount of %i fen asks for %s, its reversal does not', (amountFen, fault) => {
    const { center, terminal } = openSignedIn();
    const asked = terminal.sendAll(terminal.saleFrame({ amountFen, stan: 20 }));
    center.setFault('*', fault);
    const switched = terminal.sendAll(terminal.saleFrame({ amountFen: amountFen + 100, stan: 21 }));
    const shape = (replies: typeof asked): unknown =>
      replies.map((reply) => [reply.delayMs, reply.close, reply.frame.length, terminal.read(reply)?.macValid]);
    expect(shape(asked)).toEqual(shape(switched));
    expect(terminal.reverse({ amountFen, stan: 20 })).toMatchObject({ code: '00', macValid: true });
  });

  test('lasts as many messages as asked for, of the terminal and type asked for', () => {
    const { center, terminal } = openSignedIn();
    center.setFault('10000009', 'silence');
    center.setFault('10000001', 'silence', 2, '0200');
    const answers = (): number => terminal.sendAll(terminal.saleFrame()).length;
    expect(terminal.echo().code).toBe('00');
    expect([answers(), answers(), answers()]).toEqual([0, 0, 1]);
    center.setFault('*', 'silence', 100);
    center.clearFaults();
    expect(answers()).toBe(1);
    expect(() => center.setFault('*', 'nonsense' as CenterFault)).toThrow('no fault nonsense');
  });
});

test('every switch and outcome is undone with the savepoint around it', () => {
  const { store, center, terminal, balanceOf } = openSignedIn();
  store.savepoint('branch');
  center.setFault('*', 'silence', 5);
  terminal.sendAll(terminal.saleFrame());
  center.replaceKeys('10000001');
  store.rollback('branch');
  expect(balanceOf('debit')).toBe(testCards.debit.balanceFen);
  expect(terminal.sale()).toMatchObject({ code: '00', macValid: true });
});

test('faults that wait can be seen and taken back one by one', () => {
  const { center } = openSignedIn();
  center.setFault('10000001', 'late', 2, '0200');
  center.setFault('*', 'silence');
  const waiting = center.faults();
  expect(waiting).toMatchObject([
    { terminalId: '10000001', fault: 'late', remaining: 2, mti: '0200' },
    { terminalId: '*', fault: 'silence', remaining: 1, mti: '*' },
  ]);
  center.removeFault(waiting[0].id);
  center.removeFault(waiting[0].id);
  expect(center.faults().map((row) => row.fault)).toEqual(['silence']);
});
