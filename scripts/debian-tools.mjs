// Programs of others that some tests ask (tests/support/foreign-tool.ts), installed from Debian's packages where we may.
import { spawnSync } from 'node:child_process';

/** Program and the package that brings it. */
const tools = [
  ['tshark', 'tshark'],
  ['socat', 'socat'],
  ['chat', 'ppp'],
  ['ModemManager', 'modemmanager'],
  ['mmcli', 'modemmanager'],
  ['dbus-run-session', 'dbus'],
  ['gdbus', 'libglib2.0-bin'],
];

function isInstalled(tool) {
  return spawnSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' }).status === 0;
}

function apt(args) {
  const options = { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  return spawnSync('apt-get', ['-q', '-y', ...args], options).status === 0;
}

/** Installs what is missing; tests of what stays missing are skipped, loudly. */
export function installTools() {
  const missing = tools.filter(([tool]) => !isInstalled(tool)).map(([, name]) => name);
  if (missing.length === 0 || process.platform !== 'linux' || process.getuid?.() !== 0) return;
  process.stderr.write(`cupos: installing ${missing.join(', ')} by apt-get for tests against foreign tools\n`);
  const packages = ['install', '--no-install-recommends', ...missing];
  if (!apt(packages) && apt(['update'])) apt(packages);
}
