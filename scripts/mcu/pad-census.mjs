// The PIN pad's image under the census: what it would hold of the engine's variables while a terminal in the World signs in and
// sells with it.
import { crcOf } from './image.mjs';
import { loadSource } from './load-sources.mjs';
import { sellBySm4 } from './pad-sm4-sale.mjs';
import { bootImage, storageOf } from './run-terminal.mjs';

const source = (id) => loadSource(`emulator/board/${id}`);
const latin1 = (bytes) => Buffer.from(bytes, 'latin1');

/** A native call that can be told what was bound to it. */
function native(call) {
  const made = (...values) => call(...values);
  made.bind = (_self, ...bound) => Object.assign((...values) => call(...bound, ...values), { bound: [call, ...bound] });
  return made;
}

/** Machine code and what it works on: a copy of the code stays in the engine's memory. */
function machineCode() {
  const { callWithBytes } = source('machine-code');
  let lent = null;
  return {
    toString: (bytes) => String.fromCharCode(...bytes),
    getAddressOf: (bytes) => ((lent = bytes), 1),
    nativeCall: (_entry, _signature, code) =>
      Object.assign(() => callWithBytes(code, lent).value, { bound: [Uint8Array.from(latin1(code))] }),
  };
}

/** The engine's API as far as the pad's board file uses it; as createEngineShim of engine-shim.mjs. */
function createPadShim(board, bus, storage) {
  const { padLoom, padWirings } = source('pad-wiring');
  const wiring = padWirings.find(({ name }) => name === board);
  const loom = padLoom(wiring, bus);
  const { array, lookUp, sum, dot } = loadSource('firmware/pinpad/lookups').lookups();
  const watches = [];
  const levelOf = (pin) => (loom.readPin(pin.name) ? 1 : 0);
  const pins = Array.from({ length: wiring.lastPin + 1 }, (_, number) => {
    const name = `D${number}`;
    return [name, { name, read: () => levelOf({ name }) === 1, write: (level) => loom.writePin(name, level) }];
  });
  const serial = () => {
    let wire = '';
    return {
      setup: (_baud, { tx, rx }) => (wire = loom.serialAt(tx.name, rx.name)),
      write: (bytes) => loom.writeSerial(wire, bytes),
      read: () => undefined,
      on: (_event, listener) => loom.listenSerial(wire, listener),
      removeAllListeners: () => loom.listenSerial(wire, null),
    };
  };
  let clock = '';
  const globals = {
    ...Object.fromEntries(pins),
    Serial1: serial(),
    Serial2: serial(),
    SPI2: { setup: ({ sck }) => (clock = sck.name), write: (bytes) => loom.spi(clock, bytes, false) },
    E: {
      CRC32: (bytes) => crcOf(latin1(bytes)) >>> 0,
      hwRand: () => bus.random.bytes(4).charCodeAt(0) << 8,
      toUint8Array: array,
      ...machineCode(),
      mapInPlace: native(lookUp),
      sum: native(sum),
      convolve: native(dot),
      toArrayBuffer: native((bytes) => Object.assign(array(bytes).buffer, { inFlash: true })),
      getErrorFlags: () => [],
      on: (_event, listener) => watches.push(listener),
      reboot: () => undefined,
      setConsole: () => undefined,
      enableWatchdog: () => undefined,
      kickWatchdog: () => undefined,
    },
    print: () => undefined,
    process: { env: { BOARD: wiring.engine }, on: (_event, listener) => watches.push(listener) },
    getSerial: () => 'census',
    clearTimeout: (handle) => bus.clock.cancelAlarm(handle),
    digitalRead: (list) => list.reduce((value, pin) => value * 2 + levelOf(pin), 0),
    digitalWrite: (list, levels) => list.forEach((pin, at) => pin.write((levels >> (list.length - 1 - at)) & 1)),
    getTime: () => bus.clock.nowMs() / 1000,
    pinMode: () => undefined,
    setInterval: (callback) => watches.push(callback),
    setTimeout: (callback, delayMs, ...values) =>
      bus.clock.alarm(delayMs, values.length > 0 ? native(callback).bind(null, ...values) : callback),
    setWatch(callback, pin) {
      watches.push(callback);
      loom.watchPin(pin.name, () => callback());
    },
  };
  const Storage = {
    read: (name) => storage.get(name),
    write: (name, bytes) => storage.set(name, bytes) && true,
    getFree: () => wiring.storageBytes,
  };
  return { globals, Storage, watches };
}

/**
 * Gives { idle, peaks, deepestCalls }: engine variables at idle after the sign-in, at the peak of the sign-in, of a sale in each
 * MAC mode and of one with keys for SM4, and the deepest calls. `inFlash`: as of runUnderCensus.
 */
export function runPadUnderCensus(image, { inFlash = true } = {}) {
  const { startTerminal, cards } = loadSource('emulator/terminal');
  const { EmulatedPinPad } = source('emulated-pad');
  const { loadTmk } = loadSource('emulator/devices/key-loader');
  const { TEST_TERMINAL } = loadSource('host/center/test-data');
  const nothing = { total: 0, byModule: {} };
  const found = { idle: nothing, peaks: {}, deepestCalls: [] };
  for (const [macMode, sale] of ['sale', 'x99Sale', 'x919Sale'].entries()) {
    const storage = storageOf(image);
    let running = null;
    let part = 'signIn';
    const look = () => {
      if (!running) return;
      const now = running.count();
      if (now.total > (found.peaks[part] ?? nothing).total) found.peaks[part] = now;
      if (running.deepestCalls().length > found.deepestCalls.length) found.deepestCalls = running.deepestCalls();
    };
    const board = {
      solderTo: () => undefined,
      storage: { read: (name) => storage.has(name) && latin1(storage.get(name)) },
      firmware: (bus) => {
        running = null;
        running = bootImage(image, bus, inFlash, look, createPadShim, storage);
      },
    };
    let made = null;
    const pad = (world) => {
      made = new EmulatedPinPad(world, board);
      made.onStarted = () => loadTmk(made, { tmk: TEST_TERMINAL.tmk });
      return made;
    };
    const terminal = startTerminal({ pad, settings: { macMode } });
    terminal.powerOn().signIn();
    if (macMode === 0) found.idle = running.count();
    part = sale;
    terminal.sell('12.34', cards.debit).waitForIdle();
    if (macMode !== 0) continue;
    part = 'sm4Sale';
    sellBySm4(made, (ms) => terminal.wait(ms));
  }
  return found;
}

/** One flat object. */
export function padReportOf(image, { idle, peaks, deepestCalls }) {
  return {
    'pad.resident.variables': idle.total,
    'pad.peak.variables': Math.max(...Object.values(peaks).map(({ total }) => total)),
    'pad.callDepth': deepestCalls.length,
    'pad.code.bytes': image.bytes,
    'pad.modules': image.modules.length,
    'pad.problems': image.problems.length,
  };
}
