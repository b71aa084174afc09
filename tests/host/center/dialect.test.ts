/** Foreign dialects at the center: other MACs, no F53, no envelope, an older database. */
import { createCenter } from '../../../host/center/center';
import { checkDialect } from '../../../host/center/dialect';
import { openStore } from '../../../host/center/open-store';
import { computeMac, packKeys, unpackKeys, wrapKeys } from '../../../host/center/security';
import { seedTestData, TEST_TERMINAL } from '../../../host/center/test-data';
import { createTestTerminal, macOf } from './test-terminal';
import { openSignedIn } from './center-fixture';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/** Worked example with invented keys: docs/protocol/security.md; computed with two other libraries. */
const PIK = hex('3B4C5D6E7F8091A2B3C4D5E6F7081929');
const MAK = hex('A1B3C2D5E5F70719');
const BODY = hex(
  '0200302004C020C09811000000000000001234000017021000123462258812345678903E9B92EF7ECE78C045' +
    '31323334353637383132333435363738393031323334353135362A38BA3309D6D4E82610000000000000001322000001000600',
);

test('F64 in each mode: the worked numbers', () => {
  const of = (key: Buffer, mode: 'unionpay' | 'x9.9' | 'x9.19'): string =>
    computeMac({ key, mode }, BODY).toString('hex').toUpperCase();
  expect(of(MAK, 'unionpay')).toBe(Buffer.from('0C1035EB').toString('hex').toUpperCase());
  expect(of(MAK, 'x9.9')).toBe('544D5EB95DA4C02A');
  expect(of(PIK, 'x9.19')).toBe('3E95A0EFBFD92CE2');
  // With a single-length key X9.19 is X9.9.
  expect(of(MAK, 'x9.19')).toBe('544D5EB95DA4C02A');
});

test('a MAK of 16 bytes fills its slot of F62 and comes back out of the store', () => {
  const keys = { pik: PIK, mak: Buffer.from(PIK).reverse(), tdk: Buffer.alloc(0) };
  expect(wrapKeys(PIK, keys)).toHaveLength(40);
  const back = unpackKeys(packKeys(keys));
  expect([back.pik, back.mak, back.tdk].map((key) => Buffer.from(key).toString('hex'))).toEqual(
    [keys.pik, keys.mak, keys.tdk].map((key) => key.toString('hex')),
  );
});

function openDialect(dialect: NonNullable<Parameters<typeof checkDialect>[0]>) {
  const store = openStore({ path: ':memory:' });
  const center = createCenter(store, { seed: 7 });
  seedTestData(center, { terminals: [{ ...TEST_TERMINAL, dialect: checkDialect(dialect) }] });
  return { center, terminal: createTestTerminal(center) };
}

test('a terminal that agreed on X9.9 is refused with a UnionPay MAC, and answered with X9.9', () => {
  const { terminal } = openDialect({ macMode: 'x9.9' });
  terminal.signIn();
  expect(terminal.sale()).toMatchObject({ code: 'A0' });
  const frame = terminal.saleFrame();
  const seal = (body: Buffer): Buffer => computeMac({ key: terminal.state.mak, mode: 'x9.9' }, body);
  seal(frame.subarray(11, -8)).copy(frame, frame.length - 8);
  const answer = terminal.send(frame);
  expect(answer).toMatchObject({ code: '00', macValid: false });
  expect(answer.frame.subarray(-8)).toEqual(seal(answer.frame.subarray(11, -8)));
});

test('without F53: by agreement the PIN has the PAN and the tracks are as the keys say; otherwise it is 30', () => {
  const without53 = { change: (fields: (string | undefined)[]) => void (fields[53] = undefined) };
  const agreed = openDialect({ securityControl: 'never' }).terminal;
  agreed.signIn();
  expect(agreed.sale(without53)).toMatchObject({ code: '00' });
  expect(agreed.sale()).toMatchObject({ code: '00' });
  const pinOnly = openDialect({ securityControl: 'pin' }).terminal;
  pinOnly.signIn();
  expect(pinOnly.sale(without53)).toMatchObject({ code: '30' });
  const always = openDialect({ securityControl: 'always' }).terminal;
  always.signIn('003');
  expect(always.sale({ pin: null })).toMatchObject({ code: '30' });
});

test('a frame without TPDU, without header or without both is answered in the same form', () => {
  const { terminal } = openSignedIn();
  const whole = terminal.saleFrame();
  const [tpdu, header, body] = [whole.subarray(0, 5), whole.subarray(5, 11), whole.subarray(11)];
  const codes = [tpdu, header, Buffer.alloc(0)].map((envelope) => {
    const [reply] = terminal.sendAll(Buffer.concat([envelope, body]));
    const frame = Buffer.from(reply?.frame ?? []);
    const answer = frame.subarray(envelope.length);
    expect(answer.subarray(0, 2).toString('hex')).toBe('0210');
    expect(answer.subarray(-8).toString()).toBe(macOf(terminal.state.mak, answer.subarray(0, -8)));
    return frame.subarray(0, envelope.length).toString('hex');
  });
  expect(codes).toEqual(['6000000003', '603100310000', '']);
});

test('words that are no dialect are refused by name', () => {
  expect(() => openDialect({ macMode: 'x9.20' })).toThrow('unionpay, x9.9, x9.19');
  expect(() => openDialect({ securityControl: 'sometimes' })).toThrow('needed, always, pin, never');
});

test('a database of the version before is brought up to date, its terminals as they were', () => {
  const store = openStore({ path: ':memory:' });
  seedTestData(createCenter(store));
  store.exec('ALTER TABLE terminals DROP COLUMN mac_mode; ALTER TABLE terminals DROP COLUMN security_control');
  store.exec('PRAGMA user_version = 1');
  expect(createCenter(store).terminals()).toMatchObject([
    { terminalId: '10000001', dialect: { macMode: 'unionpay', securityControl: 'needed' } },
  ]);
  store.close();
});
