/** Cards and their accounts. A PAN is found by its HMAC, kept sealed, and shown by its first six and last four digits. */
import { maskPan } from '../iso8583/masking';
import type { Store } from './store';
import type { CardChange, CardSetup } from './types';
import type { Vault } from './vault';

export interface Card {
  readonly id: number;
  readonly pan: string;
  readonly maskedPan: string;
  /** YYMM. */
  readonly expiry: string;
  readonly fate: string;
  readonly issuer: string;
  readonly needsPin: boolean;
  readonly pinTries: number;
  /** HMAC of the PIN, null where the card has none. */
  readonly pinCheck: Uint8Array | null;
  readonly accountId: number;
  readonly balanceFen: number;
  /** Most for one sale; 0: no limit. */
  readonly limitFen: number;
}

export interface Cards {
  add(card: CardSetup): void;
  /** What a PAN is found by: 16 bytes that tell nothing without the center's key. */
  indexOf(pan: string): Buffer;
  findByPan(pan: string): Card | undefined;
  findById(id: number): Card | undefined;
  /** True for the right PIN; of a card without one, for any. */
  isPin(card: Card, pin: string): boolean;
  setPinTries(card: Card, tries: number): void;
  /** Changes what the account holds, negative to take from it. */
  post(accountId: number, amountFen: number): void;
  setBalance(label: string, balanceFen: number): void;
  change(label: string, change: CardChange): void;
}

const COLUMNS =
  'cards.id, masked_pan, expiry, pin_check, needs_pin, pin_tries, fate, issuer, account_id, balance_fen, limit_fen';
const FROM = 'FROM cards JOIN accounts ON accounts.id = account_id';
const BY_PAN = `SELECT ${COLUMNS} ${FROM} WHERE pan_index = ?`;
const BY_ID = `SELECT ${COLUMNS}, pan ${FROM} WHERE cards.id = ?`;

export function createCards(store: Store, vault: Vault): Cards {
  function pinCheck(pan: string, pin: string): Buffer {
    return vault.index('pin', `${pan}|${pin}`);
  }

  /** The PAN asked for last: a message needs its index twice. */
  let last = { pan: '', index: vault.index('pan', '') };

  function indexOf(pan: string): Buffer {
    if (last.pan !== pan) last = { pan, index: vault.index('pan', pan) };
    return last.index;
  }

  function find(sql: string, value: number | Uint8Array, pan: string): Card | undefined {
    const row = store.get(sql, value);
    if (!row) return undefined;
    return {
      id: row.id as number,
      pan: pan || vault.unseal('pan', row.pan as Uint8Array).toString('latin1'),
      maskedPan: row.masked_pan as string,
      expiry: row.expiry as string,
      fate: row.fate as string,
      issuer: row.issuer as string,
      needsPin: row.needs_pin === 1,
      pinTries: row.pin_tries as number,
      pinCheck: row.pin_check as Uint8Array | null,
      accountId: row.account_id as number,
      balanceFen: row.balance_fen as number,
      limitFen: row.limit_fen as number,
    };
  }

  function add(card: CardSetup): void {
    if (!/^\d{12,19}$/.test(card.pan)) throw new Error(`card ${card.id} has no PAN of 12 to 19 digits`);
    const index = indexOf(card.pan);
    if (store.get('SELECT 1 FROM cards WHERE pan_index = ?', index)) return;
    store.run('INSERT INTO accounts (balance_fen, limit_fen) VALUES (?, ?)', card.balanceFen, card.limitFen);
    const accountId = store.lastId();
    store.run(
      `INSERT INTO cards (label, pan_index, pan, masked_pan, expiry, pin_check, needs_pin, fate, issuer, account_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      card.id,
      index,
      vault.seal('pan', Buffer.from(card.pan, 'latin1')),
      maskPan(card.pan),
      card.expiry,
      card.pin === '' ? null : pinCheck(card.pan, card.pin),
      card.needsPin ? 1 : 0,
      card.fate,
      card.issuer,
      accountId,
    );
  }

  function isPin(card: Card, pin: string): boolean {
    return card.pinCheck === null || pinCheck(card.pan, pin).equals(card.pinCheck);
  }

  function change(label: string, { balanceFen, limitFen, fate, pin, pinTries }: CardChange): void {
    const row = store.get('SELECT id, account_id, pan FROM cards WHERE label = ?', label);
    if (!row) throw new Error(`no card named ${label}`);
    const onAccount = (column: string, value: number | undefined): void => {
      if (value !== undefined) store.run(`UPDATE accounts SET ${column} = ? WHERE id = ?`, value, row.account_id);
    };
    const onCard = (column: string, value: string | number | Uint8Array | null | undefined): void => {
      if (value !== undefined) store.run(`UPDATE cards SET ${column} = ? WHERE id = ?`, value, row.id);
    };
    onAccount('balance_fen', balanceFen);
    onAccount('limit_fen', limitFen);
    onCard('fate', fate);
    if (pin !== undefined) {
      const pan = vault.unseal('pan', row.pan as Uint8Array).toString('latin1');
      onCard('pin_check', pin === '' ? null : pinCheck(pan, pin));
      onCard('needs_pin', pin === '' ? 0 : 1);
      onCard('pin_tries', 0);
    }
    onCard('pin_tries', pinTries);
  }

  return {
    add,
    change,
    isPin,
    indexOf,
    findByPan: (pan) => find(BY_PAN, indexOf(pan), pan),
    findById: (id) => find(BY_ID, id, ''),
    setPinTries: (card, tries) => void store.run('UPDATE cards SET pin_tries = ? WHERE id = ?', tries, card.id),
    post: (accountId, amountFen) =>
      void store.run('UPDATE accounts SET balance_fen = balance_fen + ? WHERE id = ?', amountFen, accountId),
    setBalance: (label, balanceFen) => {
      const sql = 'UPDATE accounts SET balance_fen = ? WHERE id = (SELECT account_id FROM cards WHERE label = ?)';
      if (store.run(sql, balanceFen, label) !== 1) throw new Error(`no card named ${label}`);
    },
  };
}
