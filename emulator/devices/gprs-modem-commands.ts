/** A command line of a mobile modem, taken apart. */
import type { Bytes } from '../../hal/bytes';

/** `+NAME=` with its argument, `+NAME=?`, `+NAME?` or `+NAME`, wherever `AT` begins; `null` in a line without it. */
export function commandOf(line: Bytes): { readonly name: string; readonly argument: Bytes } | null {
  const upper = line.toUpperCase();
  const start = upper.indexOf('AT');
  if (start < 0) return null;
  const equals = upper.indexOf('=', start);
  if (equals < 0) return { name: upper.slice(start + 2).trim(), argument: '' };
  const argument = line.slice(equals + 1);
  const isTest = argument.trim() === '?';
  return { name: upper.slice(start + 2, equals + 1) + (isTest ? '?' : ''), argument: isTest ? '' : argument };
}
