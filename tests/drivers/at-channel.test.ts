/** The line discipline alone: however its bytes are cut, the same things come out; and it stays bounded. */
import * as fc from 'fast-check';
import {
  AT_DONE,
  AT_FAILED,
  AT_REFUSED,
  AT_TIMEOUT,
  createAtChannel,
  FINAL_ADDRESS,
  FINAL_PROMPT,
  type AtChannel,
} from '../../drivers/at-channel';
import { sim800 } from '../../drivers/sim800';
import type { Clock } from '../../hal/bus';

interface Bench {
  channel: AtChannel;
  feed: (bytes: string) => void;
  log: string[];
  alarms: (() => void)[];
  written: string[];
}

function bench(): Bench {
  const log: string[] = [];
  const written: string[] = [];
  const alarms: (() => void)[] = [];
  let listener: (burst: string) => void = () => undefined;
  const uart = {
    write: (bytes: string) => void written.push(bytes),
    onData: (next: ((burst: string) => void) | null) => void (listener = next ?? listener),
    lostBytes: () => 0,
  };
  const clock: Clock = {
    nowMs: () => 0,
    alarm: (_delayMs, callback) => alarms.push(callback),
    cancelAlarm: (handle) => void (alarms[handle - 1] = () => undefined),
    worked: () => undefined,
  };
  let data = '';
  const channel = createAtChannel(
    uart,
    clock,
    sim800,
    (line) => log.push(`line ${line}`),
    (bytes) => {
      data += bytes;
      if (log[log.length - 1]?.startsWith('data ')) log.pop();
      else data = bytes;
      log.push(`data ${data}`);
    },
  );
  return { channel, feed: (bytes) => listener(bytes), log, alarms, written };
}

const NAMES: Record<number, string> = {
  [AT_DONE]: 'done',
  [AT_REFUSED]: 'refused',
  [AT_TIMEOUT]: 'timeout',
  [AT_FAILED]: 'failed',
};

function ask(b: Bench, final: string, info = ''): void {
  b.channel.command('AT?\r', final, info, 1000, (result) => b.log.push(String(NAMES[result])));
}

test('a stream cut anywhere gives the same events', () => {
  const stream =
    'AT?\r\r\nRING\r\n\r\n+IPD,11:CLOSED\r\nOK!\r\nCLOSED\r\n\r\n+X: 1\r\n\r\n+IPD,3:\r\n:\r\n+IPD,12x:no\r\nOK\r\n> \r\n+IPD,1:>after\r\n';
  const run = (pieces: string[]): string[] => {
    const b = bench();
    ask(b, 'OK', '+X: ');
    for (const piece of pieces) b.feed(piece);
    b.log.push(b.channel.info());
    return b.log;
  };
  const whole = run([stream]);
  expect(whole).toEqual([
    'line AT?\r',
    'line RING',
    'data CLOSED\r\nOK!',
    'line CLOSED',
    'data \r\n:',
    'line +IPD,12x:no',
    'done',
    'line > ',
    'data >',
    'line after',
    '+X: 1',
  ]);
  expect(run(stream.split(''))).toEqual(whole);
  for (let at = 0; at <= stream.length; at++) expect(run([stream.slice(0, at), stream.slice(at)])).toEqual(whole);
});

test('every way a command ends', () => {
  for (const [final, answer, ended] of [
    ['OK', 'OK', 'done'],
    ['SHUT OK', 'SHUT OK', 'done'],
    ['OK', 'ERROR', 'refused'],
    ['OK', '+CME ERROR: 10', 'refused'],
    ['CONNECT OK', 'ALREADY CONNECT', 'refused'],
    ['CONNECT OK', 'CONNECT FAIL', 'failed'],
    ['SEND OK', 'SEND FAIL', 'failed'],
    [FINAL_ADDRESS, '10.0.0.1', 'done'],
    [FINAL_ADDRESS, 'ERROR', 'refused'],
    ['SEND OK', 'OK', 'line OK'],
    [FINAL_ADDRESS, 'OK', 'line OK'],
  ] as const) {
    const b = bench();
    ask(b, final);
    expect(b.channel.busy()).toBe(true);
    b.feed(`\r\n${answer}\r\n`);
    expect(b.log).toEqual([ended]);
  }
  const b = bench();
  ask(b, FINAL_PROMPT);
  b.feed('\r\n>');
  expect(b.log).toEqual(['done']);
  expect(b.channel.busy()).toBe(false);
});

test('a time-out ends it once; what comes later is a line of its own', () => {
  const b = bench();
  ask(b, 'OK');
  b.alarms[0]();
  b.alarms[0]();
  b.feed('\r\nOK\r\n');
  expect(b.log).toEqual(['timeout', 'line OK']);
});

test('an abandoned command reports nothing', () => {
  const b = bench();
  ask(b, 'OK');
  b.channel.abandon();
  b.alarms[0]();
  b.feed('OK\r\n');
  expect(b.log).toEqual(['line OK']);
});

test('an over-long line is skipped to its end, and the next one is read', () => {
  const b = bench();
  b.feed('x'.repeat(300));
  b.feed('OK');
  b.feed('\r\nnext\r\n');
  expect(b.log).toEqual(['line next']);
});

test('data that never comes in full is forgotten by a new start of the dialogue', () => {
  const b = bench();
  b.feed('+IPD,1000:abc');
  b.channel.resynchronise('\x1b');
  b.feed('RDY\r\n');
  expect(b.log).toEqual(['data abc', 'line RDY']);
  expect(b.written).toEqual(['\x1b']);
});

test('any bytes: no throw, and work stays linear in a flood without a line end', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (pieces) => {
      const b = bench();
      ask(b, 'OK', '+X');
      for (const piece of pieces) b.feed(String.fromCharCode(...piece));
    }),
  );
  const b = bench();
  const from = process.hrtime.bigint();
  for (let i = 0; i < 200_000; i++) b.feed('xxxxxxxxxxxxxxxx');
  expect(Number(process.hrtime.bigint() - from) / 1e6).toBeLessThan(1500);
  expect(b.log).toEqual([]);
});
