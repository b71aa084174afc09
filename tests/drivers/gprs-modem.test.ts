import {
  FAULT_BAD_REQUEST,
  FAULT_BUSY,
  FAULT_CANCELLED,
  FAULT_CONNECT_FAILED,
  FAULT_LINE_CLOSED,
  FAULT_NO_BEARER,
  FAULT_NO_SIM,
  FAULT_NONE,
  FAULT_NOT_READY,
  FAULT_NOT_REGISTERED,
} from '../../hal/fault';
import { ec20Fake } from '../../emulator/devices/ec20-fake';
import { sim800Fake } from '../../emulator/devices/sim800-fake';
import { WORK_AT_LINE, WORK_COUNT } from '../../hal/bus';
import type { Link } from '../../hal/devices';
import { DIAL, LineRig, type LineRigOptions } from '../support/line-rig';

/** A host that sends every frame back. */
const echo: LineRigOptions = { handle: (frame) => [{ frame, delayMs: 0 }] };

/** From a modem of unknown state to a connection, and a connection on a bearer that is up. */
const dialogues = {
  sim800: [
    [
      ...['AT', 'ATE0', 'AT+CPIN?', 'AT+CREG?', 'AT+CGATT=1', 'AT+CIPSHUT', 'AT+CIPHEAD=1', 'AT+CSTT="cmnet"'],
      ...['AT+CIICR', 'AT+CIFSR', 'AT+CIPSTART="TCP","center.test","8583"', ''],
    ],
    ['AT+CIPSTART="TCP","center.test","8583"', ''],
  ],
  ec20: [
    [
      ...['AT', 'ATE0', 'AT+CPIN?', 'AT+CREG?', 'AT+CGATT=1', 'AT+QIDEACT=1', 'AT+QICSGP=1,1,"cmnet","","",1'],
      ...['AT+QIACT=1', 'AT+QICLOSE=0', 'AT+QIOPEN=1,0,"TCP","center.test",8583,0,1', ''],
    ],
    ['AT+QICLOSE=0', 'AT+QIOPEN=1,0,"TCP","center.test",8583,0,1', ''],
  ],
};

