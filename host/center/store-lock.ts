/**
 * One center a database file. The owner's process number stands in `<file>.owner`, so that a lock left behind by a
 * killed process is noticed and taken over; node-sqlite3-wasm's own lock (a directory) would stay for ever.
 */
import * as fs from 'node:fs';

const held = new Set<string>();

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function takeOver(path: string, owner: string): void {
  const pid = parseInt(fs.readFileSync(owner, 'utf8'), 10);
  // Our own number without a lock of ours: a container restarted and counts from the beginning again.
  const stale = !(pid > 0) || (pid === process.pid ? !held.has(path) : !isAlive(pid));
  if (!stale) throw new Error(`the database ${path} is in use by process ${pid}`);
  fs.rmSync(`${path}.lock`, { recursive: true, force: true });
  fs.writeFileSync(owner, String(process.pid));
}

/** Claims the file for this process; returns what gives it back. Throws where another living process holds it. */
export function lockStore(path: string): () => void {
  const owner = `${path}.owner`;
  try {
    fs.writeFileSync(owner, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new Error(`cannot open the database ${path}: ${(error as Error).message}`, { cause: error });
    }
    takeOver(path, owner);
  }
  held.add(path);
  return () => {
    held.delete(path);
    fs.rmSync(owner, { force: true });
  };
}
