// python-escpos, in an environment of its own, for the test in which it prints on the printer.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const wanted = 'python-escpos==3.1';
const folder = fileURLToPath(new URL('../.cache/python', import.meta.url));
const python = join(folder, 'bin', 'python');

function run(command, args) {
  return spawnSync(command, args, { stdio: ['ignore', 2, 2] }).status === 0;
}

const imports = ['-c', 'import escpos, PIL'];

/** Path of a Python that has it, or '' where none can be had: that test is then skipped, loudly. */
export function installPython() {
  if (existsSync(python) && run(python, imports)) return python;
  process.stderr.write(`cupos: installing ${wanted} by pip for a test against it\n`);
  const made = run('python3', ['-m', 'venv', folder]) && run(python, ['-m', 'pip', 'install', '-q', wanted]);
  return made && run(python, imports) ? python : '';
}
