/** `cupos conformance`: what it says of files of cases, broken ones among them. Every case here is invented. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FileReport } from '../../cli/conformance/run-file';
import { main } from '../../cli/main';

let out = '';
let err = '';
let folder = '';

beforeEach(() => {
  out = '';
  err = '';
  folder = mkdtempSync(join(tmpdir(), 'cupos-conformance-'));
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function put(file: string, content: unknown): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
}

async function reports(): Promise<{ status: number; files: FileReport[] }> {
  out = '';
  const status = await main(['conformance', folder, '--json']);
  return {
    status,
    files: out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as FileReport),
  };
}

/** Ids of a file's cases that failed, after a check that the others came out as told. */
async function run(cases: unknown[], counts: { passed: number; unmapped: number }): Promise<string[]> {
  put('cases.json', { cases });
  const { status, files } = await reports();
  const [report] = files;
  expect(report).toMatchObject(counts);
  expect(report.failures).toHaveLength(report.failed);
  expect(status).toBe(report.failed > 0 ? 1 : 0);
  return report.failures.map(({ id }) => id);
}

test('no such directory is wrong use', async () => {
  expect(await main(['conformance', join(folder, 'nowhere')])).toBe(2);
  expect(err).toContain('there is no directory');
  put('file', 'x');
  expect(await main(['conformance', join(folder, 'file')])).toBe(2);
  expect(await main(['conformance'])).toBe(2);
  expect(out).toBe('');
});

test('what is no JSON, or of no known format, is not mapped, and nothing failed', async () => {
  put('a.md', '# no');
  put('b.json', '{"cases": [');
  put('c.json', 'null');
  put('deep/d.json', { cases: [{ op: 'fly' }, { op: 'fly' }, { x: 1 }], names: [['A', 'b']] });
  put('e.json', '[1, 2, {"op": "structure"}]');
  put('f.json', '');
  const { status, files } = await reports();
  expect(status).toBe(0);
  expect(files.map(({ file, unmapped }) => [file, unmapped])).toEqual([
    ['a.md', 1],
    ['b.json', 1],
    ['c.json', 1],
    ['deep/d.json', 4],
    ['e.json', 3],
    ['f.json', 1],
  ]);
  expect(files[0]).toEqual({
    file: 'a.md',
    passed: 0,
    failed: 0,
    unmapped: 1,
    failures: [],
    reasons: [{ why: 'not JSON', cases: 1 }],
  });
  expect(files[3].reasons[0]).toEqual({ why: 'op "fly": nothing here does this yet', cases: 2 });
});

test('for people: a line a file, its failures, its reasons; no control character gets through', async () => {
  put('x.json', { cases: [{ id: 'a\u001b[2J', op: 'structure', hex: '9A0101', expect: null }, { op: 'fly' }] });
  expect(await main(['conformance', folder])).toBe(1);
  expect(out).toBe(
    'x.json: 0 passed, 1 failed, 1 unmapped\n' +
      '  FAILED a?[2J: broken data was taken for TLV\n' +
      '  unmapped 1: op "fly": nothing here does this yet\n',
  );
});

test('rows with values of the wrong kind never end the run', async () => {
  const wrong = [null, 7, 'x', [], {}, [1], [{}]];
  const keys = [
    'op',
    'format',
    'pin',
    'pan',
    'block',
    'expect',
    'hex',
    'bits',
    'raw',
    'text',
    'data',
    'calls',
    'command',
  ];
  const bases: object[] = [
    { op: 'encode', format: 0, pin: '1234', pan: '6210000000000000', expect: 'x' },
    { op: 'decode', format: 0, block: '0', pan: '6210000000000000', expect: null },
    { op: 'structure', hex: '00', expect: [] },
    { fn: 'tlv.decode', args: { data: { hex: '' } }, result: {} },
    { op: 'decode_bits', track: 2, bits: '', expect: { text: ';1?' } },
    { op: 'encode', track: 2, text: ';1?', expect: {} },
    { op: 'parse_tracks', raw: ';1?', expect: {} },
    { command: 'AT', response_lines: ['OK'] },
    { data: '', expect: { ops: [] } },
    { calls: ['text("a\\n")'], expect_hex: '61' },
  ];
  const cases = bases.flatMap((base) => keys.flatMap((key) => wrong.map((value) => ({ ...base, [key]: value }))));
  put('cases.json', { cases });
  const { files } = await reports();
  expect(files[0].passed + files[0].failed + files[0].unmapped).toBe(cases.length);
  expect(files[0].failures.filter(({ why }) => why.startsWith('it threw'))).toEqual([]);
});

