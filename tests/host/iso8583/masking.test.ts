/** Nothing secret leaves `decode` unless it is asked for. Cards are invented. */
import fc from 'fast-check';
import { decodeMessage, describeMessage, encodeMessage, maskPan, summarizeMessage } from '../../../host/iso8583';
import type { MessageJson } from '../../../host/iso8583';
import { maskTlv } from '../../../host/iso8583/masking';
import { CHIP_SALE } from '../../support/iso8583-frames';

const PAN = '6228480402564890018';
const PAN_ASCII = Buffer.from(PAN).toString('hex').toUpperCase();

/** Encodes `json` and decodes it masked. */
function masked(json: unknown): MessageJson {
  const encoded = encodeMessage(json);
  if (encoded.error) throw new Error(JSON.stringify(encoded.error));
  const decoded = decodeMessage(encoded.bytes);
  if (decoded.error) throw new Error(JSON.stringify(decoded.error));
  return decoded;
}

test('PAN, track and PIN block of a sale keep their length only, the rest is as it was', () => {
  const { fields, raw } = masked({ mti: '0200', fields: { ...CHIP_SALE.fields, '36': `99${PAN}D156` } });
  expect(fields['2']).toBe('622848*********0018');
  expect(fields['35']).toBe('*'.repeat(37));
  expect(fields['36']).toBe('*'.repeat(25));
  expect(fields['52']).toBe('*'.repeat(16));
  for (const field of ['3', '4', '14', '41', '42', '55', '60', '64'])
    expect(fields[field]).toBe(CHIP_SALE.fields[field]);
  expect(raw).toEqual({ '64': '0102030405060708' });
});

test('a masked field has no raw that would tell', () => {
  const decoded = masked({ mti: '0200', fields: {}, raw: { '2': '19' + PAN + 'F', '35': '036228' } });
  expect(decoded.raw).toBeUndefined();
  expect(JSON.stringify(decoded)).not.toContain('804025648900');
});

test('what was masked cannot be encoded', () => {
  const decoded = masked({ mti: '0200', fields: CHIP_SALE.fields });
  expect(encodeMessage(decoded).error).toMatchObject({ code: 'bad_digit', field: 2, offset: 6 });
});

test.each([
  ['', ''],
  ['62284804', '********'],
  ['622848040256', '************'],
  ['6228480402564', '622848***2564'],
])('a PAN of any length: %s', (pan, shown) => {
  expect(maskPan(pan)).toBe(shown);
});

describe('chip data', () => {
  const value = '6228480402564890018F';
  const stars = '*'.repeat(20);
  test.each([
    ['PAN', `5A0A${value}9F360201FF`, `5A0A${stars}9F360201FF`],
    ['track 2 equivalent', `820200005713${value}${'00'.repeat(9)}9B01AA`, `820200005713${'*'.repeat(38)}9B01AA`],
    ['track 2 of a contactless stripe card', `9F6B0A${value}`, `9F6B0A${stars}`],
    ['track 1', `560A${value}`, `560A${stars}`],
    ['inside a template', `700C5A0A${value}`, `700C5A0A${stars}`],
    [
      'inside a template inside a template',
      `770F820101700A5A08${value.slice(0, 16)}`,
      `770F820101700A5A08${'*'.repeat(16)}`,
    ],
    ['with a long length', `5A810A${value}`, `5A810A${stars}`],
    ['behind filling zeros', `00005A0A${value}`, `00005A0A${stars}`],
    ['card loaded into, of an e-signature', `FF250A${value}`, `FF250A${stars}`],
    ['behind what is no TLV: all of it', `9F36025A0A${value}`, `9F36025A0A${'*'.repeat(20)}`],
    ['a length beyond the end', `9F3601015A7F${value}`, `9F360101${'*'.repeat(24)}`],
    ['a tag that never ends', `9F360101FFFFFFFFFF${value}`, `9F360101${'*'.repeat(30)}`],
    ['a template that lies about its content', `700D5A0F${value}AA`, `700D${'*'.repeat(26)}`],
    ['a template whose content is no TLV at its end', '70069F3601AA5A7F', `7006${'*'.repeat(12)}`],
    ['inside a private template', `E30C5A0A${value}DF310101`, `E30C5A0A${stars}DF310101`],
    ['a private tag that only looks like a template', 'FF2004414243449F360101', 'FF2004414243449F360101'],
    ['unknown tags stay', 'DF3105200000000086039F1802', 'DF3105200000000086039F1802'],
  ])('%s', (_name, hex, shown) => {
    expect(maskTlv(hex)).toBe(shown);
  });

  test('any bytes keep their length, and of 5A nothing shows', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 50 }), (before, behind) => {
        const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
        const shown = maskTlv(hex(before));
        expect(shown).toHaveLength(before.length * 2);
        expect(maskTlv(`5A0A${value}${hex(behind)}`).slice(0, 24)).toBe(`5A0A${stars}`);
      }),
    );
  });
});

