/**
 * What a tester can make the center do (docs/center.md): outcomes by the last digits of the amount, and faults, by the
 * amount or by switches kept in the store. 44 and 74 because a price ending in 4 (四, 死) is rare in a Chinese shop.
 */
import type { Store } from './store';
import type { CenterFault, FaultRow } from './types';

/** By fen of an amount whose yuan end in 74. */
export const centerFaults: readonly CenterFault[] = [
  'silence',
  'lost',
  'late',
  'slow',
  'duplicate',
  'badMac',
  'noMac',
  'close',
  'wrongStan',
  'wrongAmount',
  'wrongTerminal',
  'wrongMti',
  'macOfOther',
  'truncated',
  'garbage',
  'forged',
];

/** F39 that an amount of 44.01–44.99 (or 144.01, …) asks for, '' for any other: 80–87 stand for A0–A7. */
export function forcedCode(amountFen: number): string {
  const fen = amountFen % 100;
  if (Math.floor(amountFen / 100) % 100 !== 44 || fen === 0) return '';
  if (fen >= 80 && fen <= 87) return `A${fen - 80}`;
  return String(fen).padStart(2, '0');
}

/** Fault that an amount of 74.01–74.16 (or 174.01, …) asks for. */
export function forcedFault(amountFen: number): CenterFault | undefined {
  if (Math.floor(amountFen / 100) % 100 !== 74) return undefined;
  return centerFaults[(amountFen % 100) - 1];
}

export interface FaultSwitches {
  set(terminalId: string, fault: CenterFault, count: number, mti: string): void;
  clear(): void;
  /** Those that wait for their messages, the next one first. */
  list(): FaultRow[];
  /** Forgets one; an id that is gone is ignored. */
  remove(id: number): void;
  /** The fault that this message meets, used up by it. */
  take(terminalId: string, mti: string): CenterFault | undefined;
}

export function createFaultSwitches(store: Store): FaultSwitches {
  function take(terminalId: string, mti: string): CenterFault | undefined {
    const row = store.get(
      `SELECT id, fault, remaining FROM faults
       WHERE (terminal_id = ? OR terminal_id = '*') AND (mti = ? OR mti = '*') ORDER BY id LIMIT 1`,
      terminalId,
      mti,
    );
    if (!row) return undefined;
    if ((row.remaining as number) > 1) store.run('UPDATE faults SET remaining = remaining - 1 WHERE id = ?', row.id);
    else store.run('DELETE FROM faults WHERE id = ?', row.id);
    return row.fault as CenterFault;
  }

  return {
    take,
    clear: () => void store.run('DELETE FROM faults'),
    remove: (id) => void store.run('DELETE FROM faults WHERE id = ?', id),
    list: () =>
      store.all('SELECT * FROM faults ORDER BY id').map((row) => ({
        id: row.id as number,
        terminalId: row.terminal_id as string,
        fault: row.fault as CenterFault,
        remaining: row.remaining as number,
        mti: row.mti as string,
      })),
    set: (terminalId, fault, count, mti) => {
      if (!centerFaults.includes(fault)) throw new Error(`the center has no fault ${String(fault)}`);
      if (!(count > 0)) return;
      const sql = 'INSERT INTO faults (terminal_id, mti, fault, remaining) VALUES (?, ?, ?, ?)';
      store.run(sql, terminalId, mti, fault, Math.floor(count));
    },
  };
}
