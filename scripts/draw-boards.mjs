// `node scripts/draw-boards.mjs`: the wiring diagrams of docs/boards, into docs/images, drawn from the pin tables of the
// pages: the board in the middle, its parts on both sides, a coloured wire for each pin.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const colours = {
  modem: '#0b7285',
  printer: '#862e9c',
  'PIN pad': '#c92a2a',
  LCD: '#1864ab',
  outputs: '#5c940d',
  keypad: '#e67700',
  'stripe head': '#5f3dc4',
  flash: '#2b8a3e',
  power: '#495057',
  terminal: '#0b7285',
  'key loader': '#862e9c',
  buzzer: '#5c940d',
  case: '#c92a2a',
};
const left = ['modem', 'printer', 'PIN pad', 'power', 'terminal', 'key loader', 'buzzer', 'case'];
const rowPx = 22;
const gapPx = 26;

/** Rows of a page's pin table: { pin, part, there }; a pin that goes to two parts gives two rows. */
export function pinTable(name) {
  const page = readFileSync(path.join(root, `docs/boards/${name}.md`), 'utf8');
  return [...page.matchAll(/^\| `(D\d+)` *\| *([^|]+?) *\| *([^|]+?) *\|/gm)].flatMap(([, pin, part, there]) => {
    const places = there.split(', ');
    return part.split(', ').map((one, index) => ({ pin, part: one, there: places[index] ?? there }));
  });
}

const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

/** One side of the drawing: parts as boxes, pins on the board's edge at the height of their wires. */
function side(rows, parts, isLeft) {
  const boxX = isLeft ? 20 : 640;
  const edge = isLeft ? 200 : 640;
  const board = isLeft ? 340 : 500;
  let y = 60;
  let out = '';
  for (const part of parts) {
    const own = rows.filter((row) => row.part === part);
    const height = own.length * rowPx + 26;
    out += `<rect x="${boxX}" y="${y}" width="180" height="${height}" rx="6" fill="#fff" stroke="${colours[part]}" stroke-width="2"/>`;
    out += `<text x="${boxX + 90}" y="${y + 17}" text-anchor="middle" font-weight="bold" fill="${colours[part]}">${escape(part)}</text>`;
    own.forEach(({ pin, there }, index) => {
      const at = y + 26 + index * rowPx + rowPx / 2;
      const inner = isLeft ? edge - 8 : edge + 8;
      const anchor = isLeft ? 'end' : 'start';
      out += `<line x1="${edge}" y1="${at}" x2="${board}" y2="${at}" stroke="${colours[part]}" stroke-width="2"/>`;
      out += `<circle cx="${board}" cy="${at}" r="4" fill="${colours[part]}"/>`;
      out += `<text x="${inner}" y="${at + 4}" text-anchor="${anchor}">${escape(there)}</text>`;
      out += `<text x="${isLeft ? board + 10 : board - 10}" y="${at + 4}" text-anchor="${isLeft ? 'start' : 'end'}" fill="#fff">${pin}</text>`;
    });
    y += height + gapPx;
  }
  return { out, height: y };
}

/** What the 74HC595 puts out, below the parts on the left. */
function outputs(y) {
  const rows = ['QA–QE: key rows 1–5', 'QF: LCD light', 'QG: buzzer', 'QH: power latch'];
  const colour = colours.outputs;
  const height = rows.length * rowPx + 26;
  const lines = rows.map((text, index) => `<text x="32" y="${y + 26 + index * rowPx + 15}">${text}</text>`);
  return (
    `<rect x="20" y="${y}" width="180" height="${height}" rx="6" fill="#fff" stroke="${colour}" stroke-dasharray="5 3" stroke-width="2"/>` +
    `<text x="110" y="${y + 17}" text-anchor="middle" font-weight="bold" fill="${colour}">outputs (74HC595)</text>` +
    lines.join('')
  );
}

export function drawBoard(name, title) {
  const rows = pinTable(name);
  const parts = Object.keys(colours).filter((part) => rows.some((row) => row.part === part));
  const halves = [
    side(
      rows,
      parts.filter((part) => left.includes(part)),
      true,
    ),
    side(
      rows,
      parts.filter((part) => !left.includes(part)),
      false,
    ),
  ];
  const height = Math.max(...halves.map((half) => half.height)) + 30;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 840 ${height}" font-family="sans-serif" font-size="12">
<rect width="840" height="${height}" fill="#f8f9fa"/>
<rect x="340" y="40" width="160" height="${height - 60}" rx="10" fill="#2f4858"/>
<text x="420" y="30" text-anchor="middle" font-size="16" font-weight="bold">${escape(title)}</text>
${halves[0].out}${parts.includes('outputs') ? outputs(halves[0].height) : ''}
${halves[1].out}
<text x="420" y="${height - 30}" text-anchor="middle" fill="#ced4da">GND: to every part</text>
</svg>
`.replaceAll('><', '>\n<');
}

export const drawings = {
  pico2: 'Raspberry Pi Pico 2',
  'esp32-s3': 'ESP32-S3',
  pinpad: 'PIN pad',
  'pinpad-esp32-s3': 'PIN pad',
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, title] of Object.entries(drawings)) {
    writeFileSync(path.join(root, 'docs', 'images', `board-${name}.svg`), drawBoard(name, title));
  }
}
