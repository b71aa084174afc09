/** Balance inquiry at the center: told under a MAC, never posted, and no way around card, PIN, batch and number. */
import { bcd } from '../../../firmware/iso8583/wire-form';
import type { WireFields } from '../../../firmware/iso8583/message';
import { centerFaults } from '../../../host/center/forced';
import { testCards } from '../../../host/center/test-cards';
import { openSignedIn } from './center-fixture';

test('says what is left after a sale, and after its reversal', () => {
  const { terminal } = openSignedIn();
  terminal.sale({ amountFen: 12_345 });
  expect(terminal.balance().text(54)).toBe('1002156C000004987655');
  terminal.reverse({ amountFen: 12_345, stan: terminal.state.stan - 1 });
  expect(terminal.balance().text(54)).toBe('1002156C000005000000');
});

test('an account that holds nothing holds 0.00', () => {
  const { center, terminal } = openSignedIn();
  center.setBalance('debit', 0);
  expect(terminal.balance().text(54)).toBe('1002156C000000000000');
});

test('the answer has the fields of its row, and none that only a sale has', () => {
  const { terminal } = openSignedIn();
  const answer = terminal.balance();
  const present = [...Array(65).keys()].filter((n) => n > 1 && answer.has(n));
  for (const n of [2, 3, 11, 12, 13, 25, 32, 37, 39, 41, 42, 44, 49, 54, 60, 64]) expect(present).toContain(n);
  for (const n of [4, 15, 38]) expect(present).not.toContain(n);
});

test.each([
  ['lost', '41'],
  ['stolen', '43'],
  ['restricted', '62'],
  ['expired', '54'],
  ['chipOnly', '45'],
  ['unknown', '14'],
] as const)('%s: %s, and no balance', (card, code) => {
  const { terminal } = openSignedIn();
  const answer = terminal.balance({ card: testCards[card] });
  expect(answer).toMatchObject({ code, macValid: true });
  expect(answer.has(54)).toBe(false);
});

test('wrong PINs count as those of sales do', () => {
  const { terminal } = openSignedIn();
  const wrong = { pin: '999999' };
  expect(terminal.balance(wrong).code).toBe('55');
  expect(terminal.sale(wrong).code).toBe('55');
  expect(terminal.balance(wrong).code).toBe('75');
  const answer = terminal.balance();
  expect(answer.code).toBe('38');
  expect(answer.has(54)).toBe(false);
});

describe('refused', () => {
  type Change = (fields: WireFields) => void;
  test.each<[string, Change, string]>([
    ['with an amount', (f) => void (f[4] = bcd('000000000100')), '30'],
    ['with the F25 of another transaction', (f) => void (f[25] = bcd('06')), '40'],
    ['with another F3', (f) => void (f[3] = bcd('300000')), '40'],
    ['without F22', (f) => void delete f[22], '30'],
    ['in another currency', (f) => void (f[49] = '840'), '30'],
    ['without a card', (f) => void (delete f[35], delete f[36]), '30'],
  ])('%s', (_name, change, code) => {
    const { terminal, center } = openSignedIn();
    const answer = terminal.balance({ change });
    expect(answer.has(54)).toBe(false);
    expect(answer.code).toBe(code);
    expect(center.ledger()).toHaveLength(0);
  });

  test('in another batch, and after a sign-off: 77', () => {
    const { terminal } = openSignedIn();
    expect(terminal.balance({ batch: '000007' }).code).toBe('77');
    terminal.signOff();
    expect(terminal.balance().code).toBe('77');
  });

  test('under a wrong MAC: A0', () => {
    const { terminal } = openSignedIn();
    const answer = terminal.balance({ mac: 'DEADBEEF' });
    expect(answer.code).toBe('A0');
    expect(answer.has(54)).toBe(false);
  });
});

describe('the same number again', () => {
  test('the same inquiry gets the balance it got', () => {
    const { terminal } = openSignedIn();
    terminal.balance({ stan: 9 });
    terminal.sale({ amountFen: 10_000 });
    expect(terminal.balance({ stan: 9 }).text(54)).toBe('1002156C000005000000');
  });

  test('a sale, or another card, gets 94', () => {
    const { terminal, balanceOf } = openSignedIn();
    terminal.balance({ stan: 9 });
    expect(terminal.sale({ stan: 9, amountFen: 100 }).code).toBe('94');
    expect(terminal.balance({ stan: 9, card: testCards.credit }).code).toBe('94');
    expect(balanceOf('debit')).toBe(testCards.debit.balanceFen);
  });

  test('a reversal gives back nothing and is not ended', () => {
    const { center, terminal, balanceOf } = openSignedIn();
    terminal.balance({ stan: 9 });
    expect(terminal.reverse({ stan: 9, amountFen: 10_000 }).code).toBe('64');
    expect(balanceOf('debit')).toBe(testCards.debit.balanceFen);
    expect(center.ledger()).toHaveLength(0);
  });
});

test.each(centerFaults)('fault %s: nothing is posted, and the next inquiry is answered', (fault) => {
  const { center, terminal } = openSignedIn();
  center.setFault('10000001', fault, 1, '0200');
  terminal.sendAll(terminal.balanceFrame());
  expect(center.ledger()).toHaveLength(0);
  expect(terminal.balance()).toMatchObject({ code: '00', macValid: true });
});
