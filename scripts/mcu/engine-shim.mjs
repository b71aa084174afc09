// The engine's API as far as the board files use it, over a bus of the World: what lets a board's image run in Node. Pins are
// objects, as in the engine; what a wire does between two calls is not imitated.
import { boardWires, shiftOutputs } from './board-wires.mjs';
import { crcOf } from './image.mjs';

const pinCount = 49;

class SerialShim {
  constructor(uart) {
    this.uart = uart;
  }
  setup() {}
  write(bytes) {
    this.uart.write(bytes);
  }
  read() {
    return undefined;
  }
  on(_event, listener) {
    this.uart.onData(listener);
  }
  removeAllListeners() {
    this.uart.onData(null);
  }
}

/** What is written waits until something is read or the chip is deselected: on the World's bus that is one transfer. */
class SpiShim {
  constructor(transfer, selected) {
    this.transfer = transfer;
    this.selected = selected;
    this.out = '';
  }
  setup() {}
  write(bytes, select) {
    select?.write(0);
    this.out += typeof bytes === 'number' ? String.fromCharCode(bytes) : bytes;
    if (!this.selected) this.flush(0);
    select?.write(1);
  }
  send(bytes) {
    return this.flush(bytes.length);
  }
  flush(length) {
    const { out } = this;
    this.out = '';
    return out === '' && length === 0 ? '' : this.transfer(out, length);
  }
}

/** The engine's: `from` cut into `width` bits, the highest first, each replaced by its element of `map`. */
function mapInPlace(from, to, map, width = 8) {
  let held = 0;
  let count = 0;
  let out = 0;
  for (const value of from) {
    held = ((held << 8) | value) & 0xffff;
    for (count += 8; count >= width && out < to.length;) {
      count -= width;
      const part = (held >> count) & ((1 << width) - 1);
      to[out++] = map ? map[part] : part;
    }
  }
}

/**
 * Globals of the engine for `board` over `bus`. `storage`: Map of name → bytes. Gives { globals, watches }: `watches` the
 * callbacks that the engine holds beside those of the bus.
 */
export function createEngineShim(board, bus, storage) {
  const wires = boardWires[board];
  const watches = [];
  const levels = new Map();
  let shifted = 0;
  let lcdSelected = false;
  const pins = Object.fromEntries(
    Array.from({ length: pinCount }, (_, number) => {
      const name = `D${number}`;
      return [name, { name, read: () => inputOf(name), write: (level) => writePin(name, level) }];
    }),
  );
  const inputs = new Map(
    Object.entries(wires.inputs).flatMap(([port, names]) =>
      names.map((name, index) => [name, { port, bit: names.length - 1 - index }]),
    ),
  );

  function inputOf(name) {
    const input = inputs.get(name);
    return input ? ((bus[input.port].read() >> input.bit) & 1) === 1 : levels.get(name) === 1;
  }
  function writePin(name, level) {
    const rises = level === 1 && levels.get(name) !== 1;
    levels.set(name, level);
    if (name === wires.lcdSelect) lcdSelected = level === 1;
    else if (name === wires.flashSelect && rises) globals.SPI1.flush(0);
    else if (name === wires.latch && rises) {
      for (const [port, first, bits] of shiftOutputs) bus[port].write((shifted >> first) & ((1 << bits) - 1));
    }
  }
  function slow(bytes) {
    if (lcdSelected) return bus.lcdSpi.transfer(bytes, 0);
    shifted = bytes.charCodeAt(bytes.length - 1);
    return '';
  }
  const spi = (port) =>
    port === 'slow' ? new SpiShim(slow, false) : new SpiShim((out, length) => bus[port].transfer(out, length), true);

  const calendar = class {
    constructor(text) {
      this.digits = text === undefined ? bus.rtc.read() : text.replace(/\D/g, '');
    }
    getTime() {
      const [, y, mo, d, h, mi, s] = /^(....)(..)(..)(..)(..)(..)/.exec(this.digits) ?? [];
      return Date.UTC(y, mo - 1, d, h, mi, s);
    }
    toISOString() {
      return new Date(this.getTime()).toISOString();
    }
  };
  let clockOffsetS = new calendar().getTime() / 1000 - bus.clock.nowMs() / 1000;
  const globals = {
    ...pins,
    Date: calendar,
    E: {
      CRC32: (bytes) => crcOf(Buffer.from(bytes, 'latin1')) >>> 0,
      toUint8Array: (bytes) => new Uint8Array(Buffer.from(bytes, 'latin1')),
      mapInPlace,
      convolve: (a, b, offset) => a.reduce((sum, one, at) => sum + one * b[(at + offset) % b.length], 0),
      toString: (bytes) => Buffer.from(bytes).toString('latin1'),
      // Of a string in the code: its bytes are where they are.
      toArrayBuffer: (bytes) => Object.assign(new Uint8Array(Buffer.from(bytes, 'latin1')).buffer, { inFlash: true }),
      hwRand: () => bus.random.bytes(4).charCodeAt(0) << 8,
      getErrorFlags: () => [],
      on: (_event, listener) => watches.push(listener),
      reboot: () => undefined,
      setConsole: () => undefined,
      enableWatchdog: () => undefined,
      kickWatchdog: () => undefined,
    },
    print: () => undefined,
    process: { on: (_event, listener) => watches.push(listener) },
    analogRead: () => bus.batteryAdc.read() / 4095,
    clearTimeout: (handle) => bus.clock.cancelAlarm(handle),
    digitalRead: (names) => names.reduce((value, pin) => (value << 1) | (inputOf(pin.name) ? 1 : 0), 0),
    getTime: () => clockOffsetS + bus.clock.nowMs() / 1000,
    pinMode: () => undefined,
    setTime(seconds) {
      clockOffsetS = seconds - bus.clock.nowMs() / 1000;
      bus.rtc.write(new Date(seconds * 1000).toISOString().slice(0, 19).replace(/\D/g, ''));
    },
    // Looks for errors of the engine, of which there are none here.
    setInterval: (callback) => watches.push(callback),
    setTimeout: (callback, delayMs, ...values) =>
      bus.clock.alarm(
        delayMs,
        values.length > 0 ? Object.assign(() => callback(...values), { bound: [callback, ...values] }) : callback,
      ),
    setWatch(callback, pin) {
      const { port, bit } = inputs.get(pin.name);
      // One listener a port, which counts as the watch of its last pin: all pins of a group call the same function.
      if (bit === 0) bus[port].onChange(callback);
      else watches.push(callback);
    },
    Serial: class extends SerialShim {
      constructor() {
        super(bus[wires.serial.software]);
      }
    },
    SPI: class extends SpiShim {
      constructor() {
        super((out, length) => bus[wires.spi.software].transfer(out, length), false);
      }
    },
  };
  for (const [name, port] of Object.entries(wires.serial)) globals[name] ??= new SerialShim(bus[port]);
  for (const [name, port] of Object.entries(wires.spi)) globals[name] ??= spi(port);
  const Storage = { read: (name) => storage.get(name) };
  return { globals, Storage, watches };
}
