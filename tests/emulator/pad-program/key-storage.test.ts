/**
 * The pad's own program and what it keeps: keys in two slots, of which a power cut may tear one at any byte, storage that
 * fails, a case that was opened. Old keys or new ones, never a part of each, and the storage key always.
 */
import fc from 'fast-check';
import { FirmwarePinPad } from '../../../emulator/devices/firmware-pinpad';
import { loadTmk } from '../../../emulator/devices/key-loader';
import { cards, startTerminal } from '../../../emulator/terminal';
import { decodeKeys, encodeKeys, recordVersion } from '../../../firmware/pinpad/key-record';
import { openKeyStore } from '../../../firmware/pinpad/key-store';
import { crc32, fromHex, toHex, u32, type Bytes } from '../../../hal/bytes';
import * as faults from '../../../hal/fault';
import * as pad from '../../../hal/pad-commands';
import { example, padRig, sm4Example, sm4Rig, type PadRig } from '../../drivers/pad-rig';

const OTHER_TMK = 'FEDCBA98765432100123456789ABCDEF';
const MAC = '\x03message1';

function flashOf(rig: PadRig): FirmwarePinPad['flash'] {
  if (!(rig.fake instanceof FirmwarePinPad)) throw new Error('not the pad that has a flash');
  return rig.fake.flash;
}

/** Loads a TMK; the pad may have died over it. */
function tryToLoad(rig: PadRig, tmk: string): void {
  try {
    loadTmk(rig.fake, { tmk });
  } catch {
    // It does not answer any more.
  }
}

/** After a cut in a write: the pad is back, greeted, and what it sealed before it still opens. */
function comesBack(rig: PadRig, sealed: Bytes): Bytes {
  rig.world.run(500);
  expect(rig.ask(pad.PAD_HELLO).fault).toBe(0);
  expect(rig.ask(pad.PAD_UNSEAL, sealed)).toEqual({ fault: 0, answer: 'kept' });
  return rig.ask(pad.PAD_KEY_STATUS, '\x01').answer;
}

const statusOf = (bits: number, index: number, check: string): Bytes =>
  String.fromCharCode(bits, index) + fromHex(check);

