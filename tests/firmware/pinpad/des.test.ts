/**
 * Portable DES against public vectors (NIST SP 800-17 tables, FIPS 81 appendix, SP 800-67 appendix B) and OpenSSL.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { desCbcDecrypt, desCbcEncrypt, desEcb, desKeys } from '../../../firmware/pinpad/des';
import { fromHex, toHex } from '../../../hal/bytes';

const name: Record<number, string> = { 8: 'des-ede', 16: 'des-ede', 24: 'des-ede3' };

function openssl(mode: 'ecb' | 'cbc', key: string, iv: string, data: string, decrypt: boolean): string {
  const make = decrypt ? createDecipheriv : createCipheriv;
  const bytes = Buffer.from(key.length === 8 ? key + key : key, 'latin1');
  const cipher = make(
    name[key.length] + (mode === 'cbc' ? '-cbc' : ''),
    bytes,
    mode === 'cbc' ? Buffer.from(iv, 'latin1') : null,
  );
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.from(data, 'latin1')), cipher.final()]).toString('latin1');
}

function ecb(key: string, data: string): string {
  return toHex(desEcb(desKeys(fromHex(key)), fromHex(data), false));
}

test.each([
  // NIST SP 800-17: variable plaintext, inverse permutation, variable key, permutation and substitution table tests.
  ['0101010101010101', '8000000000000000', '95F8A5E5DD31D900'],
  ['0101010101010101', '0000000000000001', '166B40B44ABA4BD6'],
  ['8001010101010101', '0000000000000000', '95A8D72813DAA94D'],
  ['1046913489980131', '0000000000000000', '88D55E54F54C97B4'],
  ['7CA110454A1A6E57', '01A1D6D039776742', '690F5B0D9A26939B'],
  ['0131D9619DC1376E', '5CD54CA83DEF57DA', '7A389D10354BD271'],
  ['07A1133E4A0B2686', '0248D43806F67172', '868EBB51CAB4599A'],
  ['3849674C2602319E', '51454B582DDF440A', '7178876E01F19B2A'],
  // FIPS 81, table B1: "Now is the time for all ".
  ['0123456789ABCDEF', '4E6F772069732074', '3FA40E8A984D4815'],
])('key %s turns %s into %s', (key, clear, cipher) => {
  expect(ecb(key, clear)).toBe(cipher);
  expect(toHex(desEcb(desKeys(fromHex(key)), fromHex(cipher), true))).toBe(clear);
});

test('FIPS 81 table C1 in CBC mode', () => {
  const keys = desKeys(fromHex('0123456789ABCDEF'));
  const iv = fromHex('1234567890ABCDEF');
  const clear = 'Now is the time for all ';
  const cipher = desCbcEncrypt(keys, iv, clear);
  expect(toHex(cipher)).toBe('E5C7CDDE872BF27C43E934008C389C0F683788499A7C05F6');
  expect(desCbcDecrypt(keys, iv, cipher)).toBe(clear);
});

test('SP 800-67 appendix B: three keys', () => {
  const keys = desKeys(fromHex('0123456789ABCDEF23456789ABCDEF01456789ABCDEF0123'));
  const clear = 'The qufck brown fox jump';
  const cipher = desEcb(keys, clear, false);
  expect(toHex(cipher)).toBe('A826FD8CE53B855FCCE21C8112256FE668D5C05DD9B6B900');
  expect(desEcb(keys, cipher, true)).toBe(clear);
});

test('any key and data: the same as OpenSSL, both ways, ECB and CBC', () => {
  const bytes = (length: number): fc.Arbitrary<string> =>
    fc.uint8Array({ minLength: length, maxLength: length }).map((a) => Buffer.from(a).toString('latin1'));
  fc.assert(
    fc.property(
      fc.constantFrom(8, 16, 24).chain(bytes),
      bytes(8),
      fc.integer({ min: 0, max: 5 }).chain((n) => bytes(n * 8)),
      (key, iv, data) => {
        const keys = desKeys(key);
        for (const decrypt of [false, true])
          expect(desEcb(keys, data, decrypt)).toBe(openssl('ecb', key, iv, data, decrypt));
        expect(desCbcEncrypt(keys, iv, data)).toBe(openssl('cbc', key, iv, data, false));
        expect(desCbcDecrypt(keys, iv, data)).toBe(openssl('cbc', key, iv, data, true));
      },
    ),
    { numRuns: 200 },
  );
});

test('an incomplete last block is dropped, not read beyond', () => {
  expect(desEcb(desKeys('12345678'), '1234567', false)).toBe('');
  expect(desEcb(desKeys('12345678'), '123456789', false).length).toBe(8);
});
