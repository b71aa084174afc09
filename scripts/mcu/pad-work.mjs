// What the PIN pad computes, under the meter: how long the small engine would take for a PIN block, for each way to make a MAC,
// and for the tables and round keys before them. Nothing is timed: the same sources give the same numbers everywhere.
import { loadSource } from './load-sources.mjs';
import { lower } from './lower.mjs';
import { createMeter } from './meter.mjs';
import { priceOf } from './work-kinds.mjs';

/** Bytes under the MAC of a stripe sale with PIN, and of its answer. */
export const messageBytes = { sale: 151, answer: 199 };
/** From the -O3 Linux build to 150 MHz (docs/performance.md, "PIN pad on the small engine"). */
export const boardFactor = 110;

/** Nanoseconds that the engine's native calls take for each element that they write or read. */
const elementNs = 64;

const program = 'firmware/pinpad';
const modules = [
  'block-cipher',
  'des',
  'des-schedule',
  'lookups',
  'mac-parts',
  'pin-block',
  'sm4',
  'sm4-mac',
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

/** Gives { name: microseconds }, in the order of the work. */
export async function workOfPad() {
  const { modules: lowered, problems } = await lower(modules.map((name) => `${program}/${name}`));
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const meter = createMeter(lowered);
  const load = (name) => meter.require(`${program}/${name}`);
  const spent = { ns: 0 };
  const [des, schedule, mac, sm4] = ['des', 'des-schedule', 'mac-parts', 'sm4'].map(load);
  load('lookups').useNativeLookups(nativeLookups(spent));
  const key8 = '\x01\x23\x45\x67\x89\xab\xcd\xef';
  const key16 = `${key8}\xfe\xdc\xba\x98\x76\x54\x32\x10`;
  const message = 'x'.repeat(messageBytes.sale);
  const answer = 'x'.repeat(messageBytes.answer);
  const found = {};
  const measure = (name, run) => {
    spent.ns = 0;
    meter.take();
    run();
    const counted = [...meter.take().values()].reduce((sum, row) => sum + priceOf(row), 0);
    found[name] = Math.round((counted + spent.ns) / 1000);
  };
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
  measure('des.tables', () => des.desKeys(key8));
  schedule.forgetSchedules();
  measure('des.schedule', () => des.desKeys(key8));
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
