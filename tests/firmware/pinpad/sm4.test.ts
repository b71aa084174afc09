/**
 * SM4 against the examples of GB/T 32907-2016, annex A (also in draft-ribose-cfrg-sm4, appendix A), and OpenSSL.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { macOfFold } from '../../../firmware/pinpad/mac';
import { foldSm4Blocks, sm4Chain, sm4Ecb, sm4Keys } from '../../../firmware/pinpad/sm4';
import { sm4CbcMac, sm4UnionPayMac } from '../../../firmware/pinpad/sm4-mac';
import { fromHex, toHex } from '../../../hal/bytes';
import { PAD_ALGORITHM_SM4 } from '../../../hal/pad-commands';

const KEY = fromHex('0123456789ABCDEFFEDCBA9876543210');

function openssl(mode: 'ecb' | 'cbc', key: string, data: string, decrypt: boolean): string {
  const make = decrypt ? createDecipheriv : createCipheriv;
  const cipher = make(`sm4-${mode}`, Buffer.from(key, 'latin1'), mode === 'cbc' ? Buffer.alloc(16) : null);
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.from(data, 'latin1')), cipher.final()]).toString('latin1');
}

test('example 1 of the standard, both ways', () => {
  const keys = sm4Keys(KEY);
  const cipher = sm4Ecb(keys, KEY, false);
  expect(toHex(cipher)).toBe('681EDF34D206965E86B3E94F536E4246');
  expect(sm4Ecb(keys, cipher, true)).toBe(KEY);
});

test('example 2 of the standard: a million times over', () => {
  const keys = sm4Keys(KEY);
  // Zeros before the block: each further block of the chain is the one before, encrypted once more.
  const turns = 1000;
  const zeros = '\0'.repeat(16 * turns);
  let block = KEY;
  for (let n = 0; n < 1_000_000; n += turns) block = sm4Chain(keys, block, zeros);
  expect(toHex(block)).toBe('595298C7C6FD271F0402F804C33D3F66');
});

test('any key and data: the same as OpenSSL, both ways, block by block and chained', () => {
  const bytes = (length: number): fc.Arbitrary<string> =>
    fc.uint8Array({ minLength: length, maxLength: length }).map((a) => Buffer.from(a).toString('latin1'));
  fc.assert(
    fc.property(
      bytes(16),
      fc.integer({ min: 0, max: 5 }).chain((n) => bytes(n * 16)),
      (key, data) => {
        const keys = sm4Keys(key);
        for (const decrypt of [false, true])
          expect(sm4Ecb(keys, data, decrypt)).toBe(openssl('ecb', key, data, decrypt));
        if (data !== '')
          expect(sm4Chain(keys, '\0'.repeat(16), data)).toBe(openssl('cbc', key, data, false).slice(-16));
      },
    ),
  );
});

test('check value, fold and MAC of an invented message', () => {
  const keys = sm4Keys(KEY);
  expect(toHex(sm4Ecb(keys, '\0'.repeat(16), false)).slice(0, 8)).toBe('2677F46B');
  const fold = fromHex('526896179B41D4B1FB7ECAC8F9643622');
  expect(macOfFold(KEY, fold, PAD_ALGORITHM_SM4)).toBe('A37C0D9C');
  const digits = toHex(fold);
  const first = Buffer.from(openssl('ecb', KEY, digits.slice(0, 16), false), 'latin1');
  const joined = first.map((byte, i) => byte ^ digits.charCodeAt(16 + i));
  expect(toHex(openssl('ecb', KEY, Buffer.from(joined).toString('latin1'), false)).slice(0, 8)).toBe('A37C0D9C');
  expect(sm4UnionPayMac(KEY, fold)).toBe('A37C0D9C');
  expect(foldSm4Blocks(`${fold}${fold}`)).toBe('\0'.repeat(16));
  expect(sm4UnionPayMac(KEY, `${'\0'.repeat(32)}${fold.slice(0, 15)}`)).toBe(
    macOfFold(KEY, `${fold.slice(0, 15)}\0`, PAD_ALGORITHM_SM4),
  );
});

test('a message that ends within a block is filled up with zeros; an empty one is one block of them', () => {
  const keys = sm4Keys(KEY);
  const padded = `seventeen bytes !${'\0'.repeat(15)}`;
  expect(sm4CbcMac(keys, 'seventeen bytes !')).toBe(openssl('cbc', KEY, padded, false).slice(-16));
  expect(sm4CbcMac(keys, '')).toBe(openssl('ecb', KEY, '\0'.repeat(16), false));
});

test('an incomplete last block is dropped, not read beyond', () => {
  expect(sm4Ecb(sm4Keys(KEY), 'fifteen bytes..', false)).toBe('');
  expect(sm4Ecb(sm4Keys(KEY), 'seventeen bytes !', false).length).toBe(16);
});
