/** Frames to JSON and back. The worked frames and their values come from outside this code base. */
import fc from 'fast-check';
import { decodeMessage, encodeMessage, parseHex } from '../../../host/iso8583';
import type { MessageJson } from '../../../host/iso8583';
import { fieldSpecs } from '../../../firmware/iso8583/fields';
import { CHIP_SALE, STRIPE_SALE_BODY, STRIPE_SALE_FRAME } from '../../support/iso8583-frames';
import { readBody, readFrame } from '../../support/second-decoder';

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}

function decode(hex: string, unmask = true): MessageJson {
  const parsed = parseHex(hex);
  if (parsed.error) throw new Error(parsed.error.message);
  const decoded = decodeMessage(parsed.bytes, { unmask });
  if (decoded.error) throw new Error(JSON.stringify(decoded.error));
  return decoded;
}

function encode(json: unknown): string {
  const encoded = encodeMessage(json);
  if (encoded.error) throw new Error(JSON.stringify(encoded.error));
  return hexOf(encoded.bytes);
}

function errorOfHex(hex: string): unknown {
  const parsed = parseHex(hex);
  const { error } = parsed.error ? parsed : decodeMessage(parsed.bytes);
  return error && [error.code, error.field, error.offset];
}

function errorOfJson(json: unknown): unknown {
  const { error } = encodeMessage(json);
  return error && [error.code, error.field];
}

/** A body with one field, the rest of it as given. */
function body(field: number, wire: string): string {
  const bitmap = Buffer.alloc(8);
  bitmap[(field - 1) >> 3] = 128 >> ((field - 1) & 7);
  return `0200${hexOf(bitmap)}${wire}`;
}

/** Any well-formed message: mostly canonical values, some with odd padding or characters. */
const anyBody = fc
  .tuple(
    fc.constantFrom('0200', '0210', '0320', '0400', '0800', '0830'),
    ...fieldSpecs().map((spec) => {
      const digits = spec.format === 'n' || spec.format === 'z';
      const bytesFor = (size: number): number => (digits ? (size + 1) >> 1 : size);
      const size = spec.lengthDigits ? fc.integer({ min: 0, max: spec.max }) : fc.constant(spec.max);
      const value = size.chain((count) =>
        fc.uint8Array({ minLength: bytesFor(count), maxLength: bytesFor(count) }).map((bytes) => {
          const prefix = spec.lengthDigits ? String(count).padStart(spec.lengthDigits === 2 ? 2 : 4, '0') : '';
          return prefix + hexOf(bytes);
        }),
      );
      return fc.option(fc.tuple(fc.constant(spec.field), value), { nil: undefined });
    }),
  )
  .map(([mti, ...fields]) => {
    const bitmap = Buffer.alloc(8);
    let data = '';
    for (const entry of fields) {
      if (!entry) continue;
      const at = entry[0] - 1;
      bitmap[at >> 3] = bitmap[at >> 3] | (128 >> (at & 7));
      data += entry[1];
    }
    return `${mti}${hexOf(bitmap)}${data}`;
  });

test('a chip sale of 18 fields comes out as its values, and goes back to the same bytes', () => {
  const decoded = decode(CHIP_SALE.wire);
  expect(decoded).toEqual({
    mti: '0200',
    bitmap: '702406C020C09A11',
    fields: CHIP_SALE.fields,
    raw: { '64': '0102030405060708' },
  });
  expect(Object.keys(decoded.fields).map(Number)).toEqual(
    [...Object.keys(decoded.fields).map(Number)].sort((a, b) => a - b),
  );
  expect(encode(decoded)).toBe(CHIP_SALE.wire);
  expect(encode({ mti: '0200', fields: CHIP_SALE.fields })).toBe(CHIP_SALE.wire);
});

