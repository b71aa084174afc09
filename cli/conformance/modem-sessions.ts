/**
 * Sessions with a modem, rows `{steps: [[sent, received], …]}`. Bytes with CR are a Hayes session (ITU-T V.250) against the
 * fake dial modem: echo, form and result are compared, what a maker says of itself is not. Commands without CR are the TCP
 * dialogue of a module, `|` between lines of an answer, `||` before lines that come later, against the fake of its family.
 */
import { commandOf } from '../../emulator/devices/gprs-modem-commands';
import type { FakeDialect } from '../../emulator/devices/gprs-modem-dialect';
import { ec20Fake } from '../../emulator/devices/ec20-fake';
import { GprsModem } from '../../emulator/devices/gprs-modem';
import { PstnModem } from '../../emulator/devices/pstn-modem';
import { sim800Fake } from '../../emulator/devices/sim800-fake';
import { Network } from '../../emulator/network';
import { PhoneLine } from '../../emulator/phone-line';
import { World } from '../../emulator/world/world';
import { failed, passed, unmapped, type Row, type Verdict } from './verdict';

const ANSWER_MS = 10_000;
const words = /^(?:OK|CONNECT.*|RING|NO CARRIER|ERROR|NO DIAL ?TONE|BUSY|NO ANSWER|[0-8]|\d\d)$/;

type Step = readonly [sent: string, received: string];

/** The row's steps; null where they are of another form. */
export function stepsOf(row: Row): readonly Step[] | null {
  const { steps } = row;
  if (!Array.isArray(steps) || steps.length === 0) return null;
  const isStep = (step: unknown): step is Step =>
    Array.isArray(step) && step.length === 2 && step.every((part) => typeof part === 'string');
  return steps.every(isStep) ? steps : null;
}

interface Answer {
  readonly echo: boolean;
  readonly info: readonly string[];
  readonly result: string;
}

function answerOf(sent: string, received: string): Answer {
  const command = sent.replace(/\r\n?$/, '');
  const echo = command !== '' && received.startsWith(command);
  const lines = (echo ? received.slice(command.length) : received).split(/[\r\n]+/).filter((line) => line !== '');
  const result = words.test(lines.at(-1) ?? '') ? (lines.pop() as string) : '';
  return { echo, info: lines, result };
}

/** Calls, and what every maker does in a way of its own. */
const elsewhere = /^AT[^+]*[DAO]|^A\/|&[GLPQRUVWXYZ]|[\\%*#$!]|S(?!\d)/i;

function hayes(row: Row, steps: readonly Step[]): Verdict {
  if (row['deviation'] !== undefined && row['deviation'] !== null) {
    return unmapped('a session in which the recorded modem leaves V.250');
  }
  const world = new World(1);
  const modem = new PstnModem(world, new PhoneLine(world), { dtr: true });
  let received = '';
  const wire = { send: (bytes: string): void => void (received += bytes) };
  modem.connect(wire);
  for (const [sent, expected] of steps) {
    if (elsewhere.test(sent.slice(2)) || elsewhere.test(sent))
      return unmapped('a session with a call, or with commands of a maker');
    received = '';
    modem.onUart(sent, wire);
    world.run(ANSWER_MS);
    if (received === expected) continue;
    const [ours, theirs] = [answerOf(sent, received), answerOf(sent, expected)];
    if (ours.echo !== theirs.echo) return failed(`echo ${ours.echo ? 'on' : 'off'} where it should not be`);
    const [told, wanted] = [ours.result, theirs.result];
    if (told === wanted && ours.info.length === theirs.info.length) continue;
    if (told === '' || wanted === '' || /^\d/.test(told) !== /^\d/.test(wanted)) {
      return failed(`result "${told}", "${wanted}" expected`);
    }
    return unmapped('a session with commands that the fake dial modem takes otherwise');
  }
  return passed;
}

function familyOf(steps: readonly Step[]): FakeDialect | null {
  const sent = steps.map(([command]) => command).join('\n');
  if (/\+QI(OPEN|ACT)/.test(sent)) return ec20Fake;
  return /\+CIPSTART/.test(sent) ? sim800Fake : null;
}

/** Names of lines: what stands before their values. */
function namesOf(received: string): string[] {
  return received
    .split(/[|\r\n]+/)
    .map((line) => line.replace(/^(\+\w+:).*$/, '$1').trim())
    .filter((line) => line !== '' && line !== '>');
}

function dialogue(steps: readonly Step[]): Verdict {
  const dialect = familyOf(steps);
  if (dialect === null) return unmapped('a dialogue of a family of modules that is not here');
  const world = new World(1);
  const network = new Network(world, { latencyMs: 10 });
  network.listenAnywhere({ onConnect: () => undefined, onBytes: () => undefined, onClose: () => undefined });
  const modem = new GprsModem(world, network, { dialect });
  let received = '';
  const wire = { send: (bytes: string): void => void (received += bytes) };
  modem.connect(wire);
  modem.onUart('ATE0\r', wire);
  world.run(ANSWER_MS);
  for (const [sent, expected] of steps) {
    if (/<[A-Z]+>/.test(sent + expected)) return unmapped('a dialogue with data or lines of a host that is not here');
    const name = commandOf(sent)?.name;
    if (name === undefined || !dialect.commands.has(name))
      return unmapped('a command that the fake modem does not have');
    received = '';
    modem.onUart(`${sent}\r`, wire);
    world.run(ANSWER_MS);
    const ours = namesOf(received);
    const missing = namesOf(expected).find((line) => /^(OK|\+\w+:|[A-Z ]+OK)$/.test(line) && !ours.includes(line));
    if (missing !== undefined) return failed(`${name}: no line ${missing}`);
  }
  return passed;
}

export function runSession(row: Row, steps: readonly Step[]): Verdict {
  return steps.some(([sent]) => sent.includes('\r')) ? hayes(row, steps) : dialogue(steps);
}
