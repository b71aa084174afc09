import * as fc from 'fast-check';
import {
  FAULT_BAD_REQUEST,
  FAULT_BUSY,
  FAULT_CANCELLED,
  FAULT_LINE_BUSY,
  FAULT_LINE_CLOSED,
  FAULT_NO_ANSWER,
  FAULT_NO_CARRIER,
  FAULT_NO_DIALTONE,
  FAULT_NO_LINE,
  FAULT_NONE,
  FAULT_NOT_READY,
} from '../../hal/fault';
import type { Link } from '../../hal/devices';
import { DialRig, type DialRigOptions } from '../support/dial-rig';

function connected(options: DialRigOptions = {}): { rig: DialRig; link: Link } {
  const rig = new DialRig(options);
  const { fault, link } = rig.dial();
  expect(fault).toBe(FAULT_NONE);
  return { rig, link: link as Link };
}

/** Sends `payload` as one frame and collects what comes back within `ms`. */
function exchange(rig: DialRig, link: Link, payload: string, ms = 10_000): string {
  let received = '';
  link.onData((bytes) => (received += bytes));
  expect(rig.send(link, String.fromCharCode(payload.length >> 8, payload.length & 255) + payload)).toBe(FAULT_NONE);
  rig.world.run(ms);
  return received.slice(2);
}

describe('a call', () => {
  test('one line of settings, the number, and the carrier', () => {
    const { rig, link } = connected();
    expect(rig.written).toBe('ATE0V1Q0X4&C1&D2S0=0S7=40\rATDT5551\r');
    expect(rig.fake.lights()).toEqual({ power: true, network: true, online: true });
    link.close();
    rig.world.run(1000);
    expect(rig.fake.lights().online).toBe(false);
    expect(rig.written).not.toContain('+++');
    expect(rig.nac.state.connection).toBe(0);
  });

  test('carries every byte, also those that look like results or an escape', () => {
    const { rig, link } = connected();
    const payload = '+++\r\nNO CARRIER\r\nOK\r\n\x00\x11\x13\xff+++ATH\r';
    expect(exchange(rig, link, payload)).toBe(payload);
    expect(exchange(rig, link, '+'.repeat(300), 20_000)).toBe('+'.repeat(300));
    expect(rig.frames).toHaveLength(2);
  });

  test('takes the time of 2400 bit/s', () => {
    const { rig, link } = connected();
    let atUs = 0;
    link.onData(() => (atUs = rig.world.nowUs));
    const fromUs = rig.world.nowUs;
    rig.send(link, '\x00\xf0' + 'x'.repeat(240));
    rig.world.run(10_000);
    expect((atUs - fromUs) / 1000).toBeGreaterThan(2 * 1000);
    expect((atUs - fromUs) / 1000).toBeLessThan(2 * 1300);
  });

  test('through an office exchange: its digit, a pause, the number', () => {
    const rig = new DialRig({ outsideLine: '9' });
    expect(rig.dial({ redials: 0, phones: '5551' }).fault).toBe(FAULT_LINE_BUSY);
    rig.world.run(5000);
    expect(rig.dial({ outsideLine: '9' }).fault).toBe(FAULT_NONE);
    expect(rig.written).toContain('ATDT9,5551\r');
  });

  test('a second start while one runs is told that the modem is busy', () => {
    const { rig, link } = connected();
    expect(rig.dial().fault).toBe(FAULT_BUSY);
    link.close();
    // The line is still being put down: this one waits for it.
    expect(rig.dial().fault).toBe(FAULT_NONE);
  });
});