describe('power goes while a key is stored', () => {
  // A record of four keys and the storage key is 4 + 4 + 2 + 5 + 16 + 16 + 8 + 16 + 32 + 4 bytes long.
  const places = Array.from({ length: 108 }, (_, i) => i);

  test('working keys: the old ones or the new ones at every byte, and the next sign-in works', () => {
    const seen = new Set<string>();
    for (const at of places) {
      const rig = padRig('firmware', 1, false);
      loadTmk(rig.fake, { tmk: example.tmk });
      rig.ask(pad.PAD_LOAD_KEYS, example.f62.slice(0, 40));
      const sealed = rig.ask(pad.PAD_SEAL, 'kept').answer;
      rig.world.fault('padFlash', 'tear', at);
      rig.ask(pad.PAD_LOAD_KEYS, example.f62, 1000);
      const status = comesBack(rig, sealed);
      expect([statusOf(7, 0, '08D7B4FB'), statusOf(15, 0, '08D7B4FB')]).toContain(status);
      seen.add(status);
      expect(rig.ask(pad.PAD_MAC, MAC).fault).toBe(0);
      expect(rig.ask(pad.PAD_LOAD_KEYS, example.f62).answer).toBe('\x0f');
    }
    expect(seen.size).toBe(2);
  });

  test('a master key: the old one with its working keys, or the new one without, at every byte of both copies', () => {
    const seen = new Set<string>();
    for (const copy of [0, 1]) {
      for (const at of places) {
        const rig = padRig('firmware');
        const sealed = rig.ask(pad.PAD_SEAL, 'kept').answer;
        const flash = flashOf(rig);
        const { write } = flash;
        let writes = 0;
        flash.write = (slot, bytes) => {
          if (writes++ === copy) rig.world.fault('padFlash', 'tear', at);
          return write.call(flash, slot, bytes);
        };
        tryToLoad(rig, OTHER_TMK);
        flash.write = write;
        const status = comesBack(rig, sealed);
        const isNew = status.charCodeAt(0) === 1;
        if (copy === 1) expect(isNew).toBe(true);
        if (!isNew) expect(status).toBe(statusOf(15, 0, '08D7B4FB'));
        seen.add(status);
        loadTmk(rig.fake, { tmk: example.tmk });
        expect(rig.ask(pad.PAD_LOAD_KEYS, example.f62).answer).toBe('\x0f');
      }
    }
    expect(seen.size).toBe(2);
  });

  test('a master key of the other algorithm: old key with old algorithm, or new with new, at every byte of both copies', () => {
    const sm4Status = statusOf(17, 0, sm4Example.tmkCheck);
    for (const copy of [0, 1]) {
      for (const at of places) {
        const rig = padRig('firmware');
        const flash = flashOf(rig);
        const { write } = flash;
        let writes = 0;
        flash.write = (slot, bytes) => {
          if (writes++ === copy) rig.world.fault('padFlash', 'tear', at);
          return write.call(flash, slot, bytes);
        };
        try {
          // The same sixteen bytes: only the algorithm tells the two keys apart.
          loadTmk(rig.fake, { tmk: example.tmk, algorithm: pad.PAD_ALGORITHM_SM4 });
        } catch {
          // It does not answer any more.
        }
        flash.write = write;
        rig.world.run(500);
        expect(rig.ask(pad.PAD_HELLO).fault).toBe(0);
        const status = rig.ask(pad.PAD_KEY_STATUS, '\x01').answer;
        expect(copy === 1 ? [sm4Status] : [statusOf(15, 0, '08D7B4FB'), sm4Status]).toContain(status);
        const { f62 } = status === sm4Status ? sm4Example : example;
        expect(rig.ask(pad.PAD_LOAD_KEYS, f62).fault).toBe(0);
      }
    }
  });

  test('the very first start: it begins anew, without keys, and takes them', () => {
    for (const at of places.slice(0, 60)) {
      const rig = padRig('firmware', 1, false);
      const flash = flashOf(rig);
      rig.fake.onPower(false);
      flash.state.slots = ['', ''];
      rig.world.fault('padFlash', 'tear', at);
      rig.fake.onPower(true);
      rig.world.run(200);
      loadTmk(rig.fake, { tmk: example.tmk });
      expect(rig.ask(pad.PAD_LOAD_KEYS, example.f62).answer).toBe('\x0f');
      const sealed = rig.ask(pad.PAD_SEAL, 'kept').answer;
      expect(rig.ask(pad.PAD_UNSEAL, sealed).answer).toBe('kept');
    }
  });

  test('a sign-in of a whole terminal: the clerk signs in again and sells', () => {
    for (const at of [0, 5, 40, 90]) {
      const terminal = startTerminal({ parts: { pad: 'firmware' }, record: false })
        .powerOn()
        .signIn();
      terminal.fault('padFlash', 'tear', at);
      terminal.wake().press('3', '1').wait(30_000).powerOff().wait(1000).powerOn().signIn();
      terminal.sell('1.00', cards.credit);
      expect(terminal.paper.slips()).toHaveLength(2);
      terminal.close();
    }
  });
});

describe('a record of before there were keys for SM4', () => {
  // As written by that program, with the keys of the worked example and a storage key of zeros.
  const former = fromHex(
    '43504B31' +
      '00000005' +
      '00' +
      '07' +
      `10${example.tmk}` +
      `10${example.pik}` +
      `08${example.mak}` +
      `10${example.tdk}` +
      `20${'00'.repeat(32)}`,
  );

  test('its keys are for 3DES, and the record written next still has its form', () => {
    const rig = padRig('firmware', 1, false);
    const record = former + u32(crc32(former));
    expect(toHex(record).slice(-8)).toBe('6F7B7CFD');
    flashOf(rig).state.slots = [record, ''];
    rig.fake.onFault('restart', 1);
    rig.world.run(100);
    expect(rig.ask(pad.PAD_KEY_STATUS, '\x01').answer).toBe(statusOf(15, 7, '08D7B4FB'));
    expect(rig.ask(pad.PAD_MAC, MAC).fault).toBe(0);
    rig.ask(pad.PAD_LOAD_KEYS, example.f62);
    expect(flashOf(rig).state.slots[1].slice(8, -4)).toBe(former.slice(8));
  });

  test('the flag stands in its own bit, beside that of an opened case', () => {
    const { battery } = sm4Rig('firmware').fake;
    expect(encodeKeys(battery, 1).charCodeAt(8)).toBe(2);
    expect(encodeKeys({ ...battery, tampered: true }, 1).charCodeAt(8)).toBe(3);
    expect(encodeKeys({ ...battery, algorithm: pad.PAD_ALGORITHM_DES }, 1).charCodeAt(8)).toBe(0);
  });
});

