/**
 * A recorded run as a file. What it is stands in front, legible; everything else (keys pressed, cards drawn, the terminal's
 * former memory) is sealed: AES-256-GCM under a key derived from a TMK, the published TEST key where nothing but test
 * cards is in it, otherwise the TMK of the state directory that the run belongs to.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { TEST_TERMINAL } from '../../host/center/test-data';
import { headNames, modemNames, padNames, type PartNames } from '../parts';
import { calendarForm } from '../scenario/vocabulary';
import { isInput, type Input } from './inputs';
import type { Beginning, FormerState, RecordedRun } from './recorded-run';
import type { WireRecord } from './wire-digest';

/** Whose TMK seals it. */
export type SealedBy = 'test' | 'terminal';

export interface RunHeader {
  readonly cupos: 'run';
  readonly version: 1;
  readonly build: string;
  readonly seed: number;
  readonly startsAt: string;
  readonly profile: 'instant' | 'board';
  readonly parts: PartNames;
  readonly provisioned: boolean;
  readonly inputs: number;
  readonly durationUs: number;
  readonly sealedBy: SealedBy;
}

/** One line, nothing of the content. */
export class RunFileError extends Error {}

export const LONGEST_FILE_BYTES = 64_000_000;
const LONGEST_CONTENT_BYTES = 256_000_000;
const LONGEST_RUN_US = 30 * 86_400_000_000;
const IV_BYTES = 12;
const TAG_BYTES = 16;

interface Content {
  readonly settings: Beginning['settings'];
  readonly former: FormerState | null;
  readonly inputs: readonly Input[];
  readonly end: RecordedRun['end'];
  readonly wires: WireRecord;
}

function sealingKey(tmk: string): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(tmk, 'hex'), 'cupos', 'recorded run', 32));
}

/** `tmk`: 32 hex digits of the terminal's own; without it the file is sealed under the TEST key. */
export function writeRunFile(run: RecordedRun, build: string, tmk?: string): string {
  const { seed, startsAt, parts, profile, provisioned, settings } = run.beginning;
  const { former, inputs, end, wires } = run;
  const header: RunHeader = {
    ...({ cupos: 'run', version: 1, build, seed, startsAt, profile, parts, provisioned } as const),
    ...{ inputs: inputs.length, durationUs: end.atUs, sealedBy: tmk === undefined ? 'test' : 'terminal' },
  };
  const content: Content = { settings, former, inputs, end, wires };
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(tmk ?? TEST_TERMINAL.tmk), iv);
  cipher.setAAD(Buffer.from(JSON.stringify(header)));
  const sealed = Buffer.concat([cipher.update(deflateRawSync(JSON.stringify(content))), cipher.final()]);
  const text = Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
  return `${JSON.stringify({ ...header, sealed: text }, null, 1)}\n`;
}

type Fields = Record<string, unknown>;

function isWhole(value: unknown, highest: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= highest;
}

function oneOf(value: unknown, known: readonly string[]): boolean {
  return typeof value === 'string' && known.includes(value);
}

function isParts(value: unknown): boolean {
  const { head, modem, pad } = (value ?? {}) as Fields;
  const isOne = (name: unknown, known: readonly string[]): boolean => name === undefined || oneOf(name, known);
  return isOne(head, headNames) && isOne(modem, modemNames) && isOne(pad, padNames);
}

