/**
 * Opens the center's database with whichever engine there is: better-sqlite3 where its binary could be had, otherwise
 * node-sqlite3-wasm. `CUPOS_SQLITE=wasm` or `=native` forces one. Loaded lazily: neither costs anything unless opened.
 */
import { lockStore } from './store-lock';
import type { Row, SqlValue, Store } from './store';

/** Which database, and by which engine. */
export interface OpenStoreOptions {
  /** A file, or ':memory:'. */
  readonly path: string;
  readonly engine?: 'native' | 'wasm';
}

/** What both engines' statements can be brought to. */
interface Prepared {
  run(values: readonly SqlValue[]): { changes: number; lastInsertRowid: number | bigint };
  get(values: readonly SqlValue[]): Row | undefined;
  all(values: readonly SqlValue[]): Row[];
  finalize(): void;
}

interface Engine {
  readonly name: Store['engine'];
  prepare(sql: string): Prepared;
  exec(sql: string): void;
  close(): void;
}

function openNative(path: string): Engine {
  const Database = require('better-sqlite3') as typeof import('better-sqlite3');
  const database = new Database(path);
  return {
    name: 'better-sqlite3',
    exec: (sql) => void database.exec(sql),
    close: () => void database.close(),
    prepare: (sql) => {
      const statement = database.prepare<SqlValue[], Row>(sql);
      return {
        run: (values) => statement.run(...values),
        get: (values) => statement.get(...values),
        all: (values) => statement.all(...values),
        finalize: () => undefined,
      };
    },
  };
}

function openWasm(path: string): Engine {
  const { Database } = require('node-sqlite3-wasm') as typeof import('node-sqlite3-wasm');
  const database = path === ':memory:' ? new Database() : new Database(path);
  return {
    name: 'node-sqlite3-wasm',
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    prepare: (sql) => {
      let statement = database.prepare(sql);
      // Two traps of this engine: a statement that failed cannot be used again, and `get` leaves one standing at its first
      // row, which holds the transaction open. So a failed one is made anew, and rows are always read to their end.
      function guarded<T>(act: () => T): T {
        try {
          return act();
        } catch (error) {
          try {
            statement.finalize();
          } catch {
            // It reports the same failure again.
          }
          statement = database.prepare(sql);
          throw error;
        }
      }
      return {
        run: (values) => guarded(() => statement.run(values as SqlValue[])),
        get: (values) => guarded(() => statement.all(values as SqlValue[])[0] as Row | undefined),
        all: (values) => guarded(() => statement.all(values as SqlValue[]) as Row[]),
        finalize: () => statement.finalize(),
      };
    },
  };
}

function isMissing(error: unknown): boolean {
  const text = error instanceof Error ? `${error.message} ${(error as NodeJS.ErrnoException).code ?? ''}` : '';
  return /MODULE_NOT_FOUND|bindings file|ERR_DLOPEN_FAILED|NODE_MODULE_VERSION/.test(text);
}

function openEngine(path: string, wanted: string | undefined): Engine {
  if (wanted === 'wasm') return openWasm(path);
  try {
    return openNative(path);
  } catch (error) {
    if (wanted === 'native' || !isMissing(error)) throw error;
    return openWasm(path);
  }
}

/** Opens (and creates) the database. Throws an Error with one clear sentence where it cannot. */
export function openStore(options: OpenStoreOptions): Store {
  const path = options.path;
  const unlock = path === ':memory:' ? () => undefined : lockStore(path);
  let engine: Engine | undefined;
  try {
    engine = openEngine(path, options.engine ?? process.env.CUPOS_SQLITE);
    // A sale the terminal holds an answer for must outlive a power cut here too: FULL, not NORMAL.
    if (path !== ':memory:') engine.exec('PRAGMA synchronous = FULL');
    // No write-ahead log: the engine without a compiler cannot open a file that ever had one.
    if (path !== ':memory:') engine.exec('PRAGMA journal_mode = DELETE');
    engine.exec('PRAGMA foreign_keys = ON');
  } catch (error) {
    engine?.close();
    unlock();
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot open the database ${path}: ${why}`, { cause: error });
  }
  return storeOver(engine, unlock);
}

function storeOver(engine: Engine, unlock: () => void): Store {
  const statements = new Map<string, Prepared>();
  let lastId = 0;

  function prepared(sql: string): Prepared {
    let statement = statements.get(sql);
    if (!statement) {
      statement = engine.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  }

  function execute(sql: string): void {
    prepared(sql).run([]);
  }

  return {
    engine: engine.name,
    run: (sql, ...values) => {
      const result = prepared(sql).run(values);
      lastId = Number(result.lastInsertRowid);
      return result.changes;
    },
    lastId: () => lastId,
    get: (sql, ...values) => prepared(sql).get(values),
    all: (sql, ...values) => prepared(sql).all(values),
    exec: (sql) => engine.exec(sql),
    savepoint: (name) => execute(`SAVEPOINT ${name}`),
    release: (name) => execute(`RELEASE ${name}`),
    rollback: (name) => {
      execute(`ROLLBACK TO ${name}`);
      execute(`RELEASE ${name}`);
    },
    close: () => {
      for (const statement of statements.values()) statement.finalize();
      statements.clear();
      engine.close();
      unlock();
    },
  };
}