test('PIN blocks: format 0 both ways, other formats not mapped', async () => {
  const pan = '6210123456789012';
  const cases = [
    { id: 'right', format: 0, op: 'encode', pin: '4321', pan, expect: '044320DCBA9876FE' },
    { id: 'lower', format: 0, op: 'encode', pin: '4321', pan, expect: '044320dcba9876fe' },
    { id: 'wrong', format: 0, op: 'encode', pin: '4321', pan, expect: '044320DCBA9876FF' },
    { id: 'short', format: 0, op: 'encode', pin: '432', pan, expect: null },
    { id: 'letter', format: 0, op: 'encode', pin: '43a1', pan, expect: null },
    { id: 'allowed', format: 0, op: 'encode', pin: '4321', pan, expect: null },
    { id: 'back', format: 0, op: 'decode', block: '044320DCBA9876FE', pan, expect: '4321' },
    { id: 'other card', format: 0, op: 'decode', block: '044320DCBA9876FE', pan: '6219999990000001', expect: null },
    { id: 'other pin', format: 0, op: 'decode', block: '044320DCBA9876FE', pan, expect: '4322' },
    { id: 'four', format: 4, op: 'panfield', pan, expect: '' },
  ];
  expect(await run(cases, { passed: 6, unmapped: 1 })).toEqual(['wrong', 'allowed', 'other pin']);
  expect(out).not.toMatch(/4321|621012|044320/);
});

test('TLV: lists and dictionaries', async () => {
  const call = (hex: string, rest: object): object => ({ fn: 'tlv.decode', args: { data: { hex } }, ...rest });
  const cases = [
    { id: 'tree', op: 'structure', hex: 'e0039a0100', expect: [['E0', [['9A', '00']]]] },
    { id: 'flat', op: 'structure', hex: 'E0039A0100', expect: [['E0', '9A0100']] },
    { id: 'more', op: 'structure', hex: '9A01009C0100', expect: [['9A', '00']] },
    { id: 'cut', op: 'structure', hex: '9A02', expect: null },
    { id: 'refused', op: 'structure', hex: '9A02', expect: [['9A', '']] },
    { id: 'empty', op: 'structure', hex: '7000', expect: [['70', []]] },
    { ...call('E0039A0100', { result: { E0: { '9A': { hex: '00' } } } }), id: 'dictionary' },
    { ...call('9A0100', { result: { '9A': { hex: '01' } } }), id: 'value' },
    { ...call('9A', { error: 'cut' }), id: 'error' },
    { ...call('9A80', { result: { '9A': { hex: '' } } }), id: 'form' },
    { fn: 'tlv.encode', args: {}, result: {} },
  ];
  expect(await run(cases, { passed: 5, unmapped: 2 })).toEqual(['flat', 'more', 'refused', 'value']);
});

