/**
 * The wire-form codec. The chip sale is a worked example of 18 fields, the stripe sale one of the UnionPay MAC; both
 * use invented cards and keys.
 */
import fc from 'fast-check';
import {
  FAULT_BAD_LENGTH,
  FAULT_TOO_LONG,
  FAULT_TOO_SHORT,
  FAULT_TRAILING_BYTES,
  FAULT_UNKNOWN_FIELD,
} from '../../../hal/fault';
import { fromHex, toHex } from '../../../hal/bytes';
import { fieldSpecs, isDigits } from '../../../firmware/iso8583/fields';
import {
  createIndex,
  fieldData,
  fieldDigits,
  hasField,
  indexMessage,
  packMessage,
  wireField,
} from '../../../firmware/iso8583/message';
import type { WireFields } from '../../../firmware/iso8583/message';
import { bcd, bcdLeft, digitsOf, llBytes, llDigits, lllBytes, lllDigits } from '../../../firmware/iso8583/wire-form';
import { CHIP_SALE, STRIPE_SALE_BODY } from '../../support/iso8583-frames';

function faultOf(hex: string): { fault: number; field: number; offset: number } {
  const index = createIndex();
  const fault = indexMessage(fromHex(hex), index);
  return { fault, field: index.field, offset: index.offset };
}

test('a stripe sale packs to the worked example', () => {
  const fields: WireFields = [];
  fields[3] = bcd('000000');
  fields[4] = bcd('000000001234');
  fields[11] = bcd('000017');
  fields[22] = bcdLeft('021');
  fields[25] = bcd('00');
  fields[26] = bcd('12');
  fields[35] = llDigits('62258812345678903E9B92EF7ECE78C045');
  fields[41] = '12345678';
  fields[42] = '123456789012345';
  fields[49] = '156';
  fields[52] = fromHex('2A38BA3309D6D4E8');
  fields[53] = bcd('2610000000000000');
  fields[60] = lllDigits('2200000100060');
  fields[64] = '0C1035EB';
  expect(toHex(packMessage(fromHex('0200'), fields))).toBe(STRIPE_SALE_BODY);
});

test('a chip sale is indexed, and every field cut out of it', () => {
  const body = fromHex(CHIP_SALE.wire);
  const index = createIndex();
  expect(indexMessage(body, index)).toBe(0);
  expect(toHex(index.mti)).toBe('0200');
  expect(fieldDigits(body, index, 2)).toBe('6228480402564890018');
  expect(toHex(wireField(body, index, 2))).toBe('1962284804025648900180');
  expect(digitsOf(fieldData(body, index, 4))).toBe('000000012345');
  expect(fieldDigits(body, index, 35)).toBe('6228480402564890018D30122201234567890');
  expect(fieldData(body, index, 41)).toBe('12345678');
  expect(toHex(fieldData(body, index, 55))).toBe(CHIP_SALE.fields['55']);
  expect(fieldDigits(body, index, 60)).toBe('2200000100060');
  expect(hasField(index, 64)).toBe(true);
  expect(hasField(index, 39)).toBe(false);
  expect(wireField(body, index, 39) + fieldData(body, index, 39) + fieldDigits(body, index, 39)).toBe('');
});

test('odd digits stand where the protocol puts them: F22 left, F23 right, variable fields left', () => {
  expect([bcdLeft('021'), bcd('001'), llDigits('12345'), lllDigits('123')].map(toHex)).toEqual([
    '0210',
    '0001',
    '05123450',
    '00031230',
  ]);
  expect(toHex(llDigits('6225=27'))).toBe('076225D270');
  expect(toHex(llDigits('1234567890123456789'))).toBe('1912345678901234567890');
  expect(toHex(llBytes('abc')) + toHex(lllBytes('x'.repeat(255))).slice(0, 4)).toBe('036162630255');
});

test.each([
  ['nothing at all', '', FAULT_TOO_SHORT, 0, 0],
  ['a bitmap that ends early', '020070240000', FAULT_TOO_SHORT, 0, 2],
  ['a fixed field that ends early', '0200 2000000000000000 0000', FAULT_TOO_SHORT, 3, 10],
  ['a length that ends early', '0200 0000000000000010 00', FAULT_TOO_SHORT, 60, 10],
  ['a variable field that ends early', '0200 0000000000000010 0003 12', FAULT_TOO_SHORT, 60, 10],
  ['a length that is no number', '0200 4000000000000000 1A 11', FAULT_BAD_LENGTH, 2, 10],
  ['a high length nibble that is no number', '0200 0000000000000010 0A13', FAULT_BAD_LENGTH, 60, 10],
  ['a length beyond the field', '0200 4000000000000000 20 62284804025648900180', FAULT_TOO_LONG, 2, 10],
  ['a length beyond any field', '0200 0000000000000010 9999', FAULT_TOO_LONG, 60, 10],
  ['a field the protocol does not have', '0200 0800000000000000 00', FAULT_UNKNOWN_FIELD, 5, 2],
  ['a secondary bitmap', '0200 8000000000000000', FAULT_UNKNOWN_FIELD, 1, 2],
  ['bytes after the last field', '0200 2000000000000000 000000 FF', FAULT_TRAILING_BYTES, 0, 13],
])('%s is a fault that says where', (_story, hex, fault, field, offset) => {
  expect(faultOf(hex.split(' ').join(''))).toEqual({ fault, field, offset });
});

test('whatever is packed is found again, byte for byte', () => {
  const specs = fieldSpecs();
  const wire = fc.tuple(
    ...specs.map((spec) => {
      const size = spec.lengthDigits ? { maxLength: spec.max } : { minLength: spec.max, maxLength: spec.max };
      const bytes = fc.uint8Array(
        isDigits(spec) && !spec.lengthDigits
          ? { minLength: (spec.max + 1) >> 1, maxLength: (spec.max + 1) >> 1 }
          : size,
      );
      const value = bytes.map((array) => String.fromCharCode(...array));
      if (!spec.lengthDigits) return fc.option(value, { nil: undefined });
      const digits = bytes.map((array) => Array.from(array, (each) => (each % 10).toString()).join(''));
      const whole = isDigits(spec)
        ? digits.map(spec.lengthDigits === 2 ? llDigits : lllDigits)
        : value.map(spec.lengthDigits === 2 ? llBytes : lllBytes);
      return fc.option(whole, { nil: undefined });
    }),
  );
  fc.assert(
    fc.property(wire, (values) => {
      const fields: WireFields = [];
      specs.forEach((spec, i) => (fields[spec.field] = values[i]));
      const body = packMessage('\x02\x00', fields);
      const index = createIndex();
      expect(indexMessage(body, index)).toBe(0);
      for (const spec of specs) expect(wireField(body, index, spec.field)).toBe(fields[spec.field] ?? '');
    }),
  );
});

test('arbitrary bytes end in a fault or in an index that covers them exactly', () => {
  const index = createIndex();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (array) => {
      const body = String.fromCharCode(...array);
      const fault = indexMessage(body, index);
      expect(index.offset).toBeLessThanOrEqual(body.length);
      if (fault) return expect(fault).toBeGreaterThanOrEqual(FAULT_TOO_SHORT);
      let joined = '';
      for (let field = 2; field <= 64; field++) joined += wireField(body, index, field);
      expect(body.substring(10)).toBe(joined);
    }),
  );
  expect(indexMessage('\x02\x00'.repeat(20000), index)).toBe(FAULT_TOO_LONG);
});
