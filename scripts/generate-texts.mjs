/**
 * Makes the texts of the terminal and of the PIN pad: {zh-CN,en}.txt of firmware/texts and of firmware/pinpad/texts
 * (authored, UTF-8, `NAME = text`) become ids.ts, zh-cn.ts and en.ts, in which a text is the bytes the screen and the
 * printer get (GBK). The board holds no conversion table, so everything a device could not show is refused here, with
 * file and line.
 *
 * A name's prefix says where its text goes:
 *   LCD_     one row: 16 columns at most, GB2312 only (the character ROM of an ST7920), Chinese on even columns
 *   ANSWER_  an answer code on the LCD: two rows, broken where needed or at `/`; the first is padded to 16 columns
 *   SLIP_    paper: 32 columns at most, GBK
 * A text that begins with `^` is centred in its row. One in double quotes keeps its outer blanks.
 *
 * `node scripts/generate-texts.mjs [--check] [--folder DIR]`: --check writes nothing and fails when a file is stale.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import iconv from 'iconv-lite';
import prettier from 'prettier';

const { values: options } = parseArgs({ options: { check: { type: 'boolean' }, folder: { type: 'string' } } });
const root = new URL('../', import.meta.url);
/** Folders with texts, and where each finds the type of a table. */
const ours = [
  { name: 'firmware/texts', tableType: './text-table' },
  { name: 'firmware/pinpad/texts', tableType: '../../texts/text-table' },
].map((one) => ({ ...one, url: new URL(`${one.name}/`, root) }));
const folders = options.folder ? [{ ...ours[0], url: pathToFileURL(`${options.folder}/`) }] : ours;
const lcdColumns = 16;
const paperColumns = 32;

/** Parts of the code table that GB 2312-80 fills, as first and last code of each run. */
const gb2312Runs = [
  [0xa1a1, 0xa1fe],
  [0xa2b1, 0xa2e2],
  [0xa2e5, 0xa2ee],
  [0xa2f1, 0xa2fc],
  [0xa3a1, 0xa3fe],
  [0xa4a1, 0xa4f3],
  [0xa5a1, 0xa5f6],
  [0xa6a1, 0xa6b8],
  [0xa6c1, 0xa6d8],
  [0xa7a1, 0xa7c1],
  [0xa7d1, 0xa7f1],
  [0xa8a1, 0xa8ba],
  [0xa8c5, 0xa8e9],
  [0xa9a4, 0xa9ef],
  [0xb0a1, 0xd7f9],
  [0xd8a1, 0xf7fe],
];

function isGb2312(code) {
  return (
    (code & 0xff) >= 0xa1 && (code & 0xff) <= 0xfe && gb2312Runs.some(([first, last]) => code >= first && code <= last)
  );
}

class TextError extends Error {}

/** Bytes of one character, or a TextError. */
function encodeCharacter(character, lcd) {
  const bytes = [...iconv.encode(character, 'gbk')];
  if (iconv.decode(Buffer.from(bytes), 'gbk') !== character) throw new TextError(`${character} is not in GBK`);
  if (bytes.length === 1 && (bytes[0] < 0x20 || bytes[0] > 0x7e)) throw new TextError('a control character');
  if (lcd && bytes.length === 2 && !isGb2312(bytes[0] * 256 + bytes[1])) {
    throw new TextError(`${character} is not in GB2312, which is all the LCD has`);
  }
  return bytes;
}

/** Bytes of one row of text. */
function encodeRow(text, columns, lcd) {
  const centred = text.startsWith('^');
  let bytes = [];
  for (const character of centred ? text.slice(1) : text) {
    const next = encodeCharacter(character, lcd);
    if (lcd && next.length === 2 && bytes.length % 2 === 1) {
      throw new TextError(
        `${character} begins on odd column ${bytes.length}: the LCD shows Chinese on even columns only`,
      );
    }
    bytes = bytes.concat(next);
  }
  if (bytes.length > columns) throw new TextError(`${bytes.length} columns, ${columns} at most`);
  const indent = centred ? Math.floor((columns - bytes.length) / 2) : 0;
  return Array(lcd ? indent & ~1 : indent)
    .fill(0x20)
    .concat(bytes);
}

/** An answer's text broken into two rows: at `/`, between words, or between Chinese characters. */
function breakAnswer(text) {
  const at = text.indexOf('/');
  if (at >= 0) return [text.slice(0, at), text.slice(at + 1)];
  if (iconv.encode(text, 'gbk').length <= lcdColumns) return [text];
  let first = '';
  let fits = '';
  for (const character of text) {
    first += character;
    if (iconv.encode(first.trimEnd(), 'gbk').length > lcdColumns) break;
    if (character === ' ' || character > '\x7f') fits = first;
  }
  // A row does not begin with a comma.
  if (/^[，。、）]/.test(text.slice(fits.length))) fits = fits.slice(0, -1);
  return [fits, text.slice(fits.length)];
}