describe('the two slots', () => {
  const key = (length: number): fc.Arbitrary<Bytes> =>
    fc.uint8Array({ minLength: length, maxLength: length }).map((list) => String.fromCharCode(...list));
  const anyKeys = fc.record({
    tampered: fc.boolean(),
    tmkIndex: fc.integer({ min: 0, max: 255 }),
    algorithm: fc.constantFrom(pad.PAD_ALGORITHM_DES, pad.PAD_ALGORITHM_SM4),
    tmk: fc.oneof(fc.constant(''), key(16)),
    pik: fc.oneof(fc.constant(''), key(8), key(16)),
    mak: fc.oneof(fc.constant(''), key(8), key(16)),
    tdk: fc.oneof(fc.constant(''), key(16)),
    storageKey: fc.oneof(fc.constant(''), key(32)),
  });

  test('a record comes back as it was; with any bit wrong, or cut anywhere, it is none', () => {
    fc.assert(
      fc.property(anyKeys, fc.nat(0xffffff), fc.nat(), (keys, version, at) => {
        const record = encodeKeys(keys, version);
        expect([recordVersion(record), decodeKeys(record)]).toEqual([version, keys]);
        const byteAt = at % record.length;
        const wrong =
          record.slice(0, byteAt) +
          String.fromCharCode(record.charCodeAt(byteAt) ^ (1 << (at % 8))) +
          record.slice(byteAt + 1);
        expect([recordVersion(wrong), recordVersion(record.slice(0, byteAt))]).toEqual([-1, -1]);
      }),
    );
  });

  test('whatever a torn slot holds, the other one counts', () => {
    fc.assert(
      fc.property(anyKeys, anyKeys, fc.nat(), fc.constantFrom('', '\xff', 'old'), (before, after, at, behind) => {
        const slots = ['', ''];
        let tearAt = -1;
        const store = {
          read: (slot: number): Bytes => slots[slot],
          write: (slot: number, bytes: Bytes): number => {
            if (tearAt < 0) slots[slot] = bytes;
            else {
              const end = tearAt % bytes.length;
              const rest = behind === 'old' ? slots[slot].slice(end) : behind.repeat(bytes.length - end);
              slots[slot] = bytes.slice(0, end) + rest;
            }
            return 0;
          },
        };
        const random = { bytes: (length: number): Bytes => 'r'.repeat(length) };
        const keyStore = openKeyStore(store, random);
        expect(keyStore.write(before)).toBe(0);
        expect(keyStore.read()).toEqual(before);
        tearAt = at;
        keyStore.write(after);
        const found = openKeyStore({ ...store, write: () => faults.FAULT_FLASH }, random).read();
        // A cut behind the last byte that changes anything leaves the new ones.
        expect([before, after]).toContainEqual(found);
        tearAt = -1;
        expect([keyStore.write(after), keyStore.read()]).toEqual([0, after]);
      }),
      { numRuns: 500 },
    );
  });

  test('a new master key and an opened case leave nothing of the keys before in either slot', () => {
    const rig = padRig('firmware');
    const both = (): string => toHex(flashOf(rig).state.slots.join(''));
    const secrets = [example.tmk, example.pik, example.mak, example.tdk];
    expect(secrets.every((secret) => both().includes(secret))).toBe(true);
    loadTmk(rig.fake, { tmk: OTHER_TMK });
    expect(secrets.filter((secret) => both().includes(secret))).toEqual([]);
    const { storageKey } = rig.fake.battery;
    rig.fake.onFault('tamper', 1);
    expect([OTHER_TMK, toHex(storageKey)].filter((secret) => both().includes(secret))).toEqual([]);
  });

  test('nor do keys for SM4 stay, nor those for 3DES beside them', () => {
    const rig = padRig('firmware');
    const both = (): string => toHex(flashOf(rig).state.slots.join(''));
    loadTmk(rig.fake, { tmk: OTHER_TMK, algorithm: pad.PAD_ALGORITHM_SM4 });
    expect([example.tmk, example.pik, example.mak, example.tdk].filter((secret) => both().includes(secret))).toEqual(
      [],
    );
    expect(both()).toContain(OTHER_TMK);
    const { storageKey } = rig.fake.battery;
    rig.fake.onFault('tamper', 1);
    expect([OTHER_TMK, toHex(storageKey)].filter((secret) => both().includes(secret))).toEqual([]);
  });
});

