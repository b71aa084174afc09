// Memory of a thousand terminals in one process, all alive at once.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TERMINALS = 1000;

export function benchTerminals(dist) {
  const peer = fileURLToPath(new URL('terminals-peer.mjs', import.meta.url));
  const args = [peer, join(dist, 'emulator/terminal.js'), String(TERMINALS)];
  const { bytes, sales } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  if (sales !== TERMINALS) throw new Error(`${sales} sales of ${TERMINALS} terminals were posted`);
  return { [`terminals.${TERMINALS}.rssMB`]: Math.round(bytes / 1e6) };
}
