// Child of terminals.mjs: so many terminals in this one process, each with a World and a center of its own, signed in and
// one sale old. Prints the most memory (RSS) the process ever had, in bytes, and what was sold.
import { createRequire } from 'node:module';

const [terminalModule, count] = process.argv.slice(2);
const { cards, startTerminal } = createRequire(import.meta.url)(terminalModule);
const terminals = [];
for (let seed = 1; seed <= Number(count); seed++) {
  const terminal = startTerminal({ record: false, seed });
  terminals.push(terminal.powerOn().signIn().sell('1.00', cards.debit));
}
const sales = terminals.reduce((sum, terminal) => sum + terminal.center.ledger().length, 0);
process.stdout.write(JSON.stringify({ bytes: process.resourceUsage().maxRSS * 1024, sales }));
