/**
 * Hostile and damaged bytes on the PIN pad's wire, in both directions, power cuts in the middle of frames, and a World
 * that forks in the middle of a PIN entry. Nothing throws, hangs or answers twice, and the next command works.
 */
import fc from 'fast-check';
import { createSerialPinPad } from '../../drivers/serial-pinpad';
import { loaderFrame } from '../../emulator/devices/key-loader';
import type { Clock, Uart } from '../../hal/bus';
import { padNames, type PadName } from '../../emulator/parts';
import { type Bytes, byte, crc16, fromHex, u16 } from '../../hal/bytes';
import { KEY_CONFIRM } from '../../hal/devices';
import * as faults from '../../hal/fault';
import * as pad from '../../hal/pad-commands';
import { example, padRig, pinRequest, swipe, type, type PadRig } from './pad-rig';

const FOLDED = `\x03${fromHex('A9165CDF6225E293')}`;
const MAC_OF_FOLDED = '0C1035EB';

/** Random bytes with many of those that mean something to the protocol. */
const noise = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(2, 6, 0x15, 0, 0x20, 0x21, 0xa1, 0xb0, 1)), {
    maxLength: 700,
  })
  .map((list) => String.fromCharCode(...list));

function frame(sequence: number, command: number, data: Bytes): Bytes {
  const body = u16(data.length + 2) + byte(sequence) + byte(command) + data;
  return `\x02${body}${u16(crc16(body))}`;
}

