/** Nibbles of characters, as tables that tell a bad character by a bit above the byte. */

/** No hex digit. */
export const NOT_HEX = 0x200;
/** `=`: D in a track, bad elsewhere. */
export const SEPARATOR = 0x100;

/** Index: character code up to 255. The nibble in place, `SEPARATOR` with it, or `NOT_HEX`. */
export const highNibbles = new Uint16Array(256).fill(NOT_HEX);
export const lowNibbles = new Uint16Array(256).fill(NOT_HEX);
for (const digit of '0123456789ABCDEFabcdef') {
  highNibbles[digit.charCodeAt(0)] = parseInt(digit, 16) << 4;
  lowNibbles[digit.charCodeAt(0)] = parseInt(digit, 16);
}
highNibbles[0x3d] = SEPARATOR | 0xd0;
lowNibbles[0x3d] = SEPARATOR | 0x0d;

/** Two packed digits of 0 to 99. */
export const packedNumbers = Uint8Array.from({ length: 100 }, (_, number) => parseInt(String(number), 16));

/** Where the first character stands that is no hex digit; -1: there is none. */
export function firstNotHex(text: string): number {
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (character > 255 || lowNibbles[character] > 15) return i;
  }
  return -1;
}

/** Index: two characters as they lie in memory. The byte they mean, or `NOT_HEX`. */
export const pairs = new Uint16Array(65536).fill(NOT_HEX);
const inMemory = new Uint16Array(1);
const characters = new Uint8Array(inMemory.buffer);
for (const high of '0123456789ABCDEFabcdef') {
  for (const low of '0123456789ABCDEFabcdef') {
    characters[0] = high.charCodeAt(0);
    characters[1] = low.charCodeAt(0);
    pairs[inMemory[0]] = parseInt(high + low, 16);
  }
}
