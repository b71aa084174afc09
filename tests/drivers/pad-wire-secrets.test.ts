/**
 * What crosses the pad's wire: every byte of both directions is read through all that a sale asks of the pad, and nothing
 * secret may be in it, in any form a secret has on its way. Card numbers and keys are invented.
 */
import fc from 'fast-check';
import { loadTmk } from '../../emulator/devices/key-loader';
import { cbc, checkValue, decrypt, encrypt, exclusiveOr } from '../../emulator/devices/pad-crypto';
import { padNames, type PadName } from '../../emulator/parts';
import { type Bytes, fromHex, toHex } from '../../hal/bytes';
import { KEY_CANCEL, KEY_CLEAR, KEY_CONFIRM } from '../../hal/devices';
import * as pad from '../../hal/pad-commands';
import { example, padRig, pinRequest, sm4Example, sm4Rig, swipe, type, type PadRig } from './pad-rig';

const PAN = '6225881234567890';
const TRACK_2 = `${PAN}=27122010000012345`;
const TRACK_3 = `99${PAN}=1561560000000000000003000000114000000000=000000000000=00000000000=0`;
const PIN = '835274';

/** All bytes of one direction, or of both, as one string. */
function crossed(rig: PadRig, from = 0): Bytes[] {
  const since = rig.crossed.slice(from);
  const one = (direction: string): Bytes =>
    since
      .filter((entry) => entry.direction === direction)
      .map((entry) => entry.bytes)
      .join('');
  return [one('out'), one('in')];
}

/** How a secret of bytes may look: as it is, as hex of either case, each half of a key. */
function formsOfKey(key: Bytes): Bytes[] {
  const whole = [key];
  if (key.length === 16) whole.push(key.slice(0, 8), key.slice(8));
  return whole.flatMap((part) => [part, toHex(part), toHex(part).toLowerCase()]);
}

/** How digits may look: ASCII, BCD from either nibble on, one byte a digit. */
function formsOfDigits(digits: string): Bytes[] {
  const hex = digits.replaceAll('=', 'D');
  const even = hex.length % 2 === 0 ? hex : hex.slice(0, -1);
  const shifted = hex.slice(1, hex.length % 2 === 0 ? -1 : undefined);
  const raw = digits.replace(/./g, (digit) => String.fromCharCode(digit.charCodeAt(0) & 15));
  return [digits, digits.replaceAll('=', 'D'), fromHex(even), fromHex(shifted), raw];
}

function expectNone(wires: Bytes[], secrets: Bytes[]): void {
  for (const wire of wires) {
    for (const secret of secrets) {
      if (wire.includes(secret)) throw new Error(`a secret of ${secret.length} bytes crossed the wire`);
    }
  }
}

/** The two algorithms a pad may hold keys for. */
interface Kind {
  readonly name: string;
  readonly algorithm: number;
  readonly keys: typeof example;
  /** Flags of a MAC's first part. */
  readonly macFirst: string;
  readonly clearBlock: Bytes;
  readonly panField: Bytes;
  rig(padName: PadName): PadRig;
}

const kinds: readonly Kind[] = [
  {
    name: '3DES',
    algorithm: pad.PAD_ALGORITHM_DES,
    keys: example,
    macFirst: '\x01',
    clearBlock: fromHex('06835274FFFFFFFF'),
    panField: fromHex('0000588123456789'),
    rig: (padName) => padRig(padName),
  },
  {
    name: 'SM4',
    algorithm: pad.PAD_ALGORITHM_SM4,
    keys: sm4Example,
    macFirst: String.fromCharCode(pad.MAC_FIRST | (pad.MAC_MODE_SM4_CHAIN << pad.MAC_MODE_SHIFT)),
    clearBlock: fromHex('06835274FFFFFFFFFFFFFFFFFFFFFFFF'),
    panField: fromHex('00000000000000000000588123456789'),
    rig: (padName) => sm4Rig(padName),
  },
];
const kindsOfPads = padNames.flatMap((padName) => kinds.map((kind) => ({ padName, kind, keysFor: kind.name })));

/** All a sale asks of the pad, and what is stored of it. Returns where the time after CARD begins. */
function wholeSale(rig: PadRig, kind: Kind): { afterCard: number; answers: Bytes[] } {
  const answers: Bytes[] = [];
  const ask = (command: number, data = ''): void => {
    const { fault, answer } = rig.ask(command, data);
    if (fault) throw new Error(`fault ${fault}`);
    answers.push(answer);
  };
  ask(pad.PAD_HELLO);
  ask(pad.PAD_LOAD_KEYS, kind.keys.f62);
  ask(pad.PAD_KEY_STATUS, '\x01');
  swipe(rig, TRACK_2, TRACK_3);
  rig.world.run(50);
  const afterCard = rig.crossed.length;
  for (const flags of [pad.PIN_WITH_PAN, 0]) {
    const entry = rig.begin(pad.PAD_PIN, pinRequest(flags), 70_000);
    rig.world.run(50);
    type(rig, PIN.slice(0, 3));
    rig.world.run(500);
    rig.fake.pressKey(KEY_CLEAR);
    type(rig, PIN.slice(2));
    rig.fake.pressKey(KEY_CONFIRM);
    rig.world.run(100);
    if (entry.fault) throw new Error(`fault ${entry.fault}`);
    answers.push(entry.answer);
  }
  ask(pad.PAD_TRACKS);
  ask(pad.PAD_MAC, kind.macFirst + 'some of a message');
  ask(pad.PAD_MAC, '\x02 and the rest of it');
  ask(pad.PAD_SEAL, fromHex('00112233445566778899'));
  ask(pad.PAD_UNSEAL, answers[answers.length - 1]);
  ask(pad.PAD_SHOW, 'welcome');
  ask(pad.PAD_END);
  return { afterCard, answers };
}