describe.each(padNames)('pad %s', (padName) => {
  describe('at the driver', () => {
    test('any bytes at any moment: each operation ends once, in bounded time, and the next one works', () => {
      fc.assert(
        fc.property(noise, noise, fc.integer({ min: 0, max: 40 }), (before, during, atMs) => {
          const rig = padRig(padName);
          rig.wire.send(before);
          rig.world.run(20);
          const result = rig.begin(pad.PAD_MAC, FOLDED, 2000);
          rig.world.run(atMs);
          rig.wire.send(during);
          rig.world.run(4000);
          expect(result.fault).not.toBe(-1);
          rig.world.run(1000);
          expect(rig.ask(pad.PAD_MAC, FOLDED)).toEqual({ fault: faults.FAULT_NONE, answer: MAC_OF_FOLDED });
        }),
        { numRuns: 100 },
      );
    });

    test('good frames that nobody asked for, of any command, sequence and data, end nothing', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 33, max: 255 }),
          fc.integer({ min: 0x80, max: 0xff }),
          fc.uint8Array({ maxLength: 512 }),
          (sequence, command, data) => {
            const rig = padRig(padName);
            const entry = rig.begin(pad.PAD_PIN, pinRequest(0), 70_000);
            rig.world.run(100);
            // Sequence 32 loaded the keys, 33 is the PIN entry that runs.
            if (sequence === 33 && command === (pad.PAD_PIN | 0x80)) return;
            rig.wire.send(frame(sequence, command, String.fromCharCode(...data)));
            rig.wire.send(frame(0, pad.PAD_EVENT_PROGRESS, ''));
            rig.world.run(1000);
            expect(entry.fault).toBe(-1);
            type(rig, '1234');
            rig.fake.pressKey(KEY_CONFIRM);
            rig.world.run(3000);
            expect(entry.fault).toBe(faults.FAULT_NONE);
          },
        ),
        { numRuns: 60 },
      );
    });

    test('a pad that answers every frame with something wrong', () => {
      const answers: [string, (sequence: number, command: number) => Bytes, number][] = [
        ['no status', (s, c) => frame(s, c | 0x80, ''), faults.FAULT_PROTOCOL],
        ['an unknown status', (s, c) => frame(s, c | 0x80, '\x7f'), faults.FAULT_PROTOCOL],
        ['another command', (s) => frame(s, 0xff, '\x00'), faults.FAULT_TIMEOUT],
        ['another sequence', (s, c) => frame(s + 1, c | 0x80, '\x00'), faults.FAULT_TIMEOUT],
        ['NAK', () => '\x15\x00', faults.FAULT_PAD_CHECKSUM],
        ['nothing', () => '', faults.FAULT_NOT_READY],
        [
          'a frame without an end',
          (s, c) => frame(s, c | 0x80, '\x00'.repeat(512)).slice(0, 300),
          faults.FAULT_TIMEOUT,
        ],
      ];
      for (const [name, answerOf, fault] of answers) {
        const { results, alarms } = isolated((written) => {
          if (written.charCodeAt(0) !== 2) return '';
          const sequence = written.charCodeAt(3);
          const answer = answerOf(sequence, written.charCodeAt(4));
          return answer === '' || answer.charCodeAt(0) === 0x15 ? answer : `\x06${byte(sequence)}${answer}`;
        });
        expect([name, ...results]).toEqual([name, fault]);
        expect(alarms).toBe(0);
      }
    });

    test('a megabyte of half frames costs linear time', () => {
      const rig = padRig(padName);
      const half = '\x02\x02\x00\x20\xa1'.repeat(400);
      const feed = (count: number): number => {
        const startNs = process.hrtime.bigint();
        for (let i = 0; i < count; i++) {
          rig.wire.send(half);
          rig.world.run(1100);
        }
        return Number(process.hrtime.bigint() - startNs);
      };
      feed(20);
      const one = Math.min(feed(10), feed(10), feed(10));
      const ten = Math.min(feed(100), feed(100));
      expect(ten / one).toBeLessThan(40);
    });
  });

  /** A driver on a wire where `reply` answers each write at once; runs one command to its end. */
  function isolated(reply: (written: Bytes) => Bytes): { results: number[]; alarms: number } {
    let nowMs = 0;
    let handles = 0;
    let listener: ((burst: Bytes) => void) | null = null;
    let alarms: { handle: number; atMs: number; callback: () => void }[] = [];
    const later = (delayMs: number, callback: () => void): number => {
      alarms.push({ handle: ++handles, atMs: nowMs + delayMs, callback });
      return handles;
    };
    const clock: Clock = {
      nowMs: () => nowMs,
      alarm: later,
      cancelAlarm: (handle) => {
        alarms = alarms.filter((alarm) => alarm.handle !== handle);
      },
      worked: () => undefined,
    };
    const uart: Uart = {
      write: (bytes) => {
        const answer = reply(bytes);
        if (answer !== '') later(1, () => listener?.(answer));
      },
      onData: (next) => {
        listener = next;
      },
      lostBytes: () => 0,
    };
    const driver = createSerialPinPad(uart, clock);
    const results: number[] = [];
    driver.start(pad.PAD_KEY_STATUS, '', 1000, (fault) => results.push(fault));
    for (let i = 0; i < 1000 && alarms.length > 0; i++) {
      alarms.sort((a, b) => a.atMs - b.atMs || a.handle - b.handle);
      const next = alarms.shift() as { atMs: number; callback: () => void };
      nowMs = next.atMs;
      next.callback();
    }
    return { results, alarms: alarms.length };
  }

  describe('at the pad', () => {
    test('any bytes on either port: the pad does not throw, keeps its keys, and hears the next good frame', () => {
      fc.assert(
        fc.property(noise, fc.boolean(), (bytes, onLoader) => {
          const rig = padRig(padName);
          const { tmk, pik } = rig.fake.battery;
          const loader = { send: () => undefined };
          if (onLoader) {
            rig.fake.connectLoader(loader);
            rig.fake.onUart(bytes, loader);
          } else rig.uart.write(bytes);
          rig.world.run(2000);
          expect(rig.ask(pad.PAD_MAC, FOLDED)).toEqual({ fault: faults.FAULT_NONE, answer: MAC_OF_FOLDED });
          expect([rig.fake.battery.tmk, rig.fake.battery.pik]).toEqual([tmk, pik]);
        }),
        { numRuns: 150 },
      );
    });

    test('good frames with any command and data: a status or nothing, never a throw', () => {
      fc.assert(
        fc.property(
          fc.oneof(
            fc.integer({ min: 0, max: 127 }),
            fc.constantFrom(pad.PAD_CARD, pad.PAD_PIN, pad.PAD_MAC, pad.PAD_SEAL, pad.PAD_UNSEAL, pad.PAD_LOAD_KEYS),
          ),
          fc.oneof(fc.uint8Array({ maxLength: 512 }), fc.uint8Array({ maxLength: 40, max: 64 })),
          (command, data) => {
            const rig = padRig(padName);
            const result = rig.begin(command, String.fromCharCode(...data), 2000);
            rig.world.run(5000);
            expect(result.fault).not.toBe(-1);
            expect(rig.ask(pad.PAD_HELLO).fault).toBe(faults.FAULT_NONE);
          },
        ),
        { numRuns: 200 },
      );
    });

    test('a command with any one bit wrong is not done', () => {
      const good = frame(99, pad.PAD_SHOW, 'shown');
      const rig = padRig(padName);
      const idle = rig.fake.rows();
      for (let bit = 0; bit < good.length * 8; bit++) {
        const at = bit >> 3;
        rig.uart.write(good.slice(0, at) + byte(good.charCodeAt(at) ^ (1 << (bit & 7))) + good.slice(at + 1));
        rig.world.run(500);
        expect(rig.fake.rows()).toEqual(idle);
      }
      rig.uart.write(good);
      rig.world.run(100);
      expect(rig.fake.rows()[0]).toBe('shown           ');
    });

    test.each([
      ['a track with a letter', '\x05622A=\x00'],
      ['a length beyond the data', '\x25622588'],
      ['a track 2 of 38', `\x26${'6'.repeat(16)}=${'1'.repeat(21)}\x00`],
      ['more than it says', '\x106225881234567890\x001'],
      ['nothing', ''],
      ['no card number', '\x01=\x00'],
    ])('CARD with %s is refused and leaves no card', (_name, data) => {
      const rig = padRig(padName);
      swipe(rig, '6225881234567890=27122010000012345');
      expect(rig.ask(pad.PAD_CARD, data).fault).toBe(faults.FAULT_BAD_REQUEST);
      expect(rig.ask(pad.PAD_TRACKS).fault).toBe(faults.FAULT_PAD_NO_CARD);
    });

    test('a card is forgotten after END and after 180 s', () => {
      const rig = padRig(padName);
      const track = '6225881234567890=27122010000012345';
      swipe(rig, track);
      rig.world.run(179_000);
      expect(rig.ask(pad.PAD_TRACKS).fault).toBe(faults.FAULT_NONE);
      rig.world.run(181_000);
      expect(rig.ask(pad.PAD_TRACKS).fault).toBe(faults.FAULT_PAD_NO_CARD);
      swipe(rig, track);
      rig.ask(pad.PAD_END);
      expect(rig.ask(pad.PAD_TRACKS).fault).toBe(faults.FAULT_PAD_NO_CARD);
    });

    test('working keys cannot be loaded on the loader port, nor anything else be asked there', () => {
      const rig = padRig(padName);
      const received: Bytes[] = [];
      const loader = { send: (bytes: Bytes) => void received.push(bytes) };
      rig.fake.connectLoader(loader);
      rig.fake.onUart(loaderFrame(40, pad.PAD_MAC, FOLDED), loader);
      expect(received.join('')).toBe(`\x06(${frame(40, pad.PAD_MAC | 0x80, '\x08')}`);
    });
  });

  describe('power', () => {
    test('a terminal cut between any two bytes of a command, then booted, finds a pad that works', () => {
      for (let cutMs = 0; cutMs <= 40; cutMs += 2) {
        const rig = padRig(padName);
        swipe(rig, '6225881234567890=27122010000012345');
        rig.begin(pad.PAD_PIN, pinRequest(pad.PIN_WITH_PAN), 70_000);
        rig.world.run(cutMs);
        rig.mcu.cut();
        rig.world.run(7);
        rig.mcu.boot((clock) => {
          rig.pad = createSerialPinPad(rig.wire.host, clock);
        });
        expect(rig.ask(pad.PAD_HELLO).fault).toBe(faults.FAULT_NONE);
        expect(rig.fake.isAsking()).toBe(false);
        expect(rig.ask(pad.PAD_TRACKS).fault).toBe(faults.FAULT_PAD_NO_CARD);
        expect(rig.ask(pad.PAD_MAC, FOLDED).answer).toBe(MAC_OF_FOLDED);
      }
    });

    test('without supply the pad is deaf, dark and keeps its keys, but neither card nor PIN', () => {
      const rig = padRig(padName);
      swipe(rig, '6225881234567890=27122010000012345');
      rig.begin(pad.PAD_PIN, pinRequest(0), 70_000);
      rig.world.run(100);
      type(rig, '12');
      rig.fake.onPower(false);
      type(rig, '34');
      expect(rig.fake.rows().join('').trim()).toBe('');
      expect(JSON.stringify(rig.fake.state)).not.toMatch(/"digits"|6225881234567890/);
      rig.fake.onPower(true);
      rig.world.run(3000);
      expect(rig.fake.isAsking()).toBe(false);
      expect(rig.ask(pad.PAD_KEY_STATUS).answer).toBe('\x0f');
      expect(rig.ask(pad.PAD_TRACKS).fault).toBe(faults.FAULT_PAD_NO_CARD);
    });
  });

  describe('forks', () => {
    test('what happens in the fork does not reach back', () => {
      const rig = padRig(padName, 7);
      const fork = padRig(padName, 8);
      fork.world.restore(rig.world.snapshot());
      fork.fake.onFault('tamper', 0);
      swipe(fork, '1');
      expect(rig.ask(pad.PAD_MAC, FOLDED).answer).toBe(MAC_OF_FOLDED);
      expect(rig.fake.battery.tmk).toBe(fromHex(example.tmk));
    });
  });
});

