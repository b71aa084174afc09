/**
 * Lengths of ESC/POS commands: how many parameter bytes follow the two that name one. A parser that knows no lengths
 * prints parameters as text.
 */

/** Lengths that depend on the parameters themselves. */
export const LENGTH_VARIABLE = -1;

export interface Command {
  /** Two bytes. */
  readonly name: string;
  /** Bytes of the whole command, its name included. */
  readonly length: number;
}

const one = '!%-3=?EGJMRTUVadert{ ';
const escLengths = new Map<string, number>([
  ...[...one].map((command) => [command, 1] as const),
  ['$', 2],
  ['\\', 2],
  ['p', 3],
  ['c', 2],
  ['&', LENGTH_VARIABLE],
  ['*', LENGTH_VARIABLE],
  ['(', LENGTH_VARIABLE],
  ['D', LENGTH_VARIABLE],
  ['W', 8],
  ['7', 3],
  ['9', 1],
  ['B', 2],
  ['~', 2],
]);
const gsLengths = new Map<string, number>([
  ...[...'!/BEHITabfhrw|'].map((command) => [command, 1] as const),
  ['L', 2],
  ['W', 2],
  ['P', 2],
  ['^', 3],
  ['$', 2],
  ['\\', 2],
  ['V', LENGTH_VARIABLE],
  ['k', LENGTH_VARIABLE],
  ['v', LENGTH_VARIABLE],
  ['(', LENGTH_VARIABLE],
  ['8', LENGTH_VARIABLE],
  ['*', LENGTH_VARIABLE],
  ['Q', LENGTH_VARIABLE],
  ['C', LENGTH_VARIABLE],
  ['g', 4],
]);
const fsLengths = new Map<string, number>([
  ['!', 1],
  ['-', 1],
  ['C', 1],
  ['W', 1],
  ['S', 2],
  ['p', 2],
  ['?', 2],
  ['2', 74],
  ['(', LENGTH_VARIABLE],
  ['q', LENGTH_VARIABLE],
  ['g', LENGTH_VARIABLE],
]);

/** By the char codes of a command's two bytes; whatever is not listed takes no parameters. */
const known: (Command | undefined)[][] = [];
for (const [lead, lengths] of [
  ['\x1b', escLengths],
  ['\x1d', gsLengths],
  ['\x1c', fsLengths],
] as const) {
  // Names become an object's keys first: of these the engine keeps one copy each, and compares them by address.
  const family: Record<string, number> = {};
  for (let code = 0; code < 256; code++) {
    const letter = String.fromCharCode(code);
    const length = lengths.get(letter) ?? 0;
    family[lead + letter] = length < 0 ? LENGTH_VARIABLE : 2 + length;
  }
  known[lead.charCodeAt(0)] = Object.entries(family).map(([name, length]) => ({ name, length }));
}

const LONGEST_LIST = 256;

const u16le = (input: string, at: number): number => input.charCodeAt(at) | (input.charCodeAt(at + 1) << 8);

/** Bytes of the head of a variable command after its name, which say how long it is. */
function headLength(name: string): number {
  if (name === '\x1b*') return 3;
  if (name === '\x1b&') return 3;
  if (name === '\x1dv' || name === '\x1dQ') return 6;
  if (name === '\x1cg') return 8;
  if (name.charAt(1) === '(') return 3;
  if (name === '\x1d8') return 5;
  if (name === '\x1d*') return 2;
  return 1;
}

/** ESC & y c1 c2, then of each character c1 … c2 its width x and x × y bytes. Characters are 32–126. */
function ownCharactersLength(input: string, at: number): number {
  const heightBytes = input.charCodeAt(at);
  const count = input.charCodeAt(at + 2) - input.charCodeAt(at + 1) + 1;
  let length = 3;
  for (let i = 0; i < count; i++) {
    if (at + length >= input.length) return NaN;
    length += 1 + heightBytes * input.charCodeAt(at + length);
  }
  return length;
}

/** FS q n, then of each of n images its size in bytes both ways and its columns. */
function storedImagesLength(input: string, at: number): number {
  const count = input.charCodeAt(at);
  let length = 1;
  for (let i = 0; i < count; i++) {
    if (at + length + 4 > input.length) return NaN;
    length += 4 + u16le(input, at + length) * u16le(input, at + length + 2) * 8;
  }
  return length;
}

/** GS C 0 n m, GS C 1 with six parameters, GS C 2 nL nH, and GS C ; with five numbers that end with semicolons. */
function counterLength(input: string, at: number): number {
  const kind = input.charAt(at);
  if (kind !== ';') return kind === '1' || kind === '\x01' ? 7 : 3;
  let end = at;
  for (let i = 0; i < 6; i++) {
    end = input.indexOf(';', end) + 1;
    if (end === 0) return input.length - at < LONGEST_LIST ? NaN : 1;
  }
  return end - at;
}

/** Length after the name of a variable command whose head has arrived; NaN while its end is not known yet. */
function variableLength(name: string, input: string, at: number): number {
  if (name === '\x1dV') return input.charCodeAt(at) >= 65 ? 2 : 1;
  if (name === '\x1b*') return 3 + u16le(input, at + 1) * (input.charCodeAt(at) >= 32 ? 3 : 1);
  if (name === '\x1dv' || name === '\x1dQ') return 6 + u16le(input, at + 2) * u16le(input, at + 4);
  if (name === '\x1cq') return storedImagesLength(input, at);
  if (name === '\x1cg') return 8 + (input.charAt(at) === '1' ? u16le(input, at + 6) : 0);
  if (name === '\x1dC') return counterLength(input, at);
  if (name.charAt(1) === '(') return 3 + u16le(input, at + 1);
  if (name === '\x1d8') return 5 + u16le(input, at + 1) + 65536 * u16le(input, at + 3);
  if (name === '\x1d*') return 2 + input.charCodeAt(at) * input.charCodeAt(at + 1) * 8;
  if (name === '\x1dk' && input.charCodeAt(at) >= 65) return 2 + input.charCodeAt(at + 1);
  if (name === '\x1b&') return ownCharactersLength(input, at);
  // ESC D and the old form of GS k end with a zero byte; without one they are no commands.
  const end = input.slice(at, at + LONGEST_LIST).indexOf('\x00');
  if (end >= 0) return end + 1;
  return input.length - at < LONGEST_LIST ? NaN : 0;
}

/** The command at `at`, which is ESC, GS or FS; `null` while too little of it has arrived to know its length. */
export function readCommand(input: string, at: number): Command | null {
  if (input.length < at + 2) return null;
  const command = known[input.charCodeAt(at)]?.[input.charCodeAt(at + 1)];
  if (!command) return { name: input.substr(at, 2), length: 2 };
  const { name, length } = command;
  if (length >= 0) return command;
  if (input.length < at + 2 + headLength(name)) return null;
  const variable = variableLength(name, input, at + 2);
  return Number.isNaN(variable) ? null : { name, length: 2 + variable };
}
