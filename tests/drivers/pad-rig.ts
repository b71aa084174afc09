/** A terminal's processor, the pad's driver, the wire and a pad, the fake or the pad's own program, in one World, for tests. */
import { createSerialPinPad } from '../../drivers/serial-pinpad';
import { loadTmk } from '../../emulator/devices/key-loader';
import type { PinPadDevice } from '../../emulator/devices/pad-device';
import { createPad } from '../../emulator/pads';
import type { PadName } from '../../emulator/parts';
import { Mcu } from '../../emulator/world/mcu';
import type { Direction } from '../../emulator/world/timeline';
import { UartWire } from '../../emulator/world/uart-wire';
import { World } from '../../emulator/world/world';
import type { Clock, Uart } from '../../hal/bus';
import { type Bytes, fromHex } from '../../hal/bytes';
import type { PinPad } from '../../hal/devices';
import { PAD_ALGORITHM_SM4, PAD_CARD, PAD_LOAD_KEYS } from '../../hal/pad-commands';

/** Worked example with invented keys: TMK, F62 of a 004 sign-in answer, and what is in it. */
export const example = {
  tmk: '0123456789ABCDEFFEDCBA9876543210',
  tmkCheck: '08D7B4FB',
  pik: '3B4C5D6E7F8091A2B3C4D5E6F7081929',
  mak: 'A1B3C2D5E5F70719',
  tdk: '102032435464768698A8BACBDCECFE0E',
  f62: fromHex(
    '1DFFF58102CF8970EA60B47602B3021799C10EF6' +
      '541B3C01A778416600000000000000005FFE0009' +
      '6C177002C4D337B081BF9EE84ADFF448887EA4EE',
  ),
};

/** The same with SM4: F62 of a 006 sign-in answer. The numbers are OpenSSL's. */
export const sm4Example = {
  tmk: '0123456789ABCDEFFEDCBA9876543210',
  tmkCheck: '2677F46B',
  pik: '3B4C5D6E7F8091A2B3C4D5E6F7081929',
  mak: 'A1B3C2D5E5F70719F5E4D3C2B1A09088',
  tdk: '102032435464768698A8BACBDCECFE0E',
  f62: fromHex(
    'A6EAC6367178F83E342FC85A1DB0BCD9354BDCC9' +
      'A3B1130FD74FCB56244ABD07CF6ECA254F5312C1' +
      '31784109A6DFBA71EC510DC6AF5D91812EECBE0A',
  ),
};

export interface PadRig {
  world: World;
  mcu: Mcu;
  wire: UartWire;
  fake: PinPadDevice;
  pad: PinPad;
  uart: Uart;
  clock: Clock;
  /** Everything that crossed the terminal's wire. */
  crossed: { direction: Direction; bytes: Bytes }[];
  /** Starts one command and runs the World until it is done. */
  ask(command: number, data?: Bytes, timeoutMs?: number): { fault: number; answer: Bytes };
  /** Starts one command; the result is filled in when it is done. */
  begin(command: number, data?: Bytes, timeoutMs?: number): { fault: number; answer: Bytes };
}

export function padRig(name: PadName, seed = 1, withKeys = true): PadRig {
  const world = new World(seed);
  const mcu = new Mcu(world);
  const wire = new UartWire(world, mcu, 'pinpad', 19_200);
  const fake = createPad(world, name, { serial: 'PAD00001' });
  wire.connect(fake);
  fake.connectMain(wire);
  const crossed: PadRig['crossed'] = [];
  world.timeline.listen((entry) => {
    if (entry.wire === 'pinpad' && entry.bytes !== '') crossed.push({ direction: entry.direction, bytes: entry.bytes });
  });
  let pad: PinPad | undefined;
  let life: Clock | undefined;
  mcu.boot((clock) => {
    life = clock;
    pad = createSerialPinPad(wire.host, clock);
  });
  const rig: PadRig = {
    world,
    mcu,
    wire,
    fake,
    pad: pad as PinPad,
    uart: wire.host,
    clock: life as Clock,
    crossed,
    begin: (command, data = '', timeoutMs = 5000) => {
      const result = { fault: -1, answer: '' };
      rig.pad.start(command, data, timeoutMs, (fault, answer) => {
        if (result.fault !== -1) throw new Error('done was called twice');
        result.fault = fault;
        result.answer = answer;
      });
      if (result.fault !== -1) throw new Error('done was called from inside start');
      return result;
    },
    ask: (command, data, timeoutMs) => {
      const result = rig.begin(command, data, timeoutMs);
      world.runUntilReached(() => result.fault !== -1, 600_000);
      return result;
    },
  };
  if (withKeys) {
    loadTmk(fake, { tmk: example.tmk, kcv: example.tmkCheck });
    rig.ask(PAD_LOAD_KEYS, example.f62);
  }
  return rig;
}

/** A pad with the keys of `sm4Example`. */
export function sm4Rig(name: PadName, seed = 1): PadRig {
  const rig = padRig(name, seed, false);
  loadTmk(rig.fake, { tmk: sm4Example.tmk, kcv: sm4Example.tmkCheck, algorithm: PAD_ALGORITHM_SM4 });
  rig.ask(PAD_LOAD_KEYS, sm4Example.f62);
  return rig;
}

/** Data of a CARD command, and the command itself. */
export function swipe(rig: PadRig, track2: string, track3 = ''): { fault: number; answer: Bytes } {
  return rig.ask(PAD_CARD, String.fromCharCode(track2.length) + track2 + String.fromCharCode(track3.length) + track3);
}

/** Data of a PIN command. */
export function pinRequest(flags: number, amount = '000000001234', seconds = 60): Bytes {
  return String.fromCharCode(flags, 4, 12, seconds) + amount;
}

export function type(rig: PadRig, digits: string): void {
  for (const digit of digits) rig.fake.pressKey(digit.charCodeAt(0));
}
