import { bcd, llDigits } from '../../../firmware/iso8583/wire-form';
import { createCenter } from '../../../host/center/center';
import {
  clearTrack,
  encrypt,
  checkValue,
  packKeys,
  pinOfBlock,
  unionPayMac,
  wrapKeys,
} from '../../../host/center/security';
import { testCards } from '../../../host/center/test-cards';
import { createVault, TEST_CENTER_KEY } from '../../../host/center/vault';
import { openSignedIn } from './center-fixture';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/** Worked example with invented keys: docs/protocol/security.md; computed with two other libraries. */
const TMK = hex('0123456789ABCDEFFEDCBA9876543210');
const PIK = hex('3B4C5D6E7F8091A2B3C4D5E6F7081929');
const MAK = hex('A1B3C2D5E5F70719');
const TDK = hex('102032435464768698A8BACBDCECFE0E');

describe('the worked example of the protocol', () => {
  test('F62 of a sign-in', () => {
    expect(wrapKeys(TMK, { pik: PIK, mak: MAK, tdk: TDK }).toString('hex').toUpperCase()).toBe(
      '1DFFF58102CF8970EA60B47602B3021799C10EF6541B3C01A778416600000000000000005FFE0009' +
        '6C177002C4D337B081BF9EE84ADFF448887EA4EE',
    );
    expect(checkValue(TMK).toString('hex').toUpperCase()).toBe('08D7B4FB');
  });

  test.each([
    ['6225881234567890', '2A38BA3309D6D4E8', '123456'],
    ['', '734F75F1968C0158', '123456'],
    ['6225881234567890123', '9CB8846CEB944792', '1234'],
  ])('PIN block under PAN "%s"', (pan, block, pin) => {
    expect(pinOfBlock(PIK, hex(block), pan)).toBe(pin);
  });

  test.each([
    ['62258812345678903E9B92EF7ECE78C045', '6225881234567890D27122010000012345'],
    ['6225881234567890D271B5BDDD62AAF796D18', '6225881234567890D27122010000012345678'],
    ['6225881234567890D266D35BC881FFAFF767', '6225881234567890D2712201000001234567'],
  ])('encrypted track %s', (track, clear) => {
    expect(clearTrack(TDK, track)).toBe(clear);
  });

  test('F64', () => {
    const body = hex(
      '0200302004C020C09811000000000000001234000017021000123462258812345678903E9B92EF7ECE78C045' +
        '31323334353637383132333435363738393031323334353135362A38BA3309D6D4E82610000000000000001322000001000600',
    );
    expect(unionPayMac(MAK, body).toString()).toBe('0C1035EB');
    expect(unionPayMac(PIK, body).toString()).toBe('697CB477');
  });

  test('a whole sale: the frame as published is approved', () => {
    const { center, store, terminal } = openSignedIn();
    const vault = createVault(TEST_CENTER_KEY);
    center.addMerchant({ merchantId: '123456789012345', name: 'TEST' });
    center.addTerminal({ terminalId: '12345678', merchantId: '123456789012345', tmk: TMK.toString('hex') });
    const pan = '6225881234567890';
    const card = { ...testCards.credit, id: 'worked', pan, expiry: '2712', pin: '123456', needsPin: true };
    center.addCard(card);
    const keys = vault.seal('keys|12345678', packKeys({ pik: PIK, mak: MAK, tdk: TDK }));
    store.run(
      "UPDATE terminals SET working_keys = ?, batch = 1, state = 'signedIn' WHERE terminal_id = '12345678'",
      keys,
    );
    const frame = hex(
      '60000300006031003100000200302004C020C09811000000000000001234000017021000123462258812345678903E9B92EF7ECE78' +
        'C04531323334353637383132333435363738393031323334353135362A38BA3309D6D4E826100000000000000013' +
        '220000010006003043313033354542',
    );
    terminal.state.mak = MAK;
    const answer = terminal.send(frame);
    expect(answer).toMatchObject({ code: '00', macValid: true });
    // Pinned, laid out by hand from the field table: any change of the answer's bytes has to be meant.
    expect(answer.frame.toString('hex').toUpperCase()).toBe(
      '6000000003603100310000' + // TPDU swapped, header
        '0210703E00810ED08813' + // MTI, bitmap 2-4 11-15 25 32 37-39 41 42 44 49 53 60 63 64
        '166225881234567890' + // 2
        '000000000000001234000017' + // 3 4 11
        '1508090506' + // 12 13
        '27120506' + // 14 15
        '00' + // 25
        '0800010000' + // 32
        '363132363135303030303032' + // 37: year 6, day 126, 15 h, 000002
        '313230353637' + // 38
        '3030' + // 39
        '3132333435363738' + // 41
        '313233343536373839303132333435' + // 42
        '22' + // 44: issuer 03080000, acquirer 00010000, 11 each
        '30333038303030302020203030303130303030202020' +
        '313536' + // 49
        '2610000000000000' + // 53
        '001322000001000600' + // 60
        '0063435550' + // 63: CUP, 20 blanks twice, the acquirer's text in GBK
        '20'.repeat(40) +
        '5445535420B2E2CAD4BDBBD2D720202020202020' +
        '3143443439454344', // 64
    );
  });
});

