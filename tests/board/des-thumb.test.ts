/**
 * The machine code of DES on the emulator's processor: NIST's vectors, OpenSSL, what it leaves behind, what it takes; and that the
 * pad's program does not trust it before it has shown that it is right.
 */
import { spawnSync } from 'node:child_process';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { DES_THUMB } from '../../drivers/boards/espruino/des-thumb';
import { desCbcDecrypt, desCbcEncrypt, desChain, desEcb, desKeys } from '../../firmware/pinpad/des';
import { isRight } from '../../firmware/pinpad/des-check';
import { lookups, useNativeLookups } from '../../firmware/pinpad/lookups';
import { x919Mac, x99Mac } from '../../firmware/pinpad/mac';
import { fromHex, toHex } from '../../hal/bytes';
import { thumbDes } from '../support/thumb-des';

const root = join(__dirname, '../..');
const NO_KEYS = '\0'.repeat(24);

function generate(...args: string[]): { status: number | null; stderr: string } {
  const run = spawnSync(process.execPath, ['scripts/generate-des.mjs', ...args], { cwd: root, encoding: 'utf8' });
  return { status: run.status, stderr: run.stderr };
}

/** What the generator says about a source. */
function said(source: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'des-'));
  try {
    writeFileSync(join(folder, 'des.s'), source);
    return generate('--folder', folder).stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a changed source that was not generated again is noticed', () => {
  expect(generate('--check')).toEqual({ status: 0, stderr: '' });
});

test.each([
  ['frob r1, r2', 'there is no instruction frob r, r'],
  ['movs r9, #1', 'there is no instruction movs L, #'],
  ['movs r1, #256', '256 does not fit: a multiple of 1 below 256'],
  ['ldr r1, [r2, #6]', '6 does not fit: a multiple of 4 below 128'],
  ['str r1, [sp, #WHERE]', 'WHERE is no number and not defined above'],
  ['b nowhere', 'there is no label nowhere'],
  [`beq far\n${'nop: movs r0, r0\n'.replace('nop: ', '').repeat(200)}far:`, 'the label is 398 bytes away, too far'],
  ['push {r4, r12}', 'push cannot take {r4, r12}'],
])('%j is refused with its line', (source, why) => {
  expect(said(`@ first line\n ${source}\n`)).toBe(`drivers/boards/espruino/des.s: line 2: ${why}\n`);
});

