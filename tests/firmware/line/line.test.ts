import * as fc from 'fast-check';
import { wrapFrame } from '../../../firmware/line/envelope';
import type { Link } from '../../../hal/devices';
import { createLine, type Line } from '../../../firmware/line/line';
import {
  FAULT_BUSY,
  FAULT_CANCELLED,
  FAULT_CONNECT_FAILED,
  FAULT_LINE_CLOSED,
  FAULT_NO_SIM,
  FAULT_NONE,
  FAULT_PROTOCOL,
  FAULT_TIMEOUT,
} from '../../../hal/fault';
import { LineRig, WHERE, type LineRigOptions } from '../../support/line-rig';

const HEADER = '\x60\x31\x00\x31\x00\x00';
const TPDU = '\x60\x00\x03\x00\x00';
const TIMEOUT_MS = 60_000;

interface Result {
  fault: number;
  body: string;
  sent: boolean;
  tookMs: number;
}

class Terminal extends LineRig {
  line!: Line;
  results: Result[] = [];

  constructor(options: LineRigOptions = {}) {
    super(options);
    this.startLine();
  }

  override boot(): void {
    super.boot();
    if (this.line) this.startLine();
  }

  private startLine(): void {
    const settings = { ...WHERE, tpdu: TPDU, frameLength: true, connectTimeoutMs: 30_000 };
    this.line = createLine({ clock: this.clock, modem: this.modem }, settings);
  }

  start(body: string, accept: (body: string) => boolean = (answer) => answer.startsWith(body)): void {
    const from = this.world.nowUs;
    this.line.exchange(body, HEADER, accept, TIMEOUT_MS, (fault, answer, sent) =>
      this.results.push({ fault, body: answer, sent, tookMs: (this.world.nowUs - from) / 1000 }),
    );
  }

  finish(): Result {
    const count = this.results.length;
    if (!this.world.runUntilReached(() => this.results.length > count, 200_000)) throw new Error('the wait has no end');
    return this.results[count];
  }

  exchange(body: string, accept?: (body: string) => boolean): Result {
    this.start(body, accept);
    return this.finish();
  }
}

const request = (n: number): string => `request ${n}`.padEnd(60, '.');
const answerTo = (frame: Buffer, text = ''): { frame: Buffer; delayMs: number } => ({
  frame: Buffer.concat([frame, Buffer.from(text)]),
  delayMs: 0,
});
const echo: LineRigOptions = { handle: (frame) => [answerTo(frame, ' answered')] };

test('connects, sends the envelope, gives back the body, keeps the connection for the next message', () => {
  const terminal = new Terminal(echo);
  const first = terminal.exchange(request(1));
  expect(first).toMatchObject({ fault: FAULT_NONE, body: request(1) + ' answered', sent: true });
  expect(terminal.frames[0].toString('latin1')).toBe(TPDU + HEADER + request(1));
  expect(terminal.line.connected()).toBe(true);
  terminal.listen();
  const second = terminal.exchange(request(2));
  expect(second).toMatchObject({ fault: FAULT_NONE, body: request(2) + ' answered' });
  expect(terminal.written.join('')).not.toContain('CIPSTART');
  terminal.line.hangUp();
  terminal.world.run(1000);
  expect(terminal.line.connected()).toBe(false);
  expect(terminal.network.state.connections).toEqual({});
  expect(terminal.exchange(request(3)).fault).toBe(FAULT_NONE);
});

test('frames that are not the answer are dropped and the wait goes on', () => {
  const terminal = new Terminal({
    handle: (frame) => [
      { frame: Buffer.from('a frame of something else entirely'), delayMs: 0 },
      { frame: Buffer.from('short'), delayMs: 10 },
      { frame: Buffer.alloc(0), delayMs: 20 },
      { ...answerTo(frame, ' true'), delayMs: 5000 },
    ],
  });
  const result = terminal.exchange(request(1));
  expect(result).toMatchObject({ fault: FAULT_NONE, body: request(1) + ' true' });
  expect(result.tookMs).toBeGreaterThan(5000);
});

test('no answer: time-out, sent, and the connection is given up', () => {
  const terminal = new Terminal();
  const result = terminal.exchange(request(1));
  expect(result).toMatchObject({ fault: FAULT_TIMEOUT, body: '', sent: true });
  expect(result.tookMs).toBeGreaterThan(TIMEOUT_MS);
  expect(result.tookMs).toBeLessThan(TIMEOUT_MS + 3000);
  terminal.world.run(1000);
  expect(terminal.network.state.connections).toEqual({});
});

