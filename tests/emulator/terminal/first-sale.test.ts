import { cards, startTerminal } from '../../../emulator/terminal';

test('a clerk signs in and sells to a customer with a PIN: two slips, one charge', () => {
  const terminal = startTerminal();
  terminal.timeline.start();
  terminal.powerOn();
  terminal.signIn();
  const before = terminal.center.accounts().find((account) => account.card === 'debit')?.balanceFen ?? 0;
  terminal.sell('100.00', cards.debit);
  expect(terminal.paper.slips()).toHaveLength(2);
  expect(terminal.center.accounts().find((account) => account.card === 'debit')?.balanceFen).toBe(before - 10_000);
});