test('a whole frame shows its parts in the order of the wire', () => {
  const decoded = decode(STRIPE_SALE_FRAME);
  expect(Object.keys(decoded)).toEqual(['length', 'tpdu', 'header', 'mti', 'bitmap', 'fields']);
  expect(decoded).toMatchObject({ length: 114, tpdu: '6000030000', header: '603100310000', mti: '0200' });
  expect(decoded.fields).toMatchObject({ '22': '021', '26': '12', '60': '2200000100060', '64': '0C1035EB' });
  expect(encode(JSON.parse(JSON.stringify(decoded)))).toBe(STRIPE_SALE_FRAME);
});

describe('envelope', () => {
  const tpdu = '6000030000';
  const header = '603100310000';
  const length = (rest: string): string => (rest.length / 2).toString(16).padStart(4, '0').toUpperCase();
  test.each([
    ['nothing', ''],
    ['TPDU', tpdu],
    ['header', header],
    ['TPDU and header', tpdu + header],
  ])('%s, with and without a length', (_name, before) => {
    const rest = before + STRIPE_SALE_BODY;
    for (const frame of [rest, length(rest) + rest]) {
      const decoded = decode(frame);
      expect(decoded.tpdu ?? '').toBe(before.includes(tpdu) ? tpdu : '');
      expect(decoded.header ?? '').toBe(before.includes(header) ? header : '');
      expect(decoded.length).toBe(frame === rest ? undefined : rest.length / 2);
      expect(encode(decoded)).toBe(frame);
    }
  });

  test('a STAN that looks like a message type does not make an envelope of a message', () => {
    const echo = '0820' + '0020000000C00010' + '000800' + '31'.repeat(23) + '001100000001301000'.slice(0, 16);
    expect(decode(echo)).toMatchObject({ mti: '0820', fields: { '11': '000800' } });
    expect(decode(echo).tpdu).toBeUndefined();
  });

  test('a length that is off by one is an error, not a message with strange bytes before it', () => {
    expect(errorOfHex('0073' + STRIPE_SALE_FRAME.slice(4))).toEqual(['bad_length', 0, 0]);
    expect(errorOfHex(STRIPE_SALE_FRAME + '00')).toEqual(['bad_length', 0, 0]);
  });
});

describe('what a value alone would not bring back goes to raw too', () => {
  test.each([
    ['a spare nibble that is not 0', 2, '03622F', '622'],
    ['F22 on the wrong side', 22, '0021', '002'],
    ['F23 with a digit too many', 23, 'F001', '001'],
    ['text with a control character', 39, '3000', '0\x00'],
    ['text in GBK', 38, 'D2F8C1AA3030', '\xD2\xF8\xC1\xAA00'],
  ])('%s', (_name, field, wire, value) => {
    const decoded = decode(body(field, wire));
    expect(decoded.fields).toEqual({ [field]: value });
    expect(decoded.raw).toEqual({ [field]: wire });
    expect(encode(JSON.parse(JSON.stringify(decoded)))).toBe(body(field, wire));
  });

  test('canonical values have no raw', () => {
    expect(decode(body(22, '0210')).raw).toBeUndefined();
    expect(decode(body(2, '036220')).raw).toBeUndefined();
    expect(decode(body(35, '0362D0')).fields).toEqual({ '35': '62D' });
  });
});

