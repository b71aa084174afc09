/** `mkdir -p`. Node's own goes round in circles, for ever, where a file system makes no directories: below /proc. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Makes a directory and those above it; throws the system's error. */
export function makeDirectory(path: string, mode = 0o777): void {
  const missing: string[] = [];
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.unshift(at);
  for (const one of missing) {
    try {
      mkdirSync(one, { mode });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  // A file of that name is in the way: the system says so.
  if (!statSync(path).isDirectory()) mkdirSync(path);
}
