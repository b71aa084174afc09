// The gate's story, told to the lowered firmware: power on, sign in with new keys, sell, print both slips; then trouble.
// Once inside QuickJS (does it work there?), once under the census in Node (what would it hold on a board?).
import { createCensus } from './census.mjs';
import { createEngineShim } from './engine-shim.mjs';
import { compositionModule, lowerFirmware } from './firmware.mjs';
import { bootNames } from './image.mjs';
import { loadSource } from './load-sources.mjs';
import { bundle } from './lower.mjs';
import { createEngine } from './quickjs.mjs';
import { untokenise } from './untokenise.mjs';

/** The firmware lowered, with the board's composition as one more module. */
export async function lowerTerminal() {
  const lowered = await lowerFirmware();
  const composition = compositionModule(lowered.late);
  return { ...lowered, modules: [...lowered.modules, composition] };
}

const face = () => loadSource('emulator/terminal');

/** Power on, sign in with new keys, sell. `mark(name)` is called at idle before each part of the story. */
function signInAndSell(firmware, mark = () => undefined) {
  const { startTerminal, cards } = face();
  const terminal = startTerminal({ firmware });
  mark('signIn');
  terminal.powerOn().signIn();
  mark('sale');
  terminal.sell('12.34', cards.debit).waitForIdle();
  return terminal;
}

/** The administrator's part: the terminal named anew, its PIN pad and its memory tested; the clerk's password changed. */
function administer(terminal, mark) {
  mark('settings');
  terminal.press('function', '9').waitFor('管理员密码').type('12345678').press('confirm').waitFor('【系统管理】');
  terminal
    .press('1')
    .waitFor('号码不可修改')
    .press('confirm')
    .waitFor('商户名称')
    .press('2', 'up', 'confirm', 'confirm');
  terminal.waitFor('保存设置?').press('confirm').waitFor('设置已保存').press('confirm', '3').waitFor('08D7B4FB');
  terminal.press('cancel', 'cancel').waitForIdle();
  mark('selfTest');
  terminal.press('function', '6').waitFor('【设备自检】').press('5').waitFor('TMK').press('confirm', '7').waitFor('KB');
  terminal.press('confirm', 'cancel').waitForIdle();
  terminal.press('function', '3').waitFor('回响测试成功').press('confirm').waitForIdle();
  mark('password');
  terminal
    .press('function', '8')
    .waitFor('主管密码')
    .type('1')
    .press('confirm')
    .waitFor('操作员或密码错')
    .waitForIdle();
  terminal.press('function', '0', '2').waitFor('密码:').type('0000').press('confirm');
  for (let n = 0; n < 2; n++) terminal.wait(500).type('4711').press('confirm');
  terminal.waitFor('密码已修改').waitForIdle();
  return terminal;
}

/**
 * What comes after it: a wrong PIN, a lost answer and its reversal, a power cut while sending, a reprint, a balance; then
 * the administration.
 */
function trouble(terminal, mark = () => undefined) {
  const { cards } = face();
  mark('wrongPin');
  terminal.sell('5.00', cards.debit, { pin: '000000' }).waitForIdle();
  mark('reversal');
  terminal.center.fail('silence', { mti: '0200' });
  terminal.sell('7.00', cards.debit).waitForIdle();
  mark('powerCut');
  terminal.press('1').type('9.00').press('confirm').swipe(cards.debit).press('confirm');
  terminal.pinpad.enter(cards.debit.pin).wait(200);
  terminal.powerCut().wait(1000);
  mark('bootAfterCut');
  terminal.powerOn().signIn();
  mark('creditSale');
  terminal.sell('1.00', cards.credit).waitForIdle();
  mark('reprint');
  terminal.press('confirm', '2', '1').takeSlips();
  mark('balance');
  terminal.press('confirm', '1', '2').wait(500).swipe(cards.debit).press('confirm').wait(500);
  terminal.pinpad.enter(cards.debit.pin).waitFor('余额:').press('confirm').waitForIdle();
  return administer(terminal, mark);
}

function factsOf(terminal) {
  const { debit } = face().cards;
  const account = terminal.inside.center.accounts().find((one) => one.card === debit.id);
  return {
    slips: terminal.paper.slips().map((slip) => slip.lines.map((line) => line.text).join('\n')),
    screen: terminal.lcd.rows(),
    spentFen: debit.balanceFen - account.balanceFen,
    atUs: terminal.world.nowUs,
  };
}

/**
 * The whole story inside QuickJS, and once more with the sources in Node. Gives { errors, sale, trouble, inNode }: the two
 * `trouble` must be equal to the microsecond.
 */
