/** What becomes of one case: it ran and came out right, ran and came out wrong, or nothing here does what it asks. */

export type Verdict = { readonly result: 'passed' } | { readonly result: 'failed' | 'unmapped'; readonly why: string };

/** A case as it stands in the file: nothing about it is certain. */
export type Row = Readonly<Record<string, unknown>>;

/** One format: `null` from `run` says that the row is none of it. `why` never quotes a PAN, a PIN or a track. */
export interface Mapper {
  run(row: Row): Verdict | null;
}

export const passed: Verdict = { result: 'passed' };

export function failed(why: string): Verdict {
  return { result: 'failed', why };
}

export function unmapped(why: string): Verdict {
  return { result: 'unmapped', why };
}

/** `passed`, or `failed` with its reason. */
export function verdict(good: boolean, why: string): Verdict {
  return good ? passed : failed(why);
}

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