describe('broken messages say what, in which field, and where', () => {
  test.each([
    ['nothing', '', ['too_short', 0, 0]],
    ['half a bitmap', '020070', ['too_short', 0, 2]],
    ['a field cut short', body(4, '000000'), ['too_short', 4, 10]],
    ['a length cut short', body(55, '01'), ['too_short', 55, 10]],
    ['an envelope that ends before its message', '6000030000603100310000', ['too_short', 0, 11]],
    ['a field length that is no number', body(2, '1A62'), ['bad_length', 2, 10]],
    ['a frame length that is not exact', '0071' + STRIPE_SALE_FRAME.slice(4), ['bad_length', 0, 0]],
    ['a field that does not exist', body(5, '00'), ['unknown_field', 5, 2]],
    ['a second bitmap', body(1, '0000000000000000'), ['unknown_field', 1, 2]],
    ['a length beyond the field', body(2, '20' + '00'.repeat(10)), ['too_long', 2, 10]],
    ['bytes behind the last field', body(3, '000000' + 'FF'), ['trailing_bytes', 0, 13]],
    ['a character that is no hex digit', '0200G0', ['bad_hex', 0, 2]],
    ['half a byte', '02007', ['bad_hex', 0, 2]],
    ['no known message type', '0300' + '00'.repeat(8), ['bad_mti', 0, 0]],
    ['no known message type behind an envelope', '60000300006031003100000300' + '00'.repeat(8), ['bad_mti', 0, 11]],
  ])('%s', (_name, hex, error) => {
    expect(errorOfHex(hex)).toEqual(error);
  });

  test('offsets count from the first byte given, envelope included', () => {
    expect(errorOfHex('6000030000603100310000' + body(4, '000000'))).toEqual(['too_short', 4, 21]);
  });

  test('no sentence repeats data of the message', () => {
    const parsed = parseHex(body(2, '196228480402564890018'.slice(0, 20)));
    const decoded = parsed.error ? parsed : decodeMessage(parsed.bytes);
    expect(JSON.stringify(decoded)).not.toMatch(/6228|4804/);
  });
});

describe('encode refuses', () => {
  const fields = { '3': '000000' };
  test.each([
    ['what is no object', 'x', ['bad_mti', 0]],
    ['no message type', { fields }, ['bad_mti', 0]],
    ['an unknown message type', { mti: '0300', fields }, ['bad_mti', 0]],
    ['a member it does not know', { mti: '0200', field: fields }, ['unknown_field', 0]],
    ['a field that does not exist', { mti: '0200', fields: { '5': '00' } }, ['unknown_field', 5]],
    ['a key that is no number', { mti: '0200', fields: { '03': '000000' } }, ['unknown_field', 0]],
    ['a masked PAN', { mti: '0200', fields: { '2': '622848******0018' } }, ['bad_digit', 2]],
    ['a masked track', { mti: '0200', fields: { '35': '*'.repeat(37) } }, ['bad_digit', 35]],
    ['a masked PIN block', { mti: '0200', fields: { '52': '*'.repeat(16) } }, ['bad_hex', 52]],
    ['masked chip data', { mti: '0200', fields: { '55': '5A08' + '*'.repeat(16) } }, ['bad_hex', 55]],
    ['masked chip data, much of it', { mti: '0200', fields: { '55': '5A08' + '*'.repeat(400) } }, ['bad_hex', 55]],
    ['a character that only looks like a digit', { mti: '0200', fields: { '3': '00000\u0130' } }, ['bad_digit', 3]],
    ['the same in long hex', { mti: '0200', fields: { '55': '\u0130'.repeat(100) } }, ['bad_hex', 55]],
    ['text that is no byte', { mti: '0200', fields: { '39': '银联' } }, ['bad_digit', 39]],
    ['a separator outside tracks', { mti: '0200', fields: { '3': '00=000' } }, ['bad_digit', 3]],
    ['a value too short', { mti: '0200', fields: { '3': '00000' } }, ['too_short', 3]],
    ['a value too long', { mti: '0200', fields: { '2': '0'.repeat(20) } }, ['too_long', 2]],
    ['half a byte', { mti: '0200', fields: { '62': '313' } }, ['bad_hex', 62]],
    ['a number for a value', { mti: '0200', fields: { '3': 0 } }, ['bad_digit', 3]],
    ['raw that is not one field', { mti: '0200', fields, raw: { '2': '0362' } }, ['bad_length', 2]],
    ['raw that is no hex', { mti: '0200', fields, raw: { '2': '03622*' } }, ['bad_hex', 2]],
    ['a length that disagrees', { length: 12, mti: '0200', fields }, ['bad_length', 0]],
    ['a bitmap that disagrees', { mti: '0200', bitmap: '3000000000000000', fields }, ['unknown_field', 4]],
    ['a bitmap that is too short', { mti: '0200', bitmap: '30', fields }, ['too_short', 0]],
    ['a TPDU that is no hex', { tpdu: '60000X0000', mti: '0200', fields }, ['bad_hex', 0]],
    ['a header that is too long', { header: '60310031000000', mti: '0200', fields }, ['too_long', 0]],
    ['an error of decode, which it passes on', { error: { code: 'too_short', field: 4, offset: 9 } }, ['too_short', 4]],
  ])('%s', (_name, json, error) => {
    expect(errorOfJson(json)).toEqual(error);
  });

  test('and takes what means the same', () => {
    const track = encode({ mti: '0200', fields: { '35': '62d1' } });
    expect(encode({ mti: '0200', fields: { '35': '62=1' } })).toBe(track);
    expect(encode({ length: null, mti: '0200', fields })).toBe('000D' + body(3, '000000'));
  });
});

