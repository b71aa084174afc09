// Assembler for what the boards' machine code is written in: ARMv6-M Thumb (ARMv6-M Architecture Reference Manual, chapter A6),
// instructions of 16 bits and BL, in the unified notation that GNU as takes too. Labels, `.equ`, `.byte`, `.balign 4`; nothing
// is linked, so code must not depend on where it lies.
export class AssemblyError extends Error {}

const registers = new Map([...Array(8).keys()].map((n) => [`r${n}`, n]));
const conditions = ['eq', 'ne', 'hs', 'lo', 'mi', 'pl', 'vs', 'vc', 'hi', 'ls', 'ge', 'lt', 'gt', 'le'];
const twoRegisters = [
  ...['ands', 'eors', 'lsls', 'lsrs', 'asrs', 'adcs', 'sbcs', 'rors'],
  ...['tst', 'negs', 'cmp', 'cmn', 'orrs', 'muls', 'bics', 'mvns'],
];
const ignored = new Set(['.syntax', '.thumb']);

/** Instruction and operands as one text in which `r` stands for a register, `#` for a number, `L` for a label. */
function shapeOf(name, operands, symbols) {
  const values = [];
  const shape = operands.replace(/#?-?[A-Za-z_0-9]+/g, (word) => {
    if (registers.has(word)) {
      values.push(registers.get(word));
      return 'r';
    }
    if (['sp', 'lr', 'pc'].includes(word)) return word;
    if (!word.startsWith('#')) {
      values.push(word);
      return 'L';
    }
    const text = word.slice(1);
    const value = symbols.has(text) ? symbols.get(text) : Number(text);
    if (!Number.isInteger(value)) throw new AssemblyError(`${text} is no number and not defined above`);
    values.push(value);
    return '#';
  });
  return [`${name} ${shape}`.trim(), values];
}

/** A number in units of `unit`, as a field of so many bits. */
function field(value, bits, unit = 1) {
  if (value < 0 || value % unit !== 0 || value / unit >= 1 << bits)
    throw new AssemblyError(`${value} does not fit: a multiple of ${unit} below ${unit << bits}`);
  return value / unit;
}

function distance(to, bits) {
  if (to < -(2 ** bits) || to >= 2 ** bits) throw new AssemblyError(`the label is ${to} bytes away, too far`);
  return (to >> 1) & ((1 << bits) - 1);
}

const memory =
  (code, unit) =>
  (rt, rn, offset = 0) =>
    code | (field(offset, 5, unit) << 6) | (rn << 3) | rt;
const wide = (code) => (r, value) => code | (r << 8) | field(value, 8);
const stack = (code) => (r, offset) => code | (r << 8) | field(offset, 8, 4);
const three = (code) => (a, b, c) => code | (c << 6) | (b << 3) | a;

const encoders = new Map([
  ['sub sp, #', (value) => 0xb080 | field(value, 7, 4)],
  ['add sp, #', (value) => 0xb000 | field(value, 7, 4)],
  ['str r, [sp, #]', stack(0x9000)],
  ['ldr r, [sp, #]', stack(0x9800)],
  ...[
    ['str', 0x6000, 4],
    ['ldr', 0x6800, 4],
    ['strb', 0x7000, 1],
    ['ldrb', 0x7800, 1],
    ['strh', 0x8000, 2],
    ['ldrh', 0x8800, 2],
  ].flatMap(([name, code, unit]) => [
    [`${name} r, [r]`, memory(code, unit)],
    [`${name} r, [r, #]`, memory(code, unit)],
  ]),
  ['str r, [r, r]', three(0x5000)],
  ['strb r, [r, r]', three(0x5400)],
  ['ldr r, [r, r]', three(0x5800)],
  ['ldrb r, [r, r]', three(0x5c00)],
  ['movs r, #', wide(0x2000)],
  ['cmp r, #', wide(0x2800)],
  ['adds r, #', wide(0x3000)],
  ['subs r, #', wide(0x3800)],
  ['adds r, r, r', three(0x1800)],
  ['subs r, r, r', three(0x1a00)],
  ['movs r, r', (to, from) => (from << 3) | to],
  ['mov r, sp', (to) => 0x4668 | to],
  ['lsls r, r, #', (to, from, by) => (field(by, 5) << 6) | (from << 3) | to],
  ['lsrs r, r, #', (to, from, by) => 0x0800 | (field(by, 5) << 6) | (from << 3) | to],
  ...twoRegisters.map((name, at) => [`${name} r, r`, (a, b) => 0x4000 | (at << 6) | (b << 3) | a]),
  ['rev r, r', (to, from) => 0xba00 | (from << 3) | to],
  ['bx lr', () => 0x4770],
]);

