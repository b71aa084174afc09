// npm leaves an optional package out of the lock file when it could not be had while the file was written (a registry
// mirror without other platforms' binaries), and `npm ci` then refuses the file. This adds what is missing: name, version
// and platform, so that the file is complete and installs everywhere. Run it after `npm install`; a test says when.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/** Whether the package `name` stands beside or above `holder`, where Node would look for it. */
function isThere(packages, holder, name) {
  const folders = holder.split('/node_modules/');
  for (let depth = folders.length; depth > 0; depth--) {
    if (`${folders.slice(0, depth).join('/node_modules/')}/node_modules/${name}` in packages) return true;
  }
  return `node_modules/${name}` in packages;
}

function platformOf(name) {
  const words = name.split('/').pop().split('-');
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor)).slice(0, 1);
  const libc = words.some((word) => word.startsWith('musl')) ? ['musl'] : words.includes('gnu') ? ['glibc'] : [];
  return { ...(cpu.length ? { cpu } : {}), ...(os.length ? { os } : {}), ...(libc.length ? { libc } : {}) };
}

/** Entries that a lock file lacks: { path: entry }. */
export function missingEntries(lock) {
  const missing = {};
  for (const [holder, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (holder === '' || isThere(lock.packages, holder, name)) continue;
      if (!/^\d+\.\d+\.\d+[\w.-]*$/.test(version)) continue;
      missing[`node_modules/${name}`] = {
        version,
        ...platformOf(name),
        ...(entry.dev ? { dev: true } : {}),
        optional: true,
      };
    }
  }
  return missing;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingEntries(lock);
  const packages = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries(packages);
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  process.stdout.write(`${Object.keys(missing).length} entries added to package-lock.json\n`);
}
