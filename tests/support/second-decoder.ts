/**
 * A second reader of UnionPay messages, for tests only. It shares no line with the codec under test: it reads hex text
 * with a cursor, and its table is the protocol's field list typed in again, as one letter and one number a field.
 *
 *   d6   six digits                 D19  up to 19 digits behind two length digits, DD more digits behind three (four)
 *   d3<  three digits, then a 0     t8   eight characters         T20  up to 20 characters behind four length digits
 *   x8   eight bytes                X25  up to 25 bytes behind two length digits, XX behind four
 */
const FIELDS: Record<number, string> = {
  2: 'D19',
  3: 'd6',
  4: 'd12',
  11: 'd6',
  12: 'd6',
  13: 'd4',
  14: 'd4',
  15: 'd4',
  22: 'd3<',
  23: 'd3>',
  25: 'd2',
  26: 'd2',
  32: 'D11',
  35: 'D37',
  36: 'DD104',
  37: 't12',
  38: 't6',
  39: 't2',
  41: 't8',
  42: 't15',
  43: 'x40',
  44: 'X25',
  48: 'DD322',
  49: 't3',
  52: 'x8',
  53: 'd16',
  54: 'T120',
  55: 'XX999',
  57: 'XX999',
  58: 'XX100',
  59: 'XX999',
  60: 'DD17',
  61: 'DD29',
  62: 'XX999',
  63: 'XX163',
  64: 't8',
};

export interface SecondReading {
  length?: number;
  tpdu?: string;
  header?: string;
  mti: string;
  bitmap: string;
  /** Digits, text (one character a byte) or upper-case hex, by field number. */
  fields: Record<number, string>;
  /** Exactly the bytes before F64, from the message type on: what a MAC is made over. */
  macInput: string;
}

/** Reads a body (message type first). Throws an `Error` on anything that is not exactly a message. */
export function readBody(hex: string): SecondReading {
  const text = hex.toUpperCase();
  if (!/^([0-9A-F]{2})*$/.test(text)) throw new Error('not hex');
  let cursor = 0;
  const take = (digits: number): string => {
    if (cursor + digits > text.length) throw new Error(`ends at ${text.length / 2}, wanted ${digits / 2} more`);
    cursor += digits;
    return text.slice(cursor - digits, cursor);
  };
  const length = (digits: number, most: number): number => {
    const number = take(digits);
    if (!/^[0-9]+$/.test(number) || Number(number) > most) throw new Error(`length ${number} at ${cursor / 2}`);
    return Number(number);
  };
  const characters = (bytes: string): string =>
    (bytes.match(/../g) ?? []).map((pair) => String.fromCharCode(Number(`0x${pair}`))).join('');

  const mti = take(4);
  const bitmap = take(16);
  const bits = (bitmap.match(/./g) ?? []).map((digit) => Number(`0x${digit}`).toString(2).padStart(4, '0')).join('');
  const fields: Record<number, string> = {};
  let macInput = '';
  for (let number = 1; number <= 64; number++) {
    if (bits[number - 1] === '0') continue;
    const parts = /^(DD?|XX?|[dtxT])([0-9]+)([<>]?)$/.exec(FIELDS[number] ?? '');
    if (!parts) throw new Error(`field ${number} does not exist`);
    if (number === 64) macInput = text.slice(0, cursor);
    const [, kind, size, side] = parts;
    const most = Number(size);
    if (kind === 'd') {
      const all = take(most + (most % 2));
      fields[number] = side === '>' ? all.slice(1) : all.slice(0, most);
    } else if (kind === 't') fields[number] = characters(take(most * 2));
    else if (kind === 'x') fields[number] = take(most * 2);
    else {
      const count = length(kind === 'D' || kind === 'X' ? 2 : 4, most);
      const digits = kind === 'D' || kind === 'DD';
      const value = take(digits ? count + (count % 2) : count * 2);
      fields[number] = digits ? value.slice(0, count) : kind === 'T' ? characters(value) : value;
    }
  }
  if (cursor !== text.length) throw new Error(`${(text.length - cursor) / 2} bytes too many`);
  return { mti, bitmap, fields, macInput };
}

/** Reads a frame as it runs over TCP: length, TPDU and header, all present. */
export function readFrame(hex: string): SecondReading {
  const text = hex.toUpperCase();
  const length = Number(`0x${text.slice(0, 4)}`);
  if (length * 2 !== text.length - 4) throw new Error(`length ${length}, ${text.length / 2 - 2} follow`);
  return { length, tpdu: text.slice(4, 14), header: text.slice(14, 26), ...readBody(text.slice(26)) };
}
