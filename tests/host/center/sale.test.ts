import type { WireFields } from '../../../firmware/iso8583/message';
import { bcd, lllDigits } from '../../../firmware/iso8583/wire-form';
import { testCards } from '../../../host/center/test-cards';
import { engines, openCenter, openSignedIn } from './center-fixture';

describe.each(engines)('a sale at the center (%s)', (engine) => {
  test('is approved, posted once, and its answer carries what the slip needs', () => {
    const { center, terminal, balanceOf } = openSignedIn(engine);
    const answer = terminal.sale({ amountFen: 12_345 });
    expect(answer.mti).toBe('0210');
    expect(answer.code).toBe('00');
    expect(answer.macValid).toBe(true);
    expect(answer.digits(2)).toBe(testCards.debit.pan);
    expect(answer.digits(4)).toBe('000000012345');
    expect(answer.digits(12) + answer.digits(13)).toBe('1508090506');
    expect(answer.digits(14)).toBe(testCards.debit.expiry);
    expect(answer.digits(15)).toBe('0506');
    expect(answer.text(37)).toMatch(/^612615\d{6}$/);
    expect(answer.text(38)).toMatch(/^\d{6}$/);
    expect(answer.text(44)).toBe('01020000   00010000   ');
    expect(answer.text(63)).toHaveLength(63);
    expect(answer.has(54)).toBe(false);
    expect(balanceOf('debit')).toBe(5_000_000 - 12_345);
    expect(center.ledger()).toMatchObject([{ kind: 'sale', amountFen: -12_345, card: 'debit', stan: '000002' }]);
    expect(center.totals('10000001', terminal.state.batch)).toMatchObject({ debitFen: 12_345, debitCount: 1 });
  });

  test.each([
    ['lowBalance', 1201, '51'],
    ['lowBalance', 1200, '00'],
    ['expired', 100, '54'],
    ['lost', 100, '41'],
    ['stolen', 100, '43'],
    ['restricted', 100, '62'],
    ['chipOnly', 100, '45'],
    ['unknown', 100, '14'],
    ['limited', 50_001, '61'],
    ['limited', 50_000, '00'],
    ['vip', 100, '11'],
    ['credit', 100, '00'],
  ] as const)('with the %s card over %i fen is answered %s', (card, amountFen, code) => {
    const { center, terminal, balanceOf } = openSignedIn(engine);
    const before = balanceOf(card);
    const answer = terminal.sale({ card: testCards[card], amountFen });
    expect(answer).toMatchObject({ code, macValid: true });
    const isApproved = code === '00' || code === '11';
    if (card !== 'unknown') expect(balanceOf(card)).toBe(isApproved ? before - amountFen : before);
    expect(center.ledger()).toHaveLength(isApproved ? 1 : 0);
    expect(answer.has(38)).toBe(isApproved);
  });

  test('beyond the balance is approved in part where the terminal offers that, and tells what is left', () => {
    const { terminal, balanceOf } = openSignedIn(engine);
    const answer = terminal.sale({ card: testCards.lowBalance, amountFen: 5000, field60Tail: '601' });
    expect(answer).toMatchObject({ code: '10', macValid: true });
    expect(answer.digits(4)).toBe('000000001200');
    expect(answer.text(54)).toBe('1002156C000000000000');
    expect(balanceOf('lowBalance')).toBe(0);
    expect(terminal.sale({ card: testCards.lowBalance, amountFen: 5000, field60Tail: '601' }).code).toBe('51');
  });

  test('balance inquiry tells the balance and posts nothing', () => {
    const { center, terminal } = openSignedIn(engine);
    const answer = terminal.balance({ card: testCards.lowBalance });
    expect(answer).toMatchObject({ code: '00', macValid: true });
    expect(answer.text(54)).toBe('1002156C000000001200');
    expect(answer.has(4)).toBe(false);
    expect(center.ledger()).toHaveLength(0);
  });
});

test('a chip card whose chip cannot be read may be swiped (F60.5 = 2)', () => {
  const { terminal } = openSignedIn();
  expect(terminal.sale({ card: testCards.chipOnly, field60Tail: '62' }).code).toBe('00');
});

