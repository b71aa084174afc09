/**
 * Where a real Espruino is: `ESPRUINO=/path/to/espruino npm test`, its Linux port, which everybody builds outside this
 * repository. That port takes more memory whenever it wants some; what happens without is tried on a build with a board's fixed
 * number of variables, ESPRUINO_SMALL. Where there is none its tests are skipped, and say so.
 */
export const enginePath = process.env['ESPRUINO'] ?? '';
export const smallEnginePath = process.env['ESPRUINO_SMALL'] ?? '';

function describeOn(variable: string, name: string, tests: () => void): void {
  if (process.env[variable]) {
    describe(name, tests);
    return;
  }
  console.warn(`SKIPPED: "${name}": no such engine here. ${variable}=/path/to/espruino runs it (docs/testing.md)`);
  describe.skip(name, tests);
}

/** `describe` where there is a real engine. */
export const describeOnEngine = (name: string, tests: () => void): void => describeOn('ESPRUINO', name, tests);

/** `describe` where there is a real engine that can run out of memory. */
export const describeOnSmallEngine = (name: string, tests: () => void): void =>
  describeOn('ESPRUINO_SMALL', name, tests);
