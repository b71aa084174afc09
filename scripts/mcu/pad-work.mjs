// What the PIN pad computes, under the meter: how long the small engine would take for a PIN block, for each way to make a MAC,
// and for the tables and round keys before them. Nothing is timed: the same sources give the same numbers everywhere.
import { loadSource } from './load-sources.mjs';
import { lower } from './lower.mjs';
import { createMeter } from './meter.mjs';
import { priceOf } from './work-kinds.mjs';

const { callWithBytes } = loadSource('emulator/board/machine-code');

/** Bytes under the MAC of a stripe sale with PIN, and of its answer. */
export const messageBytes = { sale: 151, answer: 199 };
/** From the -O3 Linux build to 150 MHz (docs/performance.md, "PIN pad on the small engine"). */
export const boardFactor = 110;

/** Nanoseconds that the engine's native calls take for each element that they write or read. */
const elementNs = 64;

/** MHz of the Pico 2, whose machine code is told by the cycles of its processor (emulator/board/thumb.ts). */
const clockMhz = 150;

const program = 'firmware/pinpad';
const nativeDes = 'drivers/boards/espruino/native-des';
const modules = [
  'block-cipher',
  'des',
  'des-schedule',
  'lookups',
  'mac-parts',
  'pin-block',
  'sm4',
  'track-cipher',
  'working-keys',
];

/** The engine's native calls, which add to `spent.ns` what the meter does not know. */
function nativeLookups(spent) {
  const plain = loadSource(`${program}/lookups`).lookups();
  const priced =
    (call, count) =>
    (...values) => {
      spent.ns += count(values) * elementNs;
      return call(...values);
    };
  const written = ([from, , , bits]) => from.length * (bits ? 8 / bits : 1);
  return {
    array: priced(plain.array, () => 0),
    lookUp: priced(plain.lookUp, written),
    sum: priced(plain.sum, () => 0),
    dot: priced(plain.dot, ([one]) => one.length),
  };
}

/** What of the engine the board's machine code needs; its time is added to `spent.ns`, as the other engine would have taken it. */
function engineWithCode(spent) {
  const { array } = loadSource(`${program}/lookups`).lookups();
  let lent = null;
  const E = {
    toUint8Array: array,
    toString: (bytes) => String.fromCharCode(...bytes),
    getAddressOf: (bytes) => ((lent = bytes), 1),
    nativeCall: (_entry, _signature, code) => () => {
      const { value, cycles } = callWithBytes(code, lent);
      spent.ns += (cycles * 1000) / clockMhz / boardFactor;
      return value;
    },
  };
  return { E, process: { env: { BOARD: 'RP2350_PICO2' } } };
}

/** Gives { name: microseconds }, in the order of the work: with the machine code of the Pico 2's pad, or without. */
export async function workOfPad({ hasCode = true } = {}) {
  const { modules: lowered, problems } = await lower([...modules.map((name) => `${program}/${name}`), nativeDes]);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const spent = { ns: 0 };
  const meter = createMeter(lowered, { globals: engineWithCode(spent) });
  const load = (name) => meter.require(`${program}/${name}`);
  const [des, schedule, mac, sm4] = ['des', 'des-schedule', 'mac-parts', 'sm4'].map(load);
  const open = meter.require(nativeDes).openNativeDes;
  const found = {};
  const key8 = '\x01\x23\x45\x67\x89\xab\xcd\xef';
  const key16 = `${key8}\xfe\xdc\xba\x98\x76\x54\x32\x10`;
  const message = 'x'.repeat(messageBytes.sale);
  const answer = 'x'.repeat(messageBytes.answer);
  const taken = (run) => {
    spent.ns = 0;
    meter.take();
    run();
    const counted = [...meter.take().values()].reduce((sum, row) => sum + priceOf(row), 0);
    return Math.round((counted + spent.ns) / 1000);
  };
  const measure = (name, run) => (found[name] = taken(run));
  /** With round keys that are there already, as they are after the first sale. */
  const again = (name, run) => {
    run();
    measure(name, run);
  };
  const DES = 0;
  const SM4 = 1;
  const macOf =
    (mode, key, data, algorithm = DES) =>
    () => {
      const parts = mac.beginMac(mode, algorithm);
      mac.addToMac(parts, key, data);
      mac.endMac(parts, key);
    };
  const encrypted = (key) => des.desEcb(des.desKeys(key16), key, false) + load('working-keys').checkValue(key, DES);
  const start = () => load('lookups').useNativeLookups({ ...nativeLookups(spent), des: hasCode ? open() : undefined });
  if (hasCode) measure('des.start', start);
  else {
    start();
    const encrypt = () => des.desEcb(des.desKeys(key8), key8, false);
    const tables = taken(encrypt);
    schedule.forgetSchedules();
    const newKeys = taken(encrypt);
    const block = taken(encrypt);
    found['des.tables'] = tables - block;
    found['des.schedule'] = newKeys - block;
  }
  again('pinBlock.des', () => load('pin-block').pinBlock(key8, '123456', '6225881234567890', DES));
  again('pinBlock.3des', () => load('pin-block').pinBlock(key16, '123456', '6225881234567890', DES));
  again('track.3des', () => load('track-cipher').encryptTrack(key16, '6225881234567890=27122010000012345', DES));
  again('mac.unionPay.des', macOf(0, key8, key8));
  again('mac.unionPay.3des', macOf(0, key16, key8));
  again('mac.x99.sale', macOf(1, key8, message));
  again('mac.x99.answer', macOf(1, key8, answer));
  again('mac.x919.sale', macOf(2, key16, message));
  again('mac.x919.answer', macOf(2, key16, answer));
  again('mac.x99.3des.sale', macOf(1, key16, message));
  again('mac.x99.3des.answer', macOf(1, key16, answer));
  const f62 =
    encrypted(key16) + encrypted(key8).replace(/.{4}$/s, (check) => '\0'.repeat(8) + check) + encrypted(key16);
  schedule.forgetSchedules();
  measure('workingKeys', () => {
    if (typeof load('working-keys').unwrapWorkingKeys(key16, f62, DES) === 'number') throw new Error('no working keys');
  });
  measure('sm4.tables', () => sm4.sm4Keys(key16));
  measure('sm4.schedule', () => sm4.sm4Keys(key16));
  const keys = sm4.sm4Keys(key16);
  measure('sm4.block', () => sm4.sm4Ecb(keys, key16, false));
  measure('sm4.pinBlock', () => load('pin-block').pinBlock(key16, '123456', '6225881234567890', SM4));
  measure('sm4.track', () => load('track-cipher').encryptTrack(key16, '6225881234567890=27122010000012345', SM4));
  measure('sm4.mac.folded', macOf(3, key16, key16, SM4));
  measure('sm4.mac.sale', macOf(3, key16, message, SM4));
  measure('sm4.mac.answer', macOf(3, key16, answer, SM4));
  measure('sm4.mac.chain.sale', macOf(4, key16, message, SM4));
  measure('sm4.mac.chain.answer', macOf(4, key16, answer, SM4));
  const sm4F62 = (sm4.sm4Ecb(keys, key16, false) + load('working-keys').checkValue(key16, SM4)).repeat(3);
  measure('sm4.workingKeys', () => {
    if (typeof load('working-keys').unwrapWorkingKeys(key16, sm4F62, SM4) === 'number')
      throw new Error('no working keys');
  });
  return found;
}
