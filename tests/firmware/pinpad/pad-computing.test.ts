/**
 * What a PIN pad computes, portable. Worked examples use invented keys and were computed with two independent crypto
 * libraries; beside them everything is compared with OpenSSL through the fake pad's own functions.
 */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import * as openssl from '../../../emulator/devices/pad-crypto';
import { foldBlocks } from '../../../firmware/exchange/fold';
import { macOfFold, unionPayMac, x919Mac, x99Mac } from '../../../firmware/pinpad/mac';
import { clearPinBlock, pinBlock } from '../../../firmware/pinpad/pin-block';
import { sha1 } from '../../../firmware/pinpad/sha1';
import { encryptTrack } from '../../../firmware/pinpad/track-cipher';
import { WORKING_KEYS_FORM, checkValue, unwrapWorkingKeys } from '../../../firmware/pinpad/working-keys';
import { fromHex, toHex } from '../../../hal/bytes';
import { PAD_ALGORITHM_DES as DES } from '../../../hal/pad-commands';
import { example } from '../../drivers/pad-rig';

const TMK = fromHex(example.tmk);
const PIK = fromHex(example.pik);
const MAK = fromHex(example.mak);
const TDK = fromHex(example.tdk);
const PAN = '6225881234567890';
const BODY = fromHex(
  '0200302004C020C09811000000000000001234000017021000123462258812345678903E9B92EF7ECE78C045' +
    '31323334353637383132333435363738393031323334353135362A38BA3309D6D4E82610000000000000' +
    '001322000001000600',
);
const anyBytes = (maxLength: number): fc.Arbitrary<string> =>
  fc.uint8Array({ maxLength }).map((a) => Buffer.from(a).toString('latin1'));

test('check values of all four keys', () => {
  expect([TMK, PIK, MAK, TDK].map((key) => toHex(checkValue(key, DES)))).toEqual([
    '08D7B4FB',
    '99C10EF6',
    '5FFE0009',
    '887EA4EE',
  ]);
});

test('sign-in layouts of 60, 40 and 24 bytes', () => {
  expect(unwrapWorkingKeys(TMK, example.f62, DES)).toEqual({ pik: PIK, mak: MAK, tdk: TDK });
  expect(unwrapWorkingKeys(TMK, example.f62.slice(0, 40), DES)).toEqual({ pik: PIK, mak: MAK, tdk: '' });
  const pik = '8 bytes.';
  const f62 =
    openssl.desEncrypt(TMK, pik) + openssl.checkValue(pik) + openssl.desEncrypt(TMK, MAK) + checkValue(MAK, DES);
  expect(unwrapWorkingKeys(TMK, f62, DES)).toEqual({ pik, mak: MAK, tdk: '' });
});

test('a MAC key of 16 bytes is taken whole', () => {
  const mak = 'sixteen bytes ok';
  const f62 =
    openssl.desEncrypt(TMK, PIK) + checkValue(PIK, DES) + openssl.desEncrypt(TMK, mak) + openssl.checkValue(mak);
  expect(unwrapWorkingKeys(TMK, f62, DES)).toEqual({ pik: PIK, mak, tdk: '' });
});

test('a wrong check value names its key, another length is refused', () => {
  const flipped = (at: number): string => example.f62.slice(0, at) + '\xaa' + example.f62.slice(at + 1);
  expect([16, 36, 56].map((at) => unwrapWorkingKeys(TMK, flipped(at), DES))).toEqual([1, 2, 3]);
  expect([0, 23, 41, 56, 84].map((n) => unwrapWorkingKeys(TMK, 'x'.repeat(n), DES))).toEqual(
    Array(5).fill(WORKING_KEYS_FORM),
  );
});

test('PIN blocks', () => {
  expect(toHex(clearPinBlock('123456', '', DES))).toBe('06123456FFFFFFFF');
  expect(toHex(clearPinBlock('123456', PAN, DES))).toBe('06126CD7DCBA9876');
  expect(toHex(pinBlock(PIK, '123456', PAN, DES))).toBe('2A38BA3309D6D4E8');
  expect(toHex(pinBlock(PIK, '123456', '', DES))).toBe('734F75F1968C0158');
  expect(toHex(clearPinBlock('1234', '6225881234567890123', DES))).toBe('041226CBA9876FED');
  expect(toHex(pinBlock(PIK, '1234', '6225881234567890123', DES))).toBe('9CB8846CEB944792');
});

test.each(['', '123', '1234567890123', '12a4', '12 4'])('%j is no PIN and has no block', (pin) => {
  expect(clearPinBlock(pin, PAN, DES)).toBe('');
  expect(pinBlock(PIK, pin, PAN, DES)).toBe('');
});

test('tracks of even and odd length', () => {
  const of = (track: string): string => toHex(encryptTrack(TDK, track, DES));
  expect(of(PAN + '=27122010000012345')).toBe('62258812345678903E9B92EF7ECE78C045');
  expect(of(PAN + '=27122010000012345678')).toBe('6225881234567890D271B5BDDD62AAF796D180');
  expect(of(PAN + '=2712201000001234567')).toBe('6225881234567890D266D35BC881FFAFF767');
});

test('MAC modes on one body', () => {
  expect(toHex(foldBlocks(BODY))).toBe('A9165CDF6225E293');
  expect(unionPayMac(MAK, BODY)).toBe('0C1035EB');
  expect(unionPayMac(PIK, BODY)).toBe('697CB477');
  expect(toHex(x99Mac(MAK, BODY))).toBe('544D5EB95DA4C02A');
  expect(toHex(x919Mac(PIK, BODY))).toBe('3E95A0EFBFD92CE2');
});

test('SHA-1 of the examples of FIPS 180 and of anything, as OpenSSL', () => {
  expect(toHex(sha1('abc'))).toBe('A9993E364706816ABA3E25717850C26C9CD0D89D');
  expect(toHex(sha1('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'))).toBe(
    '84983E441C3BD26EBAAE4AA1F95129E5E54670F1',
  );
  fc.assert(
    fc.property(anyBytes(200), (data) => {
      expect(sha1(data)).toBe(createHash('sha1').update(Buffer.from(data, 'latin1')).digest().toString('latin1'));
    }),
  );
});

test('any PIN, PAN, track and message: the same as the fake pad computes', () => {
  const digits = (min: number, max: number): fc.Arbitrary<string> =>
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map((list) => list.join(''));
  fc.assert(
    fc.property(digits(4, 12), digits(8, 19), digits(4, 17), anyBytes(300), (pin, pan, rest, message) => {
      expect(pinBlock(PIK, pin, pan, DES)).toBe(openssl.pinBlock(PIK, pin, pan));
      expect(pinBlock(PIK, pin, '', DES)).toBe(openssl.pinBlock(PIK, pin, ''));
      const track = `${pan}=${rest}`.padEnd(17, '0');
      expect(encryptTrack(TDK, track, DES)).toBe(openssl.encryptTrack(TDK, track));
      let fold = '\0'.repeat(8);
      for (let i = 0; i < message.length; i += 8)
        fold = openssl.exclusiveOr(fold, message.slice(i, i + 8).padEnd(8, '\0'));
      expect(foldBlocks(message)).toBe(fold);
      expect(macOfFold(MAK, fold, DES)).toBe(openssl.macOfFold(MAK, fold));
    }),
  );
});
