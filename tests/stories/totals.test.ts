/** Money rule 6 as far as it goes before settlement: the terminal's totals are the center's, to the fen. */
import { cards, startTerminal, type Terminal } from '../../emulator/terminal';

const DAYS = 4;
const SALES = 12;

/** What the screen and the totals slip say: sales and their sum. */
function totalsOf(terminal: Terminal): { count: number; yuan: string }[] {
  terminal.wake().press('function', '5', '2').waitFor('交易汇总');
  const rows = terminal.lcd.rows();
  terminal.press('cancel').waitForIdle().press('confirm', '2', 'down', '4').wait(300).waitForIdle();
  const line = /借记 DEBIT (\d+) +([\d.]+)/.exec(terminal.paper.lastSlip());
  return [
    { count: Number(rows[1].split(/ +/)[1]), yuan: rows[2].split(/ +/)[1] },
    { count: Number(line?.[1]), yuan: line?.[2] ?? '' },
  ];
}

test.each(Array.from({ length: DAYS }, (_, day) => day + 1))('day %d: screen, slip and center agree', (day) => {
  const terminal = startTerminal({ seed: day, settings: { responseTimeoutMs: 5000 }, record: false });
  terminal.powerOn().signIn();
  const faults = ['silence', 'close', 'badMac', 'late', 'forged'] as const;
  for (let i = 0; i < SALES; i++) {
    const card = [cards.debit, cards.credit, cards.vip, cards.lowBalance, cards.limited][(i * day) % 5];
    if ((i + day) % 4 === 0) terminal.center.fail(faults[(i + day) % 5], { mti: '0200' });
    terminal.sell(`${(i + 1) * day * 9}.${10 + i}`, card);
    terminal.center.clearFaults();
    if (i === 5) terminal.powerCut().powerOn().signIn();
  }
  const { settings } = terminal.inside;
  const { debitFen, debitCount } = terminal.center.totals(settings.terminalId, '000001');
  const yuan = `${Math.floor(debitFen / 100)}.${String(debitFen % 100).padStart(2, '0')}`;
  expect(debitCount).toBeGreaterThan(3);
  expect(totalsOf(terminal)).toEqual([
    { count: debitCount, yuan },
    { count: debitCount, yuan },
  ]);
  terminal.close();
});
