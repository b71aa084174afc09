// The gate's story, told to the lowered firmware: power on, sign in with new keys, sell, print both slips. Once inside
// QuickJS (does it work there?), once under the census in Node (what would it hold on a board?).
import { createCensus } from './census.mjs';
import { compositionModule, lowerFirmware } from './firmware.mjs';
import { loadSource } from './load-sources.mjs';
import { bundle } from './lower.mjs';
import { createEngine } from './quickjs.mjs';

/** The firmware lowered, with the board's composition as one more module. */
export async function lowerTerminal() {
  const lowered = await lowerFirmware();
  const composition = compositionModule(lowered.late);
  return { ...lowered, modules: [...lowered.modules, composition] };
}

const face = () => loadSource('emulator/terminal');

/** Runs the story; `mark(name)` is called at idle before the sale and after it. */
function signInAndSell(firmware, mark = () => undefined) {
  const { startTerminal, cards } = face();
  const terminal = startTerminal({ firmware });
  terminal.powerOn().signIn();
  mark('idle');
  terminal.sell('12.34', cards.debit).waitForIdle();
  mark('sold');
  return terminal;
}

function factsOf(terminal) {
  const { debit } = face().cards;
  const account = terminal.inside.center.accounts().find((one) => one.card === debit.id);
  return {
    slips: terminal.paper.slips().map((slip) => slip.lines.map((line) => line.text).join('\n')),
    screen: terminal.lcd.rows(),
    spentFen: debit.balanceFen - account.balanceFen,
  };
}

/** Signs in and sells inside QuickJS. */
export async function runInQuickJs(lowered) {
  const engine = await createEngine(bundle(lowered.modules));
  let facts = {};
  try {
    facts = factsOf(signInAndSell(engine.boot));
  } catch (error) {
    engine.errors.push(error);
  }
  return { ...facts, errors: engine.errors.map((error) => error.message) };
}

/** A bus that remembers which functions the board holds, and counts after each call of one. */
function watchedBus(bus, census, onCall) {
  const callbacks = new Map();
  const outside = new Set();
  const watch = (key, listener, once) => {
    if (!listener) {
      callbacks.delete(key);
      return null;
    }
    callbacks.set(key, listener);
    return (...values) => {
      if (once) callbacks.delete(key);
      listener(...values);
      onCall();
    };
  };
  const watched = { ...bus };
  for (const [port, device] of Object.entries(bus)) {
    if (device.onData) watched[port] = { ...device, onData: (one) => device.onData(watch(port, one, false)) };
    if (device.onChange) watched[port] = { ...device, onChange: (one) => device.onChange(watch(port, one, false)) };
  }
  watched.clock = {
    ...bus.clock,
    alarm(delayMs, callback) {
      const key = {};
      const handle = bus.clock.alarm(delayMs, watch(key, callback, true));
      key.handle = handle;
      return handle;
    },
    cancelAlarm(handle) {
      for (const key of callbacks.keys()) if (key.handle === handle) callbacks.delete(key);
      bus.clock.cancelAlarm(handle);
    },
  };
  outside.add(watched);
  for (const part of Object.values(watched)) {
    outside.add(part);
    for (const member of Object.values(part)) if (typeof member === 'function') outside.add(member);
  }
  return { bus: watched, count: () => census.count([...callbacks.values()], outside) };
}

/** Signs in and sells under the census: engine variables at idle and at the peak of the sale, and the deepest calls. */
export function runUnderCensus(lowered) {
  const census = createCensus(lowered.modules);
  let count = () => census.count([]);
  let idle = { total: 0, byModule: {} };
  let peak = { total: 0, byModule: {} };
  let selling = false;
  const firmware = (bus, settings) => {
    const watched = watchedBus(bus, census, () => {
      if (!selling) return;
      const now = watched.count();
      if (now.total > peak.total) peak = now;
    });
    count = watched.count;
    // The engine has this one itself (`E.CRC32`), so no table of it is resident.
    census.require('board').start(watched.bus, settings, { crc32: loadSource('hal/bytes').crc32 });
  };
  let after = idle;
  signInAndSell(firmware, (name) => {
    if (name === 'idle') idle = count();
    else after = count();
    selling = name === 'idle';
  });
  return { idle, peak, after, deepestCalls: census.deepestCalls() };
}