test('decode then encode gives the same bytes, and the second decoder reads the same values', () => {
  fc.assert(
    fc.property(
      anyBody,
      fc.constantFrom('', '6000030000', '6000030000603100310000'),
      fc.boolean(),
      (hex, before, tcp) => {
        const rest = before + hex;
        const frame = (tcp ? (rest.length / 2).toString(16).padStart(4, '0').toUpperCase() : '') + rest;
        const decoded = decode(frame);
        expect(encode(JSON.parse(JSON.stringify(decoded)))).toBe(frame);
        const second = tcp && before.length === 22 ? readFrame(frame) : readBody(hex);
        expect(second.fields).toEqual(decoded.fields);
        expect(second.bitmap).toBe(decoded.bitmap);
      },
    ),
  );
});

test('arbitrary bytes are decoded or refused; what is decoded is encoded to the same bytes', () => {
  const messy = fc.tuple(fc.constantFrom('', '0200', '0810', '60000300000200'), fc.uint8Array({ maxLength: 300 }));
  fc.assert(
    fc.property(messy, fc.boolean(), ([start, array], unmask) => {
      const bytes = Buffer.concat([Buffer.from(start, 'hex'), array]);
      const decoded = decodeMessage(bytes, { unmask });
      if (decoded.error) {
        expect(decoded.error.offset).toBeLessThanOrEqual(bytes.length);
        return;
      }
      if (unmask) expect(encode(decoded)).toBe(hexOf(bytes));
    }),
    { numRuns: 2000 },
  );
});

test('whatever JSON it gets, encode answers', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.constant('000000'));
  const fields = fc.dictionary(fc.oneof(fc.integer({ min: 0, max: 70 }).map(String), fc.string()), value);
  const json = fc.oneof(
    fc.jsonValue(),
    fc.record(
      { mti: fc.constantFrom('0200', '9999'), fields, raw: fields, length: value, tpdu: value, bitmap: value },
      { requiredKeys: [] },
    ),
  );
  fc.assert(fc.property(json, (each) => expect(Object.keys(encodeMessage(each)).join()).toMatch(/^(bytes|error)$/)));
});

test('time grows with the message, not faster', () => {
  const timeOf = (bytes: Uint8Array): number => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < 20; i++) decodeMessage(bytes);
    return Number(process.hrtime.bigint() - start);
  };
  // Constructed tags nested as deep as bytes allow, and a field 62 of digits only.
  const nested = '70'.repeat(499) + '00';
  const hostile = Buffer.from(body(55, '0999' + nested.padEnd(1998, '70')), 'hex');
  const digits = Buffer.from(body(62, '0999' + '34'.repeat(999)), 'hex');
  const huge = Buffer.concat([Buffer.from('0200', 'hex'), Buffer.alloc(2_000_000, 0xff)]);
  timeOf(hostile);
  for (const bytes of [hostile, digits, huge]) expect(timeOf(bytes)).toBeLessThan(1e9);
});
