/**
 * The peer on npm, `iso_8583`, on the same values. Its wire is ASCII and its formats are its own, so the table is written
 * out for it here: with no formats of ours it would run, and time, its error path.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const fixed = (ContentType, MaxLen) => ({ ContentType, LenType: 'fixed', MaxLen });
const variable = (LenType, ContentType, MaxLen) => ({ ContentType, LenType, MaxLen, MinLen: 1 });

const formats = {
  2: variable('llvar', 'n', 19),
  3: fixed('n', 6),
  4: fixed('n', 12),
  11: fixed('n', 6),
  14: fixed('n', 4),
  22: fixed('n', 3),
  23: fixed('n', 3),
  25: fixed('n', 2),
  26: fixed('n', 2),
  35: variable('llvar', 'an', 37),
  41: fixed('ans', 8),
  42: fixed('ans', 15),
  49: fixed('an', 3),
  52: fixed('b', 16),
  53: fixed('n', 16),
  55: variable('lllvar', 'an', 999),
  60: variable('lllvar', 'n', 17),
  64: fixed('b', 16),
};

/** `fields`: values by field number, F64 as hex. Returns the two runs, or throws if the peer does not give the values back. */
export function peerRuns(mti, fields) {
  const Peer = require('iso_8583');
  const message = { 0: mti, ...fields };
  const pack = () => new Peer(message, formats).getRawMessage();
  const wire = pack();
  if (!Buffer.isBuffer(wire)) throw new Error(`iso_8583 does not pack the message: ${JSON.stringify(wire)}`);
  const unpack = () => new Peer(undefined, formats).getIsoJSON(wire, { lenHeader: false });
  const back = unpack();
  for (const [key, value] of Object.entries(message)) {
    if (String(back[key]).toUpperCase() !== value) throw new Error(`iso_8583 loses field ${key}: ${back[key]}`);
  }
  return { pack, unpack };
}