export async function runInQuickJs(lowered) {
  const engine = await createEngine(bundle(lowered.modules));
  const facts = {};
  try {
    const terminal = signInAndSell(engine.boot);
    facts.sale = factsOf(terminal);
    facts.trouble = factsOf(trouble(terminal));
  } catch (error) {
    engine.errors.push(error);
  }
  const inNode = factsOf(trouble(signInAndSell(undefined)));
  return { ...facts, inNode, errors: engine.errors.map((error) => error.message) };
}

/** A bus that remembers which functions the board holds, and counts after each call of one; `engine()`: what else it holds. */
function watchedBus(bus, engine, onCall) {
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
  const count = () => {
    const { census, watches, outside: more } = engine();
    return census.count([...callbacks.values(), ...watches], new Set([...outside, ...more]));
  };
  return { bus: watched, count };
}

/**
 * An image booted from its stored bytes, as the board does it, over a bus of the World. `createShim`: the engine's API over
 * that bus; `storage`: Map of name → bytes.
 */
export function bootImage(image, bus, inFlash, onCall, createShim = createEngineShim, storage = storageOf(image)) {
  const ids = new Map(image.files.map(({ name, id }) => [name, id]));
  const code = image.files
    .filter(({ name, id }) => id !== undefined || name === bootNames[0])
    .map(({ name, bytes }) => ({ id: name, code: untokenise(bytes) }));
  let engine = null;
  const watched = watchedBus(bus, () => engine, onCall);
  const { globals, Storage, watches } = createShim(image.board, watched.bus, storage);
  globals.Modules = { getCached: () => census.require.names(), removeCached: (name) => census.require.unload(name) };
  const census = createCensus(code, { inFlash, flash: storage.values(), globals, native: () => Storage });
  engine = { census, watches, outside: new Set([Storage, ...Object.values(globals)]) };
  census.run(bootNames[0]);
  const named = (counts) =>
    Object.fromEntries(Object.entries(counts).map(([name, count]) => [ids.get(name) ?? name, count]));
  const count = () => {
    const { total, byModule } = watched.count();
    return { total, byModule: named(byModule) };
  };
  const deepestCalls = () =>
    census.deepestCalls().map((label) => label.replace(/^[^:]*/, (name) => ids.get(name) ?? name));
  return { count, deepestCalls };
}

export const storageOf = (image) => new Map(image.files.map(({ name, bytes }) => [name, bytes]));

/** The highest of the peaks by job. */
export const highest = (peaks) => Object.values(peaks).reduce((a, b) => (b.total > a.total ? b : a));

/**
 * The story under the census. Gives { idle, after, peaks, deepestCalls }: engine variables at idle, after the sale, at the
 * peak of each part of the story by its name, and the deepest calls. `inFlash: false`: as where string literals lie in memory,
 * which is what the engine's Linux port does.
 */
export function runUnderCensus(image, { inFlash = true } = {}) {
  const nothing = { total: 0, byModule: {} };
  const found = { idle: nothing, after: nothing, peaks: {}, deepestCalls: [] };
  let board = null;
  let part = 'boot';
  const look = () => {
    if (!board) return;
    const now = board.count();
    if (now.total > (found.peaks[part] ?? nothing).total) found.peaks[part] = now;
    if (board.deepestCalls().length > found.deepestCalls.length) found.deepestCalls = board.deepestCalls();
  };
  const firmware = (bus) => {
    board = null;
    board = bootImage(image, bus, inFlash, look);
  };
  const mark = (name) => {
    if (name === 'sale') found.idle = board.count();
    if (name === 'wrongPin') found.after = board.count();
    part = name;
  };
  trouble(signInAndSell(firmware, mark), mark);
  return found;
}

/** Engine variables at idle before the first sale and after each of `sales`, each with both slips and a reprint in between. */
export function leakUnderCensus(image, sales) {
  const { startTerminal, cards } = face();
  let board = null;
  const firmware = (bus) => {
    board = bootImage(image, bus, true, () => undefined);
  };
  const terminal = startTerminal({ firmware });
  terminal.powerOn().signIn();
  const counts = [board.count().total];
  for (let n = 0; n < sales; n++) {
    // Amounts differ: the same card and amount again would be asked about.
    terminal.sell(`1.${String(n).padStart(2, '0')}`, n % 2 ? cards.credit : cards.debit).waitForIdle();
    if (n % 10 === 9) terminal.press('confirm', '2', '1').takeSlips().waitForIdle();
    counts.push(board.count().total);
  }
  return counts;
}
