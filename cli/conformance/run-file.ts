/** One file of cases: which format each row is, what became of it. Nothing in a file can make this throw. */
import { readFileSync, statSync } from 'node:fs';
import { escposDriverMapper } from './escpos-driver';
import { escposStreamMapper } from './escpos-streams';
import { macMapper } from './mac';
import { magstripeMapper } from './magstripe';
import { modemMapper } from './modem';
import { pinBlockMapper } from './pin-block';
import { tlvMapper } from './tlv';
import { failed, isRow, unmapped, type Mapper, type Row, type Verdict } from './verdict';

const mappers: readonly Mapper[] = [
  pinBlockMapper,
  macMapper,
  tlvMapper,
  magstripeMapper,
  modemMapper,
  escposStreamMapper,
  escposDriverMapper,
];

const LARGEST_BYTES = 64 * 1024 * 1024;
const LONGEST_ID = 120;

export interface FileReport {
  readonly file: string;
  passed: number;
  failed: number;
  unmapped: number;
  readonly failures: { id: string; why: string }[];
  /** Why cases were not run, with their number, in the order of the file. */
  readonly reasons: { why: string; cases: number }[];
}

function emptyReport(file: string): FileReport {
  return { file, passed: 0, failed: 0, unmapped: 0, failures: [], reasons: [] };
}

function countUnmapped(report: FileReport, why: string): void {
  report.unmapped++;
  const known = report.reasons.find((reason) => reason.why === why);
  if (known) known.cases++;
  else report.reasons.push({ why, cases: 1 });
}

function short(text: string): string {
  return text.length > LONGEST_ID ? `${text.slice(0, LONGEST_ID)}…` : text;
}

/** For rows that no mapper knows: what they say of themselves. */
function unknownRow(row: Row): Verdict {
  for (const key of ['op', 'fn', 'kind'] as const) {
    const value = row[key];
    if (typeof value === 'string') return unmapped(short(`${key} "${value}": nothing here does this yet`));
  }
  return unmapped(short(`rows of ${Object.keys(row).slice(0, 6).join(', ')}: nothing here does this yet`));
}

function judge(row: unknown): Verdict {
  if (!isRow(row)) return unmapped('a list of names: nothing to compare');
  try {
    for (const mapper of mappers) {
      const verdict = mapper.run(row);
      if (verdict) return verdict;
    }
  } catch (error) {
    return failed(short(`it threw: ${error instanceof Error ? error.name : 'something'}`));
  }
  return unknownRow(row);
}

/** A row's own name, or its place. */
function idOf(row: unknown, section: string, index: number): string {
  const id = isRow(row) ? (row['id'] ?? row['command']) : undefined;
  return typeof id === 'string' || typeof id === 'number' ? short(String(id)) : `${section}[${index}]`;
}

function runRows(report: FileReport, section: string, rows: readonly unknown[]): void {
  rows.forEach((row, index) => {
    const verdict = judge(row);
    if (verdict.result === 'passed') report.passed++;
    else if (verdict.result === 'unmapped') countUnmapped(report, verdict.why);
    else {
      report.failed++;
      report.failures.push({ id: idOf(row, section, index), why: verdict.why });
    }
  });
}

/** Lists of cases in a file: itself, or every list on its first level that holds objects or lists. */
function sectionsOf(content: unknown): [string, readonly unknown[]][] {
  if (Array.isArray(content)) return [['', content]];
  if (!isRow(content)) return [];
  return Object.entries(content).filter(
    (entry): entry is [string, unknown[]] =>
      Array.isArray(entry[1]) && entry[1].some((item) => typeof item === 'object' && item !== null),
  );
}

/** The text of `path`, or why there is none. */
function readText(path: string): { text: string } | { why: string } {
  try {
    if (statSync(path).size > LARGEST_BYTES) return { why: 'larger than 64 MB' };
    return { text: readFileSync(path, 'utf8').replace(/^\uFEFF/, '') };
  } catch (error) {
    return { why: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})` };
  }
}

/** `file` is the name to report. A file without a case counts as one unmapped case. */
export function runFile(path: string, file: string): FileReport {
  const report = emptyReport(file);
  const read = readText(path);
  if ('why' in read) {
    countUnmapped(report, read.why);
    return report;
  }
  let content: unknown;
  try {
    content = JSON.parse(read.text) as unknown;
  } catch {
    countUnmapped(report, 'not JSON');
    return report;
  }
  for (const [section, rows] of sectionsOf(content)) runRows(report, section, rows);
  if (report.passed + report.failed + report.unmapped === 0) countUnmapped(report, 'no list of cases in it');
  return report;
}