describe('F64', () => {
  test.each(['00000000', '0C1035EB', ''])('%p is answered A0 and nothing happens', (mac) => {
    const { center, terminal } = openSignedIn();
    const answer = terminal.sale({ mac });
    expect(answer).toMatchObject({ mti: '0210', code: 'A0' });
    expect(center.exchanges()).toHaveLength(0);
    expect(terminal.reverse({ mac })).toMatchObject({ mti: '0410', code: 'A0', macValid: true });
  });

  test('no single changed byte of a sale passes', () => {
    const { center, terminal } = openSignedIn();
    const frame = terminal.saleFrame();
    for (let at = 13; at < frame.length; at++) {
      const changed = Buffer.from(frame);
      changed[at] = changed[at] ^ 1;
      terminal.sendAll(changed);
    }
    expect(center.ledger()).toHaveLength(0);
    expect(terminal.send(frame).code).toBe('00');
  });

  test('under keys the center has replaced since is A0, and right again after sign-in', () => {
    const { center, terminal } = openSignedIn();
    center.replaceKeys('10000001');
    expect(terminal.sale()).toMatchObject({ code: 'A0', macValid: false });
    terminal.signIn();
    expect(terminal.sale()).toMatchObject({ code: '00', macValid: true });
  });
});

describe('the PIN', () => {
  test('wrong three times: 55, 55, 75, then 38 even for the right one', () => {
    const { terminal, center } = openSignedIn();
    const codes = ['000000', '000000', '000000', '123456'].map((pin) => terminal.sale({ pin }).code);
    expect(codes).toEqual(['55', '55', '75', '38']);
    expect(center.ledger()).toHaveLength(0);
  });

  test('right once clears the tries', () => {
    const { terminal, center } = openSignedIn();
    const codes = ['000000', '000000', '123456', '000000'].map((pin) => terminal.sale({ pin }).code);
    expect(codes).toEqual(['55', '55', '00', '55']);
    expect(center.accounts()[0]?.pinTries).toBe(1);
  });

  test('missing on a card that needs one is 55; of a card without one does not matter', () => {
    const { terminal } = openSignedIn();
    expect(terminal.sale({ pin: null }).code).toBe('55');
    expect(terminal.sale({ card: testCards.credit }).code).toBe('00');
    expect(terminal.sale({ card: testCards.credit, pin: '1234' }).code).toBe('00');
  });

  test('in a block without the PAN (F53 1…) is right too', () => {
    const { terminal } = openSignedIn();
    expect(terminal.sale({ pinFormat: '1' }).code).toBe('00');
  });

  test('under another PIN key is 99: sign in again', () => {
    const { terminal } = openSignedIn();
    terminal.state.pik = Buffer.alloc(16, 9);
    expect(terminal.sale()).toMatchObject({ code: '99', macValid: true });
  });

  test.each([
    ['F26', (f: (string | undefined)[]) => void (f[26] = undefined)],
    ['F26 of 99', (f: (string | undefined)[]) => void (f[26] = bcd('99'))],
    ['F53', (f: (string | undefined)[]) => void (f[53] = bcd('0610000000000000'))],
    ['F52', (f: (string | undefined)[]) => void (f[52] = undefined)],
  ])('that is announced otherwise than sent (%s) is 30', (_name, change) => {
    const { terminal } = openSignedIn();
    expect(terminal.sale({ change })).toMatchObject({ code: '30', macValid: true });
  });
});

