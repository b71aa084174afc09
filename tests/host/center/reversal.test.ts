/** Money rule 3, the center's side. */
import { bcd, llDigits } from '../../../firmware/iso8583/wire-form';
import { testCards } from '../../../host/center/test-cards';
import { engines, openSignedIn } from './center-fixture';

describe.each(engines)('a reversal (%s)', (engine) => {
  test('of an approved sale gives the money back, once, however often it comes', () => {
    const { center, terminal, balanceOf } = openSignedIn(engine);
    terminal.sale({ amountFen: 700 });
    for (let i = 0; i < 3; i++) {
      expect(terminal.reverse({ amountFen: 700 })).toMatchObject({ mti: '0410', code: '00', macValid: true });
    }
    expect(balanceOf('debit')).toBe(5_000_000);
    expect(center.ledger().map((row) => row.amountFen)).toEqual([-700, 700]);
    expect(center.totals('10000001', terminal.state.batch)).toMatchObject({ debitFen: 0, debitCount: 0 });
  });

  test('of a partial approval gives back the part', () => {
    const { terminal, balanceOf } = openSignedIn(engine);
    terminal.sale({ card: testCards.lowBalance, amountFen: 5000, field60Tail: '601' });
    expect(terminal.reverse({ amountFen: 5000 }).code).toBe('00');
    expect(balanceOf('lowBalance')).toBe(1200);
  });

  test('of a declined sale is answered 00 and moves nothing', () => {
    const { center, terminal } = openSignedIn(engine);
    terminal.sale({ card: testCards.lost });
    expect(terminal.reverse()).toMatchObject({ code: '00', macValid: true });
    expect(center.ledger()).toHaveLength(0);
  });

  test('of a sale nobody saw is answered 25, again and again, and the sale is refused when it comes', () => {
    const { center, terminal, balanceOf } = openSignedIn(engine);
    const late = terminal.saleFrame({ amountFen: 300 });
    expect(terminal.reverse({ amountFen: 300 })).toMatchObject({ code: '25', macValid: true });
    expect(terminal.reverse({ amountFen: 300 })).toMatchObject({ code: '25', macValid: true });
    expect(terminal.send(late)).toMatchObject({ code: '12', macValid: true });
    expect(terminal.send(late).code).toBe('12');
    expect(terminal.reverse({ amountFen: 300 }).code).toBe('25');
    expect(balanceOf('debit')).toBe(5_000_000);
    expect(center.ledger()).toHaveLength(0);
  });

  test('with the card number in it names the same card or nothing happens', () => {
    const { center, terminal } = openSignedIn(engine);
    terminal.sale();
    const answer = terminal.reverse({ change: (fields) => void (fields[2] = llDigits(testCards.credit.pan)) });
    expect(answer).toMatchObject({ code: '64', macValid: true });
    expect(center.ledger()).toHaveLength(1);
  });
});

test('its answer has no F64 trouble: the keys were replaced, it gets A0, signs in, and ends', () => {
  const { center, terminal, balanceOf } = openSignedIn();
  const stan = 50;
  terminal.sale({ amountFen: 900, stan });
  center.replaceKeys('10000001');
  const refused = terminal.reverse({ amountFen: 900, stan });
  expect(refused).toMatchObject({ code: 'A0', macValid: false });
  expect(refused.has(64)).toBe(true);
  terminal.signIn();
  expect(terminal.reverse({ amountFen: 900, stan }, 'A0')).toMatchObject({ code: '00', macValid: true });
  expect(balanceOf('debit')).toBe(5_000_000);
});

test('of another amount is 64, which ends nothing and does not stand in the way of the right one', () => {
  const { center, terminal } = openSignedIn();
  terminal.sale({ amountFen: 900 });
  expect(terminal.reverse({ amountFen: 901 }).code).toBe('64');
  expect(center.ledger()).toHaveLength(1);
  expect(terminal.reverse({ amountFen: 900 }).code).toBe('00');
  expect(terminal.reverse({ amountFen: 901 }).code).toBe('94');
  expect(center.ledger()).toHaveLength(2);
});

test('a late twin of a reversed sale is never told "approved"', () => {
  const { terminal } = openSignedIn();
  const frame = terminal.saleFrame();
  expect(terminal.send(frame).code).toBe('00');
  terminal.reverse();
  expect(terminal.send(frame)).toMatchObject({ code: '12', macValid: true });
});

test('of a sale in the batch before still ends', () => {
  const { terminal, balanceOf } = openSignedIn();
  terminal.sale({ stan: 5 });
  terminal.signIn('004', '000000');
  expect(terminal.reverse({ stan: 5, batch: '000001' }).code).toBe('00');
  expect(balanceOf('debit')).toBe(5_000_000);
});

test('after sign-off still ends', () => {
  const { terminal, balanceOf } = openSignedIn();
  terminal.sale({ stan: 5 });
  terminal.signOff();
  expect(terminal.reverse({ stan: 5 }).code).toBe('00');
  expect(balanceOf('debit')).toBe(5_000_000);
});

test.each([
  ['03', { change: (fields: (string | undefined)[]) => void (fields[42] = '898110053310009') }],
  ['30', { change: (fields: (string | undefined)[]) => void (fields[49] = undefined) }],
  ['13', { change: (fields: (string | undefined)[]) => void (fields[4] = bcd('000000000000')) }],
])('refused with %s carries F64 all the same', (code, options) => {
  const { terminal } = openSignedIn();
  terminal.sale();
  expect(terminal.reverse(options)).toMatchObject({ mti: '0410', code, macValid: true });
});