describe.each([sim800Fake, ec20Fake])('$name', (dialect) => {
  const rigOf = (options: LineRigOptions = {}): LineRig => new LineRig({ dialect, ...options });
  /** The slower family takes so much longer until it is sure that nobody is there. */
  const patienceMs = dialect.name === 'ec20' ? 21_000 : 0;
  function connected(options: LineRigOptions = {}): { rig: LineRig; link: Link } {
    const rig = rigOf(options);
    const { fault, link } = rig.dial();
    expect(fault).toBe(FAULT_NONE);
    return { rig, link: link as Link };
  }

  /** Sends `payload` as one frame and collects what comes back within `ms`. */
  function exchange(rig: LineRig, link: Link, payload: string, ms = 2000): string {
    let received = '';
    link.onData((bytes) => (received += bytes));
    expect(rig.send(link, String.fromCharCode(payload.length >> 8, payload.length & 255) + payload)).toBe(FAULT_NONE);
    rig.world.run(ms);
    return received.slice(2);
  }

  describe('the dialogue', () => {
    test('brings the bearer up once and connects again without it', () => {
      const rig = rigOf(echo);
      rig.listen();
      const first = rig.dial();
      expect(first.fault).toBe(FAULT_NONE);
      expect(rig.written.join('').split('\r')).toEqual(dialogues[dialect.name][0]);
      first.link!.close();
      rig.world.run(1000);
      rig.written.length = 0;
      const second = rig.dial();
      expect(second.fault).toBe(FAULT_NONE);
      expect(second.tookMs).toBeLessThan(200);
      expect(rig.written.join('').split('\r')).toEqual(dialogues[dialect.name][1]);
    });

    test('bytes go out and come back, also those that look like results', () => {
      const { rig, link } = connected(echo);
      const payload = 'CLOSED\r\nERROR\r\n+IPD,9:\r\nSEND FAIL\r\n> \x00\x1a\x1b\xff\r\nRDY\r\n';
      expect(exchange(rig, link, payload)).toBe(payload);
      expect(exchange(rig, link, 'x'.repeat(300) + '\r\nCLOSED\r\n')).toBe('x'.repeat(300) + '\r\nCLOSED\r\n');
    });

    test('a message longer than one CIPSEND travels whole', () => {
      const { rig, link } = connected(echo);
      const payload = Array.from({ length: 4000 }, (_, i) => String.fromCharCode((i * 7) & 255)).join('');
      expect(exchange(rig, link, payload)).toBe(payload);
    });

    test('every piece of the answer may come alone', () => {
      for (const pieceBytes of [1, 2, 3, 7, 16, 17]) {
        const { rig, link } = connected(echo);
        rig.world.fault('network', 'split', pieceBytes);
        expect(exchange(rig, link, 'an answer of some length\r\nOK\r\n')).toBe('an answer of some length\r\nOK\r\n');
      }
    });

    test('a modem that is still starting is waited for', () => {
      const rig = rigOf({ off: true });
      rig.fake.onPower(true);
      const { fault, tookMs } = rig.dial();
      expect(fault).toBe(FAULT_NONE);
      expect(tookMs).toBeLessThan(12_000 + patienceMs);
    });

    test('a processor that takes 20 ms for a line loses nothing', () => {
      const profile = new Array<number>(WORK_COUNT).fill(0);
      profile[WORK_AT_LINE] = 20_000;
      const { rig, link } = connected({ ...echo, profile });
      const payload = 'y'.repeat(400) + '\r\nRING\r\n';
      expect(exchange(rig, link, payload)).toBe(payload);
      expect(rig.wire.host.lostBytes()).toBe(0);
    });

    test('RING, SMS and voltage warnings anywhere change nothing', () => {
      for (let atMs = 0; atMs < 1500; atMs += 40) {
        const rig = rigOf(echo);
        for (const urc of ['ring', 'sms', 'undervoltage']) rig.world.faultAt(atMs * 1000, 'modem', urc);
        const { fault, link } = rig.dial();
        expect([atMs, fault]).toEqual([atMs, FAULT_NONE]);
        for (let k = 0; k < 10; k++) rig.world.faultAt(rig.world.nowUs + k * 9_000, 'modem', 'ring');
        expect(exchange(rig, link!, 'hello')).toBe('hello');
      }
    });
  });

  describe('what goes wrong on the way to a connection', () => {
    const cases: [string, LineRigOptions, (rig: LineRig) => void, number, number][] = [
      ['no SIM', { sim: 'absent' }, () => {}, FAULT_NO_SIM, 6_000],
      ['SIM wants a PIN', { sim: 'pin' }, () => {}, FAULT_NO_SIM, 6_000],
      ['not registered', { registration: 0 }, () => {}, FAULT_NOT_REGISTERED, 40_000],
      ['registration denied', { registration: 3 }, () => {}, FAULT_NOT_REGISTERED, 40_000],
      ['no bearer', {}, (rig) => rig.world.fault('modem', 'pdpFail', 99), FAULT_NO_BEARER, 10_000],
      [
        'the modem refuses to connect',
        {},
        (rig) => rig.world.fault('modem', 'refuse', 9),
        FAULT_CONNECT_FAILED,
        10_000,
      ],
      ['the host refuses', {}, (rig) => rig.world.fault('network', 'refuse', 9), FAULT_CONNECT_FAILED, 10_000],
      ['nobody is there', {}, (rig) => rig.world.fault('network', 'unreachable', 9), FAULT_CONNECT_FAILED, 61_000],
      ['the network is down', {}, (rig) => rig.world.fault('network', 'down', 1), FAULT_CONNECT_FAILED, 61_000],
      ['the modem is mute', {}, (rig) => rig.world.fault('modem', 'silent', 1), FAULT_NOT_READY, 40_000],
      ['the modem is off', { off: true }, () => {}, FAULT_NOT_READY, 40_000],
    ];
    test.each(cases)(
      '%s: its own fault, in time, and the next dial works',
      (_name, options, break_, fault, limitMs) => {
        const rig = rigOf(options);
        break_(rig);
        const failed = rig.dial();
        expect(failed.fault).toBe(fault);
        expect(failed.link).toBeNull();
        expect(failed.tookMs).toBeLessThanOrEqual(Math.min(limitMs + patienceMs, 61_000));
        rig.world.fault('modem', 'well');
        rig.world.fault('modem', 'on');
        rig.world.fault('modem', 'registration', 1);
        rig.world.fault('network', 'well');
        const next = rig.dial();
        expect(next.fault).toBe(FAULT_NONE);
      },
    );

    test('the time limit of the request ends any wait with the fault of what was waited for', () => {
      const rig = rigOf({ registration: 2 });
      const { fault, tookMs } = rig.dial({ ...DIAL, timeoutMs: 3500 });
      expect(fault).toBe(FAULT_NOT_REGISTERED);
      expect(tookMs).toBe(3500);
    });

    test('one refused or unanswered command does not end the dialogue', () => {
      for (const fault of ['error', 'mute', 'pdpFail']) {
        for (let atMs = 0; atMs < 1300; atMs += 25) {
          const rig = rigOf();
          rig.world.faultAt(atMs * 1000, 'modem', fault);
          expect([fault, atMs, rig.dial().fault]).toEqual([fault, atMs, FAULT_NONE]);
        }
      }
    });

    test('noise, endless lines and broken headers at any moment do not stop it', () => {
      for (const fault of ['garbage', 'overlong', 'badIpd']) {
        for (let atMs = 0; atMs < 1300; atMs += 25) {
          const rig = rigOf({ ...echo, seed: atMs + 1 });
          rig.world.faultAt(atMs * 1000, 'modem', fault, 400);
          const { fault: ended, link } = rig.dial();
          expect([fault, atMs, ended]).toEqual([fault, atMs, FAULT_NONE]);
          expect(exchange(rig, link!, 'hello')).toBe('hello');
        }
      }
    });

    test('a restart of the modem at any moment of the dialogue is survived', () => {
      for (const autobaud of [0, 1]) {
        for (let atMs = 0; atMs < 1400; atMs += 50) {
          const rig = rigOf(echo);
          rig.world.fault('modem', 'autobaud', autobaud);
          rig.world.faultAt(atMs * 1000, 'modem', 'reset');
          let { fault, link } = rig.dial();
          expect([autobaud, atMs, fault]).toEqual([autobaud, atMs, FAULT_NONE]);
          rig.world.run(2000);
          // It may also have restarted just after it said CONNECT OK: then the next dial heals.
          if (rig.fake.state.connection === 0) {
            link!.close();
            ({ fault, link } = rig.dial());
            expect(fault).toBe(FAULT_NONE);
          }
          expect(exchange(rig, link!, 'hello')).toBe('hello');
        }
      }
    });

    test('a request that could break out of its command is refused', () => {
      const rig = rigOf();
      rig.listen();
      for (const bad of ['', 'a"b', 'a\rATZ', 'a,b', 'x'.repeat(65), 'sp ace', '\xe9']) {
        expect(rig.dial({ ...DIAL, host: bad }).fault).toBe(FAULT_BAD_REQUEST);
      }
      expect(rig.dial({ ...DIAL, apn: 'a"\r' }).fault).toBe(FAULT_BAD_REQUEST);
      expect(rig.dial({ ...DIAL, port: 0 }).fault).toBe(FAULT_BAD_REQUEST);
      expect(rig.dial({ ...DIAL, port: 65536 }).fault).toBe(FAULT_BAD_REQUEST);
      expect(rig.written).toEqual([]);
    });

    test('a second start while one runs, or while a link is open, is busy', () => {
      const rig = rigOf();
      const faults: number[] = [];
      rig.modem.start(DIAL, (fault) => faults.push(fault));
      rig.modem.start(DIAL, (fault) => faults.push(fault));
      expect(faults).toEqual([]);
      rig.world.run(5000);
      expect(faults).toEqual([FAULT_BUSY, FAULT_NONE]);
      expect(rig.dial().fault).toBe(FAULT_BUSY);
    });

    test('cancelled at any moment, it ends at once and the next dial connects', () => {
      for (let atMs = 0; atMs <= 1400; atMs += 20) {
        const rig = rigOf(echo);
        const faults: number[] = [];
        rig.modem.start(DIAL, (fault) => faults.push(fault));
        rig.world.run(atMs);
        if (faults.length > 0) return;
        rig.modem.cancel();
        expect(faults).toEqual([FAULT_CANCELLED]);
        rig.modem.cancel();
        const { fault, link } = rig.dial();
        expect([atMs, fault]).toEqual([atMs, FAULT_NONE]);
        expect(exchange(rig, link!, 'hello')).toBe('hello');
        expect(faults).toEqual([FAULT_CANCELLED]);
      }
      throw new Error('the dialogue took longer than this test looks');
    });
  });

  describe('what a failed dial leaves behind', () => {
    test('a cancelled or timed-out attempt leaves no connection open', () => {
      for (const cancel of [true, false]) {
        const rig = rigOf({ latencyMs: 300 });
        let ended = false;
        rig.modem.start({ ...DIAL, timeoutMs: 1500 }, () => (ended = true));
        rig.world.runUntilReached(() => rig.fake.state.connection !== 0, 5000);
        if (cancel) rig.modem.cancel();
        else rig.world.runUntilReached(() => ended, 5000);
        rig.world.run(12_000);
        expect(rig.network.state.connections).toEqual({});
      }
    });

    test('after no SIM or no bearer the next dial restarts the modem first', () => {
      for (const fault of ['simAbsent', 'pdpFail']) {
        const rig = rigOf();
        rig.world.fault('modem', fault, 2);
        expect(rig.dial().fault).not.toBe(FAULT_NONE);
        rig.world.fault('modem', 'well');
        rig.listen();
        expect(rig.dial().fault).toBe(FAULT_NONE);
        expect(
          rig.written
            .join('')
            .split('\r')
            .filter((text) => text !== '')[0],
        ).toBe('AT+CFUN=1,1');
      }
    });
  });

  describe('a connection that breaks', () => {
    test.each([
      ['closed by the host', (rig: LineRig) => rig.world.fault('network', 'close')],
      ['closed in the modem', (rig: LineRig) => rig.world.fault('modem', 'remoteClose')],
      ['bearer lost', (rig: LineRig) => rig.world.fault('modem', 'pdpDrop')],
      ['registration lost', (rig: LineRig) => rig.world.fault('modem', 'registration', 0)],
      ['SIM pulled out', (rig: LineRig) => rig.world.fault('modem', 'simAbsent', 1)],
      ['modem restarted', (rig: LineRig) => rig.world.fault('modem', 'reset')],
      ['modem switched off', (rig: LineRig) => rig.world.fault('modem', 'off')],
    ])('%s: told once, and the next dial works', (_name, break_) => {
      const { rig, link } = connected(echo);
      let closes = 0;
      link.onClose(() => closes++);
      break_(rig);
      rig.world.run(dialect.readyUs / 1000 + 1600);
      expect(closes).toBe(1);
      expect(rig.send(link, 'x')).toBe(FAULT_NOT_READY);
      link.close();
      rig.world.fault('modem', 'well');
      rig.world.fault('modem', 'registration', 1);
      rig.world.fault('modem', 'on');
      const next = rig.dial();
      expect(next.fault).toBe(FAULT_NONE);
      expect(exchange(rig, next.link!, 'hello')).toBe('hello');
      expect(closes).toBe(1);
    });

    test('SEND FAIL is "nobody knows", a missing prompt is "nothing left"', () => {
      for (const [fault, ended] of [
        ['sendFail', FAULT_LINE_CLOSED],
        ['noPrompt', FAULT_NOT_READY],
        ['error', FAULT_NOT_READY],
        ['mute', FAULT_NOT_READY],
      ] as const) {
        const { rig, link } = connected(echo);
        let closes = 0;
        link.onClose(() => closes++);
        rig.world.fault('modem', fault);
        expect([fault, rig.send(link, 'xyz')]).toEqual([fault, ended]);
        expect(closes).toBe(1);
        const next = rig.dial();
        expect(next.fault).toBe(FAULT_NONE);
        expect(exchange(rig, next.link!, 'hello')).toBe('hello');
      }
    });

    test('closing in the middle of anything leaves a modem that connects again, and calls nobody back', () => {
      for (let afterUs = 0; afterUs < 160_000; afterUs += 1_500) {
        const { rig, link } = connected(echo);
        let calls = 0;
        link.onData(() => calls++);
        link.onClose(() => calls++);
        link.send('\0\x05hello', () => calls++);
        rig.world.runUntil(rig.world.nowUs + afterUs);
        link.close();
        const before = calls;
        const next = rig.dial();
        expect([afterUs, next.fault]).toEqual([afterUs, FAULT_NONE]);
        expect(next.tookMs).toBeLessThan(1000);
        expect(calls).toBe(before);
        expect(exchange(rig, next.link!, 'again')).toBe('again');
        // No command was ever taken for data.
        for (const frame of rig.frames) expect(['hello', 'again']).toContain(frame.toString());
      }
    });

    test('power cut of the terminal at any moment: the new life connects, whatever the modem was left in', () => {
      for (let afterUs = 0; afterUs < 40_000; afterUs += 700) {
        const { rig, link } = connected(echo);
        link.send(`\0\x64${'y'.repeat(100)}`, () => {});
        rig.world.runUntil(rig.world.nowUs + afterUs);
        rig.mcu.cut();
        rig.world.run(500);
        rig.boot();
        const next = rig.dial();
        expect([afterUs, next.fault]).toEqual([afterUs, FAULT_NONE]);
        expect(exchange(rig, next.link!, 'again')).toBe('again');
      }
    });
  });

  describe('signal', () => {
    test('is asked for while idle, at most every ten seconds, and never in a dialogue', () => {
      const rig = rigOf({ signal: 17 });
      rig.listen();
      expect(rig.modem.signal()).toBe(99);
      rig.world.run(100);
      expect(rig.modem.signal()).toBe(17);
      rig.world.fault('modem', 'signal', 3);
      for (let i = 0; i < 90; i++) {
        rig.modem.signal();
        rig.world.run(100);
      }
      expect(rig.written.join('')).toBe('AT+CSQ\r');
      rig.world.run(1000);
      rig.modem.signal();
      const { fault, link } = rig.dial();
      expect(fault).toBe(FAULT_NONE);
      expect(rig.modem.signal()).toBe(3);
      rig.written.length = 0;
      rig.world.run(20_000);
      rig.modem.signal();
      rig.world.run(100);
      expect(rig.written).toEqual([]);
      link!.close();
    });

    test('of a silent modem is unknown', () => {
      const rig = rigOf();
      rig.world.fault('modem', 'silent', 1);
      rig.modem.signal();
      rig.world.run(11_000);
      expect(rig.modem.signal()).toBe(99);
    });
  });
});
