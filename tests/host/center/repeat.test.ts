/** Money rule 5: a repeat gets the stored outcome, anything else under the same number is 94, nothing is charged twice. */
import type { WireFields } from '../../../firmware/iso8583/message';
import { bcd, bcdLeft, llDigits, lllDigits } from '../../../firmware/iso8583/wire-form';
import { testCards } from '../../../host/center/test-cards';
import { engines, openSignedIn } from './center-fixture';

describe.each(engines)('the same request again (%s)', (engine) => {
  test('is answered as before and charged once', () => {
    const { center, terminal, balanceOf } = openSignedIn(engine);
    const frame = terminal.saleFrame({ amountFen: 500 });
    const first = terminal.send(frame);
    terminal.state.nowMs += 86_400_000;
    const second = terminal.send(frame);
    expect(second.frame).toEqual(first.frame);
    expect(balanceOf('debit')).toBe(5_000_000 - 500);
    expect(center.exchanges()).toMatchObject([{ repeats: 1, code: '00' }]);
  });

  test('is answered as before after new keys, with a MAC under the new one', () => {
    const { terminal, balanceOf } = openSignedIn(engine);
    const first = terminal.sale({ amountFen: 500, stan: 77 });
    terminal.signIn('003');
    const second = terminal.sale({ amountFen: 500, stan: 77 });
    expect(second).toMatchObject({ code: '00', macValid: true });
    expect(second.text(37) + second.text(38)).toBe(first.text(37) + first.text(38));
    expect(balanceOf('debit')).toBe(5_000_000 - 500);
  });

  test('of a decline is declined again, though the account could pay by now', () => {
    const { center, terminal } = openSignedIn(engine);
    const sale = { card: testCards.lowBalance, amountFen: 5000, stan: 9 };
    expect(terminal.sale(sale).code).toBe('51');
    center.setBalance('lowBalance', 100_000);
    expect(terminal.sale(sale).code).toBe('51');
    expect(terminal.sale({ ...sale, stan: 10 }).code).toBe('00');
  });

  test('of a partial approval gives the same part', () => {
    const { terminal, balanceOf } = openSignedIn(engine);
    const sale = { card: testCards.lowBalance, amountFen: 5000, stan: 9, field60Tail: '601' };
    const first = terminal.sale(sale);
    expect(terminal.sale(sale).digits(4)).toBe(first.digits(4));
    expect(balanceOf('lowBalance')).toBe(0);
  });

  test('with a wrong PIN does not count a try', () => {
    const { center, terminal } = openSignedIn(engine);
    for (let i = 0; i < 5; i++) expect(terminal.sale({ pin: '999999', stan: 5 }).code).toBe('55');
    expect(center.accounts()[0]).toMatchObject({ card: 'debit', pinTries: 1 });
  });
});

describe('the same number with anything else different is 94', () => {
  type Change = (fields: WireFields) => void;
  const changes: [string, Change][] = [
    ['F3', (f) => void (f[3] = bcd('310000'))],
    ['F4', (f) => void (f[4] = bcd('000000010001'))],
    ['F25', (f) => void (f[25] = bcd('08'))],
    ['F60.1', (f) => void (f[60] = lllDigits('2300000100060'))],
    [
      'the card',
      (f) => {
        f[22] = bcdLeft('012');
        f[2] = llDigits(testCards.credit.pan);
        f[26] = f[35] = f[36] = f[52] = f[53] = undefined;
      },
    ],
  ];

  test.each(changes)('%s', (_name, change) => {
    const { center, terminal, balanceOf } = openSignedIn();
    expect(terminal.sale({ stan: 7 }).code).toBe('00');
    expect(terminal.sale({ stan: 7, change })).toMatchObject({ code: '94', macValid: true });
    expect(balanceOf('debit')).toBe(5_000_000 - 10_000);
    expect(center.ledger()).toHaveLength(1);
    expect(terminal.sale({ stan: 7 }).code).toBe('00');
  });
});

test('the same STAN in another batch is another sale', () => {
  const { center, terminal } = openSignedIn();
  terminal.sale({ stan: 7 });
  terminal.signIn('004', '000000');
  expect(terminal.sale({ stan: 7 }).code).toBe('00');
  expect(center.ledger()).toHaveLength(2);
});

test('a late twin of a sale of the batch before is answered, a new sale in it is not', () => {
  const { center, terminal } = openSignedIn();
  terminal.sale({ stan: 7 });
  terminal.signIn('004', '000000');
  expect(terminal.sale({ stan: 7, batch: '000001' }).code).toBe('00');
  expect(terminal.sale({ stan: 8, batch: '000001' }).code).toBe('77');
  expect(center.ledger()).toHaveLength(1);
});
