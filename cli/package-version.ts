/** Version of the package, whether this runs from the sources or from dist/. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export function packageVersion(): string {
  const beside = join(__dirname, '..', 'package.json');
  const file = existsSync(beside) ? beside : join(__dirname, '..', '..', 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
