/** Traces: in order, complete, nothing secret; Wireshark's own reader takes the capture file for what it says it is. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../../cli/main';
import { cards, startTerminal, type Terminal } from '../../../emulator/terminal';
import { readHeader, readRecord } from '../../../emulator/trace/read-trace';
import type { TraceHeader, TraceRecord } from '../../../emulator/trace/trace-record';
import { startTrace, type TraceFormat } from '../../../emulator/trace/trace-writer';
import { describeWithTool } from '../../support/foreign-tool';

const header: TraceHeader = { trace: 'cupos', version: 1, build: '0', seed: 3, startsAt: '20260115093000' };
let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'cupos-trace-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function traced(format: TraceFormat, story: (terminal: Terminal) => void, trackEncryption = false): string {
  const file = join(folder, `t.${format}`);
  const terminal = startTerminal({ seed: 3, record: false, settings: { trackEncryption } });
  const trace = startTrace(terminal.inside, file, format, header);
  story(terminal);
  trace.close();
  terminal.close();
  return file;
}

function splitSale(terminal: Terminal): void {
  terminal.powerOn().signIn().fault('network', 'split', 40).sell('100.00', cards.debit);
}

function linesOf(file: string): TraceRecord[] {
  const [first, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(readHeader(first)).toEqual(header);
  return lines.map((line, i) => readRecord(line, i + 2));
}

test('a sale in JSON lines: in the order of time, with screens and messages, and nothing secret', () => {
  const file = traced('jsonl', splitSale);
  const records = linesOf(file);
  expect(records.map((record) => record.atUs)).toEqual(records.map((record) => record.atUs).sort((a, b) => a - b));
  const said = records.map((record) => `${record.wire}: ${record.text}`).join('\n');
  expect(said).toContain('screen:       消费 | 金额:100.00 | 请刷卡');
  expect(said).toContain('network: 0200 sale 100.00 STAN 000002 MAC (172 bytes)');
  const messages = records.flatMap((record) => (record.wire === 'network' ? (record.messages ?? []) : []));
  expect(messages.map((message) => message.mti)).toEqual(['0800', '0810', '0200', '0210']);
  const { pan, track2, pin } = cards.debit;
  const hex = Buffer.from(pin).toString('hex');
  for (const secret of [pan, track2, Buffer.from(pan).toString('hex'), hex]) {
    expect(readFileSync(file, 'latin1')).not.toContain(secret);
  }
  const packed = readFileSync(traced('pcapng', splitSale)).toString('hex');
  for (const secret of [pan, Buffer.from(pan).toString('hex'), hex]) expect(packed).not.toContain(secret);
});

test('half a message whose rest never comes is in the trace as zeros, in its place', () => {
  const records = linesOf(
    traced('jsonl', (terminal) => {
      terminal.powerOn().signIn().fault('network', 'cutUp', 60);
      terminal.sell('100.00', cards.debit);
    }),
  );
  const half = records.find((record) => record.bytes?.length === 120 && record.wire === 'network');
  expect(half).toMatchObject({ direction: 'out', connection: 2, bytes: '00'.repeat(60), text: '60 bytes' });
});

test('what was left when the trace ends comes out', () => {
  const records = linesOf(traced('jsonl', (terminal) => void terminal.powerOn()));
  expect(records.some((record) => record.wire === 'screen' && record.text.includes('正在自检'))).toBe(true);
});

test.each([
  ['', '1: not JSON'],
  ['[]', '1: not an object'],
  ['{"trace":"other"}', '1: not a trace of Cupos'],
  [JSON.stringify({ ...header, version: 2 }), '1: a trace of another version'],
  [JSON.stringify({ ...header, startsAt: '2026' }), '1: "startsAt" must be 14 digits'],
])('a first line that is none: %s', (line, why) => expect(() => readHeader(line)).toThrow(why));

const good = { atUs: 1, wire: 'network', direction: 'out', text: 'x', bytes: '00' };
test.each([
  [{ ...good, atUs: -1 }, 'atUs'],
  [{ ...good, wire: '\u0000' }, 'wire'],
  [{ ...good, direction: 'up' }, 'direction'],
  [{ ...good, text: 1 }, 'text'],
  [{ ...good, bytes: 'xy' }, 'bytes'],
  [{ ...good, bytes: '0'.repeat(140_000) }, 'bytes'],
  [{ ...good, direction: 'note' }, 'bytes'],
  [{ ...good, connection: 1.5 }, 'connection'],
  [{ ...good, messages: [{}] }, 'messages'],
])('a line that is none is refused by its number and its field, %#', (record, field) => {
  expect(() => readRecord(JSON.stringify(record), 7)).toThrow(new RegExp(`^7: .*"?${field}`));
});

test('cupos scenario --trace, cupos trace convert: the capture file is the one that would have been written at once', async () => {
  const story = join(folder, 'story.yaml');
  writeFileSync(story, 'seed: 4\nsteps: [power on, sign in, sell: { amount: 1.00, card: credit }]');
  const run = async (...args: string[]): Promise<number> => main(args);
  const silent = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const [lines, converted, direct] = ['a.jsonl', 'a.pcapng', 'b.pcapng'].map((name) => join(folder, name));
  expect(await run('scenario', '--trace', lines, story)).toBe(0);
  expect(await run('scenario', '--trace', direct, story)).toBe(0);
  expect(await run('trace', 'convert', lines, converted)).toBe(0);
  silent.mockRestore();
  expect(readFileSync(converted).equals(readFileSync(direct))).toBe(true);
});

describeWithTool('Wireshark reads a trace', 'tshark', 'tshark', (tshark) => {
  const dissector = [
    ...['-d', 'tcp.port==8583,iso8583', '-o', 'iso8583.len_endian:Big endian'],
    ...['-o', 'iso8583.charset:Digits represented in nibbles', '-o', 'iso8583.binencode:Bin data not encoded'],
  ];

  function ask(file: string, ...args: string[]): string {
    const { status, stdout, stderr } = spawnSync(tshark, ['-n', '-r', file, ...args], { encoding: 'utf8' });
    expect(stderr.replace(/^Running as user .*\n/gm, '')).toBe('');
    expect(status).toBe(0);
    return stdout;
  }

  test('without a warning; the TCP streams can be followed; every checksum is right', () => {
    const file = traced('pcapng', splitSale);
    const checks = ['-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE'];
    expect(ask(file, ...checks, '-q', '-z', 'expert,warn')).toBe('');
    expect(ask(file, '-q', '-z', 'conv,tcp')).toContain('10.0.0.1:8583');
    // Streams 0 and 2 are the two connections, 1 and 3 the same without TPDU and header.
    const followed = ask(file, '-q', '-z', 'follow,tcp,raw,2').split('\n');
    const sent = linesOf(traced('jsonl', splitSale)).filter(
      ({ wire, connection }) => wire === 'network' && connection === 2,
    );
    const bytes = followed.filter((line) => /^\t?[0-9a-f]+$/.test(line)).map((line) => line.trim());
    expect(bytes.join('')).toBe(sent.map((record) => record.bytes ?? '').join(''));
  });

  test('times are those of the World on the terminal’s calendar; serial wires say who spoke; remarks are text', () => {
    const file = traced('pcapng', splitSale);
    const boot = ask(file, '-c', '1', '-T', 'fields', '-e', 'frame.time_epoch', '-e', 'frame.interface_name');
    expect(boot).toBe('1768440602.000000000\tremarks\n');
    const modem = ask(file, '-Y', 'frame.interface_name == "modem"', '-T', 'fields', '-e', 'rtacser.eventtype');
    expect(new Set(modem.trim().split('\n'))).toEqual(new Set(['0x01', '0x02']));
    expect(ask(file, '-Y', 'data-text-lines contains "screen"', '-V')).toContain('请核对卡号');
    expect(ask(file, '-Y', 'frame.comment contains "0200 sale"')).not.toBe('');
  });

  test('its dissector of ISO 8583 names the messages and reads their fields up to the first that UnionPay packs in its own way', () => {
    const file = traced('pcapng', splitSale);
    const only = ['-Y', 'frame.interface_name == "iso8583" && iso8583'];
    const types = ask(file, ...dissector, ...only, '-T', 'fields', '-e', 'iso8583.mti');
    expect(types.trim().split('\n')).toEqual(['0800', '0810', '0200', '0210']);
    const details = ask(file, ...dissector, ...only, '-V');
    for (const field of ['Bit 4: 000000010000', 'Bit 11: 000002', 'Bit 41: 10000001', 'Bit 39: 00']) {
      expect(details).toContain(field);
    }
  });
});