describe('other places of a PAN', () => {
  const row = `00000123${PAN.padStart(20, '0')}000000001234`;
  test('F48 of a batch upload lists PANs', () => {
    const fields = { '11': '000001', '48': `01${row}`, '60': '00000001201' };
    expect(masked({ mti: '0320', fields }).fields['48']).toBe('*'.repeat(42));
    expect(masked({ mti: '0320', fields: { '48': `01${row}` } }).fields['48']).toBe('*'.repeat(42));
    expect(masked({ mti: '0330', fields }).fields['48']).toBe('*'.repeat(42));
  });

  test('F48 of a settlement and of an end of upload does not', () => {
    const totals = '0'.repeat(62);
    expect(masked({ mti: '0500', fields: { '48': totals, '60': '00000001201' } }).fields['48']).toBe(totals);
    expect(masked({ mti: '0320', fields: { '48': '0012', '60': '00000001207' } }).fields['48']).toBe('0012');
  });

  test('F62 holds the card that is loaded into', () => {
    const stars = '*'.repeat(38);
    expect(masked({ mti: '0200', fields: { '3': '620000', '62': PAN_ASCII } }).fields['62']).toBe(stars);
    expect(masked({ mti: '0200', fields: { '3': '400000', '62': '313233' + '20' } }).fields['62']).toBe('******20');
    // Elsewhere only what passes for a PAN.
    expect(masked({ mti: '0220', fields: { '62': '41' + PAN_ASCII + '42' } }).fields['62']).toBe(`41${stars}42`);
    expect(masked({ mti: '0200', fields: { '3': '620000', '62': PAN.slice(1) } }).fields['62']).toBe('*'.repeat(18));
    const upload = Buffer.from('610000000000001234156').toString('hex').toUpperCase();
    expect(masked({ mti: '0320', fields: { '62': upload } }).fields['62']).toBe(upload);
  });

  test('a mistyped PAN in F62 is hidden where cards are spoken of, a serial number of management is not', () => {
    const wrong = Buffer.from('6228480402564890017').toString('hex').toUpperCase();
    const padded = Buffer.from('00006228480402564890').toString('hex').toUpperCase();
    expect(masked({ mti: '0200', fields: { '3': '000000', '62': wrong } }).fields['62']).toBe('*'.repeat(38));
    expect(masked({ mti: '0320', fields: { '62': padded } }).fields['62']).toBe('*'.repeat(40));
    expect(masked({ mti: '0800', fields: { '62': wrong } }).fields['62']).toBe(wrong);
    expect(masked({ mti: '0800', fields: { '62': PAN_ASCII } }).fields['62']).toBe('*'.repeat(38));
  });

  test('F48 that lists PANs is hidden behind an F60 of wrong form', () => {
    const fields = { '11': '000001', '48': `01${row}`, '60': '00000000120' };
    expect(masked({ mti: '0320', fields }).fields['48']).toBe('*'.repeat(42));
  });

  test('F59 holds a PIN block under SM4, and the end of the PAN among the device data', () => {
    const text = (value: string): string => Buffer.from(value, 'latin1').toString('hex').toUpperCase();
    const block = '00112233445566778899AABBCCDDEEFF';
    const device = (end: string): string => text('A2031010020403006') + end + text('05008TESTAPP1');
    expect(masked({ mti: '0200', fields: { '59': text('A1016') + block + device(text('890018')) } }).fields['59']).toBe(
      text('A1016') + '*'.repeat(32) + device('*'.repeat(12)),
    );
    expect(masked({ mti: '0200', fields: { '59': text('A1017') + block } }).fields['59']).toBe('*'.repeat(42));
    expect(masked({ mti: '0200', fields: { '59': text('no TLV at all') } }).fields['59']).toBe(text('no TLV at all'));
  });

  test('an e-purse load holds a card number', () => {
    const purse = '5251' + '11'.repeat(8) + '22'.repeat(10) + '33'.repeat(4);
    expect(masked({ mti: '0200', fields: { '58': purse } }).fields['58']).toBe(
      '5251' + '11'.repeat(8) + '*'.repeat(20) + '33'.repeat(4),
    );
  });

  test('a PAN repeated in a private field is hidden there too', () => {
    const { fields } = masked({ mti: '0200', fields: { '2': PAN, '57': PAN_ASCII, '59': `AA0${PAN}` } });
    expect(fields['57']).toBe('*'.repeat(38));
    expect(fields['59']).toBe('AA0' + '*'.repeat(19));
    const track = masked({ mti: '0200', fields: { '36': `99${PAN}D156`, '57': PAN_ASCII } });
    expect(track.fields['57']).toBe('*'.repeat(38));
  });
});

test('a table and a line for people hide the same, and no byte steers their terminal', () => {
  const message = masked({
    mti: '0200',
    fields: { ...CHIP_SALE.fields, '37': '\x1B[2J\x07text 12', '38': '\xD2\xF8\xC1\xAA00' },
  });
  for (const text of [describeMessage(message), summarizeMessage(message)]) {
    expect(text).toContain('622848*********0018');
    expect(text).not.toContain('4804025648');
    expect(text).not.toContain('A1B2C3D4E5F60718');
    expect(text).toContain('\\x1B[2J\\x07text 12');
    expect(text).not.toMatch(/[\x00-\x09\x0B-\x1F\x7F-\x9F]/);
  }
  expect(describeMessage(message)).toMatch(/F2 +主账号 +PAN +622848\*/);
});