/** The legible part, checked; throws a `RunFileError`. */
export function readRunHeader(text: string): { header: RunHeader; sealed: string } {
  let fields: Fields;
  try {
    fields = JSON.parse(text) as Fields;
  } catch {
    throw new RunFileError('not a recorded run: not JSON');
  }
  if (fields?.['cupos'] !== 'run') throw new RunFileError('not a recorded run: it does not say "cupos": "run"');
  if (fields['version'] !== 1) throw new RunFileError('a recorded run of another version: only 1 can be read');
  const { sealed, ...header } = fields;
  const { seed, startsAt, profile, parts, provisioned, sealedBy, build } = header;
  const isRight =
    isWhole(seed, 0xffffffff) &&
    typeof startsAt === 'string' &&
    calendarForm.test(startsAt) &&
    oneOf(profile, ['instant', 'board']) &&
    isParts(parts) &&
    typeof provisioned === 'boolean' &&
    oneOf(sealedBy, ['test', 'terminal']) &&
    typeof build === 'string' &&
    /^[\x20-\x7e]{1,60}$/.test(build) &&
    typeof sealed === 'string';
  if (!isRight) throw new RunFileError('a recorded run that is damaged: record it again');
  return { header: header as unknown as RunHeader, sealed };
}

function isInputList(value: unknown): value is readonly Input[] {
  if (!Array.isArray(value)) return false;
  let lastUs = 0;
  let lastSteps = 0;
  return value.every((one: Fields | null) => {
    const { steps, atUs, door, what, args } = one ?? {};
    const isNumber = typeof atUs === 'number' && atUs >= lastUs && atUs <= LONGEST_RUN_US;
    const isRight =
      isNumber &&
      isWhole(steps, Number.MAX_SAFE_INTEGER) &&
      steps >= lastSteps &&
      typeof door === 'string' &&
      typeof what === 'string' &&
      isInput(door, what) &&
      Array.isArray(args);
    if (!isRight) return false;
    lastUs = atUs;
    lastSteps = steps;
    return true;
  });
}

function isWireRecord(value: unknown): value is WireRecord {
  const { wires, bursts, count, digest } = (value ?? {}) as Fields;
  return (
    Array.isArray(wires) &&
    wires.every((wire) => typeof wire === 'string') &&
    Array.isArray(bursts) &&
    bursts.every((burst) => Array.isArray(burst) && burst.length === 5 && burst.every(Number.isFinite)) &&
    isWhole(count, Number.MAX_SAFE_INTEGER) &&
    typeof digest === 'string' &&
    /^[0-9a-f]{64}$/.test(digest)
  );
}

function checkContent(value: unknown): Content {
  const { settings, former, inputs, end, wires } = (value ?? {}) as Fields;
  const { steps, atUs } = (end ?? {}) as Fields;
  const isRight =
    typeof settings === 'object' &&
    settings !== null &&
    (former === null || typeof former === 'object') &&
    isInputList(inputs) &&
    isWhole(steps, Number.MAX_SAFE_INTEGER) &&
    typeof atUs === 'number' &&
    atUs >= 0 &&
    atUs <= LONGEST_RUN_US &&
    isWireRecord(wires);
  if (!isRight) throw new RunFileError('a recorded run that cannot be played: its content is not what it should be');
  return value as Content;
}

/** `tmk`: of the terminal, where the header says that it seals. Throws a `RunFileError`. */
export function readRunFile(text: string, tmk?: string): { header: RunHeader; run: RecordedRun } {
  const { header, sealed } = readRunHeader(text);
  const key = header.sealedBy === 'test' ? TEST_TERMINAL.tmk : tmk;
  if (key === undefined) throw new RunFileError('sealed by the key of its terminal: name its state directory (--data)');
  let content: unknown;
  try {
    const bytes = Buffer.from(sealed, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', sealingKey(key), bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(JSON.stringify(header)));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const packed = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    content = JSON.parse(inflateRawSync(packed, { maxOutputLength: LONGEST_CONTENT_BYTES }).toString('utf8'));
  } catch {
    const remedy =
      header.sealedBy === 'test' ? 'record it again' : 'or --data is not the state directory it belongs to';
    throw new RunFileError(`cannot be opened: it is damaged, ${remedy}`);
  }
  const { settings, former, inputs, end, wires } = checkContent(content);
  const { seed, startsAt, parts, profile, provisioned } = header;
  return {
    header,
    run: { beginning: { seed, startsAt, parts, profile, provisioned, settings }, former, inputs, end, wires },
  };
}
