/** A device is served until somebody ends it: Ctrl-C, a kill, or the closed window. */
import type { Interface } from 'node:readline';

export function interrupted(): Promise<void> {
  return new Promise((ended) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => ended());
  });
}

/** Lines that somebody types meanwhile. */
export function typedLines(onLine: (line: string) => void): Interface {
  const { createInterface } = require('node:readline') as typeof import('node:readline');
  const typed = createInterface({ input: process.stdin });
  typed.on('line', onLine);
  return typed;
}