test('stripes: written, read both ways, refused; text checked', async () => {
  // ;12=3? with its LRC, least significant bit first.
  const bits = '11010' + '10000' + '01000' + '10110' + '11001' + '11111' + '10011';
  const zeros = '0'.repeat(30);
  const long = '6210000000000000=30121010000';
  const name = '%B6210000000000000^DOE/JO   ^30121010000?';
  // %A? with its LRC.
  const track1 = '1010001' + '1000011' + '1111100' + '1101110';
  const flux = [...zeros, ...bits, ...zeros].flatMap((bit, i) => (bit === '1' ? [50 + i, 50 + i] : [100 + 2 * i]));
  const torn = flux.filter((_, i) => i !== 50);
  // A head's voltage: a bell at every transition, up and down in turns.
  const signal = new Array<number>(flux.reduce((sum, gap) => sum + gap, 60)).fill(0);
  let middle = 30;
  for (const [n, gap] of [...flux.entries(), [flux.length, 0] as const]) {
    for (let i = -25; i <= 25; i++) signal[middle + i] += Math.round((n % 2 ? 900 : -900) * Math.exp((-i * i) / 128));
    middle += gap;
  }
  const cases = [
    { id: 'write', op: 'encode', track: 2, text: ';12=3?', expect: { bits, lrc_char: '9', lrc_bits: '10011' } },
    { id: 'write wrong', op: 'encode', track: 2, text: ';12=3?', expect: { bits: bits.replace('11', '10') } },
    { id: 'read', op: 'decode_bits', track: 2, bits: zeros + bits + zeros, expect: { text: ';12=3?' } },
    { id: 'read other', op: 'decode_bits', track: 2, bits: zeros + bits + zeros, expect: { text: ';12=4?' } },
    { id: 'bad lrc', op: 'decode_bits', track: 2, bits: bits.slice(0, -5) + '10000', accept: false, expect: {} },
    { id: 'good lrc', op: 'decode_bits', track: 2, bits, accept: false, expect: {} },
    { id: 'track 3', op: 'decode_bits', track: 3, bits, expect: { text: ';12=3?' } },
    { id: 'parse', op: 'parse_tracks', raw: `%B1?;${long}?`, expect: { pan: '6210000000000000', expiry: '3012' } },
    { id: 'parse wrong', op: 'parse_tracks', raw: `;${long}?`, expect: { pan: '6210000000000001' } },
    { id: 'no pan', op: 'parse_tracks', raw: ';62100?', expect: { pan: null } },
    { id: 'luhn', op: 'luhn', pan: '79927398713', expect: true },
    { id: 'flux', op: 'decode_intervals', track: 2, intervals: flux, expect: { text: ';12=3?' } },
    { id: 'flux back', op: 'decode_intervals', track: 3, intervals: [...flux].reverse(), expect: { text: ';12=3?' } },
    { id: 'flux torn', op: 'decode_intervals', track: 2, intervals: torn, expect: { text: ';12=3?' } },
    { id: 'flux refused', op: 'decode_intervals', track: 2, intervals: torn, accept: false },
    { id: 'signal', op: 'decode_pcm', track: 2, samples: signal, expect: { text: ';12=3?' } },
    { id: 'no signal', op: 'decode_pcm', track: 2, file: 'x.wav', expect: { text: ';12=3?' } },
    { id: 'track 1', op: 'decode_bits', track: 1, bits: track1, expect: { text: '%A?' } },
    {
      id: 'parse 1',
      op: 'parse_tracks',
      raw: name,
      expect: { last: 'DOE', first: 'JO', service: '101', expiry: '3012' },
    },
    { id: 'parse 1 wrong', op: 'parse_tracks', raw: name, expect: { last: 'ROE' } },
    { id: 'parse 1 refused', op: 'parse_tracks', raw: '%B62100000000000000000^A^3012?', expect: { pan: null } },
    { id: 'equivalent', op: 'track2_equivalent', hex: '6210000000000000D30121010F', expect: { service: '101' } },
    { id: 'equivalent bad', op: 'track2_equivalent', hex: '6210000000000000', expect: { pan: '6210' } },
  ];
  const inverted = [...(zeros + bits)].map((bit) => (bit === '0' ? '1' : '0')).join('');
  cases.push({
    id: 'inverted',
    op: 'decode_bits',
    track: 2,
    inverted: true,
    bits: inverted,
    expect: { text: ';12=3?' },
  } as never);
  expect(await run(cases, { passed: 16, unmapped: 1 })).toEqual([
    ...['write wrong', 'read other', 'good lrc', 'parse wrong', 'flux torn', 'parse 1 wrong', 'equivalent bad'],
  ]);
});

test('modem: the shape of an answer, not its values', async () => {
  const ask = (command: string, ...lines: string[]): object => ({ command, response_lines: lines });
  put('modem.json', {
    gsm_static: [
      ask('AT+CSQ', '+CSQ: 3,99', 'OK'),
      ask('AT+CREG?', '+CREG: *,5', 'OK'),
      ask('AT+CSQ=?', '+CSQ: (0-31,99),(0-7,99)', 'OK'),
      ask('AT+CSQ', '+CSQ: 3', 'OK'),
      ask('AT+CREG?', 'ERROR'),
      ask('AT+CGATT=1', '+CGATT: 1', 'OK'),
      ask('AT+NOSUCH', 'OK'),
    ],
    gsm_command_list: [['AT+CSQ', 'signal']],
  });
  const { status, files } = await reports();
  expect(status).toBe(1);
  expect(files[0]).toMatchObject({ passed: 3, failed: 3, unmapped: 2 });
  expect(files[0].failures.map(({ id }) => id)).toEqual(['AT+CSQ', 'AT+CREG?', 'AT+CGATT=1']);
});