describe('tracks', () => {
  test('in clear are taken too', () => {
    const { terminal } = openSignedIn();
    expect(terminal.sale({ encrypted: false }).code).toBe('00');
  });

  test('encrypted without a track key in use are A7', () => {
    const { terminal } = openSignedIn();
    const tdk = terminal.state.tdk;
    terminal.signIn('003');
    terminal.state.tdk = tdk;
    expect(terminal.sale().code).toBe('A7');
  });

  test('under another track key are A7', () => {
    const { terminal } = openSignedIn();
    terminal.state.tdk = Buffer.alloc(16, 5);
    expect(terminal.sale({ card: testCards.lowBalance }).code).toBe('A7');
  });

  test('3 alone is enough to find the card', () => {
    const { terminal } = openSignedIn();
    expect(terminal.sale({ track2: '' }).code).toBe('00');
  });

  test.each([
    ['track 3 of another card', { track3: testCards.vip.track3 }],
    ['another expiry date', { track2: testCards.debit.track2.replace('=3012', '=3111') }],
    ['F2 of another card', { change: (f: (string | undefined)[]) => void (f[2] = llDigits(testCards.vip.pan)) }],
    ['F14 of another card', { change: (f: (string | undefined)[]) => void (f[14] = bcd('2901')) }],
  ])('that contradict each other (%s) are 59', (_name, options) => {
    const { center, terminal } = openSignedIn();
    expect(terminal.sale(options)).toMatchObject({ code: '59', macValid: true });
    expect(center.ledger()).toHaveLength(0);
  });

  test.each(['6210819300001000011', '=30121200000012345', '62108193000A0001=3012', '62108193=3012'])(
    'of no form (%s) are 30',
    (track2) => {
      const { terminal } = openSignedIn();
      expect(terminal.sale({ track2, track3: '', encrypted: false }).code).toBe('30');
    },
  );
});

test('the database holds no PAN, PIN, TMK or working key in clear', () => {
  const { store, terminal } = openSignedIn();
  terminal.sale();
  terminal.reverse();
  const secrets = [testCards.debit.pan, testCards.vip.pan].flatMap((pan) => [
    Buffer.from(pan),
    hex(pan.padEnd(20, '0')).subarray(0, 8),
  ]);
  secrets.push(Buffer.from(testCards.debit.pin), TMK.subarray(0, 8), Buffer.from(TMK.toString('hex')));
  secrets.push(terminal.state.pik.subarray(0, 8), terminal.state.mak, terminal.state.tdk.subarray(0, 8));
  const tables = store.all("SELECT name FROM sqlite_master WHERE type = 'table'").map((row) => row.name as string);
  const bytes = Buffer.concat(
    tables.flatMap((table) =>
      store
        .all(`SELECT * FROM ${table}`)
        .flatMap((row) =>
          Object.values(row).map((value) => Buffer.from(value instanceof Uint8Array ? value : String(value))),
        ),
    ),
  );
  expect(tables).toContain('cards');
  for (const secret of secrets) expect(bytes.includes(secret)).toBe(false);
  // The search itself can find something: the masked number.
  expect(bytes.includes('621081*********0011')).toBe(true);
});

test('a value sealed as one thing cannot be opened as another, or under another key, or changed', () => {
  const vault = createVault(TEST_CENTER_KEY);
  const sealed = vault.seal('pan', Buffer.from('x'));
  expect(vault.unseal('pan', sealed).toString()).toBe('x');
  expect(() => vault.unseal('tmk', sealed)).toThrow();
  expect(() => createVault(Buffer.alloc(32, 3)).unseal('pan', sealed)).toThrow();
  for (let at = 0; at < sealed.length; at++) {
    const changed = Uint8Array.from(sealed);
    changed[at] = changed[at] ^ 1;
    expect(() => vault.unseal('pan', changed)).toThrow();
  }
  expect(() => vault.unseal('pan', sealed.subarray(0, 20))).toThrow();
});

test('the seed alone decides the keys of a run; without one they differ', () => {
  const keysOf = (seed: number | undefined): string => {
    const { store } = openSignedIn();
    const center = createCenter(store, { seed });
    center.replaceKeys('10000001');
    return Buffer.from(store.get('SELECT working_keys FROM terminals')?.working_keys as Uint8Array).toString('hex');
  };
  expect(keysOf(3)).toBe(keysOf(3));
  expect(keysOf(3)).not.toBe(keysOf(4));
  expect(keysOf(undefined)).not.toBe(keysOf(undefined));
  expect(encrypt(MAK, Buffer.alloc(8))).toHaveLength(8);
});