describe('what goes wrong on the way to a carrier', () => {
  const one = { phones: '5551', redials: 0 };
  const cases: [string, (rig: DialRig) => void, number, number][] = [
    ['the plug is out', (rig) => rig.world.fault('phoneLine', 'unplug', 1), FAULT_NO_LINE, 100],
    ['another phone is lifted', (rig) => rig.world.fault('phoneLine', 'lift', 1), FAULT_LINE_BUSY, 100],
    ['no dial tone', (rig) => rig.world.fault('phoneLine', 'noTone', 1), FAULT_NO_DIALTONE, 6_000],
    ['busy', (rig) => rig.world.fault('phoneLine', 'busy', 9), FAULT_LINE_BUSY, 6_000],
    ['nobody answers', (rig) => rig.world.fault('phoneLine', 'noAnswer', 9), FAULT_NO_ANSWER, 45_000],
    ['a voice answers', (rig) => rig.world.fault('phoneLine', 'noCarrier', 9), FAULT_NO_CARRIER, 45_000],
    ['the modem is mute', (rig) => rig.world.fault('modem', 'silent', 1), FAULT_NOT_READY, 10_000],
    ['the modem is off', (rig) => rig.world.fault('modem', 'off'), FAULT_NO_LINE, 100],
    ['the modem refuses', (rig) => rig.world.fault('modem', 'error', 99), FAULT_NOT_READY, 10_000],
  ];
  test.each(cases)('%s: its own fault, in time, and the next dial works', (_name, break_, fault, limitMs) => {
    const rig = new DialRig();
    break_(rig);
    const failed = rig.dial(one);
    expect(failed.fault).toBe(fault);
    expect(failed.link).toBeNull();
    expect(failed.tookMs).toBeLessThanOrEqual(limitMs);
    rig.world.fault('modem', 'on');
    rig.world.fault('modem', 'well');
    rig.world.fault('phoneLine', 'well');
    expect(rig.dial().fault).toBe(FAULT_NONE);
  });

  test('a busy number: the second one is dialled; both busy: the next round', () => {
    const rig = new DialRig();
    rig.world.fault('phoneLine', 'busy', 1);
    expect(rig.dial().fault).toBe(FAULT_NONE);
    expect(rig.written.split('\r').slice(1, 3)).toEqual(['ATDT5551', 'ATDT5552']);
    const second = new DialRig();
    second.world.fault('phoneLine', 'busy', 3);
    expect(second.dial({ redials: 1 }).fault).toBe(FAULT_NONE);
    expect(second.written.match(/ATDT\d+/g)).toEqual(['ATDT5551', 'ATDT5552', 'ATDT5551', 'ATDT5552']);
  });

  test('no round more than asked for', () => {
    const rig = new DialRig();
    rig.world.fault('phoneLine', 'busy', 99);
    expect(rig.dial({ redials: 2, timeoutMs: 120_000 }).fault).toBe(FAULT_LINE_BUSY);
    expect(rig.written.match(/ATDT/g)).toHaveLength(6);
  });

  test('a number that belongs to nobody', () => {
    const rig = new DialRig();
    expect(rig.dial({ phones: '9999', redials: 0 }).fault).toBe(FAULT_NO_CARRIER);
  });

  test('the time limit of the request ends ringing, and the line is put down', () => {
    const rig = new DialRig();
    rig.world.fault('phoneLine', 'noAnswer', 9);
    const { fault, tookMs } = rig.dial({ timeoutMs: 12_000 });
    expect(fault).toBe(FAULT_NO_ANSWER);
    expect(tookMs).toBe(12_000);
    rig.world.run(2000);
    expect(rig.fake.state.mode).toBe(0);
    expect(rig.line.state.phase).toBe(0);
  });

  test('cancelled at any time: ends at once, lets the line go, dials again', () => {
    for (const afterMs of [0, 5, 200, 2000, 4500, 7000]) {
      const rig = new DialRig();
      const faults: number[] = [];
      rig.modem.start({ ...DIAL_REQUEST }, (fault) => faults.push(fault));
      rig.world.run(afterMs);
      rig.modem.cancel();
      rig.world.run(3000);
      expect([afterMs, faults, rig.line.state.phase]).toEqual([afterMs, [FAULT_CANCELLED], 0]);
      expect(rig.dial().fault).toBe(FAULT_NONE);
    }
  });

  test('no number, four numbers, and what would be a command are refused', () => {
    const rig = new DialRig();
    for (const phones of ['', ',5551', '1,2,3,4', '555;H', '5551\rATH', 'T555', '5'.repeat(25)]) {
      expect([phones, rig.dial({ phones }).fault]).toEqual([phones, FAULT_BAD_REQUEST]);
    }
    expect(rig.dial({ outsideLine: '9,' }).fault).toBe(FAULT_BAD_REQUEST);
    expect(rig.written).toBe('');
  });
});

const DIAL_REQUEST = {
  host: 'h',
  port: 1,
  apn: '',
  phones: '5551,5552',
  outsideLine: '',
  redials: 0,
  timeoutMs: 60_000,
};

