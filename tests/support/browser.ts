/**
 * The browser of the page's tests: an installed Chromium (`CUPOS_CHROMIUM`, or one on the PATH). Without one its tests
 * are skipped, loudly; under `CUPOS_BROWSER=required` (.ci/run) they fail instead.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Path of the browser, or '' when there is none. */
export function chromiumPath(): string {
  const named = process.env['CUPOS_CHROMIUM'];
  if (named) return isExecutable(named) ? named : '';
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']) {
      if (folder && isExecutable(join(folder, name))) return join(folder, name);
    }
  }
  return '';
}

/** `describe` where there is a browser; its body gets the browser's path. */
export function describeInBrowser(name: string, body: (executablePath: string) => void): void {
  const path = chromiumPath();
  if (path) {
    describe(name, () => body(path));
  } else if (process.env['CUPOS_BROWSER'] === 'required') {
    test(`${name}: needs Chromium`, () => {
      throw new Error('no Chromium found: install it, or name it by CUPOS_CHROMIUM');
    });
  } else {
    process.stderr.write(`\nSKIPPED: ${name}: no Chromium found (apt-get install chromium, or CUPOS_CHROMIUM)\n`);
    describe.skip(name, () => body(path));
  }
}