describe('by the pad program', () => {
  const { des, calls } = thumbDes();

  beforeAll(() => useNativeLookups({ des }));
  afterAll(() => useNativeLookups({}));
  afterEach(() => expect(calls.splice(0).length).toBeGreaterThan(0));

  test.each([
    // NIST SP 800-17, tables 1 to 5, and FIPS 81, table B1.
    ['0101010101010101', '8000000000000000', '95F8A5E5DD31D900'],
    ['0101010101010101', '0000000000000001', '166B40B44ABA4BD6'],
    ['8001010101010101', '0000000000000000', '95A8D72813DAA94D'],
    ['1046913489980131', '0000000000000000', '88D55E54F54C97B4'],
    ['7CA110454A1A6E57', '01A1D6D039776742', '690F5B0D9A26939B'],
    ['0131D9619DC1376E', '5CD54CA83DEF57DA', '7A389D10354BD271'],
    ['07A1133E4A0B2686', '0248D43806F67172', '868EBB51CAB4599A'],
    ['3849674C2602319E', '51454B582DDF440A', '7178876E01F19B2A'],
    ['0123456789ABCDEF', '4E6F772069732074', '3FA40E8A984D4815'],
  ])('key %s turns %s into %s', (key, clear, cipher) => {
    const keys = desKeys(fromHex(key));
    expect(toHex(desEcb(keys, fromHex(clear), false))).toBe(cipher);
    expect(toHex(desEcb(keys, fromHex(cipher), true))).toBe(clear);
  });

  test('SP 800-67 appendix B: three keys; FIPS 81 table C1: a chain', () => {
    const keys = desKeys(fromHex('0123456789ABCDEF23456789ABCDEF01456789ABCDEF0123'));
    expect(toHex(desEcb(keys, 'The qufck brown fox jump', false))).toBe(
      'A826FD8CE53B855FCCE21C8112256FE668D5C05DD9B6B900',
    );
    const chained = desCbcEncrypt(
      desKeys(fromHex('0123456789ABCDEF')),
      fromHex('1234567890ABCDEF'),
      'Now is the time for all ',
    );
    expect(toHex(chained)).toBe('E5C7CDDE872BF27C43E934008C389C0F683788499A7C05F6');
  });

  test('any key and data: the same as OpenSSL, both ways, block by block and chained; and MACs', () => {
    const bytes = (length: number): fc.Arbitrary<string> =>
      fc.uint8Array({ minLength: length, maxLength: length }).map((a) => Buffer.from(a).toString('latin1'));
    const openssl = (mode: string, key: string, iv: string, data: string, decrypt: boolean): string => {
      const make = decrypt ? createDecipheriv : createCipheriv;
      const name = `des-ede${key.length === 24 ? '3' : ''}${mode}`;
      const whole = Buffer.from(key.length === 8 ? key + key : key, 'latin1');
      const cipher = make(name, whole, mode === '-cbc' ? Buffer.from(iv, 'latin1') : null);
      cipher.setAutoPadding(false);
      return Buffer.concat([cipher.update(Buffer.from(data, 'latin1')), cipher.final()]).toString('latin1');
    };
    // Without a mode `des-ede` is block by block; of three keys it is called so.
    const ecb = (key: string): string => (key.length === 24 ? '-ecb' : '');
    fc.assert(
      fc.property(
        fc.constantFrom(8, 16, 24).chain(bytes),
        bytes(8),
        fc.integer({ min: 1, max: 6 }).chain((n) => bytes(n * 8)),
        (key, iv, data) => {
          const keys = desKeys(key);
          for (const decrypt of [false, true])
            expect(desEcb(keys, data, decrypt)).toBe(openssl(ecb(key), key, iv, data, decrypt));
          expect(desCbcEncrypt(keys, iv, data)).toBe(openssl('-cbc', key, iv, data, false));
          expect(desCbcDecrypt(keys, iv, data)).toBe(openssl('-cbc', key, iv, data, true));
          expect(desChain(keys, iv, data)).toBe(openssl('-cbc', key, iv, data, false).slice(-8));
          expect(x99Mac(key, data)).toBe(openssl('-cbc', key, '\0'.repeat(8), data, false).slice(-8));
          const [left, right] = [key.slice(0, 8), key.slice(-8)];
          const chained = openssl('-cbc', left, '\0'.repeat(8), data, false).slice(-8);
          const turned = openssl('', left, '', openssl('', right, '', chained, true), false);
          expect(x919Mac(key, data)).toBe(turned);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('1,000 blocks; not one', () => {
    const keys = desKeys(fromHex('0123456789ABCDEF'));
    const block = fromHex('4E6F772069732074');
    expect(desEcb(keys, block.repeat(1000), false)).toBe(fromHex('3FA40E8A984D4815').repeat(1000));
    expect(desEcb(keys, '1234567', false)).toBe('');
    expect(desChain(keys, block, '')).toBe(block);
  });
});

test('keys are gone from frame and stack when it is done; the rest of the frame is as it was', () => {
  const { des, calls } = thumbDes();
  const head = '\x01\0\x03\x02\x01\0\0\0';
  const key = fromHex('0123456789ABCDEFFEDCBA98765432108899AABBCCDDEEFF');
  const done = des(`${head}${key}ABCDEFGH12345678`);
  expect(done.slice(0, 40)).toBe(`${head}${NO_KEYS}ABCDEFGH`);
  // Of the caller's five registers, which it put back, 20 bytes; all below are zeros.
  expect([...calls[0].stack.slice(0, -20)].every((byte) => byte === 0)).toBe(true);
});

test('it lies anywhere, and takes as long whatever the key and the data are', () => {
  const frame = (key: string, data: string): string => `\x02\0\x03\x05\x01\0\0\0${key}ABCDEFGH${data}`;
  const at = (place: number): string => thumbDes(DES_THUMB, place).des(frame('k'.repeat(24), 'd'.repeat(16)));
  expect(new Set([0x20000100, 0x20000104, 0x2003fffc].map(at)).size).toBe(1);
  const { des, calls } = thumbDes();
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 40, maxLength: 40 }), (drawn) => {
      const text = Buffer.from(drawn).toString('latin1');
      des(frame(text.slice(0, 24), text.slice(24)));
      const last = calls[calls.length - 1];
      return last.instructions === calls[0].instructions && last.cycles === calls[0].cycles;
    }),
    { numRuns: 30 },
  );
});

test('code that is wrong is found out before its first use, and the slow way is gone', () => {
  const wrong = (at: number, bits: number): string =>
    DES_THUMB.slice(0, at) + String.fromCharCode(DES_THUMB.charCodeAt(at) ^ bits) + DES_THUMB.slice(at + 1);
  expect(isRight(thumbDes().des)).toBe(true);
  // A bit in the middle of a permutation, the number of rounds, and code that cannot run at all.
  for (const code of [wrong(DES_THUMB.indexOf('\x10\x07\x14\x15\x1d'), 1), wrong(DES_THUMB.indexOf('\x10\x28'), 1)])
    expect(isRight(thumbDes(code).des)).toBe(false);
  const { calls, des } = thumbDes(wrong(DES_THUMB.indexOf('\x10\x28'), 1));
  useNativeLookups({ des });
  expect(lookups().des).toBeUndefined();
  calls.splice(0);
  const clear = fromHex('4E6F772069732074');
  expect(toHex(desEcb(desKeys(fromHex('0123456789ABCDEF')), clear, false))).toBe('3FA40E8A984D4815');
  expect(calls).toEqual([]);
  useNativeLookups({ des: () => '' });
  expect(lookups().des).toBeUndefined();
  useNativeLookups({});
});

test('once there is no memory for it, the slow way is gone, block for block the same', () => {
  const { des } = thumbDes();
  let left = 3;
  useNativeLookups({ des: (frame) => (left-- > 0 ? des(frame) : '') });
  const keys = desKeys(fromHex('0123456789ABCDEFFEDCBA9876543210'));
  const data = readFileSync(__filename, 'latin1').slice(0, 64);
  const made = [1, 2, 3, 4].map(() => desCbcEncrypt(keys, '12345678', data));
  expect(left).toBeLessThan(0);
  expect(new Set(made).size).toBe(1);
  useNativeLookups({});
});
