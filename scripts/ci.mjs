// The steps of .ci/run. A step that fails does not stop the next ones, except the installation.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installChromium } from './chromium.mjs';
import { installTools } from './debian-tools.mjs';
import { installPython } from './python-tools.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** What hardware in the loop takes a minute for: it runs at the wall's speed. */
const boardStories = ['first-sale', 'wrong-pin', 'power-cut-while-sending'].map(
  (name) => `tests/scenarios/${name}.yaml`,
);
let passed = 0;
let failed = 0;

function step(name, command, args, env = {}) {
  process.stdout.write(`== ${name}: ${command} ${args.join(' ')}\n`);
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 1, 1],
    env: { ...process.env, CI: 'true', ...env },
  });
  if (status === 0) return true;
  process.stdout.write(`== ${name} FAILED\n`);
  failed++;
  return false;
}

function tests(env) {
  const folder = mkdtempSync(join(tmpdir(), 'cupos-ci-'));
  const report = join(folder, 'jest.json');
  const before = failed;
  const ok = step('tests', 'npx', ['jest', '--ci', '--json', `--outputFile=${report}`], env);
  failed = before;
  try {
    if (!existsSync(report)) throw new Error('Jest wrote no report');
    const result = JSON.parse(readFileSync(report, 'utf8'));
    passed += result.numPassedTests;
    // A suite that could not even be loaded has no failed test of its own.
    failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
    if (result.numPendingTests > 0) process.stdout.write(`== ${result.numPendingTests} tests skipped\n`);
    if (!ok && failed === before) failed++;
    if (result.numPassedTests === 0) failed++;
  } catch (error) {
    process.stdout.write(`== tests FAILED: ${error.message}\n`);
    failed++;
  }
  rmSync(folder, { recursive: true, force: true });
}

if (step('install', 'npm', ['ci', '--no-audit', '--no-fund'])) {
  step('build', 'npm', ['run', '--silent', 'build']);
  step('lint', 'npm', ['run', '--silent', 'lint']);
  step('types', 'npm', ['run', '--silent', 'types']);
  step('format', 'npm', ['run', '--silent', 'format:check']);
  step('firmware of the boards', 'npm', ['run', '--silent', 'build:mcu']);
  step('work of a sale', 'npm', ['run', '--silent', 'bench:mcu']);
  installTools();
  step('board', 'node', ['scripts/board-in-ci.mjs', ...boardStories]);
  step('board on serial cables', 'node', ['scripts/board-in-ci.mjs', '--cables', boardStories[0]]);
  step('storm', 'npm', ['run', '--silent', 'sim', '--', '--seeds', '1000', '--cuts']);
  const python = installPython();
  const chromium = installChromium();
  // Here a missing browser is a failure, not a reason to skip its tests.
  tests({
    CUPOS_BROWSER: 'required',
    ...(chromium ? { CUPOS_CHROMIUM: chromium } : {}),
    ...(python ? { CUPOS_PYTHON: python } : {}),
  });
  step('slow tests', 'npm', ['run', '--silent', 'test:slow']);
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
