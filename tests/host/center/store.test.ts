import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createCenter } from '../../../host/center/center';
import { openCenterOnDisk } from '../../../host/center/files';
import { openStore } from '../../../host/center/open-store';
import type { Store } from '../../../host/center/store';
import { seedTestData, TEST_TERMINAL } from '../../../host/center/test-data';
import { engines } from './center-fixture';
import { createTestTerminal } from './test-terminal';

let dir = '';
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'cupos-center-'));
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

describe.each(engines)('the store (%s)', (engine) => {
  test('nests savepoints, keeps what is released, undoes what is rolled back', () => {
    const store = openStore({ path: ':memory:', engine });
    store.exec('CREATE TABLE t (a INTEGER)');
    const insert = (a: number): number => store.run('INSERT INTO t VALUES (?)', a);
    store.savepoint('outer');
    insert(1);
    store.savepoint('inner');
    insert(2);
    store.rollback('inner');
    store.savepoint('inner');
    insert(3);
    store.release('inner');
    store.release('outer');
    expect(store.all('SELECT a FROM t ORDER BY a')).toEqual([{ a: 1 }, { a: 3 }]);
    store.close();
  });

  test('can use a statement again that failed', () => {
    const store = openStore({ path: ':memory:', engine });
    store.exec('CREATE TABLE t (a INTEGER PRIMARY KEY, b BLOB) STRICT');
    const insert = 'INSERT INTO t VALUES (?, ?)';
    store.run(insert, 1, Buffer.from('x'));
    expect(() => store.run(insert, 1, null)).toThrow();
    expect(store.run(insert, 2, null)).toBe(1);
    expect(store.lastId()).toBe(2);
    expect(Buffer.from(store.get('SELECT b FROM t WHERE a = 1')?.b as Uint8Array).toString()).toBe('x');
    expect(store.get('SELECT b FROM t WHERE a = ?', 9)).toBeUndefined();
    store.close();
  });

  test('in a file is there again after a restart, and belongs to one center at a time', () => {
    const file = path.join(dir, 'center.db');
    const first = openStore({ path: file, engine });
    expect(first.engine).toBe(engine === 'native' ? 'better-sqlite3' : 'node-sqlite3-wasm');
    const center = createCenter(first);
    seedTestData(center);
    const terminal = createTestTerminal(center);
    terminal.signIn();
    expect(terminal.sale({ stan: 9 }).code).toBe('00');
    expect(() => openStore({ path: file, engine })).toThrow(`in use by process ${process.pid}`);
    first.close();
    const second = openStore({ path: file, engine });
    const again = createCenter(second);
    seedTestData(again);
    const same = createTestTerminal(again);
    same.state = Object.assign(same.state, terminal.state);
    expect(same.sale({ stan: 9 })).toMatchObject({ code: '00', macValid: true });
    expect(again.ledger()).toHaveLength(1);
    second.close();
  });

  test('left behind by a killed process is taken over', () => {
    const file = path.join(dir, 'center.db');
    openStore({ path: file, engine }).close();
    // No process has this number: it is above the highest one Linux gives out.
    fs.writeFileSync(`${file}.owner`, '999999999');
    fs.mkdirSync(`${file}.lock`);
    const store = openStore({ path: file, engine });
    store.exec('CREATE TABLE t (a INTEGER)');
    store.close();
    expect(fs.existsSync(`${file}.owner`)).toBe(false);
  });

  test('of another version, or that is no database, is refused in one sentence', () => {
    const file = path.join(dir, 'center.db');
    const store = openStore({ path: file, engine });
    store.exec('PRAGMA user_version = 99');
    expect(() => createCenter(store)).toThrow("the center's database has version 99, not 2");
    store.close();
    fs.writeFileSync(file, 'this is no database, whatever its name says'.repeat(50));
    expect(() => openStore({ path: file, engine })).toThrow(/^cannot open the database .*/);
    expect(() => openStore({ path: path.join(dir, 'no', 'where.db'), engine })).toThrow(/^cannot open the database .*/);
  });
});

