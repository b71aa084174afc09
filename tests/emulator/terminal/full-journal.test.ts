/** A terminal with a full journal, at a board's speed: the clerk sees that it is reading, and may pull the plug. */
import { openFlashImage } from '../../../emulator/flash-image';
import { cards, startTerminal, type Terminal } from '../../../emulator/terminal';
import type { TransactionRecord } from '../../../firmware/journal/transaction-record';

const SALES = 290;

/** Signed in, with a batch of many sales like its last one. */
function withFullJournal(english: boolean): Terminal {
  const terminal = startTerminal({ profile: 'board', settings: { english }, record: false });
  terminal.powerOn().signIn().sell('12.34', cards.debit).waitForIdle().powerCut().wait(1000);
  const { journal, finish, sectors } = openFlashImage(terminal.inside.flash.state.sectors);
  const sold = journal.last() as TransactionRecord;
  while (journal.count() < SALES) {
    const record = { ...sold, fields: sold.fields.map((wire, n) => (n === 11 ? undefined : wire)) };
    expect(finish((done) => journal.begin(record, done))).toBe(0);
    finish((done) => journal.settle({ ...record, state: sold.state }, done));
    for (const slips of [1, 2]) finish((done) => journal.slipsDone(journal.stan(), slips, done));
  }
  terminal.inside.flash.state.sectors = sectors.map((sector) => Buffer.from(sector));
  return terminal;
}

/** Percentages that the LCD showed until something else stands there. */
function progressOf(terminal: Terminal, word: string, end: string): number[] {
  const shown: number[] = [];
  terminal.hold('cancel', 2600);
  for (let waited = 0; waited < 20_000 && !terminal.lcd.text().includes(end); waited += 50) {
    const percent = new RegExp(`${word} (\\d+)%`).exec(terminal.lcd.text())?.[1];
    if (percent !== undefined && shown.at(-1) !== Number(percent)) shown.push(Number(percent));
    terminal.wait(50);
  }
  return shown;
}

test.each([
  [false, '读取流水', '操作员号'],
  [true, 'JOURNAL', 'CLERK'],
])('english %s: the LCD says how far it is, then the terminal sells as ever', (english, word, end) => {
  const terminal = withFullJournal(english);
  const shown = progressOf(terminal, word, end);
  expect(shown.length).toBeGreaterThan(1);
  expect([...shown].sort((a, b) => a - b)).toEqual(shown);
  expect(shown.at(-1)).toBeLessThanOrEqual(100);
  terminal.signIn().sell('5.00', cards.credit);
  expect(terminal.paper.lastSlip()).toContain('5.00');
  terminal.close();
});

test('the plug is pulled and put back while it reads, and a key pressed: the next start reads it all', () => {
  const terminal = withFullJournal(false);
  const before = Buffer.from(terminal.inside.flash.image());
  for (let n = 0; n < 3; n++) {
    terminal.hold('cancel', 2600).waitFor('读取流水').press('5', 'confirm').powerCut().wait(2000);
    expect(Buffer.from(terminal.inside.flash.image()).equals(before)).toBe(true);
  }
  terminal.powerOn().waitFor('操作员号');
  expect(openFlashImage(terminal.inside.flash.state.sectors).journal.count()).toBe(SALES);
  terminal.close();
});

test('an empty journal has nothing to say', () => {
  const terminal = startTerminal({ profile: 'board', record: false });
  expect(progressOf(terminal, '读取流水', '操作员号')).toEqual([]);
  terminal.close();
});
