/**
 * `terminal.json` of the state directory: a terminal that `cupos provision` made. What it knows of itself is in its own
 * flash; here stands only what is outside of it: whose TEST key is in its PIN pad, and where its center is.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../host/make-directory';
import { CliError } from './cli-error';

export interface TerminalFile {
  /** Whose key of keys.json the center knows and the key loader holds. */
  readonly terminalId: string;
  readonly merchantId: string;
  /** Where the emulated network has the center. */
  readonly center: { readonly host: string; readonly port: number };
}

function pathOf(data: string): string {
  return join(data, 'terminal.json');
}

function isTerminalFile(value: unknown): value is TerminalFile {
  const { terminalId, merchantId, center } = (value ?? {}) as Partial<Record<keyof TerminalFile, unknown>>;
  const { host, port } = (center ?? {}) as { host?: unknown; port?: unknown };
  return (
    typeof terminalId === 'string' &&
    /^[\x21-\x7e]{8}$/.test(terminalId) &&
    typeof merchantId === 'string' &&
    /^[\x21-\x7e]{15}$/.test(merchantId) &&
    typeof host === 'string' &&
    /^[\x21-\x7e]{1,64}$/.test(host) &&
    Number.isInteger(port) &&
    (port as number) >= 1 &&
    (port as number) <= 65535
  );
}

/** null for a terminal as `cupos run` has it without being told anything. */
export function readTerminalFile(data: string): TerminalFile | null {
  const path = pathOf(data);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new CliError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`, 1);
  }
  let content: unknown = null;
  try {
    content = JSON.parse(text);
  } catch {
    // Told below, as every other damage.
  }
  if (!isTerminalFile(content)) throw new CliError(`${path} is damaged: make the terminal anew with cupos reset`, 1);
  return content;
}

/** Replaces the file as a whole. */
export function writeTerminalFile(data: string, content: TerminalFile): void {
  const path = pathOf(data);
  try {
    makeDirectory(data, 0o700);
    writeFileSync(`${path}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch (error) {
    throw new CliError(`${path} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`, 1);
  }
}