test('modem: sessions with a dial modem and dialogues of both families of modules', async () => {
  const session = (id: string, ...steps: [string, string][]): object => ({ id, steps });
  const cases = [
    session('settings', ['AT\r', 'AT\r\r\nOK\r\n'], ['ATE0V0\r', 'ATE0V0\r0\r'], ['ATQ1\r', '']),
    session('register', ['ATE0S7=5\r', 'ATE0S7=5\r\r\nOK\r\n'], ['ATS7?\r', '\r\n005\r\n\r\nOK\r\n']),
    session('no echo', ['AT\r', '\r\nOK\r\n']),
    session('in words', ['ATE0V0\r', 'ATE0V0\r\r\nOK\r\n']),
    session('call', ['ATDT5551\r', 'ATDT5551\r\r\nCONNECT\r\n']),
    { ...session('own way', ['AT\r', 'x']), deviation: 'no result' },
    session('sim800', ['AT+CSTT="a"', 'OK'], ['AT+CIICR', 'OK'], ['AT+CIPSTART="TCP","h","1"', 'ERROR']),
    session(
      'ec20',
      ['AT+QICSGP=1,1,"a"', 'OK'],
      ['AT+QIACT=1', 'OK'],
      ['AT+QIOPEN=1,0,"TCP","h",1', 'OK||+QIOPEN: 0,0'],
    ),
    session('out of order', ['AT+QIACT=1', 'OK']),
    session('another family', ['AT+NETOPEN', 'OK']),
    session('with data', ['AT+QIACT=1', '<DATA>']),
    { id: 'no steps', steps: [1] },
  ];
  expect(await run(cases, { passed: 4, unmapped: 5 })).toEqual(['no echo', 'in words', 'out of order']);
});

test('print streams: the same commands, and the text on paper', async () => {
  const stream = (bytes: string, expect: object, id: string): object => ({
    id,
    data: Buffer.from(bytes, 'latin1').toString('base64'),
    expect,
  });
  const own = '\x1b&\x03AB\x01\x10\x04\x01\x02abcdef';
  const ownOp = ['ESC &', 3, 65, 66];
  const glyphs = [
    [65, 1, '9b6f9c5a7a2d8f4b'],
    [66, 2, ''],
  ];
  const ops = [['ESC @'], ['ESC E', 1], ['TEXT', '4869'], ['LF']];
  const cases = [
    stream('\x1b@\x1bE\x01Hi\n', { ops, text: 'Hi\n' }, 'right'),
    stream('\x1b@\x1bE\x01Ho\n', { ops, text: 'Hi\n' }, 'other text'),
    stream('\x1b@\x1bE\x01Hi\n', { ops: ops.slice(1) }, 'other command'),
    stream('\x1b@\x1bE\x01Hi\n', { ops, text: 'Ho\n' }, 'not on paper'),
    // A margin of 10 hex and points that look like DLE EOT: parameters, no real-time commands.
    stream(`\x1dL\x10\x00Hi\n${own}Ho\n`, { text: 'Hi\nHo' }, 'torn'),
    stream(`${own}\n`, { ops: [[...ownOp, glyphs], ['LF']] }, 'other points'),
    stream('\x1b', { ops: [['ESC @']] }, 'cut'),
  ];
  const failing = ['other text', 'other command', 'not on paper', 'other points', 'cut'];
  expect(await run(cases, { passed: 2, unmapped: 0 })).toEqual(failing);
});

test('print streams: a QR code must be on paper, or the printer must say why not', async () => {
  const qr = '\x1d(k\x03\x001C\x04\x1d(k\x08\x001P0REF 1\x1d(k\x03\x001Q0';
  const ops = [
    ['GS ( k', 49, 67, '04'],
    ['GS ( k', 49, 80, '0REF 1'],
    ['GS ( k', 49, 81, '30'],
  ];
  const data = (stream: string): string => Buffer.from(stream, 'latin1').toString('base64');
  const cases = [
    { id: 'code', data: data(qr), expect: { ops } },
    { id: 'behind text', data: data('A' + qr), expect: { ops: [['TEXT', '41'], ...ops] } },
  ];
  expect(await run(cases, { passed: 2, unmapped: 0 })).toEqual([]);
});

