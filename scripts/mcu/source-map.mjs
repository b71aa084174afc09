// Source maps through the build's own steps: terser carries them by itself; edits of text and tokens are followed here.
import { SourceMap } from 'node:module';
import { tokenizer } from 'acorn';
import { untokenise } from './untokenise.mjs';

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function vlq(value) {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = '';
  do {
    const more = rest >>> 5 > 0 ? 32 : 0;
    text += digits[(rest & 31) | more];
    rest >>>= 5;
  } while (rest > 0);
  return text;
}

const numbering = (values) => new Map([...new Set(values)].map((value, index) => [value, index]));

/** [{ line, column, from: { source, line, column, name } }], ordered and counted from 0, as a source map (revision 3). */
function encode(segments) {
  const sources = numbering(segments.map(({ from }) => from.source));
  const names = numbering(segments.flatMap(({ from }) => (from.name === undefined ? [] : [from.name])));
  const lines = [[]];
  const last = { column: 0, source: 0, sourceLine: 0, sourceColumn: 0, name: 0 };
  const step = (key, value) => {
    const text = vlq(value - last[key]);
    last[key] = value;
    return text;
  };
  for (const { line, column, from } of segments) {
    while (lines.length <= line) {
      lines.push([]);
      last.column = 0;
    }
    const place = step('column', column) + step('source', sources.get(from.source));
    const origin = step('sourceLine', from.line) + step('sourceColumn', from.column);
    lines.at(-1).push(place + origin + (from.name === undefined ? '' : step('name', names.get(from.name))));
  }
  const mappings = lines.map((line) => line.join(',')).join(';');
  return { version: 3, file: '', sources: [...sources.keys()], names: [...names.keys()], mappings };
}

/** Line and column, from 0, of an offset in a text. */
export function positionOf(text, offset) {
  let line = 0;
  let begin = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    begin = at + 1;
  }
  return { line, column: offset - begin };
}

/** A function from an offset in `text` to where it came from: { source, line, column, name } from 0, or null. */
export function originsOf(map, text) {
  const decoded = new SourceMap(map);
  return (offset) => {
    const { line, column } = positionOf(text, offset);
    const found = decoded.findEntry(line, column);
    if (found.originalLine === undefined) return null;
    const { originalSource: source, originalLine, originalColumn, name } = found;
    return { source, line: originalLine, column: originalColumn, name };
  };
}

/** The map of `text`. `pieces`: [offset in it, origin or null], ordered. */
function mapOf(text, pieces) {
  const known = pieces.filter(([, from]) => from !== null);
  return encode(known.map(([offset, from]) => ({ ...positionOf(text, offset), from })));
}

const uncountedLine = 'Modules.addCached';

/**
 * The engine leaves a first line that begins with this out of its count of lines, and takes its letters for it even where others
 * stand between them: `x_uncounted` is the column from which on it does.
 */
function uncounted(text) {
  let next = 0;
  for (let at = 0; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === uncountedLine[next] && ++next === uncountedLine.length) return { x_uncounted: at + 1 };
  }
  return {};
}

const wordOrSign = /[\w$]+|\S/g;

/** Text with edits [start, end, text] that do not overlap, and its map: { code, map }. */
export function editWithMap(map, code, edits) {
  const origin = originsOf(map, code);
  let out = '';
  let at = 0;
  const pieces = [];
  const keep = (end) => {
    for (const { index } of code.slice(at, end).matchAll(wordOrSign)) {
      pieces.push([out.length + index, origin(at + index)]);
    }
    out += code.slice(at, end);
    at = end;
  };
  for (const [start, end, text] of [...edits].sort((a, b) => a[0] - b[0])) {
    keep(start);
    if (text) pieces.push([out.length, origin(start)]);
    out += text;
    at = end;
  }
  keep(code.length);
  return { code: out, map: mapOf(out, pieces) };
}

const tokenStarts = (text) => [...tokenizer(text, { ecmaVersion: 5 })].map((token) => token.start);

/** The map of `code`'s tokenised bytes. `origin`: as of originsOf, for `code`. */
export function mapTokens(origin, code, bytes) {
  const offsets = [];
  const text = untokenise(bytes, (textOffset, byteOffset) => offsets.push([textOffset, byteOffset]));
  const from = tokenStarts(code);
  const to = tokenStarts(text);
  if (from.length !== to.length) throw new Error('the tokenised module has other tokens than its code');
  let next = 0;
  const pieces = to.map((start, index) => {
    while (next + 1 < offsets.length && offsets[next + 1][0] <= start) next++;
    return [offsets[next][1], origin(from[index])];
  });
  return { ...mapOf(bytes, pieces), ...uncounted(bytes) };
}
