/**
 * GSM commands and their answers (3GPP TS 27.007), rows `{command, response_lines}`, against a fresh fake modem each.
 * What a modem says of itself is its own: compared are the final result, the names and the number of the information lines,
 * and of each line the number and kind of its values; `*` stands for anything.
 */
import { GprsModem } from '../../emulator/devices/gprs-modem';
import { commandOf } from '../../emulator/devices/gprs-modem-commands';
import { sim800Fake } from '../../emulator/devices/sim800-fake';
import { Network } from '../../emulator/network';
import { World } from '../../emulator/world/world';
import { runSession, stepsOf } from './modem-sessions';
import { failed, passed, unmapped, type Mapper, type Verdict } from './verdict';

const ANSWER_MS = 3000;
const finals = /^(?:OK|ERROR|NO CARRIER|NO ANSWER|BUSY|\+CM[ES] ERROR:.*)$/;

/** The lines that the modem answers, without echo and blanks. */
function answerOf(command: string): string[] {
  const world = new World(1);
  const modem = new GprsModem(world, new Network(world, { latencyMs: 10 }));
  let received = '';
  const wire = { send: (bytes: string) => void (received += bytes) };
  modem.connect(wire);
  modem.onUart('ATE0\r', wire);
  world.run(ANSWER_MS);
  received = '';
  modem.onUart(`${command}\r`, wire);
  world.run(ANSWER_MS);
  return received.split(/[\r\n]+/).filter((line) => line !== '');
}

/** Values between the commas that are in no quotes and no brackets. */
function valuesOf(text: string): string[] {
  const values = [''];
  let depth = 0;
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && character === '(') depth++;
    else if (!quoted && character === ')') depth--;
    if (character === ',' && !quoted && depth === 0) values.push('');
    else values[values.length - 1] += character;
  }
  return values.map((value) => value.trim());
}

function kindOf(value: string): string {
  if (/^-?\d+$/.test(value)) return 'number';
  if (value.startsWith('"')) return 'text';
  if (value.startsWith('(')) return 'list';
  return value === '' ? 'nothing' : 'word';
}

/** What one information line differs in, or '' where it has the expected shape. */
function lineDiffers(line: string, expected: string): string {
  const [, name = '', rest = expected] = /^(\+[A-Z]+:)(.*)$/.exec(expected) ?? [];
  // Without a name the whole line is free text (a maker, a model, a number).
  if (name === '') return line.startsWith('+') ? 'a named line where free text is expected' : '';
  if (!line.startsWith(name)) return `no line ${name}`;
  const ours = valuesOf(line.slice(name.length));
  const theirs = valuesOf(rest);
  if (theirs.length === 1 && theirs[0] === '*') return '';
  if (ours.length !== theirs.length) return `${name} ${ours.length} values, ${theirs.length} expected`;
  const at = theirs.findIndex((value, i) => !value.includes('*') && kindOf(value) !== kindOf(ours[i]));
  return at < 0 ? '' : `${name} value ${at + 1} is a ${kindOf(ours[at])}, a ${kindOf(theirs[at])} expected`;
}

/** What a test command lists is the device's own; that it lists something, under its own name or none, is not. */
function testDiffers(name: string, ours: readonly string[]): Verdict {
  if (ours.length === 0) return failed('nothing is listed');
  const good = ours.every((line) =>
    line.startsWith(`${name}:`) ? line.length > name.length + 2 : line.startsWith('('),
  );
  return good ? passed : failed('something else is listed');
}

function compare(command: string, lines: readonly string[], expected: readonly string[]): Verdict {
  const isFinal = (line: string): boolean => finals.test(line);
  const result = lines.find(isFinal);
  const wanted = expected.find(isFinal);
  if (result === undefined) return failed('no final result');
  if (wanted === undefined) return unmapped('no final result to expect');
  if ((result === 'OK') !== (wanted === 'OK')) return failed(`${result}, ${wanted} expected`);
  const ours = lines.filter((line) => !isFinal(line));
  const theirs = expected.filter((line) => !isFinal(line));
  if (command.endsWith('=?') && theirs.length > 0) return testDiffers(command.slice(2, -2), ours);
  if (ours.length !== theirs.length) return failed(`${ours.length} information lines, ${theirs.length} expected`);
  const differences = theirs.map((line, i) => lineDiffers(ours[i], line));
  const first = differences.find((difference) => difference !== '');
  return first === undefined ? passed : failed(first);
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

export const modemMapper: Mapper = {
  run: (row) => {
    const { command, response_lines: lines } = row;
    const steps = stepsOf(row);
    if (steps) return runSession(row, steps);
    if (Array.isArray(row['steps'])) return unmapped('a session in steps of another form');
    if (typeof command !== 'string' || !isStrings(lines)) return null;
    const name = commandOf(command)?.name;
    if (name === undefined || !sim800Fake.commands.has(name))
      return unmapped('a command that the fake modem does not have');
    return compare(command, answerOf(command), lines);
  },
};
