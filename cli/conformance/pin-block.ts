/**
 * PIN blocks (ISO 9564-1): rows `{format, op, pin?, pan?, block?, expect}`. Format 0 is what UnionPay uses and all that the
 * pad's firmware and the center have: the pad encodes, the center decodes.
 */
import { fromHex, toHex } from '../../hal/bytes';
import { PAD_ALGORITHM_DES } from '../../hal/pad-commands';
import { clearPinBlock } from '../../firmware/pinpad/pin-block';
import { encrypt, pinOfBlock } from '../../host/center/security';
import { unmapped, verdict, type Mapper, type Row, type Verdict } from './verdict';

/** The center decodes what is under a key: any will do. */
const KEY = Buffer.from('0123456789ABCDEFFEDCBA9876543210', 'hex');

function encode(row: Row, pan: string): Verdict {
  const { pin, expect } = row;
  if (typeof pin !== 'string') return unmapped('no PIN to encode');
  const block = clearPinBlock(pin, pan, PAD_ALGORITHM_DES);
  if (expect === null) return verdict(block === '', 'a PIN that must be refused has a block');
  if (typeof expect !== 'string') return unmapped('"expect" is neither hex nor null');
  return verdict(toHex(block) === expect.toUpperCase(), 'another block than expected');
}

function decode(row: Row, pan: string): Verdict {
  const { block, expect } = row;
  if (typeof block !== 'string' || !/^[0-9A-Fa-f]{16}$/.test(block)) return unmapped('no block of 8 bytes to decode');
  const pin = pinOfBlock(KEY, encrypt(KEY, Buffer.from(fromHex(block), 'latin1')), pan);
  if (expect === null) return verdict(pin === '', 'a block that must be refused gave a PIN');
  return verdict(pin === expect, pin === '' ? 'refused' : 'another PIN than expected');
}

export const pinBlockMapper: Mapper = {
  run: (row) => {
    const { format, op, pan } = row;
    if (typeof format !== 'number' || typeof op !== 'string') return null;
    if (!('pin' in row || 'pan' in row || 'block' in row)) return null;
    if (format !== 0) return unmapped(`PIN block format ${format}: the pad makes format 0 only`);
    if (typeof pan !== 'string' || pan === '') return unmapped('format 0 without a PAN');
    if (op === 'encode') return encode(row, pan);
    return op === 'decode' ? decode(row, pan) : unmapped(`op "${op}" of a PIN block`);
  },
};