describe('storage that fails', () => {
  test('a key that cannot be kept is said, and the ones before stay', () => {
    const rig = padRig('firmware');
    rig.world.fault('padFlash', 'fail', 9);
    expect(() => loadTmk(rig.fake, { tmk: OTHER_TMK })).toThrow('status 11');
    expect(rig.ask(pad.PAD_LOAD_KEYS, example.f62).fault).toBe(faults.FAULT_NOT_READY);
    expect(rig.ask(pad.PAD_KEY_STATUS, '\x01').answer).toBe(statusOf(15, 0, '08D7B4FB'));
    rig.world.fault('padFlash', 'well');
    loadTmk(rig.fake, { tmk: OTHER_TMK });
    expect(rig.ask(pad.PAD_KEY_STATUS).answer).toBe('\x01');
  });

  test('a new pad whose storage is dead seals nothing under no key', () => {
    const rig = padRig('firmware', 1, false);
    rig.fake.onPower(false);
    flashOf(rig).state.slots = ['', ''];
    rig.world.fault('padFlash', 'fail', 99);
    rig.fake.onPower(true);
    rig.world.run(100);
    expect(rig.ask(pad.PAD_SEAL, 'secret').fault).toBe(faults.FAULT_NOT_READY);
    expect(rig.ask(pad.PAD_UNSEAL, 's'.repeat(24)).fault).toBe(faults.FAULT_NOT_READY);
    expect(() => loadTmk(rig.fake, { tmk: example.tmk })).toThrow('status 11');
  });
});

describe('a case that was opened', () => {
  test('while the pad was dark: its keys go when it starts, and they stay gone in a closed case', () => {
    const rig = padRig('firmware');
    rig.fake.onPower(false);
    rig.fake.onFault('tamper', 1);
    rig.fake.onPower(true);
    rig.world.run(100);
    const { tmk, pik, mak, tdk, storageKey, tampered } = rig.fake.battery;
    expect([tmk + pik + mak + tdk + storageKey, tampered]).toEqual(['', true]);
    (rig.fake as FirmwarePinPad).state.opened = false;
    rig.fake.onFault('restart', 0);
    expect(rig.ask(pad.PAD_MAC, MAC).fault).toBe(faults.FAULT_PAD_TAMPERED);
    expect(() => loadTmk(rig.fake, { tmk: example.tmk })).toThrow('status 9');
    rig.fake.onFault('repair', 0);
    rig.world.run(100);
    loadTmk(rig.fake, { tmk: example.tmk });
    expect(rig.ask(pad.PAD_LOAD_KEYS, example.f62).answer).toBe('\x0f');
  });

  test('power goes while the keys are wiped: at the next start they are wiped for good', () => {
    for (const at of [0, 3, 30, 46]) {
      const rig = padRig('firmware');
      rig.world.fault('padFlash', 'tear', at);
      rig.fake.onFault('tamper', 1);
      rig.world.run(500);
      const left = toHex(flashOf(rig).state.slots.join(''));
      expect([example.tmk, example.pik, example.mak].filter((secret) => left.includes(secret))).toEqual([]);
      expect(rig.ask(pad.PAD_KEY_STATUS).answer).toBe('\x00');
    }
  });
});
