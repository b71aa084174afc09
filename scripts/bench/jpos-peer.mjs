// jPOS beside us, where a JDK and Maven are there and its jar can be had. Whatever is missing is said, never hidden.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('./jpos/', import.meta.url));
const jars = fileURLToPath(new URL('../../.cache/jpos/', import.meta.url));

function run(command, args, timeoutMs) {
  return execFileSync(command, args, { encoding: 'utf8', timeout: timeoutMs, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Returns `{pack, unpack}` in microseconds, or `{skipped: why}`. `fields`: as `peerRuns` of iso8583-peer.mjs. */
export function timeJpos(wireHex, fields) {
  try {
    run('java', ['-version'], 60_000);
  } catch {
    return { skipped: 'no java' };
  }
  if (!existsSync(join(jars, 'jpos-2.1.10.jar'))) {
    try {
      const output = `-DoutputDirectory=${jars}`;
      run('mvn', ['-q', '-B', '-f', join(here, 'pom.xml'), 'dependency:copy-dependencies', output], 300_000);
    } catch (error) {
      return { skipped: error.code === 'ENOENT' ? 'no mvn' : 'its jar cannot be had (mvn failed)' };
    }
  }
  const pairs = Object.entries(fields).map(
    ([field, value]) => `${field}:${field === '35' ? value.replace('D', '=') : value}`,
  );
  try {
    const classes = [join(jars, '*'), here].join(delimiter);
    return JSON.parse(run('java', ['-cp', classes, join(here, 'JposRun.java'), wireHex, ...pairs], 300_000));
  } catch (error) {
    return {
      skipped: `it does not run: ${
        String(error.stderr || error.message)
          .trim()
          .split('\n')[0]
      }`,
    };
  }
}
