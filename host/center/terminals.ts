/** Merchants, terminals, their keys and their open batch. */
import { checkDialect, type TerminalDialect } from './dialect';
import type { Numbers } from './numbers';
import { packKeys, unpackKeys, type MacKey, type WorkingKeys } from './security';
import type { Row, Store } from './store';
import type { MerchantSetup, TerminalRow, TerminalSetup } from './types';
import type { Vault } from './vault';

export interface Terminal {
  readonly terminalId: string;
  readonly merchantId: string;
  /** 0 before the first sign-in. */
  readonly batch: number;
  readonly state: TerminalRow['state'];
  /** null before the first sign-in. */
  readonly keys: WorkingKeys | null;
  readonly dialect: TerminalDialect;
}

/** What the terminal's messages are sealed with; null before the first sign-in. */
export function macKeyOf(terminal: Terminal | undefined): MacKey | null {
  return terminal?.keys ? { key: terminal.keys.mak, mode: terminal.dialect.macMode } : null;
}

export interface Terminals {
  find(terminalId: string): Terminal | undefined;
  list(): TerminalRow[];
  addMerchant(merchant: MerchantSetup): void;
  addTerminal(terminal: TerminalSetup): void;
  tmk(terminalId: string): Buffer;
  /** New working keys: PIK and TDK of these lengths in bytes; MAK of 8, or of 16 for X9.19 with a long PIK. */
  newKeys(terminalId: string, pikBytes: number, tdkBytes: number): WorkingKeys;
  /** Opens the batch after the last one that holds no exchange; returns it. */
  openNewBatch(terminalId: string, lastBatch: number): number;
  setBatch(terminalId: string, batch: number): void;
  setState(terminalId: string, state: TerminalRow['state']): void;
}

const FIND =
  'SELECT merchant_id, working_keys, batch, state, mac_mode, security_control FROM terminals WHERE terminal_id = ?';
const HIGHEST_BATCH = 999_999;
const TMK_HEX = /^[0-9A-F]{32}$/i;

/** DES keys carry odd parity in their lowest bits; nobody checks it, but key loaders like to see it. */
function withOddParity(key: Buffer): Buffer {
  for (let i = 0; i < key.length; i++) {
    let byte = key[i];
    let ones = 0;
    for (let bit = 1; bit < 8; bit++) ones += (byte >> bit) & 1;
    byte = (byte & 0xfe) | (ones % 2 === 0 ? 1 : 0);
    key[i] = byte;
  }
  return key;
}

export function batchDigits(batch: number): string {
  return String(batch).padStart(6, '0');
}

function dialectOf(row: Row): TerminalDialect {
  return checkDialect({ macMode: row.mac_mode as string, securityControl: row.security_control as string });
}