function encodeAnswer(text) {
  const [first, second] = breakAnswer(text);
  const top = encodeRow(first.trim(), lcdColumns, true);
  if (second === undefined) return top;
  const padding = Array(lcdColumns - top.length).fill(0x20);
  return top.concat(padding, encodeRow(second.trim(), lcdColumns, true));
}

function encode(name, text) {
  if (name.startsWith('LCD_')) return encodeRow(text, lcdColumns, true);
  if (name.startsWith('ANSWER_')) return encodeAnswer(text);
  if (name.startsWith('SLIP_')) return encodeRow(text, paperColumns, false);
  throw new TextError(`${name}: a name begins with LCD_, ANSWER_ or SLIP_`);
}

/** Texts of an authored file by name, in its order. */
function parseTexts(file, source) {
  const texts = new Map();
  const problems = [];
  source.split('\n').forEach((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    try {
      const parts = /^([A-Z][A-Z0-9_]*) *= *(.*?) *$/.exec(line);
      if (!parts) throw new TextError('expected NAME = text');
      const [, name, raw] = parts;
      if (texts.has(name)) throw new TextError(`${name} is given twice`);
      texts.set(name, encode(name, /^".*"$/.test(raw) ? raw.slice(1, -1) : raw));
    } catch (error) {
      if (!(error instanceof TextError)) throw error;
      problems.push(`${file}:${index + 1}: ${error.message}`);
    }
  });
  return { texts, problems };
}

function literal(bytes) {
  let out = '';
  for (const byte of bytes) {
    if (byte === 0x27 || byte === 0x5c) out += `\\${String.fromCharCode(byte)}`;
    else if (byte >= 0x20 && byte <= 0x7e) out += String.fromCharCode(byte);
    else out += `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `'${out}'`;
}

const header = (from) => `// generated by scripts/generate-texts.mjs from ${from}; do not edit\n`;

function idsModule(names) {
  const lines = names.map((name, id) => `export const T_${name} = ${id};`);
  return `${header('zh-CN.txt and en.txt')}/** Numbers of the texts, the same in every language. */\n${lines.join('\n')}\n`;
}

function tableModule(file, tableType, exported, names, texts) {
  let end = 0;
  const ends = [0, 0];
  const lines = names.map((name) => {
    const bytes = texts.get(name);
    end += bytes.length;
    ends.push(end >> 8, end & 255);
    return `    ${literal(bytes)} + // ${name}`;
  });
  const from = `import type { TextTable } from '${tableType}';\n\n`;
  const body = `export const ${exported}: TextTable = {\n  bytes:\n${lines.join('\n')}\n    '',\n  ends: ${literal(ends)},\n};\n`;
  return header(file) + from + body;
}

/** Generated files of a folder by name, and what is wrong with the authored ones. */
async function generateTexts({ name: folderName, tableType, url }) {
  const sources = {};
  const problems = [];
  for (const file of ['zh-CN.txt', 'en.txt']) {
    const parsed = parseTexts(`${folderName}/${file}`, await readFile(new URL(file, url), 'utf8'));
    sources[file] = parsed.texts;
    problems.push(...parsed.problems);
  }
  const chinese = sources['zh-CN.txt'];
  const english = sources['en.txt'];
  const names = [...chinese.keys()];
  if (problems.length > 0) return { files: {}, problems };
  for (const name of names) if (!english.has(name)) problems.push(`${folderName}/en.txt: ${name} is missing`);
  for (const name of english.keys())
    if (!chinese.has(name)) problems.push(`${folderName}/zh-CN.txt: ${name} is missing`);
  if (problems.length > 0) return { files: {}, problems };
  // Answer codes last, together: their ids are the first one's and the code's place.
  names.sort((a, b) => Number(a.startsWith('ANSWER_')) - Number(b.startsWith('ANSWER_')));
  const files = {
    'ids.ts': idsModule(names),
    'zh-cn.ts': tableModule('zh-CN.txt', tableType, 'zhCn', names, chinese),
    'en.ts': tableModule('en.txt', tableType, 'en', names, english),
  };
  const style = { ...(await prettier.resolveConfig(new URL('ids.ts', ours[0].url))), parser: 'typescript' };
  for (const name of Object.keys(files)) files[name] = await prettier.format(files[name], style);
  return { files, problems };
}

/** What stands in a folder becomes what its authored files say; its exit status. */
async function generateFolder(folder) {
  const { files, problems } = await generateTexts(folder);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) return 1;
  let stale = 0;
  for (const [name, content] of Object.entries(files)) {
    const path = new URL(name, folder.url);
    const before = await readFile(path, 'utf8').catch(() => '');
    if (before === content) continue;
    stale++;
    if (options.check) process.stderr.write(`${folder.name}/${name} is stale: npm run generate\n`);
    else await writeFile(path, content);
  }
  return options.check && stale > 0 ? 1 : 0;
}

let status = 0;
for (const folder of folders) status = (await generateFolder(folder)) || status;
process.exitCode = status;