describe.each(kindsOfPads)('pad $padName with keys for $keysFor', ({ padName, kind }) => {
  const { algorithm } = kind;
  const keys = [kind.keys.tmk, kind.keys.pik, kind.keys.mak, kind.keys.tdk].map((hex) => fromHex(hex));

  test('no clear key crosses the wire, loader included', () => {
    const rig = padRig(padName, 1, false);
    loadTmk(rig.fake, { tmk: kind.keys.tmk, algorithm });
    wholeSale(rig, kind);
    const storage = rig.fake.battery.storageKey;
    expectNone(crossed(rig), [...keys, storage.slice(0, 16), storage.slice(16)].flatMap(formsOfKey));
  });

  test('no PIN crosses the wire: not its digits, its clear block, nor a block with another PAN field', () => {
    const rig = kind.rig(padName);
    wholeSale(rig, kind);
    const block = kind.clearBlock;
    const { panField } = kind;
    expectNone(crossed(rig), [
      ...formsOfDigits(PIN),
      ...[block, exclusiveOr(block, panField)].flatMap((clear) => [clear, toHex(clear), toHex(clear).toLowerCase()]),
    ]);
  });

  test('digits come as counts: another PIN of the same length leaves the same bytes but for the two blocks', () => {
    const bytesOf = (pin: string): Bytes[] => {
      const rig = kind.rig(padName);
      swipe(rig, TRACK_2);
      const from = rig.crossed.length;
      const entry = rig.begin(pad.PAD_PIN, pinRequest(pad.PIN_WITH_PAN), 70_000);
      rig.world.run(50);
      type(rig, pin);
      rig.world.run(200);
      const before = crossed(rig, from);
      rig.fake.pressKey(KEY_CONFIRM);
      rig.world.run(100);
      if (entry.answer.length !== kind.clearBlock.length) throw new Error('no block');
      return [...before, entry.answer];
    };
    const one = bytesOf('835274');
    const other = bytesOf('111111');
    expect(one.slice(0, 2)).toEqual(other.slice(0, 2));
    expect(one[2]).not.toBe(other[2]);
  });

  test('after CARD neither track nor card number crosses the wire', () => {
    const rig = kind.rig(padName);
    const { afterCard } = wholeSale(rig, kind);
    const [out, into] = crossed(rig, afterCard) as [Bytes, Bytes];
    const encryptedPart = TRACK_2.slice(16, 32);
    expectNone([out, into], [TRACK_2, TRACK_3, encryptedPart].flatMap(formsOfDigits));
    // The terminal needs the head of an encrypted track for F35; what it sends itself holds no card number at all.
    expectNone([out], formsOfDigits(PAN));
    expectNone([out, into], [PAN]);
  });

  test('this test can fail: the same search finds the track that CARD carried, and keys on the loader port', () => {
    const rig = kind.rig(padName);
    wholeSale(rig, kind);
    expect(() => expectNone(crossed(rig), [TRACK_2])).toThrow('crossed');
    const [out] = crossed(rig) as [Bytes, Bytes];
    expect(() => expectNone([out + fromHex(kind.keys.mak)], formsOfKey(fromHex(kind.keys.mak)))).toThrow('crossed');
  });

  test('no answer is a clear key in disguise: none of them, decrypted or encrypted with another key, is a key', () => {
    const rig = kind.rig(padName);
    const { answers } = wholeSale(rig, kind);
    const wide = kind.clearBlock.length;
    const blocks = answers.flatMap((answer) =>
      answer.length >= wide ? [answer.slice(0, wide), answer.slice(-wide)] : [],
    );
    expect(blocks.length).toBeGreaterThan(4);
    for (const block of blocks) {
      for (const key of keys) {
        expect(keys).not.toContain(block);
        expect(encrypt(key, block, algorithm)).not.toBe(fromHex(kind.keys.mak));
        expect(checkValue(key, algorithm)).not.toBe(block.slice(0, 4));
        if (key.length === 16) expect(decrypt(key, block, algorithm)).not.toBe(fromHex(kind.keys.mak));
      }
    }
  });

  test('what is sealed is not readable without the storage key, and the same bytes never look the same', () => {
    const rig = kind.rig(padName);
    const clear = PAN;
    const first = rig.ask(pad.PAD_SEAL, clear).answer;
    const second = rig.ask(pad.PAD_SEAL, clear).answer;
    expectNone([first, second], formsOfDigits(clear));
    expect(first.slice(8, 16)).not.toBe(second.slice(8, 16));
    const { storageKey } = rig.fake.battery;
    expect(cbc(storageKey.slice(0, 16), first.slice(0, 8), first.slice(8, -8), true).startsWith(clear)).toBe(true);
  });

  test('any PIN, whatever is pressed and however it ends: its digits do not cross', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 6, maxLength: 12 }),
        fc.constantFrom(KEY_CONFIRM, KEY_CANCEL),
        fc.boolean(),
        (digits, lastKey, cancelled) => {
          const rig = kind.rig(padName);
          const from = rig.crossed.length;
          const entry = rig.begin(pad.PAD_PIN, pinRequest(0, '999999999999'), 70_000);
          rig.world.run(50);
          type(rig, digits.join(''));
          if (cancelled) rig.pad.cancel();
          rig.fake.pressKey(lastKey);
          rig.world.run(2000);
          expect(entry.fault).not.toBe(-1);
          const secret = digits.join('');
          // Six equal digits could be part of the amount; such PINs prove nothing here.
          if (secret.replaceAll('9', '') !== '') expectNone(crossed(rig, from), formsOfDigits(secret));
        },
      ),
      { numRuns: 60 },
    );
  });
});
