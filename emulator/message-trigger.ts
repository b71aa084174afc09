/**
 * Lets something happen the moment a message goes by: `0200 goes out` is when the whole of it has reached the modem,
 * `0210 comes in` when the network hands it to the modem; the device there has not yet seen it, so that a fault may still
 * meet it.
 */
import type { Bytes } from '../hal/bytes';
import type { TerminalWorld } from './terminal-world';

/** Type and direction, such as `0200 goes out`. */
const WHEN = /^(\d{4}) (goes out|comes in)$/;
/** A TPDU: 60, two addresses; then the header, which a dialect may leave out. */
const TPDU_FIRST = 0x60;
const TPDU_BYTES = 5;
const HEADER_BYTES = 6;
/** A message may come in bursts: so much of the one before is looked at again. */
const KEPT_BYTES = TPDU_BYTES + HEADER_BYTES + 2;

/** True where a message of this type (two packed bytes) stands in the bytes. */
function holds(bytes: Bytes, mti: Bytes): boolean {
  for (let at = bytes.indexOf(mti, TPDU_BYTES); at >= 0; at = bytes.indexOf(mti, at + 1)) {
    const plain = bytes.charCodeAt(at - TPDU_BYTES) === TPDU_FIRST;
    if (plain || bytes.charCodeAt(at - TPDU_BYTES - HEADER_BYTES) === TPDU_FIRST) return true;
  }
  return false;
}

/**
 * Calls `act` when the next such message goes by, once; returns what calls it off. Throws an Error for a text of another form.
 * It watches this World only: a fork knows nothing of it.
 */
export function onMessage({ world }: TerminalWorld, when: string, act: () => void): () => void {
  const parts = WHEN.exec(when);
  if (!parts) throw new Error('a message goes by as in "0200 goes out" or "0210 comes in"');
  const mti = Buffer.from(parts[1], 'hex').toString('latin1');
  const [wire, direction] = parts[2] === 'goes out' ? ['modem', 'out'] : ['network', 'in'];
  let tail = '';
  const stop = world.timeline.listen((entry) => {
    if (entry.wire !== wire || entry.direction !== direction) return;
    const bytes = tail + entry.bytes;
    tail = bytes.slice(-KEPT_BYTES);
    if (!holds(bytes, mti)) return;
    stop();
    act();
  });
  return stop;
}

/**
 * A fault when a message goes by, which `came` is told. The supply fails right after the event at hand: nothing is cut while it
 * is called.
 */
export function faultWhenMessage(
  inside: TerminalWorld,
  when: string,
  device: string,
  fault: string,
  value: number,
  came: () => void = () => undefined,
): () => void {
  const { world } = inside;
  world.device(device);
  return onMessage(inside, when, () => {
    came();
    if (device === 'power') world.faultAt(world.nowUs, device, fault, value);
    else world.fault(device, fault, value);
  });
}
