/** Files that somebody names on the command line: never more of them is read than such a file may have. */
import { closeSync, openSync, readSync } from 'node:fs';

/** Of a file with a key in its first line. */
export const LONGEST_KEY_FILE_BYTES = 4096;

const PIECE_BYTES = 65_536;

/**
 * The text of a file, a pipe or a device; `null` where it is longer than `longestBytes`. Throws what the system says of a
 * file that cannot be read.
 */
export function readTextFile(path: string, longestBytes: number): string | null {
  const file = openSync(path, 'r');
  try {
    const pieces: Buffer[] = [];
    let length = 0;
    for (;;) {
      const piece = Buffer.allocUnsafe(PIECE_BYTES);
      const count = readSync(file, piece, 0, PIECE_BYTES, null);
      if (count === 0) return Buffer.concat(pieces).toString('utf8');
      length += count;
      if (length > longestBytes) return null;
      pieces.push(piece.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
}
