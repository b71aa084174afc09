/** The center's tables. Sealed columns are AES-256-GCM (vault.ts); amounts are in fen; times in ms of Unix time. */
import type { Store } from './store';

const SCHEMA_VERSION = 2;

const TABLES = `
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE merchants (merchant_id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE terminals (
  terminal_id TEXT PRIMARY KEY,
  merchant_id TEXT NOT NULL REFERENCES merchants,
  tmk BLOB NOT NULL,
  working_keys BLOB,
  batch INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'new',
  mac_mode TEXT NOT NULL DEFAULT 'unionpay',
  security_control TEXT NOT NULL DEFAULT 'needed'
) STRICT, WITHOUT ROWID;
CREATE TABLE accounts (
  id INTEGER PRIMARY KEY,
  balance_fen INTEGER NOT NULL CHECK (balance_fen >= 0),
  limit_fen INTEGER NOT NULL
) STRICT;
CREATE TABLE cards (
  id INTEGER PRIMARY KEY,
  label TEXT NOT NULL UNIQUE,
  pan_index BLOB NOT NULL UNIQUE,
  pan BLOB NOT NULL,
  masked_pan TEXT NOT NULL,
  expiry TEXT NOT NULL,
  pin_check BLOB,
  needs_pin INTEGER NOT NULL,
  pin_tries INTEGER NOT NULL DEFAULT 0,
  fate TEXT NOT NULL,
  issuer TEXT NOT NULL,
  account_id INTEGER NOT NULL REFERENCES accounts
) STRICT;
CREATE TABLE exchanges (
  id INTEGER PRIMARY KEY,
  terminal_id TEXT NOT NULL REFERENCES terminals,
  batch INTEGER NOT NULL,
  stan INTEGER NOT NULL,
  mti TEXT NOT NULL,
  fingerprint BLOB NOT NULL,
  kind TEXT NOT NULL,
  processing TEXT NOT NULL,
  card_id INTEGER REFERENCES cards,
  masked_pan TEXT NOT NULL,
  amount_fen INTEGER NOT NULL,
  approved_fen INTEGER NOT NULL,
  balance_fen INTEGER,
  code TEXT NOT NULL,
  reference TEXT NOT NULL,
  auth_code TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  reversed INTEGER NOT NULL DEFAULT 0,
  repeats INTEGER NOT NULL DEFAULT 0,
  UNIQUE (terminal_id, batch, stan, mti)
) STRICT;
CREATE TABLE ledger (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  exchange_id INTEGER NOT NULL REFERENCES exchanges,
  account_id INTEGER NOT NULL REFERENCES accounts,
  amount_fen INTEGER NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE tombstones (
  terminal_id TEXT NOT NULL,
  batch INTEGER NOT NULL,
  stan INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (terminal_id, batch, stan)
) STRICT, WITHOUT ROWID;
CREATE TABLE faults (
  id INTEGER PRIMARY KEY,
  terminal_id TEXT NOT NULL,
  mti TEXT NOT NULL,
  fault TEXT NOT NULL,
  remaining INTEGER NOT NULL
) STRICT;
`;

/** From the version of the index to the next. */
const UPGRADES: Record<number, string> = {
  0: TABLES,
  1: `
ALTER TABLE terminals ADD COLUMN mac_mode TEXT NOT NULL DEFAULT 'unionpay';
ALTER TABLE terminals ADD COLUMN security_control TEXT NOT NULL DEFAULT 'needed';
`,
};

/** Makes the tables in a new database and brings older ones up to date. Throws for one of an unknown version. */
export function prepareSchema(store: Store): void {
  const version = store.get('PRAGMA user_version')?.user_version as number;
  if (version === SCHEMA_VERSION) return;
  const upgrade = UPGRADES[version];
  if (!upgrade) throw new Error(`the center's database has version ${version}, not ${SCHEMA_VERSION}`);
  store.savepoint('schema');
  store.exec(upgrade);
  store.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  store.release('schema');
}
