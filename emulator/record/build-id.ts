/** Names this build: its version, and a digest of the code that decides what a run is. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';

const ROOMS = ['hal', 'drivers', 'firmware', 'host', 'emulator'];
const ROOT = join(__dirname, '..', '..');
/** Faces: they show a run and are no part of it. */
const FACES = ['page', 'server', 'tui', 'record', 'trace'].map((name) => `emulator${sep}${name}${sep}`);

let known = '';

/** `0.1.0-3f9c…`: 12 digits that are others for other code, whether it runs from the sources or compiled. */
export function buildId(): string {
  if (known !== '') return known;
  const own = extname(__filename);
  const hash = createHash('sha256');
  for (const room of ROOMS) {
    const names = readdirSync(join(ROOT, room), { recursive: true }).map(String).sort();
    for (const name of names) {
      const file = join(room, name);
      if (extname(name) !== own || name.endsWith('.d.ts') || FACES.some((face) => file.startsWith(face))) continue;
      hash.update(file).update(readFileSync(join(ROOT, file)));
    }
  }
  const beside = join(ROOT, 'package.json');
  const file = existsSync(beside) ? beside : join(ROOT, '..', 'package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  known = `${version}-${hash.digest('hex').slice(0, 12)}`;
  return known;
}