describe('forks in a PIN entry', () => {
  /** A World in the middle of a PIN entry, and another one restored from it. */
  function forked(padName: PadName): { rig: PadRig; fork: PadRig } {
    const rig = padRig(padName, 7);
    swipe(rig, '6225881234567890=27122010000012345');
    rig.begin(pad.PAD_PIN, pinRequest(pad.PIN_WITH_PAN), 70_000);
    rig.world.run(100);
    type(rig, '123');
    const snapshot = rig.world.snapshot();
    const fork = padRig(padName, 8);
    fork.world.restore(snapshot);
    return { rig, fork };
  }

  /** The entry is finished: whether the PIN block came. */
  function finish(rig: PadRig): boolean {
    const from = rig.crossed.length;
    type(rig, '456');
    rig.fake.pressKey(KEY_CONFIRM);
    rig.world.run(1000);
    const into = rig.crossed.slice(from).map((entry) => entry.bytes);
    return into.join('').includes(fromHex('2A38BA3309D6D4E8'));
  }

  test('the fake, whose memory is plain data, goes on as the first one does', () => {
    const { rig, fork } = forked('openssl');
    expect([finish(rig), finish(fork)]).toEqual([true, true]);
    expect(fork.fake.rows()).toEqual(rig.fake.rows());
  });

  test("the pad's own program cannot be copied: restored it is dark, and with its supply it starts anew with its keys", () => {
    const { rig, fork } = forked('firmware');
    expect(fork.fake.rows().join('').trim()).toBe('');
    expect([finish(rig), finish(fork)]).toEqual([true, false]);
    fork.fake.onPower(true);
    fork.world.run(100);
    fork.mcu.boot((clock) => {
      fork.pad = createSerialPinPad(fork.wire.host, clock);
    });
    expect(fork.ask(pad.PAD_HELLO).fault).toBe(faults.FAULT_NONE);
    expect(fork.ask(pad.PAD_KEY_STATUS).answer).toBe('\x0f');
    expect(fork.ask(pad.PAD_PIN, pinRequest(pad.PIN_WITH_PAN)).fault).toBe(faults.FAULT_PAD_NO_CARD);
  });
});