test('only frames of others: the wait still ends in time', () => {
  const terminal = new Terminal({
    handle: () => Array.from({ length: 500 }, (_, n) => ({ frame: Buffer.alloc(40, 0x41), delayMs: n * 200 })),
  });
  expect(terminal.exchange(request(1))).toMatchObject({ fault: FAULT_TIMEOUT, sent: true });
});

test('an answer after the time-out settles nothing, also not the next exchange', () => {
  const terminal = new Terminal({
    handle: (frame) => [{ ...answerTo(frame), delayMs: frame.includes('request 1') ? 65_000 : 20_000 }],
  });
  expect(terminal.exchange(request(1)).fault).toBe(FAULT_TIMEOUT);
  expect(terminal.exchange(request(2))).toMatchObject({ fault: FAULT_NONE, body: request(2) });
  expect(terminal.results).toHaveLength(2);
});

test('on a connection that stays, the late second copy of an answer is not the next answer', () => {
  const terminal = new Terminal({
    handle: (frame) => [answerTo(frame), { ...answerTo(frame), delayMs: 500 }],
  });
  expect(terminal.exchange(request(1)).fault).toBe(FAULT_NONE);
  terminal.world.run(300);
  expect(terminal.exchange(request(2))).toMatchObject({ fault: FAULT_NONE, body: request(2) });
  terminal.world.run(2000);
  expect(terminal.results).toHaveLength(2);
});

test('never connected is told apart from sent and unanswered', () => {
  const noSim = new Terminal({ sim: 'absent' });
  expect(noSim.exchange(request(1))).toMatchObject({ fault: FAULT_NO_SIM, sent: false });
  const refused = new Terminal();
  refused.world.fault('network', 'refuse', 9);
  expect(refused.exchange(request(1))).toMatchObject({ fault: FAULT_CONNECT_FAILED, sent: false });
  const closed = new Terminal({ handle: () => [{ frame: Buffer.alloc(0), delayMs: 0, close: true }] });
  expect(closed.exchange(request(1))).toMatchObject({ fault: FAULT_LINE_CLOSED, sent: true });
  const stalled = new Terminal(echo);
  stalled.world.fault('modem', 'stall', 1);
  expect(stalled.exchange(request(1))).toMatchObject({ fault: FAULT_TIMEOUT, sent: true });
});

test('the host closed the idle connection: the next message goes out on a new one, once', () => {
  const terminal = new Terminal(echo);
  terminal.exchange(request(1));
  terminal.world.fault('network', 'close');
  terminal.world.run(1000);
  expect(terminal.line.connected()).toBe(false);
  expect(terminal.exchange(request(2))).toMatchObject({ fault: FAULT_NONE, sent: true });
  expect(terminal.frames).toHaveLength(2);
});

test('the kept connection died unnoticed: refused before a byte left, so it is sent on a new one, once', () => {
  const terminal = new Terminal(echo);
  terminal.exchange(request(1));
  terminal.fake.state.ip = 7;
  terminal.network.abandon(terminal.fake.state.connection);
  expect(terminal.exchange(request(2))).toMatchObject({ fault: FAULT_NONE, sent: true });
  expect(terminal.frames).toHaveLength(2);
});

test('a kept connection that closes after the message left: unknown, and never sent twice', () => {
  for (let afterUs = 0; afterUs < 400_000; afterUs += 20_000) {
    const terminal = new Terminal({
      handle: (frame) => (frame.includes('request 1') ? [answerTo(frame)] : [{ ...answerTo(frame), delayMs: 2000 }]),
    });
    terminal.exchange(request(1));
    terminal.start(request(2));
    terminal.world.runUntilReached(() => terminal.frames.length === 2, 10_000);
    terminal.world.runUntil(terminal.world.nowUs + afterUs);
    terminal.world.fault('network', 'close');
    expect(terminal.finish()).toMatchObject({ fault: FAULT_LINE_CLOSED, body: '', sent: true });
    terminal.world.run(10_000);
    expect(terminal.frames).toHaveLength(2);
  }
});