/** Those that know where they stand: (values, at, addressOf) → half words. */
const placed = new Map([
  ['b L', ([label], at, addressOf) => [0xe000 | distance(addressOf(label) - at - 4, 11)]],
  ['adr r, L', ([r, label], at, addressOf) => [0xa000 | (r << 8) | field(addressOf(label) - ((at + 4) & ~3), 8, 4)]],
  ['bl L', ([label], at, addressOf) => branchAndLink(addressOf(label) - at - 4)],
  ...conditions.map((name, code) => [
    `b${name} L`,
    ([label], at, addressOf) => [0xd000 | (code << 8) | distance(addressOf(label) - at - 4, 8)],
  ]),
]);

/** Encoding T1; what is nearer than 4 MB has J1 = J2 = 1. */
function branchAndLink(to) {
  if (Math.abs(to) >= 1 << 22) throw new AssemblyError('the label is too far');
  return [0xf000 | ((to >> 12) & 0x7ff), 0xf800 | ((to >> 1) & 0x7ff)];
}

function registerList(name, text) {
  const names = text.replace(/[{}\s]/g, '').split(',');
  const extra = name === 'push' ? 'lr' : 'pc';
  const known = names.every((one) => registers.has(one) || one === extra);
  if (!known) throw new AssemblyError(`${name} cannot take ${text}`);
  const bits = names.reduce((all, one) => all | (one === extra ? 0x100 : 1 << registers.get(one)), 0);
  return (name === 'push' ? 0xb400 : 0xbc00) | bits;
}

/** One statement → { bytes, make(at, addressOf) → byte values }. */
function readStatement(text, symbols, at) {
  const [, name, operands] = /^(\S+)\s*(.*)$/.exec(text);
  const halves = (words) => words.flatMap((word) => [word & 255, word >> 8]);
  const fixed = (values) => ({ bytes: values.length, make: () => values });
  if (ignored.has(name)) return fixed([]);
  if (name === '.equ') {
    const [symbol, value] = operands.split(/\s*,\s*/);
    symbols.set(symbol, Number(value));
    return fixed([]);
  }
  if (name === '.byte') return fixed(operands.split(',').map((value) => field(Number(value), 8)));
  if (name === '.balign' && operands === '4') return fixed(at % 4 === 0 ? [] : halves([0x46c0]));
  if (name === 'push' || name === 'pop') return fixed(halves([registerList(name, operands)]));
  const [shape, values] = shapeOf(name, operands, symbols);
  if (encoders.has(shape)) return fixed(halves([encoders.get(shape)(...values)]));
  if (!placed.has(shape)) throw new AssemblyError(`there is no instruction ${shape}`);
  return {
    bytes: name === 'bl' ? 4 : 2,
    make: (place, addressOf) => halves(placed.get(shape)(values, place, addressOf)),
  };
}

/** The bytes of a source. Throws an AssemblyError that begins with the number of the line. */
export function assemble(source) {
  const symbols = new Map();
  const labels = new Map();
  const statements = [];
  let at = 0;
  const told = (line, run) => {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof AssemblyError)) throw error;
      throw new AssemblyError(`line ${line}: ${error.message}`);
    }
  };
  source.split('\n').forEach((text, index) => {
    const line = index + 1;
    let rest = text.replace(/@.*/, '').trim();
    const label = /^([a-z_0-9]+):/.exec(rest);
    if (label) {
      if (labels.has(label[1])) throw new AssemblyError(`line ${line}: ${label[1]} is there twice`);
      labels.set(label[1], at);
      rest = rest.slice(label[0].length).trim();
    }
    if (rest === '') return;
    const statement = told(line, () => readStatement(rest, symbols, at));
    statements.push({ ...statement, line, at });
    at += statement.bytes;
  });
  const addressOf = (label) => {
    if (!labels.has(label)) throw new AssemblyError(`there is no label ${label}`);
    return labels.get(label);
  };
  return Uint8Array.from(statements.flatMap((one) => told(one.line, () => one.make(one.at, addressOf))));
}
