/**
 * A PIN pad that holds keys for SM4 (GB/T 32907), the fake and the pad's own program: what it takes, what it computes, and what
 * it refuses so that nothing of one algorithm is ever taken for the other's. Every block is computed again here by OpenSSL.
 */
import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { loadTmk, loaderFrame } from '../../emulator/devices/key-loader';
import { padNames } from '../../emulator/parts';
import { type Bytes, fromHex, toHex, xor } from '../../hal/bytes';
import { KEY_CONFIRM } from '../../hal/devices';
import * as faults from '../../hal/fault';
import * as pad from '../../hal/pad-commands';
import { example, padRig, pinRequest, sm4Example, sm4Rig, swipe, type, type PadRig } from './pad-rig';

const SM4 = pad.PAD_ALGORITHM_SM4;
const PAN = '6225881234567890';
const TRACK_34 = `${PAN}=27122010000012345`;
const TRACK_3 = `99${PAN}=1561560000000000000003000000114000000000=000000000000=00000000000=0`;
/** Body of a sale of 12.34, as in docs/protocol/security.md. */
const BODY = fromHex(
  '0200302004C020C09811000000000000001234000017021000123462258812345678903E9B92EF7ECE78C045' +
    '31323334353637383132333435363738393031323334353135362A38BA3309D6D4E82610000000000000' +
    '001322000001000600',
);

function sm4(keyHex: string, blocks: Bytes): Bytes {
  const cipher = createCipheriv('sm4-ecb', Buffer.from(keyHex, 'hex'), null).setAutoPadding(false);
  return cipher.update(Buffer.from(blocks, 'latin1')).toString('latin1');
}

/** An invented F62 under a TMK, from keys as hex. */
function f62Of(tmk: string, keys: readonly string[]): Bytes {
  return keys.map((key) => sm4(tmk, fromHex(key)) + sm4(key, '\0'.repeat(16)).slice(0, 4)).join('');
}

function fold(message: Bytes): Bytes {
  let folded = '\0'.repeat(16);
  for (let at = 0; at < message.length; at += 16) folded = xor(folded, message.slice(at, at + 16).padEnd(16, '\0'));
  return folded;
}

function chain(keyHex: string, message: Bytes): Bytes {
  let value = '\0'.repeat(16);
  for (let at = 0; at === 0 || at < message.length; at += 16)
    value = sm4(keyHex, xor(value, message.slice(at, at + 16).padEnd(16, '\0')));
  return value.slice(0, 8);
}

function macOf(keyHex: string, message: Bytes): Bytes {
  const digits = toHex(fold(message));
  return toHex(sm4(keyHex, xor(sm4(keyHex, digits.slice(0, 16)), digits.slice(16)))).slice(0, 8);
}

function flags(mode: number, more = pad.MAC_FIRST | pad.MAC_LAST): Bytes {
  return String.fromCharCode(more | (mode << pad.MAC_MODE_SHIFT));
}

function keyedPin(rig: PadRig, pin: string, withPan = true): Bytes {
  const entry = rig.begin(pad.PAD_PIN, pinRequest(withPan ? pad.PIN_WITH_PAN : 0), 70_000);
  rig.world.run(50);
  type(rig, pin);
  rig.fake.pressKey(KEY_CONFIRM);
  rig.world.run(200);
  expect(entry.fault).toBe(faults.FAULT_NONE);
  return entry.answer;
}

/** Sends LOAD_TMK's data as it is; the status. */
function loadRaw(rig: PadRig, data: Bytes): number {
  let received = '';
  const wire = { send: (bytes: Bytes) => void (received += bytes) };
  rig.fake.connectLoader(wire);
  rig.fake.onUart(loaderFrame(40, pad.PAD_HELLO, ''), wire);
  rig.fake.onUart('\x06\x28', wire);
  received = '';
  rig.fake.onUart(loaderFrame(41, pad.PAD_LOAD_TMK, data), wire);
  rig.fake.onUart('\x06\x29', wire);
  rig.fake.connectLoader(null);
  return received.charCodeAt(7);
}

