/**
 * The PIN pad's driver, wire and fake together. Numbers are worked examples with invented keys, computed with
 * two independent crypto libraries; the check values of the golden frames come from Python's binascii.crc_hqx.
 */
import { padNames } from '../../emulator/parts';
import { fromHex, toHex } from '../../hal/bytes';
import { KEY_CANCEL, KEY_CLEAR, KEY_CONFIRM } from '../../hal/devices';
import * as faults from '../../hal/fault';
import * as pad from '../../hal/pad-commands';
import { createSerialPinPad } from '../../drivers/serial-pinpad';
import { loadTmk } from '../../emulator/devices/key-loader';
import { example, padRig, pinRequest, swipe, type } from './pad-rig';

const CARD_34 = '6225881234567890=27122010000012345';
const BODY =
  '0200302004C020C09811000000000000001234000017021000123462258812345678903E9B92EF7ECE78C045' +
  '31323334353637383132333435363738393031323334353135362A38BA3309D6D4E82610000000000000' +
  '001322000001000600';

function fill(flags: number, hex: string): string {
  return String.fromCharCode(flags) + fromHex(hex);
}

describe.each(padNames)('pad %s', (padName) => {
  describe('what the pad answers', () => {
    test('HELLO: golden frames both ways', () => {
      const rig = padRig(padName, 1, false);
      expect(rig.ask(pad.PAD_HELLO).fault).toBe(faults.FAULT_NONE);
      rig.world.run(100);
      const out = rig.crossed.filter((entry) => entry.direction === 'out').map((entry) => entry.bytes);
      const into = rig.crossed.filter((entry) => entry.direction === 'in').map((entry) => entry.bytes);
      expect(toHex(out.join(''))).toBe('0200022001FC670620');
      expect(toHex(into.join(''))).toBe('0620' + '02000D20810001005041443030303031CC88');
    });

    test('a pad that restarts by itself is greeted again, in the middle of a PIN entry too, and works on', () => {
      const rig = padRig(padName, 1, false);
      rig.ask(pad.PAD_HELLO, String.fromCharCode(pad.PAD_IN_ENGLISH));
      rig.fake.onFault('restart', 0);
      rig.world.run(1000);
      expect(rig.fake.rows()).toEqual(['    WELCOME     ', 'UNIONPAY PIN PAD']);
      loadTmk(rig.fake, { tmk: example.tmk });
      rig.ask(pad.PAD_LOAD_KEYS, example.f62);
      const entry = rig.begin(pad.PAD_PIN, pinRequest(0, '000000001234'), 70_000);
      rig.world.run(100);
      rig.fake.onFault('restart', 0);
      rig.world.run(1000);
      expect(entry.fault).toBe(faults.FAULT_NOT_READY);
      rig.begin(pad.PAD_PIN, pinRequest(0, '000000001234'), 70_000);
      rig.world.run(100);
      expect(rig.fake.rows()[0]).toBe('AMOUNT     12.34');
    });

    test('a Chinese one says nothing of its own to a pad that restarted', () => {
      const rig = padRig(padName, 1, false);
      rig.ask(pad.PAD_HELLO);
      rig.world.run(100);
      rig.crossed.splice(0);
      rig.fake.onFault('restart', 0);
      rig.world.run(1000);
      expect(rig.crossed.map((entry) => entry.direction)).toEqual(['in']);
    });

    test('HELLO of an English terminal: golden frame, English rows until the power goes or another one greets', () => {
      const rig = padRig(padName, 1, false);
      const chinese = rig.fake.rows();
      expect(rig.ask(pad.PAD_HELLO, String.fromCharCode(pad.PAD_IN_ENGLISH)).fault).toBe(faults.FAULT_NONE);
      expect(toHex(rig.crossed[0].bytes)).toBe('0200032001012F06');
      expect(rig.fake.rows()).toEqual(['    WELCOME     ', 'UNIONPAY PIN PAD']);
      loadTmk(rig.fake, { tmk: example.tmk });
      rig.ask(pad.PAD_LOAD_KEYS, example.f62);
      rig.begin(pad.PAD_PIN, pinRequest(0, '000000001234'), 70_000);
      rig.world.run(100);
      type(rig, '12345');
      expect(rig.fake.rows()).toEqual(['AMOUNT     12.34', 'PIN *****        '.slice(0, 16)]);
      rig.fake.pressKey(KEY_CANCEL);
      expect(rig.fake.rows()[0]).toBe('  PLEASE WAIT   ');
      rig.world.run(100);
      // Another language than the two is taken for the pad's own.
      for (const data of ['', '\x00', '\x02', '\x7f\x01']) {
        rig.ask(pad.PAD_HELLO, '\x01');
        rig.ask(pad.PAD_HELLO, data);
        expect(rig.fake.rows()).toEqual(chinese);
      }
      rig.ask(pad.PAD_HELLO, '\x01');
      rig.fake.onFault('restart', 0);
      expect(rig.fake.rows()).toEqual(chinese);
    });

    test('keys of a 60-byte sign-in are unwrapped and checked', () => {
      const rig = padRig(padName, 1, false);
      expect(rig.ask(pad.PAD_LOAD_KEYS, example.f62).fault).toBe(faults.FAULT_PAD_NO_KEY);
      loadTmk(rig.fake, { tmk: example.tmk, kcv: example.tmkCheck });
      expect(rig.ask(pad.PAD_LOAD_KEYS, example.f62)).toEqual({ fault: 0, answer: '\x0f' });
      expect(toHex(rig.fake.battery.pik)).toBe(example.pik);
      expect(toHex(rig.fake.battery.mak)).toBe(example.mak);
      expect(toHex(rig.fake.battery.tdk)).toBe(example.tdk);
    });

    test('a 40-byte sign-in leaves no track key of an earlier one', () => {
      const rig = padRig(padName);
      expect(rig.ask(pad.PAD_LOAD_KEYS, example.f62.slice(0, 40))).toEqual({ fault: 0, answer: '\x07' });
      swipe(rig, CARD_34);
      expect(rig.ask(pad.PAD_TRACKS).fault).toBe(faults.FAULT_PAD_NO_KEY);
    });

    test.each([
      [16, 1],
      [36, 2],
      [56, 3],
    ])('a wrong check value at byte %i discards all working keys and names key %i', (at, number) => {
      const rig = padRig(padName);
      const bad =
        example.f62.slice(0, at) + String.fromCharCode(example.f62.charCodeAt(at) ^ 1) + example.f62.slice(at + 1);
      expect(rig.ask(pad.PAD_LOAD_KEYS, bad)).toEqual({
        fault: faults.FAULT_PAD_KEY_CHECK,
        answer: String.fromCharCode(number),
      });
      expect(rig.ask(pad.PAD_KEY_STATUS).answer).toBe('\x01');
      expect(rig.ask(pad.PAD_MAC, fill(3, BODY)).fault).toBe(faults.FAULT_PAD_NO_KEY);
    });

    test.each([
      ['with the PAN', pad.PIN_WITH_PAN, CARD_34, '123456', '2A38BA3309D6D4E8'],
      ['without the PAN', 0, CARD_34, '123456', '734F75F1968C0158'],
      ['with a PAN of 19', pad.PIN_WITH_PAN, '6225881234567890123=2712201', '1234', '9CB8846CEB944792'],
    ])('PIN block %s', (_name, flags, track, pin, block) => {
      const rig = padRig(padName);
      swipe(rig, track);
      const counts: number[] = [];
      rig.pad.onProgress((count) => counts.push(count));
      const result = rig.begin(pad.PAD_PIN, pinRequest(flags), 70_000);
      rig.world.run(1000);
      type(rig, pin);
      rig.fake.pressKey(KEY_CONFIRM);
      rig.world.run(1000);
      expect({ fault: result.fault, block: toHex(result.answer) }).toEqual({ fault: 0, block });
      expect(counts).toEqual(pin.split('').map((_, i) => i + 1));
    });

    test.each([
      [CARD_34, '22' + '62258812345678903E9B92EF7ECE78C045' + '00'],
      ['6225881234567890=27122010000012345678', '25' + '6225881234567890D271B5BDDD62AAF796D180' + '00'],
      ['6225881234567890=2712201000001234567', '24' + '6225881234567890D266D35BC881FFAFF767' + '00'],
    ])('track encryption of %s', (track, answer) => {
      const rig = padRig(padName);
      swipe(rig, track);
      expect(toHex(rig.ask(pad.PAD_TRACKS).answer)).toBe(answer);
    });

    test('MAC in one part, in three parts and of the folded block are the same', () => {
      const rig = padRig(padName);
      expect(rig.ask(pad.PAD_MAC, fill(3, BODY)).answer).toBe('0C1035EB');
      rig.ask(pad.PAD_MAC, fill(1, BODY.slice(0, 26)));
      rig.ask(pad.PAD_MAC, fill(0, BODY.slice(26, 100)));
      expect(rig.ask(pad.PAD_MAC, fill(2, BODY.slice(100))).answer).toBe('0C1035EB');
      expect(rig.ask(pad.PAD_MAC, fill(3, 'A9165CDF6225E293')).answer).toBe('0C1035EB');
      expect(rig.ask(pad.PAD_MAC, fill(2, BODY)).fault).toBe(faults.FAULT_BAD_REQUEST);
    });

    test('X9.9 and X9.19 over any parts; a mode that is none, or named too late, is refused', () => {
      const rig = padRig(padName);
      const inParts = (mode: number): string => {
        rig.ask(pad.PAD_MAC, fill(1 | (mode << 2), BODY.slice(0, 26)));
        rig.ask(pad.PAD_MAC, fill(0, BODY.slice(26, 100)));
        return toHex(rig.ask(pad.PAD_MAC, fill(2, BODY.slice(100))).answer);
      };
      expect(toHex(rig.ask(pad.PAD_MAC, fill(3 | (1 << 2), BODY)).answer)).toBe('544D5EB95DA4C02A');
      expect(inParts(1)).toBe('544D5EB95DA4C02A');
      rig.fake.battery = { ...rig.fake.battery, mak: fromHex(example.pik) };
      expect(inParts(2)).toBe('3E95A0EFBFD92CE2');
      expect(rig.ask(pad.PAD_MAC, fill(3 | (3 << 2), BODY)).fault).toBe(faults.FAULT_BAD_REQUEST);
      rig.ask(pad.PAD_MAC, fill(1 | (1 << 2), BODY.slice(0, 26)));
      expect(rig.ask(pad.PAD_MAC, fill(2 | (2 << 2), BODY.slice(26))).fault).toBe(faults.FAULT_BAD_REQUEST);
    });

    test('what is sealed comes back, from this pad only, and not when a bit is wrong', () => {
      const rig = padRig(padName);
      const clear = '\x00\x80secret\x80\x00';
      const sealed = rig.ask(pad.PAD_SEAL, clear).answer;
      expect(sealed.length).toBe(8 + 16 + 8);
      expect(sealed).not.toBe(rig.ask(pad.PAD_SEAL, clear).answer);
      expect(rig.ask(pad.PAD_UNSEAL, sealed).answer).toBe(clear);
      for (let i = 0; i < sealed.length; i++) {
        const bad = sealed.slice(0, i) + String.fromCharCode(sealed.charCodeAt(i) ^ 0x10) + sealed.slice(i + 1);
        expect(rig.ask(pad.PAD_UNSEAL, bad).fault).toBe(faults.FAULT_PAD_SEAL);
      }
      expect(padRig(padName, 2).ask(pad.PAD_UNSEAL, sealed).fault).toBe(faults.FAULT_PAD_SEAL);
    });

    test('a TMK crosses the loader port only', () => {
      const rig = padRig(padName, 1, false);
      const data = '\x00' + fromHex(example.tmk) + fromHex(example.tmkCheck);
      expect(rig.ask(pad.PAD_LOAD_TMK, data).fault).toBe(faults.FAULT_BAD_REQUEST);
      expect(rig.ask(pad.PAD_KEY_STATUS).answer).toBe('\x00');
      expect(() => loadTmk(rig.fake, { tmk: example.tmk, kcv: '00000000' })).toThrow('status 2');
    });
  });

  describe('what the customer does', () => {
    test('confirm without a PIN is a bypass only where the terminal allows it', () => {
      const rig = padRig(padName);
      const result = rig.begin(pad.PAD_PIN, pinRequest(pad.PIN_MAY_BYPASS));
      rig.world.run(100);
      rig.fake.pressKey(KEY_CONFIRM);
      rig.world.run(100);
      expect(result.fault).toBe(faults.FAULT_PAD_BYPASS);
      const strict = rig.begin(pad.PAD_PIN, pinRequest(0));
      rig.world.run(100);
      rig.fake.pressKey(KEY_CONFIRM);
      type(rig, '123');
      rig.fake.pressKey(KEY_CONFIRM);
      rig.world.run(100);
      expect(strict.fault).toBe(-1);
    });

    test('the screen shows amount and stars, clear takes one back, idle comes after END', () => {
      const rig = padRig(padName);
      const idle = rig.fake.rows();
      rig.begin(pad.PAD_PIN, pinRequest(0, '000000001234'), 70_000);
      rig.world.run(100);
      type(rig, '12345');
      rig.fake.pressKey(KEY_CLEAR);
      expect(rig.fake.rows()).toEqual(['\xbd\xf0\xb6\xee       12.34', '\xc3\xdc\xc2\xeb****        ']);
      rig.fake.pressKey(KEY_CONFIRM);
      rig.world.run(100);
      rig.ask(pad.PAD_END);
      expect(rig.fake.rows()).toEqual(idle);
      expect(idle.map((row) => row.length)).toEqual([16, 16]);
    });

    test('cancel on the pad, its own time-out, and cancel by the terminal', () => {
      const rig = padRig(padName);
      const first = rig.begin(pad.PAD_PIN, pinRequest(0), 70_000);
      rig.world.run(100);
      rig.fake.pressKey(KEY_CANCEL);
      rig.world.run(100);
      expect(first.fault).toBe(faults.FAULT_CANCELLED);
      const second = rig.begin(pad.PAD_PIN, pinRequest(0, '000000000001', 5), 70_000);
      rig.world.run(5200);
      expect(second.fault).toBe(faults.FAULT_TIMEOUT);
      const third = rig.begin(pad.PAD_PIN, pinRequest(0), 70_000);
      rig.world.run(100);
      rig.pad.cancel();
      rig.pad.cancel();
      rig.world.run(100);
      expect(third.fault).toBe(faults.FAULT_CANCELLED);
      expect(rig.fake.isAsking()).toBe(false);
      expect(rig.ask(pad.PAD_KEY_STATUS).fault).toBe(faults.FAULT_NONE);
    });

    test('the time-out of an entry that was cancelled does not end the next one', () => {
      const rig = padRig(padName);
      rig.begin(pad.PAD_PIN, pinRequest(0, '000000000001', 5), 70_000);
      rig.world.run(100);
      rig.fake.pressKey(KEY_CANCEL);
      rig.world.run(100);
      const second = rig.begin(pad.PAD_PIN, pinRequest(0), 70_000);
      rig.world.run(10_000);
      expect([second.fault, rig.fake.isAsking()]).toEqual([-1, true]);
    });

    test('a digit beyond the longest is not taken, nor a key that is no digit', () => {
      const rig = padRig(padName);
      const counts: number[] = [];
      rig.pad.onProgress((count) => counts.push(count));
      rig.begin(pad.PAD_PIN, '\x00\x04\x06\x3c000000000005', 70_000);
      rig.world.run(100);
      type(rig, '1234567');
      for (const key of [0, 47, 58, 70, 255]) rig.fake.pressKey(key);
      rig.world.run(100);
      expect(counts).toEqual([1, 2, 3, 4, 5, 6]);
      expect(rig.fake.rows()).toEqual([
        '\xbd\xf0\xb6\xee        0.05',
        '\xc7\xeb\xca\xe4\xc8\xeb\xc3\xdc\xc2\xeb******',
      ]);
    });

    test('keys that go while a PIN is keyed: the entry ends without a block', () => {
      const rig = padRig(padName);
      const result = rig.begin(pad.PAD_PIN, pinRequest(0), 70_000);
      rig.world.run(100);
      type(rig, '1234');
      loadTmk(rig.fake, { tmk: example.tmk });
      rig.fake.pressKey(KEY_CONFIRM);
      rig.world.run(100);
      expect(result).toEqual({ fault: faults.FAULT_PAD_NO_KEY, answer: '' });
    });

    test('a PIN that was confirmed while the cancel was under way is dropped', () => {
      const rig = padRig(padName);
      const result = rig.begin(pad.PAD_PIN, pinRequest(0), 70_000);
      rig.world.run(100);
      type(rig, '1234');
      rig.pad.cancel();
      rig.fake.pressKey(KEY_CONFIRM);
      rig.world.run(300);
      expect(result).toEqual({ fault: faults.FAULT_CANCELLED, answer: '' });
      expect(rig.ask(pad.PAD_KEY_STATUS).answer).toBe('\x0f');
    });
  });

  describe('a bad line', () => {
    test.each([
      ['two lost answers', 'drop', 2],
      ['two damaged answers', 'garble', 2],
      ['two commands refused', 'nak', 2],
      ['two lost acknowledgements', 'dropAck', 2],
      ['answers that come twice', 'duplicate', 3],
      ['noise', 'noise', 300],
    ])('%s change nothing', (_name, fault, count) => {
      const rig = padRig(padName);
      rig.fake.onFault(fault, count);
      for (let i = 0; i < 5; i++) expect(rig.ask(pad.PAD_MAC, fill(3, BODY))).toEqual({ fault: 0, answer: '0C1035EB' });
    });

    test('a repeated command is not done twice', () => {
      const rig = padRig(padName);
      rig.ask(pad.PAD_MAC, fill(1, BODY.slice(0, 32)));
      rig.fake.onFault('dropAck', 1);
      rig.fake.onFault('drop', 1);
      rig.ask(pad.PAD_MAC, fill(0, BODY.slice(32, 80)));
      expect(rig.ask(pad.PAD_MAC, fill(2, BODY.slice(80))).answer).toBe('0C1035EB');
    });

    test('the greeting of a terminal that started again is no repeat: the keys loaded meanwhile are told', () => {
      const rig = padRig(padName, 1, false);
      expect(rig.ask(pad.PAD_HELLO).answer.charCodeAt(1)).toBe(0);
      loadTmk(rig.fake, { tmk: example.tmk });
      rig.mcu.boot((clock) => {
        rig.pad = createSerialPinPad(rig.wire.host, clock);
      });
      expect(rig.ask(pad.PAD_HELLO).answer.charCodeAt(1)).toBe(pad.PAD_HAS_TMK);
    });

    test('a silent pad, and one that refuses everything, end within a second', () => {
      const rig = padRig(padName);
      const startUs = rig.world.nowUs;
      rig.fake.onFault('silent', 0);
      expect(rig.ask(pad.PAD_KEY_STATUS).fault).toBe(faults.FAULT_NOT_READY);
      rig.fake.onFault('well', 0);
      rig.fake.onFault('nak', 3);
      expect(rig.ask(pad.PAD_KEY_STATUS).fault).toBe(faults.FAULT_PAD_CHECKSUM);
      expect(rig.ask(pad.PAD_KEY_STATUS).fault).toBe(faults.FAULT_NONE);
      expect(rig.world.nowUs - startUs).toBeLessThan(1_000_000);
    });

    test('a pad slower than the time-out ends as a time-out and does not disturb the next command', () => {
      const rig = padRig(padName);
      rig.fake.onFault('slow', 900);
      expect(rig.ask(pad.PAD_KEY_STATUS, '', 500).fault).toBe(faults.FAULT_TIMEOUT);
      rig.fake.onFault('well', 0);
      expect(rig.ask(pad.PAD_MAC, fill(3, BODY)).answer).toBe('0C1035EB');
    });

    test('a pad that restarts in a PIN entry ends it at once', () => {
      const rig = padRig(padName);
      swipe(rig, CARD_34);
      const result = rig.begin(pad.PAD_PIN, pinRequest(pad.PIN_WITH_PAN), 70_000);
      rig.world.run(100);
      rig.fake.onFault('restart', 0);
      rig.world.run(100);
      expect(result.fault).toBe(faults.FAULT_NOT_READY);
      expect(rig.ask(pad.PAD_PIN, pinRequest(pad.PIN_WITH_PAN)).fault).toBe(faults.FAULT_PAD_NO_CARD);
      expect(rig.ask(pad.PAD_KEY_STATUS).answer).toBe('\x0f');
    });

    test('a second command is answered busy, an over-long one refused, neither from inside start', () => {
      const rig = padRig(padName);
      const first = rig.begin(pad.PAD_KEY_STATUS);
      const second = rig.begin(pad.PAD_KEY_STATUS);
      rig.world.run(1000);
      expect([first.fault, second.fault]).toEqual([faults.FAULT_NONE, faults.FAULT_BUSY]);
      expect(rig.ask(pad.PAD_SHOW, 'x'.repeat(513)).fault).toBe(faults.FAULT_BAD_REQUEST);
    });

    test('an opened pad has no keys left', () => {
      const rig = padRig(padName);
      swipe(rig, CARD_34);
      const result = rig.begin(pad.PAD_PIN, pinRequest(0), 70_000);
      rig.world.run(100);
      rig.fake.onFault('tamper', 0);
      rig.world.run(100);
      expect(result.fault).toBe(faults.FAULT_PAD_TAMPERED);
      expect(rig.ask(pad.PAD_MAC, fill(3, BODY)).fault).toBe(faults.FAULT_PAD_TAMPERED);
      expect(rig.ask(pad.PAD_KEY_STATUS).answer).toBe('\x00');
      const { tmk, pik, mak, tdk, storageKey } = rig.fake.battery;
      expect(tmk + pik + mak + tdk + storageKey).toBe('');
    });
  });
});
