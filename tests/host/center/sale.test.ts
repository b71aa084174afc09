import { openSignedIn } from './center-fixture';
import { testCards } from '../../../host/center/test-cards';

describe.each(['native', 'wasm'] as const)('a sale at the center (%s)', (engine) => {
  test('is approved, posted once, and its answer carries what the slip needs', () => {
    const { center, terminal, balanceOf } = openSignedIn(engine);
    const answer = terminal.sale({ amountFen: 12_345 });
    expect(answer.mti).toBe('0210');
    expect(answer.code).toBe('00');
    expect(answer.macValid).toBe(true);
    expect(answer.digits(2)).toBe(testCards.debit.pan);
    expect(answer.digits(4)).toBe('000000012345');
    expect(answer.digits(12) + answer.digits(13)).toBe('1508090506');
    expect(answer.digits(15)).toBe('0506');
    expect(answer.text(37)).toMatch(/^612615\d{6}$/);
    expect(answer.text(38)).toMatch(/^\d{6}$/);
    expect(answer.text(44)).toBe('01020000   00010000   ');
    expect(answer.text(63)).toHaveLength(63);
    expect(balanceOf('debit')).toBe(5_000_000 - 12_345);
    expect(center.ledger()).toMatchObject([{ kind: 'sale', amountFen: -12_345, card: 'debit', stan: '000002' }]);
    expect(center.totals('10000001', terminal.state.batch)).toMatchObject({ debitFen: 12_345, debitCount: 1 });
  });

  test('of a reversed one nothing is left', () => {
    const { center, terminal, balanceOf } = openSignedIn(engine);
    terminal.sale({ amountFen: 700 });
    expect(terminal.reverse({ amountFen: 700 })).toMatchObject({ mti: '0410', code: '00', macValid: true });
    expect(balanceOf('debit')).toBe(5_000_000);
    expect(center.totals('10000001', terminal.state.batch).debitCount).toBe(0);
  });
});

test('the envelope comes back swapped, with nothing asked of the terminal', () => {
  const { terminal } = openSignedIn();
  const frame = terminal.saleFrame();
  frame[7] = 0x15;
  expect(terminal.send(frame).frame.subarray(0, 11).toString('hex')).toBe('6000000003603110310000');
});
