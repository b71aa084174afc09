/** A seeded center in memory with a terminal of the tests, on either SQLite engine. */
import { createCenter } from '../../../host/center/center';
import { openStore } from '../../../host/center/open-store';
import { seedTestData } from '../../../host/center/test-data';
import { createTestTerminal } from './test-terminal';

export function openCenter(engine: 'native' | 'wasm' = 'native') {
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

export function openSignedIn(engine: 'native' | 'wasm' = 'native') {
  const fixture = openCenter(engine);
  const answer = fixture.terminal.signIn();
  if (answer.code !== '00') throw new Error(`sign-in was answered ${answer.code}`);
  return fixture;
}