test('the envelope comes back swapped, with nothing asked of the terminal', () => {
  const { terminal } = openSignedIn();
  const frame = terminal.saleFrame();
  frame[7] = 0x15;
  expect(terminal.send(frame).frame.subarray(0, 11).toString('hex')).toBe('6000000003603110310000');
});

describe('a request the center refuses', () => {
  type Change = (fields: WireFields) => void;
  const stories: [string, string, Change][] = [
    ['an amount of nothing', '13', (f) => void (f[4] = bcd('000000000000'))],
    ['no amount', '30', (f) => void (f[4] = undefined)],
    ['an amount that is no number', '13', (f) => void (f[4] = '\x00\x00\x00\x00\x1a\x00')],
    ['another currency', '30', (f) => void (f[49] = '840')],
    ['no entry mode', '30', (f) => void (f[22] = undefined)],
    ['a chip it cannot check', '40', (f) => void (f[22] = '\x05\x10')],
    ['no card data', '30', (f) => void (f[35] = f[36] = undefined)],
    ['no STAN', '30', (f) => void (f[11] = undefined)],
    ['STAN 000000', '30', (f) => void (f[11] = bcd('000000'))],
    ['no batch', '30', (f) => void (f[60] = lllDigits('22'))],
    ['another batch', '77', (f) => void (f[60] = lllDigits('2299999900060'))],
    ['a void, which is not there yet', '40', (f) => void (f[3] = bcd('200000'))],
    ['another condition code', '40', (f) => void (f[25] = bcd('08'))],
  ];

  test.each(stories)('with %s is answered %s', (_name, code, change) => {
    const { center, terminal } = openSignedIn();
    expect(terminal.sale({ change })).toMatchObject({ mti: '0210', code, macValid: true });
    expect(center.ledger()).toHaveLength(0);
  });

  test('of an unknown terminal: 97, and no MAC to give', () => {
    const { terminal } = openSignedIn();
    const answer = terminal.sale({ change: (fields) => void (fields[41] = '10000009') });
    expect(answer.code).toBe('97');
    expect(answer.has(64)).toBe(false);
  });

  test('of another merchant: 03', () => {
    const { terminal } = openSignedIn();
    const answer = terminal.sale({ change: (fields) => void (fields[42] = '898110053310009') });
    expect(answer).toMatchObject({ code: '03', macValid: true });
  });

  test('after sign-off: 77', () => {
    const { terminal } = openSignedIn();
    expect(terminal.signOff().code).toBe('00');
    expect(terminal.sale()).toMatchObject({ code: '77', macValid: true });
  });

  test('before the first sign-in: A0', () => {
    const { terminal } = openCenter();
    terminal.state.mak = Buffer.alloc(8, 1);
    terminal.state.pik = Buffer.alloc(16, 1);
    expect(terminal.sale().code).toBe('A0');
  });

  test.each(['0100', '0220', '0620'])('of a message type that is not there yet (%s): 40', (mti) => {
    const { terminal } = openSignedIn();
    const frame = terminal.saleFrame();
    const fields: WireFields = [];
    const whole = terminal.frameOf(mti, fields);
    expect(terminal.sendAll(whole)).toHaveLength(1);
    // The same fields as a sale under another MTI, MAC made for it.
    const body = Buffer.concat([Buffer.from(mti, 'hex'), frame.subarray(13)]);
    const { macOf } = jest.requireActual<typeof import('./test-terminal')>('./test-terminal');
    body.write(macOf(terminal.state.mak, body.subarray(0, -8)), body.length - 8, 'latin1');
    expect(terminal.send(Buffer.concat([frame.subarray(0, 11), body])).code).toBe('40');
  });

  test('that breaks off in the middle: 30 where it says whose it is, nothing kept', () => {
    const { center, terminal } = openSignedIn();
    const frame = terminal.saleFrame();
    expect(terminal.send(frame.subarray(0, frame.length - 4)).code).toBe('30');
    expect(terminal.send(frame.subarray(0, 40)).code).toBe('97');
    expect(center.exchanges()).toHaveLength(0);
  });
});
