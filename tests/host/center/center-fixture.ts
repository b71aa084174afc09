/** A seeded center in memory with a terminal of the tests, on either SQLite engine. */
import { createCenter } from '../../../host/center/center';
import { openStore } from '../../../host/center/open-store';
import { seedTestData } from '../../../host/center/test-data';
import { createTestTerminal } from './test-terminal';

export function openCenter(engine?: 'native' | 'wasm') {
  const store = openStore({ path: ':memory:', engine });
  const center = createCenter(store, {
    seed: 7,
    onError: (error) => {
      throw error;
    },
  });
  seedTestData(center);
  const terminal = createTestTerminal(center);
  const balanceOf = (card: string): number => center.accounts().find((row) => row.card === card)?.balanceFen ?? NaN;
  return { store, center, terminal, balanceOf };
}

export function openSignedIn(engine?: 'native' | 'wasm') {
  const fixture = openCenter(engine);
  const answer = fixture.terminal.signIn();
  if (answer.code !== '00') throw new Error(`sign-in was answered ${answer.code}`);
  return fixture;
}

function hasNative(): boolean {
  try {
    openStore({ path: ':memory:', engine: 'native' }).close();
    return true;
  } catch {
    process.stderr.write('better-sqlite3 is not installed here: its half of the center tests is SKIPPED\n');
    return false;
  }
}

/** The engines that can be tried here; the wasm one always. */
export const engines: readonly ('native' | 'wasm')[] = hasNative() ? ['native', 'wasm'] : ['wasm'];
