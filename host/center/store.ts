/**
 * The center's memory: SQLite behind this one small interface. Two engines fit it: better-sqlite3 (native, fast, an
 * optional dependency) and node-sqlite3-wasm (needs nothing but Node); docs/decisions/0004-sqlite-pair.md.
 * Transactions are savepoints only, so that a sweep of power cuts can wrap the center's own ones.
 */

/** What a column holds. */
export type SqlValue = number | string | Uint8Array | null;

/** One row of a query, by column. */
export type Row = Record<string, SqlValue>;

/** A database as the center uses it. */
export interface Store {
  /** Which engine runs: for reports and tests. */
  readonly engine: 'better-sqlite3' | 'node-sqlite3-wasm';
  /** Executes a statement with `?` parameters; statements are prepared once. Returns the number of changed rows. */
  run(sql: string, ...values: SqlValue[]): number;
  /** Row id of the last INSERT. */
  lastId(): number;
  /** First row, or undefined. */
  get(sql: string, ...values: SqlValue[]): Row | undefined;
  all(sql: string, ...values: SqlValue[]): Row[];
  /** Several statements without parameters: the schema. */
  exec(sql: string): void;
  /** Savepoints nest strictly; `name` is an identifier. */
  savepoint(name: string): void;
  /** Keeps what happened since the savepoint; the outermost one makes it durable. */
  release(name: string): void;
  /** Undoes everything since the savepoint and drops the savepoint. */
  rollback(name: string): void;
  close(): void;
}