const digits = (min: number, max: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map((list) => list.join(''));
const bytes = (minLength: number, maxLength: number): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ minLength, maxLength }).map((list) => String.fromCharCode(...list));

describe.each(padNames)('pad %s', (padName) => {
  describe('master key', () => {
    test('the answer to a TMK for SM4 says so, and its check value is one block of SM4', () => {
      const rig = padRig(padName, 1, false);
      loadTmk(rig.fake, { tmk: sm4Example.tmk, kcv: sm4Example.tmkCheck, algorithm: SM4, tmkIndex: 3 });
      expect(toHex(rig.ask(pad.PAD_KEY_STATUS, '\x01').answer)).toBe('1103' + sm4Example.tmkCheck);
      expect(rig.ask(pad.PAD_HELLO).answer.charCodeAt(1)).toBe(pad.PAD_HAS_TMK | pad.PAD_IS_SM4);
      expect(rig.ask(pad.PAD_LOAD_KEYS, sm4Example.f62).answer).toBe('\x1f');
    });

    test('LOAD_TMK with an algorithm: golden frames', () => {
      // Their check values come from Python's binascii.crc_hqx.
      const rig = padRig(padName, 1, false);
      let received = '';
      const wire = { send: (bytes: Bytes) => void (received += bytes) };
      rig.fake.connectLoader(wire);
      rig.fake.onUart(fromHex('0200182170030123456789ABCDEFFEDCBA98765432102677F46B01F474'), wire);
      expect(toHex(received)).toBe('0621' + '02000421F0001127AE');
    });

    test('21 bytes are a key for 3DES, as ever, and so are 22 that say so', () => {
      const rig = padRig(padName, 1, false);
      const data = '\x00' + fromHex(example.tmk) + fromHex(example.tmkCheck);
      for (const one of [data, `${data}\x00`]) {
        expect(loadRaw(rig, one)).toBe(pad.PAD_OK);
        expect(toHex(rig.ask(pad.PAD_KEY_STATUS, '\x01').answer)).toBe('0100' + example.tmkCheck);
      }
    });

    test('another algorithm, another length, the check value of the other algorithm: refused, nothing changes', () => {
      const rig = sm4Rig(padName);
      const key = '\x00' + fromHex(example.tmk);
      const before = rig.fake.battery;
      for (const algorithm of ['\x02', '\x03', '\x7f', '\xff'])
        expect(loadRaw(rig, key + fromHex(example.tmkCheck) + algorithm)).toBe(pad.PAD_STATUS_BAD_REQUEST);
      for (const data of ['', '\x01', key, `${key}${fromHex(sm4Example.tmkCheck)}\x01\x01`, 'x'.repeat(200)])
        expect(loadRaw(rig, data)).toBe(pad.PAD_STATUS_BAD_REQUEST);
      expect(loadRaw(rig, key + fromHex(example.tmkCheck) + '\x01')).toBe(pad.PAD_STATUS_KEY_CHECK);
      expect(loadRaw(rig, key + fromHex(sm4Example.tmkCheck))).toBe(pad.PAD_STATUS_KEY_CHECK);
      expect(loadRaw(rig, key + fromHex(sm4Example.tmkCheck) + '\x00')).toBe(pad.PAD_STATUS_KEY_CHECK);
      expect(rig.fake.battery).toEqual(before);
      expect(rig.ask(pad.PAD_KEY_STATUS).answer).toBe('\x1f');
    });

    test('a TMK of either algorithm throws away the working keys of the other', () => {
      const rig = sm4Rig(padName);
      loadTmk(rig.fake, { tmk: example.tmk });
      expect(rig.ask(pad.PAD_KEY_STATUS).answer).toBe('\x01');
      expect(rig.ask(pad.PAD_LOAD_KEYS, example.f62).answer).toBe('\x0f');
      loadTmk(rig.fake, { tmk: sm4Example.tmk, algorithm: SM4 });
      expect(rig.ask(pad.PAD_KEY_STATUS).answer).toBe('\x11');
      const { pik, mak, tdk } = rig.fake.battery;
      expect(pik + mak + tdk).toBe('');
    });

    test('it lasts without supply, and an opened case wipes it with its algorithm', () => {
      const rig = sm4Rig(padName);
      rig.fake.onFault('restart', 1);
      rig.world.run(100);
      expect(rig.ask(pad.PAD_KEY_STATUS, '\x01').answer).toBe('\x1f\x00' + fromHex(sm4Example.tmkCheck));
      rig.fake.onFault('tamper', 1);
      rig.world.run(50);
      expect(rig.ask(pad.PAD_KEY_STATUS, '\x01').answer).toBe('\x00');
      expect(loadRaw(rig, `\x00${fromHex(sm4Example.tmk)}${fromHex(sm4Example.tmkCheck)}\x01`)).toBe(
        pad.PAD_STATUS_TAMPERED,
      );
    });
  });

  describe('working keys', () => {
    test('60 bytes with a track key, 40 without; the keys are those of OpenSSL', () => {
      const rig = sm4Rig(padName);
      expect(f62Of(sm4Example.tmk, [sm4Example.pik, sm4Example.mak, sm4Example.tdk])).toBe(sm4Example.f62);
      const { pik, mak, tdk } = rig.fake.battery;
      expect([pik, mak, tdk].map(toHex)).toEqual([sm4Example.pik, sm4Example.mak, sm4Example.tdk]);
      expect(rig.ask(pad.PAD_LOAD_KEYS, sm4Example.f62.slice(0, 40)).answer).toBe('\x17');
      expect(rig.fake.battery.tdk).toBe('');
    });

    test('the example of a bank: its working key and the PIN block of its customer', () => {
      // Published with TMK, wrapped key and check value of SM4: a second witness of how keys are wrapped and checked.
      const tmk = '1234567890ABCDEFABCDEF0987654321';
      const wrapped = fromHex('3D66234C49E4296FF9C78D8BACBD6A76' + '861E83E3');
      const rig = padRig(padName, 1, false);
      loadTmk(rig.fake, { tmk, algorithm: SM4 });
      expect(rig.ask(pad.PAD_LOAD_KEYS, wrapped + wrapped).answer).toBe('\x17');
      expect(toHex(rig.fake.battery.pik)).toBe('F351D490994603795C6EBEE8FAEBB481');
      swipe(rig, '6230606601007726888=27122010000012345');
      const clear = fromHex('06123654FFFFFFFFFFFF99FEFF88D977');
      expect(keyedPin(rig, '123654')).toBe(sm4('F351D490994603795C6EBEE8FAEBB481', clear));
    });

    test('a wrong check value of any key discards all three, by its number', () => {
      [16, 36, 56].forEach((at, i) => {
        const rig = sm4Rig(padName);
        const wrong = sm4Example.f62.slice(0, at) + '\xaa' + sm4Example.f62.slice(at + 1);
        expect(rig.ask(pad.PAD_LOAD_KEYS, wrong)).toEqual({
          fault: faults.FAULT_PAD_KEY_CHECK,
          answer: String.fromCharCode(i + 1),
        });
        expect(rig.ask(pad.PAD_KEY_STATUS).answer).toBe('\x11');
        const { pik, mak, tdk } = rig.fake.battery;
        expect(pik + mak + tdk).toBe('');
      });
    });

    test('keys of the other algorithm do not pass their check, either way: all are discarded', () => {
      const rig = sm4Rig(padName);
      expect(rig.ask(pad.PAD_LOAD_KEYS, example.f62).fault).toBe(faults.FAULT_PAD_KEY_CHECK);
      expect(rig.ask(pad.PAD_KEY_STATUS).answer).toBe('\x11');
      const des = padRig(padName);
      expect(des.ask(pad.PAD_LOAD_KEYS, sm4Example.f62).fault).toBe(faults.FAULT_PAD_KEY_CHECK);
      expect(des.ask(pad.PAD_KEY_STATUS).answer).toBe('\x01');
    });

    test('a MAC key whose second half comes out as zeros under the wire is no single one', () => {
      // Under 3DES eight zero bytes there mean a key of eight bytes; with SM4 they are ciphertext like any other.
      const wrapped = 'A3B1130FD74FCB560000000000000000';
      const rig = padRig(padName, 1, false);
      loadTmk(rig.fake, { tmk: sm4Example.tmk, algorithm: SM4 });
      const f62 = sm4Example.f62.slice(0, 20) + fromHex(wrapped) + '\0\0\0\0';
      expect(rig.ask(pad.PAD_LOAD_KEYS, f62)).toEqual({ fault: faults.FAULT_PAD_KEY_CHECK, answer: '\x02' });
    });

    test('other lengths are status 8 and change nothing', () => {
      const rig = sm4Rig(padName);
      for (const length of [0, 1, 20, 24, 39, 41, 56, 59, 61, 84, 120, 500])
        expect(rig.ask(pad.PAD_LOAD_KEYS, sm4Example.f62.repeat(9).slice(0, length)).fault).toBe(
          faults.FAULT_BAD_REQUEST,
        );
      expect(rig.ask(pad.PAD_KEY_STATUS).answer).toBe('\x1f');
    });
  });

  describe('PIN block', () => {
    test('sixteen bytes: PIN field filled with F, PAN field with zeros', () => {
      const rig = sm4Rig(padName);
      swipe(rig, TRACK_34);
      expect(toHex(keyedPin(rig, '123456'))).toBe('E686E98CAF0A7676A94A2596EE746A0C');
      expect(toHex(keyedPin(rig, '123456', false))).toBe('035A6DBFCBEAB84D92E605F22359555A');
      swipe(rig, '6225881234567890123=27122010000012345');
      expect(toHex(keyedPin(rig, '1234'))).toBe('E48774B9FC92E3C01C8E0C674F631DB1');
    });

    test('any PIN and PAN, as OpenSSL makes it of the fields', () => {
      fc.assert(
        fc.property(digits(4, 12), digits(8, 19), fc.boolean(), (pin, pan, withPan) => {
          const rig = sm4Rig(padName);
          swipe(rig, pan);
          const field = fromHex(`0${pin.length.toString(16)}${pin}`.padEnd(32, 'f'));
          const account = fromHex(pan.slice(0, -1).slice(-12).padStart(32, '0'));
          expect(keyedPin(rig, pin, withPan)).toBe(sm4(sm4Example.pik, withPan ? xor(field, account) : field));
        }),
        { numRuns: 60 },
      );
    });

    test('keys that are swapped while the customer keys give no block under either', () => {
      const rig = sm4Rig(padName);
      swipe(rig, TRACK_34);
      const entry = rig.begin(pad.PAD_PIN, pinRequest(pad.PIN_WITH_PAN), 70_000);
      rig.world.run(50);
      type(rig, '123456');
      loadTmk(rig.fake, { tmk: example.tmk });
      rig.fake.pressKey(KEY_CONFIRM);
      rig.world.run(200);
      expect(entry).toEqual({ fault: faults.FAULT_PAD_NO_KEY, answer: '' });
    });
  });

  describe('tracks', () => {
    test.each([
      [TRACK_34, '228ACF7C1A764A39486DBCD05F73CF0B2745'],
      [`${PAN}=27122010000012345678`, '256225FDF7B9FB25972DE598A8E7C7769DFD4E80'],
      [`${PAN}=2712201000001234567`, '24629BA36CE5850B364C1E8B1D98F010F8A767'],
      [`${PAN}=2712201000001234`, '218ACF7C1A764A39486DBCD05F73CF0B2740'],
    ])('%s: sixteen bytes before the last one', (track, answer) => {
      const rig = sm4Rig(padName);
      swipe(rig, track);
      expect(toHex(rig.ask(pad.PAD_TRACKS).answer)).toBe(`${answer}00`);
    });

    test('track 3 ends at the same place', () => {
      const rig = sm4Rig(padName);
      swipe(rig, TRACK_34, TRACK_3);
      const { answer } = rig.ask(pad.PAD_TRACKS);
      const packed = fromHex(TRACK_3.replaceAll('=', 'D'));
      expect(TRACK_3.length).toBe(86);
      expect(answer.slice(18)).toBe(
        'V' + packed.slice(0, 26) + sm4(sm4Example.tdk, packed.slice(26, 42)) + packed.slice(42),
      );
    });

    test('a track of fewer than 33 characters is refused, whole; a card number alone has none', () => {
      for (const length of [32, 20, 17]) {
        const rig = sm4Rig(padName);
        swipe(rig, TRACK_34.slice(0, length));
        expect(rig.ask(pad.PAD_TRACKS)).toEqual({ fault: faults.FAULT_BAD_REQUEST, answer: '' });
      }
      const rig = sm4Rig(padName);
      swipe(rig, TRACK_34, TRACK_3.slice(0, 32));
      expect(rig.ask(pad.PAD_TRACKS)).toEqual({ fault: faults.FAULT_BAD_REQUEST, answer: '' });
      swipe(rig, PAN);
      expect(rig.ask(pad.PAD_TRACKS)).toEqual({ fault: faults.FAULT_NONE, answer: '\0\0' });
    });
  });

  describe('MAC', () => {
    test("UnionPay's own over blocks of 16 bytes: folded or not, whole or in parts", () => {
      const rig = padRig(padName, 1, false);
      const key = '0123456789ABCDEFFEDCBA9876543210';
      loadTmk(rig.fake, { tmk: sm4Example.tmk, algorithm: SM4 });
      rig.ask(pad.PAD_LOAD_KEYS, f62Of(sm4Example.tmk, [sm4Example.pik, key]));
      expect(toHex(fold(BODY))).toBe('526896179B41D4B1FB7ECAC8F9643622');
      for (const message of [BODY, fold(BODY)])
        expect(rig.ask(pad.PAD_MAC, flags(pad.MAC_MODE_SM4) + message).answer).toBe('A37C0D9C');
      for (const at of [1, 8, 15, 16, 17, 40, 94]) {
        rig.ask(pad.PAD_MAC, flags(pad.MAC_MODE_SM4, pad.MAC_FIRST) + BODY.slice(0, at));
        rig.ask(pad.PAD_MAC, '\0');
        expect(rig.ask(pad.PAD_MAC, flags(0, pad.MAC_LAST) + BODY.slice(at)).answer).toBe('A37C0D9C');
      }
    });

    test('the chain of SM4: the first eight bytes of its last block', () => {
      const rig = sm4Rig(padName);
      expect(toHex(rig.ask(pad.PAD_MAC, flags(pad.MAC_MODE_SM4_CHAIN) + BODY).answer)).toBe('872E547C1B6DF5F9');
      rig.ask(pad.PAD_MAC, flags(pad.MAC_MODE_SM4_CHAIN, pad.MAC_FIRST) + BODY.slice(0, 33));
      expect(toHex(rig.ask(pad.PAD_MAC, flags(0, pad.MAC_LAST) + BODY.slice(33)).answer)).toBe('872E547C1B6DF5F9');
    });

    test('any message in any parts: as OpenSSL computes it', () => {
      const rig = sm4Rig(padName);
      fc.assert(
        fc.property(fc.array(bytes(0, 40), { maxLength: 4 }), fc.boolean(), (parts, chained) => {
          const mode = chained ? pad.MAC_MODE_SM4_CHAIN : pad.MAC_MODE_SM4;
          rig.ask(pad.PAD_MAC, flags(mode, pad.MAC_FIRST));
          for (const part of parts) rig.ask(pad.PAD_MAC, '\0' + part);
          const { answer } = rig.ask(pad.PAD_MAC, flags(0, pad.MAC_LAST));
          const message = parts.join('');
          expect(answer).toBe(chained ? chain(sm4Example.mak, message) : macOf(sm4Example.mak, message));
        }),
        { numRuns: 60 },
      );
    });

    test("a message folded for DES is no message for SM4's key, nor the other way round: status 8", () => {
      const rig = sm4Rig(padName);
      for (const mode of [pad.MAC_MODE_UNIONPAY, pad.MAC_MODE_X99, pad.MAC_MODE_X919, 5, 6, 63])
        expect(rig.ask(pad.PAD_MAC, flags(mode) + 'foldedto')).toEqual({ fault: faults.FAULT_BAD_REQUEST, answer: '' });
      const des = padRig(padName);
      for (const mode of [pad.MAC_MODE_SM4, pad.MAC_MODE_SM4_CHAIN, 5, 63])
        expect(des.ask(pad.PAD_MAC, flags(mode) + fold(BODY)).fault).toBe(faults.FAULT_BAD_REQUEST);
      expect(des.ask(pad.PAD_MAC, flags(pad.MAC_MODE_UNIONPAY) + BODY).answer).toBe('0C1035EB');
    });

    test('keys of the other algorithm between two parts: the MAC that was begun is not ended with them', () => {
      const rig = padRig(padName);
      rig.ask(pad.PAD_MAC, flags(pad.MAC_MODE_X99, pad.MAC_FIRST) + BODY.slice(0, 24));
      loadTmk(rig.fake, { tmk: sm4Example.tmk, algorithm: SM4 });
      rig.ask(pad.PAD_LOAD_KEYS, sm4Example.f62);
      expect(rig.ask(pad.PAD_MAC, flags(0, pad.MAC_LAST) + BODY.slice(24)).fault).toBe(faults.FAULT_BAD_REQUEST);
      rig.ask(pad.PAD_MAC, flags(pad.MAC_MODE_SM4, pad.MAC_FIRST) + BODY.slice(0, 24));
      loadTmk(rig.fake, { tmk: example.tmk });
      rig.ask(pad.PAD_LOAD_KEYS, example.f62);
      expect(rig.ask(pad.PAD_MAC, flags(0, pad.MAC_LAST) + BODY.slice(24)).fault).toBe(faults.FAULT_BAD_REQUEST);
    });
  });

  test('what is sealed stays under the storage key: sealed before, opened after the algorithm changed', () => {
    const rig = padRig(padName);
    const sealed = rig.ask(pad.PAD_SEAL, 'kept').answer;
    loadTmk(rig.fake, { tmk: sm4Example.tmk, algorithm: SM4 });
    expect(rig.ask(pad.PAD_UNSEAL, sealed).answer).toBe('kept');
    expect(rig.ask(pad.PAD_UNSEAL, rig.ask(pad.PAD_SEAL, 'more').answer).answer).toBe('more');
  });

  test('without its working keys: status 1, and after the case was opened status 9', () => {
    const rig = padRig(padName, 1, false);
    loadTmk(rig.fake, { tmk: sm4Example.tmk, algorithm: SM4 });
    swipe(rig, TRACK_34);
    for (const [command, data] of [
      [pad.PAD_MAC, flags(pad.MAC_MODE_SM4)],
      [pad.PAD_TRACKS, ''],
      [pad.PAD_PIN, pinRequest(1)],
    ] as const)
      expect(rig.ask(command, data).fault).toBe(faults.FAULT_PAD_NO_KEY);
    rig.fake.onFault('tamper', 1);
    expect(rig.ask(pad.PAD_MAC, flags(pad.MAC_MODE_SM4)).fault).toBe(faults.FAULT_PAD_TAMPERED);
  });
});