test('a file that one engine wrote opens with the other: the next Node may have no binary', () => {
  const file = path.join(dir, 'center.db');
  const order = (['native', 'wasm', 'native'] as const).filter((engine) => engines.includes(engine));
  order.forEach((engine, number) => {
    const store = openStore({ path: file, engine });
    if (number === 0) store.exec('CREATE TABLE t (a INTEGER)');
    store.run('INSERT INTO t VALUES (?)', number);
    expect(store.get('SELECT count(*) AS n FROM t')?.n).toBe(number + 1);
    store.close();
  });
});

test('a failing database is answered 96 with nothing kept, and works again afterwards', () => {
  const store = openStore({ path: ':memory:' });
  let failsAt = '';
  const failing: Store = {
    ...store,
    run: (sql, ...values) => {
      if (failsAt !== '' && sql.includes(failsAt)) throw new Error('disk full');
      return store.run(sql, ...values);
    },
  };
  const errors: unknown[] = [];
  const center = createCenter(failing, { seed: 1, onError: (error) => errors.push(error) });
  seedTestData(center);
  const terminal = createTestTerminal(center);
  terminal.signIn();
  for (failsAt of ['INSERT INTO exchanges', 'UPDATE accounts', 'INSERT INTO ledger']) {
    expect(terminal.sale({ stan: 40 }).code).toBe('96');
    expect(center.ledger()).toHaveLength(0);
    expect(center.exchanges()).toHaveLength(0);
  }
  failsAt = '';
  expect(errors).toHaveLength(3);
  expect(terminal.sale({ stan: 40 })).toMatchObject({ code: '00', macValid: true });
});

test('CUPOS_SQLITE=wasm chooses the engine that needs no compiler', () => {
  const before = process.env.CUPOS_SQLITE;
  process.env.CUPOS_SQLITE = 'wasm';
  try {
    const store = openStore({ path: ':memory:' });
    expect(store.engine).toBe('node-sqlite3-wasm');
    store.close();
  } finally {
    if (before === undefined) delete process.env.CUPOS_SQLITE;
    else process.env.CUPOS_SQLITE = before;
  }
});

describe('a center on disk', () => {
  test('makes its own key at the first start, for its owner alone, marked TEST', () => {
    openCenterOnDisk(dir, [TEST_TERMINAL]).close();
    expect(fs.statSync(path.join(dir, 'center.key')).mode & 0o777).toBe(0o600);
    const key = fs.readFileSync(path.join(dir, 'center.key'), 'utf8');
    expect(key).toMatch(/^TEST [0-9a-f]{64}\n$/);
    openCenterOnDisk(dir, [TEST_TERMINAL]).close();
    expect(fs.readFileSync(path.join(dir, 'center.key'), 'utf8')).toBe(key);
    fs.writeFileSync(path.join(dir, 'center.key'), 'nonsense');
    expect(() => openCenterOnDisk(dir, [TEST_TERMINAL])).toThrow('is not a center key');
    // Nothing stays locked behind the refusal.
    expect(fs.existsSync(path.join(dir, 'center.db.owner'))).toBe(false);
  });

  test('keeps the working keys over a restart with the same TMK, drops them with another', () => {
    const disk = openCenterOnDisk(dir, [TEST_TERMINAL]);
    const terminal = createTestTerminal(disk.center);
    terminal.signIn();
    disk.close();
    const again = openCenterOnDisk(dir, [TEST_TERMINAL]);
    const same = createTestTerminal(again.center);
    Object.assign(same.state, terminal.state);
    expect(same.sale()).toMatchObject({ code: '00', macValid: true });
    again.close();
    const other = openCenterOnDisk(dir, [{ ...TEST_TERMINAL, tmk: 'FEDCBA98765432100123456789ABCDEF' }]);
    const stale = createTestTerminal(other.center);
    Object.assign(stale.state, terminal.state);
    expect(stale.sale().code).toBe('A0');
    other.close();
  });
});