export function createTerminals(store: Store, vault: Vault, numbers: Numbers): Terminals {
  /** Working keys last opened, by what they were sealed as: every message of a terminal needs the same. */
  let opened: { sealed: Uint8Array; terminalId: string; keys: WorkingKeys } | null = null;

  function open(terminalId: string, sealed: Uint8Array): WorkingKeys {
    if (opened && opened.terminalId === terminalId && Buffer.compare(opened.sealed, sealed) === 0) return opened.keys;
    const keys = unpackKeys(vault.unseal(`keys|${terminalId}`, sealed));
    opened = { sealed, terminalId, keys };
    return keys;
  }

  function find(terminalId: string): Terminal | undefined {
    const row = store.get(FIND, terminalId);
    if (!row) return undefined;
    const sealed = row.working_keys as Uint8Array | null;
    return {
      terminalId,
      merchantId: row.merchant_id as string,
      batch: row.batch as number,
      state: row.state as Terminal['state'],
      keys: sealed === null ? null : open(terminalId, sealed),
      dialect: dialectOf(row),
    };
  }

  function addMerchant(merchant: MerchantSetup): void {
    if (merchant.merchantId.length !== 15) throw new Error('a merchant id has 15 characters');
    store.run(
      'INSERT INTO merchants VALUES (?, ?) ON CONFLICT (merchant_id) DO UPDATE SET name = excluded.name',
      merchant.merchantId,
      merchant.name,
    );
  }

  function addTerminal(terminal: TerminalSetup): void {
    const id = terminal.terminalId;
    if (id.length !== 8) throw new Error('a terminal id has 8 characters');
    if (!TMK_HEX.test(terminal.tmk)) throw new Error(`the TMK of terminal ${id} is not 32 hex digits`);
    if (!store.get('SELECT 1 FROM merchants WHERE merchant_id = ?', terminal.merchantId)) {
      throw new Error(`terminal ${id} belongs to an unknown merchant`);
    }
    const tmk = vault.seal(`tmk|${id}`, Buffer.from(terminal.tmk, 'hex'));
    const { macMode, securityControl } = checkDialect(terminal.dialect ?? {});
    // Sealing is deterministic: the same TMK again (a restart) changes nothing and keeps the working keys.
    store.run(
      `INSERT INTO terminals (terminal_id, merchant_id, tmk, mac_mode, security_control) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (terminal_id) DO UPDATE SET
         merchant_id = excluded.merchant_id,
         working_keys = CASE WHEN tmk = excluded.tmk AND mac_mode = excluded.mac_mode THEN working_keys END,
         mac_mode = excluded.mac_mode,
         security_control = excluded.security_control,
         tmk = excluded.tmk`,
      id,
      terminal.merchantId,
      tmk,
      macMode,
      securityControl,
    );
  }

  function tmk(terminalId: string): Buffer {
    const row = store.get('SELECT tmk FROM terminals WHERE terminal_id = ?', terminalId);
    if (!row) throw new Error(`no terminal ${terminalId}`);
    return vault.unseal(`tmk|${terminalId}`, row.tmk as Uint8Array);
  }

  function newKeys(terminalId: string, pikBytes: number, tdkBytes: number): WorkingKeys {
    const makBytes = find(terminalId)?.dialect.macMode === 'x9.19' && pikBytes === 16 ? 16 : 8;
    const random = withOddParity(numbers.randomBytes(pikBytes + makBytes + tdkBytes));
    const keys: WorkingKeys = {
      pik: random.subarray(0, pikBytes),
      mak: random.subarray(pikBytes, pikBytes + makBytes),
      tdk: random.subarray(pikBytes + makBytes),
    };
    const sealed = vault.seal(`keys|${terminalId}`, packKeys(keys));
    store.run('UPDATE terminals SET working_keys = ? WHERE terminal_id = ?', sealed, terminalId);
    return keys;
  }

  function setBatch(terminalId: string, batch: number): void {
    store.run('UPDATE terminals SET batch = ? WHERE terminal_id = ?', batch, terminalId);
  }

  function isUsed(terminalId: string, batch: number): boolean {
    const sql =
      'SELECT EXISTS (SELECT 1 FROM exchanges WHERE terminal_id = ? AND batch = ?) ' +
      'OR EXISTS (SELECT 1 FROM tombstones WHERE terminal_id = ? AND batch = ?) AS used';
    return store.get(sql, terminalId, batch, terminalId, batch)?.used === 1;
  }

  function openNewBatch(terminalId: string, lastBatch: number): number {
    let batch = lastBatch;
    do batch = batch >= HIGHEST_BATCH ? 1 : batch + 1;
    while (isUsed(terminalId, batch));
    setBatch(terminalId, batch);
    return batch;
  }

  return {
    find,
    addMerchant,
    addTerminal,
    tmk,
    newKeys,
    openNewBatch,
    setBatch,
    setState: (terminalId, state) =>
      void store.run('UPDATE terminals SET state = ? WHERE terminal_id = ?', state, terminalId),
    list: () =>
      store.all('SELECT * FROM terminals ORDER BY terminal_id').map((row: Row) => ({
        terminalId: row.terminal_id as string,
        merchantId: row.merchant_id as string,
        batch: batchDigits(row.batch as number),
        state: row.state as TerminalRow['state'],
        dialect: dialectOf(row),
      })),
  };
}