test('print calls: QR codes, bar codes and a cut have one too, others are left', async () => {
  const qr = (level: string, text: string): string =>
    `1D286B0400314132001D286B03003143051D286B03003145${level}1D286B0${(text.length + 3).toString(16)}00315030` +
    Buffer.from(text).toString('hex') +
    '1D286B0300315130';
  const cases = [
    { id: 'php', calls: ['qrCode("1234", Printer::QR_ECLEVEL_H, 5)'], expect_hex: `1B40${qr('33', '1234')}` },
    { id: 'python', calls: [['qr', ['1234'], { native: true, size: 5, ec: 1 }]], expect_hex: qr('31', '1234') },
    { id: 'level', calls: ['qrCode("1234", Printer::QR_ECLEVEL_H, 5)'], expect_hex: qr('30', '1234') },
    { calls: ['qrCode("1234", Printer::QR_ECLEVEL_H, 5, Printer::QR_MODEL_1)'], expect_hex: '00' },
    { calls: ['qrCode("1234", Printer::QR_ECLEVEL_H, 16)'], expect_hex: '00' },
    { calls: [['qr', ['1234'], {}]], expect_hex: '00' },
    {
      id: 'ean',
      calls: ['barcode("690123456789", Printer::BARCODE_JAN13)'],
      expect_hex: '1D6B430C363930313233343536373839',
    },
    { id: 'code', calls: ['barcode("{BAb 1", Printer::BARCODE_CODE128)'], expect_hex: '1D6B49067B4241622031' },
    { calls: ['barcode("{C12", Printer::BARCODE_CODE128)'], expect_hex: '00' },
    { calls: ['barcode("1234")'], expect_hex: '00' },
    { calls: [['barcode', ['690123456789', 'EAN13'], {}]], expect_hex: '00' },
    { id: 'cut', calls: ['text("a\\n")', ['cut', [], { feed: false }]], expect_hex: '610A1D564200' },
    { calls: ['cut()'], expect_hex: '1D564103' },
  ];
  expect(await run(cases, { passed: 5, unmapped: 7 })).toEqual(['level']);
});

test('print calls: whole lines and the status have a counterpart', async () => {
  const cases = [
    { id: 'line', calls: ['text("Hi\\n")'], expect_hex: '1B4048690A' },
    { id: 'chinese', calls: ['textChinese("中\\n")'], expect_hex: '1B401C26D6D00A1C2E' },
    {
      id: 'lines',
      calls: [
        ['textln', ['a'], {}],
        ['ln', [2], {}],
      ],
      expect_hex: '610A0A0A',
    },
    { id: 'wrong', calls: ['text("Hi\\n")'], expect_hex: '1B4048610A' },
    { id: 'status', calls: [['paper_status', [], {}]], expect_hex: '100404' },
    { calls: ['text("Hi")'], expect_hex: '1B404869' },
    { calls: ['setColor(1)'], expect_hex: '1B401B7201' },
    { calls: ['feed(0)'], expect_error: true },
  ];
  expect(await run(cases, { passed: 4, unmapped: 3 })).toEqual(['wrong']);
});

test('bytes that end in half a one are no expectation, however well they begin', async () => {
  const calls = ['text("a\\n")'];
  const cases = [
    { calls, expect_hex: '1B40610A' },
    { calls, expect_hex: '1B40610A0' },
    { calls, expect_hex: '1B40610Azz' },
  ];
  expect(await run(cases, { passed: 1, unmapped: 2 })).toEqual([]);
});

test('retail MACs: both paddings, any length; another key is found out; what is no such row is not mapped', async () => {
  const hex = (text: string): { hex: string } => ({ hex: text });
  // Made with OpenSSL: DES-CBC with the left half, the last block through the right and the left half.
  const row = (id: string, result: string, args: object): object => ({
    ...{ id, fn: 'mac.mac_iso9797_3', result: hex(result) },
    args: {
      key1: hex('0123456789ABCDEF'),
      key2: hex('FEDCBA9876543210'),
      data: hex('68656C6C6F20776F726C64'),
      padding: 1,
      length: null,
      ...args,
    },
  });
  const cases = [
    row('zeros', 'F016D5B2651AE40A', {}),
    row('marked', 'BE1CB38F6F27A5D9', { padding: 2 }),
    row('short', 'F016D5B2', { length: 4 }),
    row('other', 'F016D5B2651AE40A', { key2: hex('0123456789ABCDEF') }),
    row('no method', 'F016D5B2651AE40A', { padding: 4 }),
    row('no key', 'F016D5B2651AE40A', { key1: hex('00') }),
    row('no hex', 'F016D5B2651AE40A', { data: hex('xyz') }),
    { id: 'no args', fn: 'mac.mac_iso9797_3' },
  ];
  expect(await run(cases, { passed: 3, unmapped: 4 })).toEqual(['other']);
});
