/**
 * What was answered to every request with STAN and MAC (money rule 5), the postings that came of it, and the tombstones
 * of reversals whose original never arrived (money rule 3).
 */
import type { Row, Store } from './store';

export interface Exchange {
  readonly id: number;
  readonly terminalId: string;
  readonly batch: number;
  readonly stan: number;
  readonly mti: string;
  /** HMAC over what makes a repeat a repeat. */
  readonly fingerprint: Uint8Array;
  readonly kind: 'sale' | 'balance' | 'reversal' | 'other';
  readonly processing: string;
  readonly cardId: number | null;
  readonly maskedPan: string;
  readonly amountFen: number;
  readonly approvedFen: number;
  /** What F54 tells, or null. */
  readonly balanceFen: number | null;
  readonly code: string;
  readonly reference: string;
  readonly authCode: string;
  readonly atMs: number;
  readonly reversed: boolean;
}

export interface Exchanges {
  find(terminalId: string, batch: number, stan: number, mti: string): Exchange | undefined;
  /** Stores it and returns its id; `id` and `reversed` are not looked at. */
  add(exchange: Exchange): number;
  countRepeat(id: number): void;
  markReversed(id: number): void;
  post(kind: 'sale' | 'reversal', exchangeId: number, accountId: number, amountFen: number, atMs: number): void;
  bury(terminalId: string, batch: number, stan: number, atMs: number): void;
  isBuried(terminalId: string, batch: number, stan: number): boolean;
}

function exchangeOf(row: Row): Exchange {
  return {
    id: row.id as number,
    terminalId: row.terminal_id as string,
    batch: row.batch as number,
    stan: row.stan as number,
    mti: row.mti as string,
    fingerprint: row.fingerprint as Uint8Array,
    kind: row.kind as Exchange['kind'],
    processing: row.processing as string,
    cardId: row.card_id as number | null,
    maskedPan: row.masked_pan as string,
    amountFen: row.amount_fen as number,
    approvedFen: row.approved_fen as number,
    balanceFen: row.balance_fen as number | null,
    code: row.code as string,
    reference: row.reference as string,
    authCode: row.auth_code as string,
    atMs: row.at_ms as number,
    reversed: row.reversed === 1,
  };
}

const ADD =
  'INSERT INTO exchanges (terminal_id, batch, stan, mti, fingerprint, kind, processing, card_id, masked_pan, ' +
  'amount_fen, approved_fen, balance_fen, code, reference, auth_code, at_ms) ' +
  'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';

export function createExchanges(store: Store): Exchanges {
  return {
    find: (terminalId, batch, stan, mti) => {
      const sql = 'SELECT * FROM exchanges WHERE terminal_id = ? AND batch = ? AND stan = ? AND mti = ?';
      const row = store.get(sql, terminalId, batch, stan, mti);
      return row && exchangeOf(row);
    },
    add: (e) => {
      store.run(
        ADD,
        e.terminalId,
        e.batch,
        e.stan,
        e.mti,
        e.fingerprint,
        e.kind,
        e.processing,
        e.cardId,
        e.maskedPan,
        e.amountFen,
        e.approvedFen,
        e.balanceFen,
        e.code,
        e.reference,
        e.authCode,
        e.atMs,
      );
      return store.lastId();
    },
    countRepeat: (id) => void store.run('UPDATE exchanges SET repeats = repeats + 1 WHERE id = ?', id),
    markReversed: (id) => void store.run('UPDATE exchanges SET reversed = 1 WHERE id = ?', id),
    post: (kind, exchangeId, accountId, amountFen, atMs) =>
      void store.run(
        'INSERT INTO ledger (kind, exchange_id, account_id, amount_fen, at_ms) VALUES (?, ?, ?, ?, ?)',
        kind,
        exchangeId,
        accountId,
        amountFen,
        atMs,
      ),
    bury: (terminalId, batch, stan, atMs) =>
      void store.run('INSERT OR IGNORE INTO tombstones VALUES (?, ?, ?, ?)', terminalId, batch, stan, atMs),
    isBuried: (terminalId, batch, stan) => {
      const sql = 'SELECT 1 AS buried FROM tombstones WHERE terminal_id = ? AND batch = ? AND stan = ?';
      return store.get(sql, terminalId, batch, stan) !== undefined;
    },
  };
}