test('a frame that comes before the message left cannot be its answer', () => {
  const terminal = new Terminal(echo);
  terminal.start(request(1));
  terminal.world.runUntilReached(() => terminal.fake.state.ip === 6, 10_000);
  terminal.world.fault('modem', 'slow', 700);
  terminal.finish();
  // The first message still waits for its SEND OK, so the second has not left.
  terminal.start(request(2));
  terminal.network.send(terminal.fake.state.connection, wrapFrame(TPDU, HEADER, request(2) + ' forged'));
  expect(terminal.finish()).toMatchObject({ fault: FAULT_NONE, body: request(2) + ' answered' });
});

test('a modem that connects although it was cancelled: the link is closed again', () => {
  const terminal = new Terminal();
  let connected: (fault: number, link: Link | null) => void = () => undefined;
  let closed = 0;
  const modem = {
    start: (_r: unknown, done: typeof connected) => void (connected = done),
    cancel: () => undefined,
    signal: () => 99,
  };
  const settings = { ...WHERE, tpdu: TPDU, frameLength: true, connectTimeoutMs: 1000 };
  const line = createLine({ clock: terminal.clock, modem }, settings);
  const faults: number[] = [];
  line.exchange(
    request(1),
    HEADER,
    () => true,
    1000,
    (fault) => faults.push(fault),
  );
  terminal.world.run(1);
  line.cancel();
  const noop = (): void => undefined;
  connected(FAULT_NONE, { send: noop, onData: noop, onClose: noop, close: () => void closed++ });
  expect([faults, closed, line.connected()]).toEqual([[FAULT_CANCELLED], 1, false]);
});

test('a fresh connection refused before a byte left is not a try', () => {
  const terminal = new Terminal(echo);
  terminal.start(request(1));
  terminal.world.runUntilReached(() => terminal.fake.state.ip === 6, 10_000);
  terminal.world.fault('modem', 'error');
  expect(terminal.finish()).toMatchObject({ sent: false, body: '' });
  expect(terminal.frames).toHaveLength(0);
});

test('a length no frame can have ends the wait: the stream is lost', () => {
  const terminal = new Terminal();
  terminal.start(request(1));
  terminal.world.runUntilReached(() => terminal.frames.length > 0, 10_000);
  const id = terminal.fake.state.connection;
  terminal.network.send(id, '\xff\xffgarbage');
  expect(terminal.finish()).toMatchObject({ fault: FAULT_PROTOCOL, body: '', sent: true });
  expect(terminal.line.connected()).toBe(false);
});

test('cancel at any moment ends at once, says whether it was sent, and leaves a line that works', () => {
  let sawUnsent = 0;
  let sawSent = 0;
  for (let atMs = 0; atMs < 3000; atMs += 30) {
    const terminal = new Terminal({ handle: (frame) => [{ ...answerTo(frame), delayMs: 2000 }] });
    terminal.start(request(1));
    terminal.world.run(atMs);
    if (terminal.results.length > 0) break;
    const left = terminal.frames.length > 0;
    terminal.line.cancel();
    expect(terminal.results).toHaveLength(1);
    const result = terminal.results[0];
    expect(result.fault).toBe(FAULT_CANCELLED);
    if (left) expect(result.sent).toBe(true);
    if (result.sent) sawSent++;
    else sawUnsent++;
    terminal.line.cancel();
    const next = terminal.exchange(request(2));
    expect([atMs, next.fault, next.body]).toEqual([atMs, FAULT_NONE, request(2)]);
    // What was told to be unsent never reaches the host.
    if (!result.sent) expect(terminal.frames.every((frame) => !frame.includes('request 1'))).toBe(true);
    expect(terminal.results).toHaveLength(2);
  }
  expect(sawUnsent).toBeGreaterThan(10);
  expect(sawSent).toBeGreaterThan(10);
});

test('an answer that overtakes the SEND OK of its request is taken; hanging up waits for the modem', () => {
  const terminal = new Terminal(echo);
  terminal.start(request(1));
  terminal.world.runUntilReached(() => terminal.fake.state.ip === 6, 10_000);
  terminal.world.fault('modem', 'slow', 700);
  expect(terminal.finish()).toMatchObject({ fault: FAULT_NONE, body: request(1) + ' answered' });
  terminal.line.hangUp();
  expect(terminal.exchange(request(2))).toMatchObject({ fault: FAULT_NONE, body: request(2) + ' answered' });
  expect(terminal.exchange(request(3))).toMatchObject({ fault: FAULT_NONE, body: request(3) + ' answered' });
  expect(terminal.frames).toHaveLength(3);
});

