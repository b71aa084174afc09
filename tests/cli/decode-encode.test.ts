/** `cupos decode` and `cupos encode` as a person or a pipe uses them. */
import { PassThrough } from 'node:stream';
import * as codec from '../../host/iso8583';
import { decodeLine } from '../../cli/commands/decode';
import { encodeLine } from '../../cli/commands/encode';
import { LONGEST_LINE, filterLines } from '../../cli/line-filter';
import type { LineResult } from '../../cli/line-filter';
import { main } from '../../cli/main';
import { CHIP_SALE, STRIPE_SALE_FRAME } from '../support/iso8583-frames';

/** Runs a command with `input` on its standard input; what it wrote. */
async function run(args: string[], input?: string): Promise<{ status: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  const out = jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((written.out += String(text)), true));
  const err = jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((written.err += String(text)), true));
  const stdin = Object.getOwnPropertyDescriptor(process, 'stdin') as PropertyDescriptor;
  const stream = new PassThrough();
  stream.end(input ?? '');
  Object.defineProperty(process, 'stdin', { value: stream, configurable: true });
  try {
    return { status: await main(args), ...written };
  } finally {
    Object.defineProperty(process, 'stdin', stdin);
    out.mockRestore();
    err.mockRestore();
  }
}

async function filter(chunks: (string | Buffer)[], convert: (line: string | null) => LineResult): Promise<string[]> {
  const output = new PassThrough();
  await filterLines(chunks, output, convert);
  output.end();
  return String(output.read() ?? '')
    .split('\n')
    .slice(0, -1);
}

const echo = (line: string | null): LineResult => ({ text: String(line), failed: line === null });

test('one message as an argument, blanks in it or not', async () => {
  const { status, out, err } = await run([
    'decode',
    '--json',
    '--unmask',
    ...(CHIP_SALE.wire.match(/.{1,8}/g) as string[]),
  ]);
  expect([status, err]).toEqual([0, '']);
  expect(JSON.parse(out)).toMatchObject({ mti: '0200', fields: CHIP_SALE.fields });
});

test('masked without being asked, as a table and as JSON', async () => {
  for (const args of [[], ['--json']]) {
    const { out } = await run(['decode', ...args, STRIPE_SALE_FRAME]);
    expect(out).toContain('*'.repeat(34));
    expect(out).not.toContain('6225881234');
  }
});

test('a broken argument: one line on the error stream, or the error as JSON; status 1', async () => {
  expect(await run(['decode', '02007'])).toEqual({
    status: 1,
    out: '',
    err: 'cupos: bad_hex at 2: the last byte has one hex digit\n',
  });
  const { status, out, err } = await run(['decode', '--json', '0200']);
  expect([status, err]).toEqual([1, '']);
  expect(JSON.parse(out)).toEqual({
    error: { code: 'too_short', field: 0, offset: 2, message: 'the message is cut short' },
  });
});

test('an empty argument is a message too short, not a wait for standard input', async () => {
  const { status, out } = await run(['decode', '--json', ''], STRIPE_SALE_FRAME);
  expect([status, (JSON.parse(out) as { error: { code: string } }).error.code]).toEqual([1, 'too_short']);
});

test('encode reads past a byte order mark', async () => {
  const { status, out } = await run(['encode', '-'], '\uFEFF{"mti":"0820","fields":{"11":"000001"}}\r\n');
  expect([status, out]).toEqual([0, '08200020000000000000000001\n']);
});

test('a stream goes on behind broken lines, skips blank ones, and says at the end that some were broken', async () => {
  const input = `${CHIP_SALE.wire}\r\n\n  \nnonsense\n0200\n${STRIPE_SALE_FRAME}`;
  const { status, out } = await run(['decode', '--json', '--unmask', '-'], input);
  expect(status).toBe(1);
  const lines = out.split('\n').slice(0, -1);
  expect(lines.map((line) => (JSON.parse(line) as { error?: { code: string } }).error?.code)).toEqual([
    undefined,
    'bad_hex',
    'too_short',
    undefined,
  ]);
  const back = await run(['encode', '-'], out);
  expect(back.status).toBe(1);
  const again = back.out.split('\n');
  expect([again[0], again[3]]).toEqual([CHIP_SALE.wire, STRIPE_SALE_FRAME]);
  expect((JSON.parse(again[2]) as { error: unknown }).error).toMatchObject({ code: 'too_short', offset: 2 });
});

test('a stream of good lines has status 0, and one line each without --json too', async () => {
  const { status, out } = await run(['decode', '-'], `${CHIP_SALE.wire}\n${STRIPE_SALE_FRAME}\n`);
  expect(status).toBe(0);
  expect(out.split('\n')).toHaveLength(3);
  expect(out).toContain('0200 F2=622848*********0018 F3=000000 F4=000000012345');
});

test('encode takes one message as an argument and refuses what is no JSON', async () => {
  const message = JSON.stringify({ length: null, tpdu: '6000030000', mti: '0820', fields: { '11': '000001' } });
  expect(await run(['encode', message])).toEqual({
    status: 0,
    out: '001260000300000820002000000000000' + '0000001\n',
    err: '',
  });
  const { status, out } = await run(['encode', '{"mti":']);
  expect([status, (JSON.parse(out) as { error: { code: string } }).error.code]).toEqual([1, 'bad_mti']);
});

test('an unknown option is one line and status 2', async () => {
  const { status, out, err } = await run(['decode', '--jsno', '00']);
  expect([status, out]).toEqual([2, '']);
  expect(err).toMatch(/^cupos: unknown option '--jsno'.*\n$/);
});

test('lines come whole however the chunks are cut, characters of several bytes included', async () => {
  const text = 'first\nsecond 银联\nthird';
  const bytes = Buffer.from(text);
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(await filter([bytes.subarray(0, cut), bytes.subarray(cut)], echo)).toEqual(text.split('\n'));
  }
  expect(
    await filter(
      [...bytes].map((byte) => Buffer.from([byte])),
      echo,
    ),
  ).toEqual(text.split('\n'));
});

test('a line without end is answered once, and the next is read', async () => {
  const chunk = 'A'.repeat(LONGEST_LINE / 4);
  expect(await filter([...Array<string>(9).fill(chunk), 'B\nnext\n'], echo)).toEqual(['null', 'next']);
  expect(await filter([chunk, chunk, chunk, chunk, '\n'], (line) => echo(String(line?.length)))).toEqual([
    String(LONGEST_LINE),
  ]);
  expect(decodeLine(codec, null, { json: true })).toMatchObject({ failed: true });
  expect(encodeLine(codec, null).text).toContain('too_long');
});

test('when the reader goes away the filter stops reading', async () => {
  let given = 0;
  const endless = (function* () {
    while (given < 1000) {
      given++;
      yield '00\n';
    }
  })();
  const output = new PassThrough({ highWaterMark: 8 });
  output.once('resume', () => undefined);
  setImmediate(() => output.destroy());
  await filterLines(endless, output, echo);
  expect(given).toBeLessThan(10);
});
