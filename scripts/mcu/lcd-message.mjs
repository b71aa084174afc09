// Four rows of text as the bytes that write them on a Sitronix ST7920 in its serial mode (data sheet V4.0): what the flashing
// command shows while no firmware runs. The way to the LCD is the image's own (`lcd` in image.json).
import iconv from 'iconv-lite';

const columns = 16;
/** Function set twice, display on, entry mode. */
const begin = [0x30, 0x30, 0x0c, 0x06];
/** Addresses of the rows. */
const rowAddresses = [0x80, 0x90, 0x88, 0x98];

const nibbles = (code) => String.fromCharCode(code & 0xf0, (code << 4) & 0xf0);
const instruction = (code) => `\xf8${nibbles(code)}`;

/** In the middle, from an even column on: a cell of the LCD's memory holds both bytes of a character. */
function centred(text) {
  const bytes = iconv.encode(text, 'gb2312').toString('latin1').slice(0, columns);
  const left = ((columns - bytes.length) >> 1) & ~1;
  return (' '.repeat(left) + bytes).padEnd(columns);
}

/** A byte string. */
export function lcdMessage(rows) {
  let out = begin.map(instruction).join('');
  rowAddresses.forEach((address, row) => {
    out += `${instruction(address)}\xfa`;
    for (const char of centred(rows[row] ?? '')) out += nibbles(char.charCodeAt(0));
  });
  return out;
}