describe('what goes wrong in a call', () => {
  const losses: [string, string, string, number][] = [
    ['the carrier is lost', 'phoneLine', 'carrierLoss', 0],
    ['the plug is pulled', 'phoneLine', 'unplug', 1],
    ['somebody lifts another phone', 'phoneLine', 'lift', 1],
    ['the access controller hangs up', 'nac', 'hangUp', 0],
    ['the far end hangs up', 'modem', 'remoteClose', 0],
    ['the network behind it breaks', 'network', 'close', 0],
  ];
  test.each(losses)('%s: the link closes once, and the line is free again', (_name, device, fault, value) => {
    const { rig, link } = connected();
    let closed = 0;
    link.onClose(() => closed++);
    rig.world.run(500);
    rig.world.fault(device, fault, value);
    rig.world.run(5000);
    expect(closed).toBe(1);
    expect(rig.send(link, 'x')).toBe(FAULT_NOT_READY);
    rig.world.fault('phoneLine', 'well');
    expect(rig.dial().fault).toBe(FAULT_NONE);
  });

  test('lost while the modem takes the message: nobody knows what became of it', () => {
    const { rig, link } = connected();
    const faults: number[] = [];
    link.send('x'.repeat(3000), (fault) => faults.push(fault));
    rig.world.run(50);
    rig.fake.hangUp();
    rig.world.run(10);
    expect(faults).toEqual([FAULT_LINE_CLOSED]);
  });

  test('in the middle of the answer: what came is handed on, then the link closes', () => {
    const { rig, link } = connected();
    rig.world.fault('phoneLine', 'cutDown', 30);
    let closed = 0;
    link.onClose(() => closed++);
    expect(exchange(rig, link, 'y'.repeat(60))).toBe('y'.repeat(28));
    expect(closed).toBe(1);
  });

  test('in the middle of the request: the host never gets it', () => {
    const { rig, link } = connected();
    rig.world.fault('phoneLine', 'cutUp', 30);
    expect(exchange(rig, link, 'y'.repeat(60))).toBe('');
    expect(rig.frames).toHaveLength(0);
  });

  test('noise turns one bit over: nothing on the line finds out', () => {
    const { rig, link } = connected();
    const sent = `\x00\x3c${'z'.repeat(60)}`;
    let received = '';
    link.onData((bytes) => (received += bytes));
    rig.send(link, sent);
    rig.world.runUntilReached(() => rig.frames.length === 1, 5000);
    rig.world.fault('phoneLine', 'noise', 1);
    rig.world.run(5000);
    const flipped = [...received].map((character, i) => character.charCodeAt(0) ^ sent.charCodeAt(i));
    expect(flipped.filter((bits) => bits !== 0)).toHaveLength(1);
    expect(Math.log2(Math.max(...flipped)) % 1).toBe(0);
  });

  test('a modem that does not look at /DTR is escaped from and told to hang up', () => {
    const { rig, link } = connected();
    rig.world.fault('modem', 'deafToDtr', 1);
    link.close();
    rig.world.run(5000);
    expect(rig.written.endsWith('+++ATH\r')).toBe(true);
    expect(rig.fake.lights().online).toBe(false);
    expect(rig.dial().fault).toBe(FAULT_NONE);
  });

  test('a modem that was left online is found so and brought back', () => {
    const { rig } = connected();
    rig.world.fault('modem', 'deafToDtr', 1);
    rig.world.fault('nac', 'silent', 1);
    rig.boot();
    const { fault } = rig.dial();
    expect(fault).toBe(FAULT_NONE);
    expect(rig.written).toContain('+++ATH\r');
  });
});

test('a modem that starts anew is set up again', () => {
  const { rig, link } = connected();
  link.close();
  rig.world.run(1000);
  rig.world.fault('modem', 'reset');
  expect(rig.dial().fault).toBe(FAULT_NONE);
});

test('the signal is the line: good while it is free, unknown while the plug is out or another phone uses it', () => {
  const rig = new DialRig();
  expect(rig.modem.signal()).toBe(31);
  rig.world.fault('phoneLine', 'unplug', 1);
  expect(rig.modem.signal()).toBe(99);
  rig.world.fault('phoneLine', 'unplug', 0);
  rig.world.fault('phoneLine', 'lift', 1);
  expect(rig.modem.signal()).toBe(99);
});

test('an incoming call, echo, garbage and endless lines before and while dialling change nothing', () => {
  for (let atMs = 0; atMs < 3000; atMs += 130) {
    const rig = new DialRig();
    for (const fault of ['ring', 'garbage', 'overlong', 'echo']) rig.world.faultAt(atMs * 1000, 'modem', fault, 3);
    expect([atMs, rig.dial().fault]).toEqual([atMs, FAULT_NONE]);
  }
});

test('hostile bytes at any time: bounded, one end of every operation', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(9000), fc.string({ unit: 'binary-ascii', maxLength: 80 })), { maxLength: 12 }),
      (noise) => {
        const rig = new DialRig();
        let ends = 0;
        rig.modem.start({ ...DIAL_REQUEST, timeoutMs: 15_000 }, () => ends++);
        let atMs = 0;
        for (const [afterMs, bytes] of noise) {
          if (afterMs > atMs) rig.world.run(afterMs - atMs);
          atMs = Math.max(atMs, afterMs);
          rig.wire.send(bytes);
        }
        rig.world.run(16_000);
        expect(ends).toBe(1);
      },
    ),
    { numRuns: 60 },
  );
});
