/**
 * Where a real Espruino is: `ESPRUINO=/path/to/espruino npm test`, its Linux port, which everybody builds outside this
 * repository. Without one its tests are skipped, and say so.
 */
export const enginePath = process.env['ESPRUINO'] ?? '';

/** `describe` where there is a real engine. */
export function describeOnEngine(name: string, tests: () => void): void {
  if (enginePath !== '') {
    describe(name, tests);
    return;
  }
  console.warn(`SKIPPED: "${name}": no real Espruino here. ESPRUINO=/path/to/espruino runs it (docs/testing.md)`);
  describe.skip(name, tests);
}