test('one exchange at a time', () => {
  const terminal = new Terminal(echo);
  terminal.start(request(1));
  terminal.start(request(2));
  expect(terminal.results).toHaveLength(0);
  terminal.world.run(5000);
  expect(terminal.results.map((result) => [result.fault, result.sent])).toEqual([
    [FAULT_BUSY, false],
    [FAULT_NONE, true],
  ]);
});

test('the connection ends after any byte, in either direction: told at once, and the next exchange works', () => {
  const whole = TPDU.length + HEADER.length + request(1).length + 2;
  for (const fault of ['cutUp', 'cutDown']) {
    for (let k = 0; k < whole; k++) {
      const terminal = new Terminal({ handle: (frame) => [answerTo(frame)] });
      terminal.world.fault('network', fault, k);
      const result = terminal.exchange(request(1));
      expect([fault, k, result.fault, result.sent]).toEqual([fault, k, FAULT_LINE_CLOSED, true]);
      expect(terminal.frames).toHaveLength(fault === 'cutUp' ? 0 : 1);
      expect(terminal.exchange(request(2))).toMatchObject({ fault: FAULT_NONE, body: request(2) });
    }
  }
});

test('a power cut at any moment; the host still gets what was in flight, and the next life exchanges', () => {
  let arrived = 0;
  for (let afterUs = 0; afterUs < 200_000; afterUs += 2_500) {
    const terminal = new Terminal({ handle: (frame) => [answerTo(frame)] });
    terminal.start(request(1));
    terminal.world.runUntilReached(() => terminal.fake.state.ip === 6, 10_000);
    terminal.world.runUntil(terminal.world.nowUs + afterUs);
    terminal.mcu.cut();
    terminal.fake.onPower(false);
    terminal.world.run(2000);
    arrived += terminal.frames.length;
    terminal.fake.onPower(true);
    terminal.boot();
    terminal.results.length = 0;
    expect(terminal.exchange(request(2))).toMatchObject({ fault: FAULT_NONE, body: request(2) });
    expect(terminal.results).toHaveLength(1);
  }
  expect(arrived).toBeGreaterThan(20);
  expect(arrived).toBeLessThan(80);
});

test('the same bytes in pieces of any size give the same answer', () => {
  for (const pieceBytes of [1, 2, 5, 11, 64]) {
    const terminal = new Terminal(echo);
    terminal.world.fault('network', 'split', pieceBytes);
    expect(terminal.exchange(request(1))).toMatchObject({ fault: FAULT_NONE, body: request(1) + ' answered' });
  }
});

test('any bytes from the host: one clean end, never a throw, never a foreign body', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 12 }),
      fc.boolean(),
      (noise, close) => {
        const terminal = new Terminal();
        terminal.start(request(1));
        terminal.world.runUntilReached(() => terminal.frames.length > 0, 10_000);
        const id = terminal.fake.state.connection;
        for (const piece of noise) terminal.network.send(id, String.fromCharCode(...piece));
        if (close) terminal.network.close(id);
        const result = terminal.finish();
        expect([FAULT_TIMEOUT, FAULT_PROTOCOL, FAULT_LINE_CLOSED]).toContain(result.fault);
        expect(result).toMatchObject({ body: '', sent: true });
        terminal.line.hangUp();
        terminal.world.run(130_000);
        expect(terminal.results).toHaveLength(1);
      },
    ),
    { numRuns: 60 },
  );
});

test('a World forked in the middle of an exchange goes on as the first one did', () => {
  const build = (): Terminal => new Terminal({ handle: (frame) => [{ ...answerTo(frame), delayMs: 300 }] });
  const first = build();
  first.start(request(1));
  first.world.runUntilReached(() => first.frames.length > 0, 10_000);
  const snapshot = first.world.snapshot();
  const fork = build();
  fork.world.restore(snapshot);
  // The fork's terminal is dark; the answer in flight still reaches its modem.
  fork.world.run(1000);
  expect(fork.fake.state.ip).toBe(6);
  fork.boot();
  expect(fork.exchange(request(2))).toMatchObject({ fault: FAULT_NONE, body: request(2) });
  expect(first.finish()).toMatchObject({ fault: FAULT_NONE, body: request(1) });
});
