/** What the page, the tests and the operator see of the center's books. Nothing here is secret. */
import type { Row, Store } from './store';
import { batchDigits } from './terminals';
import type { AccountRow, BatchTotals, ExchangeRow, LedgerRow } from './types';

const stanDigits = batchDigits;

export function accounts(store: Store): AccountRow[] {
  const sql =
    'SELECT label, masked_pan, fate, pin_tries, balance_fen, limit_fen ' +
    'FROM cards JOIN accounts ON accounts.id = account_id ORDER BY cards.id';
  return store.all(sql).map((row) => ({
    card: row.label as string,
    maskedPan: row.masked_pan as string,
    balanceFen: row.balance_fen as number,
    limitFen: row.limit_fen as number,
    fate: row.fate as string,
    pinTries: row.pin_tries as number,
  }));
}

export function ledger(store: Store, afterId: number): LedgerRow[] {
  const sql =
    'SELECT ledger.id, ledger.kind, label, cards.masked_pan, ledger.amount_fen, terminal_id, batch, stan, reference, ' +
    'ledger.at_ms FROM ledger JOIN exchanges ON exchanges.id = exchange_id JOIN cards ON cards.id = card_id ' +
    'WHERE ledger.id > ? ORDER BY ledger.id';
  return store.all(sql, afterId).map((row) => ({
    id: row.id as number,
    kind: row.kind as LedgerRow['kind'],
    card: row.label as string,
    maskedPan: row.masked_pan as string,
    amountFen: row.amount_fen as number,
    terminalId: row.terminal_id as string,
    batch: batchDigits(row.batch as number),
    stan: stanDigits(row.stan as number),
    reference: row.reference as string,
    atMs: row.at_ms as number,
  }));
}

function exchangeRow(row: Row): ExchangeRow {
  return {
    id: row.id as number,
    terminalId: row.terminal_id as string,
    batch: batchDigits(row.batch as number),
    stan: stanDigits(row.stan as number),
    mti: row.mti as string,
    transaction: row.kind as string,
    maskedPan: row.masked_pan as string,
    amountFen: row.amount_fen as number,
    approvedFen: row.approved_fen as number,
    code: row.code as string,
    reference: row.reference as string,
    reversed: row.reversed === 1,
    repeats: row.repeats as number,
    atMs: row.at_ms as number,
  };
}

/** Without the fingerprint, which nobody may see. */
const EXCHANGE_COLUMNS =
  'id, terminal_id, batch, stan, mti, kind, masked_pan, amount_fen, approved_fen, code, reference, reversed, repeats, at_ms';

export function exchanges(store: Store, afterId: number): ExchangeRow[] {
  const sql = `SELECT ${EXCHANGE_COLUMNS} FROM exchanges WHERE id > ? ORDER BY id`;
  return store.all(sql, afterId).map(exchangeRow);
}

/** Money rule 6: what the terminal's own totals have to agree with. No credits exist yet. */
export function totals(store: Store, terminalId: string, batch: string): BatchTotals {
  const sql =
    'SELECT coalesce(sum(approved_fen), 0) AS fen, count(*) AS number FROM exchanges ' +
    "WHERE terminal_id = ? AND batch = ? AND kind = 'sale' AND approved_fen > 0 AND reversed = 0";
  const row = store.get(sql, terminalId, parseInt(batch, 10));
  return { debitFen: row?.fen as number, debitCount: row?.number as number, creditFen: 0, creditCount: 0 };
}
