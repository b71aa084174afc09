/** A fake PIN pad without its terminal, at wall speed: two serial ports, two rows of text, ten keys and three more. */
import iconv from 'iconv-lite';
import type { Bytes } from '../../hal/bytes';
import { PAD_HAS_TMK } from '../../hal/pad-commands';
import { keyStatus, type PadBattery } from '../../emulator/devices/pad-keys';
import { keyNamed } from '../../emulator/key-names';
import { createPad } from '../../emulator/pads';
import type { PadName } from '../../emulator/parts';
import { deviceFaults, valueUnsaid } from '../../emulator/scenario/faults';
import { WallClock } from '../../emulator/serial/wall-clock';
import { loadTmk } from '../../emulator/devices/key-loader';
import { World } from '../../emulator/world/world';

export interface PinPadWorldOptions {
  readonly type: PadName;
  /** What it kept from the last time; null: a pad that holds no key. */
  readonly battery: PadBattery | null;
  /** Loaded through its loader port where it holds no key; '' leaves it without. */
  readonly tmk: string;
  /** `PAD_ALGORITHM_…` that its TMK shall be for: a kept one for another is loaded anew. Absent: as it is kept, or DES. */
  readonly algorithm?: number;
  readonly onSend: (bytes: Bytes) => void;
  /** Bytes from its loader port. */
  readonly onLoaderSend: (bytes: Bytes) => void;
  /** Its two rows changed. */
  readonly onRows: (rows: readonly string[]) => void;
  /** What it keeps without supply changed, perhaps. */
  readonly save: (battery: PadBattery) => void;
}

export interface PinPadWorld {
  readonly failed: Promise<never>;
  /** Bytes for the terminal's port. */
  feed(bytes: Bytes): void;
  /** Bytes for the loader port. */
  feedLoader(bytes: Bytes): void;
  /** A PIN (its digits, then confirm), the name of a key, or a fault; gives a line that says what became of it. */
  typed(line: string): string;
  close(): void;
}

const SAVE_EVERY_TICKS = 20;
const KEYS: readonly string[] = ['confirm', 'clear', 'cancel'];

export function createPinPadWorld(options: PinPadWorldOptions): PinPadWorld {
  const world = new World(1);
  const pad = createPad(world, options.type);
  if (options.battery) pad.battery = options.battery;
  const { battery } = pad;
  const { tmk, algorithm = battery.algorithm } = options;
  const holds = keyStatus(battery) & PAD_HAS_TMK && battery.algorithm === algorithm;
  if (tmk !== '' && !battery.tampered && !holds) loadTmk(pad, { tmk, algorithm });
  const main = { send: options.onSend };
  const loader = { send: options.onLoaderSend };
  pad.connectMain(main);
  pad.connectLoader(loader);
  const clock = new WallClock(world);
  let shown = '';
  let ticks = 0;
  clock.onTick = () => {
    const rows = pad.rows().map((row) => iconv.decode(Buffer.from(row, 'latin1'), 'gbk').trimEnd());
    if (rows.join('\n') !== shown) {
      shown = rows.join('\n');
      options.onRows(rows);
    }
    if (ticks++ % SAVE_EVERY_TICKS === 0) options.save(pad.battery);
  };

  function press(keys: readonly string[]): string {
    if (!pad.isAsking()) return 'nobody asks for a PIN: the key does nothing';
    for (const key of keys) pad.pressKey(keyNamed(key));
    return '';
  }

  function fault([name = '', value = String(valueUnsaid(name)), ...more]: readonly string[]): string {
    const known = deviceFaults['pinpad'];
    if (more.length > 0 || !known.includes(name) || !/^\d{1,6}$/.test(value))
      return `type a PIN, confirm, clear or cancel, or a fault: ${known.join(', ')}`;
    world.fault('pinpad', name, parseInt(value, 10));
    return `${name} ${value}`;
  }

  return {
    failed: clock.failed,
    feed: (bytes) => {
      clock.catchUp();
      pad.onUart(bytes, main);
    },
    feedLoader: (bytes) => {
      clock.catchUp();
      pad.onUart(bytes, loader);
    },
    typed: (line) => {
      clock.catchUp();
      const words = line.trim().split(/\s+/);
      if (words.length === 1 && /^\d{1,12}$/.test(words[0])) return press([...words[0], 'confirm']);
      return words.length === 1 && KEYS.includes(words[0]) ? press(words) : fault(words);
    },
    close: () => {
      clock.stop();
      options.save(pad.battery);
    },
  };
}
