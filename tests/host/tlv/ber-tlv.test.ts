/** BER-TLV of chip cards: what is broken is said to be broken, and where. Data are invented. */
import fc from 'fast-check';
import { decodeMessage, describeMessage, encodeMessage } from '../../../host/iso8583';
import { decodeTlv, type TlvObject } from '../../../host/tlv/ber-tlv';

function objects(hex: string): readonly TlvObject[] {
  const decoded = decodeTlv(hex);
  if (decoded.error) throw new Error(decoded.error.message);
  return decoded.objects;
}

test('templates open into their objects, padding between objects is skipped', () => {
  expect(objects('')).toEqual([]);
  expect(objects('009f360200010000950100')).toEqual([
    { tag: '9F36', value: '0001' },
    { tag: '95', value: '00' },
  ]);
  expect(objects('710486008200')).toHaveLength(1);
  expect(objects('E0039F0300')).toEqual([{ tag: 'E0', value: '9F0300', children: [{ tag: '9F03', value: '' }] }]);
});

test('lengths of one to five bytes, tags of one to four', () => {
  for (const [hex, tag] of [
    ['9A03260131', '9A'],
    ['9A8103260131', '9A'],
    ['9A820003260131', '9A'],
    ['DF810203260131', 'DF8102'],
    ['DF81820103260131', 'DF818201'],
    ['9A8400000003260131', '9A'],
  ]) {
    expect(objects(hex)).toEqual([{ tag, value: '260131' }]);
  }
});

test.each([
  ['9F', 'tag', 0],
  ['9F818283840100', 'tag', 0],
  ['XY0100', 'tag', 0],
  ['95', 'length', 0],
  ['9A010095810', 'length', 3],
  ['9A03', 'value', 0],
  ['9F36020001E00395020000', 'value', 7],
  ['9A80', 'length_form', 0],
  ['9A850000000000', 'length_form', 0],
])('%s is refused: %s', (hex, code, offset) => {
  expect(decodeTlv(hex).error).toMatchObject({ code, offset });
});

test('templates nested without end are refused, and cost no stack', () => {
  let hex = '9A00';
  for (let i = 0; i < 40; i++) hex = `E0${(hex.length / 2).toString(16).padStart(2, '0')}${hex}`;
  expect(decodeTlv(hex).error).toMatchObject({ code: 'deep' });
  expect(decodeTlv(hex, { opaque: true }).error).toBeUndefined();
});

test('any text gets an answer; whatever is accepted holds every byte but padding', () => {
  const hex = fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF*'), maxLength: 200 });
  fc.assert(
    fc.property(hex, (text) => {
      const decoded = decodeTlv(text);
      if (decoded.error) expect(decoded.error.offset).toBeLessThanOrEqual(text.length / 2);
      else for (const { tag, value } of decoded.objects) expect(text).toContain(value === '' ? tag : value);
    }),
  );
});

test('decode shows the tags of F55, and those that hold a card without it', () => {
  const F55 = '9F2608112233445566778857111234567890123456D30121010000000000950580000000005F2A02015671038600FF';
  const encoded = encodeMessage({ mti: '0200', fields: { '55': F55 } });
  if (encoded.error) throw new Error(encoded.error.message);
  const decoded = decodeMessage(encoded.bytes);
  if (decoded.error) throw new Error(decoded.error.message);
  const table = describeMessage(decoded);
  expect(table).toMatch(/应用密文 +application cryptogram +9F26 1122334455667788\n/);
  expect(table).toMatch(/终端验证结果 +verification results +95 8000000000\n/);
  expect(table).toMatch(/track 2 equivalent data +57 \*{34}\n/);
  expect(table).not.toContain('1234567890123456');
  expect(describeMessage({ ...decoded, fields: { '55': '9F26' } })).toMatch(/F55 .*9F26$/);
});
