/** The stories whose every power cut is tried: what a terminal does with money so far, and what is done to it. */
import type { CenterFault } from '../../host/center/types';
import { cards, type Terminal } from '../terminal';
import { administrationStories } from './administration';
import type { Story } from './power-cut-sweep';
import { clerkAsksBalance, clerkSells, clerkToIdle } from './robot-clerk';

function signedIn(terminal: Terminal): void {
  terminal.powerOn();
  terminal.signIn();
}

function sell(terminal: Terminal, amount = '100.00'): void {
  clerkSells(terminal, amount, cards.debit);
}

/** And then pays: a number used again, or a debt that the inquiry left, would show. */
function askBalance(terminal: Terminal): void {
  clerkAsksBalance(terminal, cards.debit);
  sell(terminal, '20.00');
}

function clearFaults(terminal: Terminal): void {
  terminal.center.clearFaults();
}

/** A sale during which the center misbehaves; `reversal` concerns the 0400 that follows. */
function saleWith(
  name: string,
  sale: CenterFault,
  options: { amount?: string; reversal?: CenterFault; reversals?: number } = {},
): Story {
  return {
    name,
    prepare: (terminal) => {
      signedIn(terminal);
      terminal.center.setFault('*', sale, 1, '0200');
      if (options.reversal) terminal.center.setFault('*', options.reversal, options.reversals ?? 1, '0400');
    },
    act: (terminal) => sell(terminal, options.amount),
    relieve: clearFaults,
  };
}

/** An inquiry during which the center misbehaves. */
function balanceWith(name: string, fault?: CenterFault): Story {
  return {
    name,
    prepare: (terminal) => {
      signedIn(terminal);
      if (fault) terminal.center.setFault('*', fault, 1, '0200');
    },
    act: askBalance,
    relieve: clearFaults,
  };
}

/** More than the debit card holds: the center declines. */
const TOO_MUCH = '60000.00';

export const stories: readonly Story[] = [
  {
    name: 'a first sign-in',
    prepare: (terminal) => void terminal.powerOn(),
    act: (terminal) => void terminal.signIn(),
  },
  { name: 'a sale', prepare: signedIn, act: (terminal) => sell(terminal) },
  { name: 'a declined sale', prepare: signedIn, act: (terminal) => sell(terminal, TOO_MUCH) },
  saleWith('a sale whose answer is lost, and its reversal', 'silence'),
  saleWith('a sale whose answer and whose first reversal answer are lost', 'silence', { reversal: 'silence' }),
  saleWith('a sale whose answer is lost, and a reversal that never arrives', 'silence', { reversal: 'lost' }),
  saleWith('a sale whose answer is lost, and every reversal too, until it locks', 'silence', {
    reversal: 'lost',
    reversals: 3,
  }),
  saleWith('a sale that never reaches the center', 'lost'),
  saleWith('an answer that comes after the time-out', 'late'),
  saleWith('an answer that comes twice', 'duplicate'),
  saleWith('an answer without F64', 'noMac'),
  saleWith('an answer whose MAC is wrong', 'badMac'),
  saleWith('an answer under the MAC of another message', 'macOfOther'),
  saleWith('a decline forged into an approval', 'forged', { amount: TOO_MUCH }),
  saleWith('an answer with another amount', 'wrongAmount'),
  saleWith('an answer with another STAN', 'wrongStan'),
  saleWith('an answer to another terminal', 'wrongTerminal'),
  saleWith('an answer cut off in the middle', 'truncated'),
  saleWith('a line that closes instead of an answer', 'close'),
  balanceWith('a balance inquiry'),
  balanceWith('a balance inquiry whose answer is lost', 'silence'),
  balanceWith('a balance inquiry whose answer comes after the time-out', 'late'),
  balanceWith('a balance inquiry whose answer has a wrong MAC', 'badMac'),
  balanceWith('a balance inquiry answered with another STAN', 'wrongStan'),
  {
    name: 'a balance inquiry while a reversal is owed',
    prepare: (terminal) => {
      signedIn(terminal);
      terminal.center.setFault('*', 'silence', 1, '0200');
      terminal.center.setFault('*', 'lost', 3, '0400');
      sell(terminal);
    },
    act: askBalance,
    relieve: clearFaults,
  },
  {
    name: 'the same card and amount twice',
    prepare: (terminal) => {
      signedIn(terminal);
      sell(terminal);
    },
    act: (terminal) => sell(terminal),
  },
  {
    name: 'two sales whose slips do not come for want of paper, and the next start',
    prepare: (terminal) => {
      signedIn(terminal);
      terminal.fault('printer', 'paper', 0);
    },
    act: (terminal) => {
      clerkGivesUpOnPaper(terminal, '20.00');
      clerkGivesUpOnPaper(terminal, '30.00');
      terminal.fault('printer', 'refill').powerCut().powerOn();
      clerkToIdle(terminal);
    },
    relieve: (terminal) => void terminal.fault('printer', 'refill'),
  },
  {
    name: 'keys replaced at the center between two sales',
    prepare: (terminal) => {
      signedIn(terminal);
      sell(terminal, '20.00');
      terminal.center.replaceKeys(terminal.inside.settings.terminalId);
    },
    act: (terminal) => {
      sell(terminal);
      sell(terminal, '30.00');
    },
  },
  journalLost('a flash chip that was replaced by a blank one', () => 0xff),
  journalLost('a flash chip full of garbage', (at) => (at * 7919 + (at >> 7)) & 0xff),
  {
    name: 'a page of the journal that rots, and the next start',
    prepare: (terminal) => {
      signedIn(terminal);
      sell(terminal, '20.00');
      sell(terminal, '30.00');
      terminal.fault('flash', 'rot', 7);
      sellUntilAnswerIsLost(terminal);
      terminal.powerCut();
    },
    act: (terminal) => {
      terminal.fault('network', 'down', 0);
      terminal.powerOn();
      clerkToIdle(terminal);
      sell(terminal);
    },
    relieve: (terminal) => void terminal.fault('network', 'down', 0),
  },
  {
    name: 'a lost answer, then a line that is dead for ten attempts, then alive',
    prepare: (terminal) => {
      signedIn(terminal);
      sellUntilAnswerIsLost(terminal);
    },
    act: (terminal) => {
      for (let attempt = 0; attempt < 10; attempt++) sell(terminal);
      terminal.fault('network', 'down', 0);
      sell(terminal);
    },
    relieve: (terminal) => void terminal.fault('network', 'down', 0),
  },
  ...administrationStories,
];

/** After a day's sale the chip holds something else: the terminal must not sell before it has a new batch. */
function journalLost(name: string, byteAt: (address: number) => number): Story {
  return {
    name,
    prepare: (terminal) => {
      signedIn(terminal);
      sell(terminal, '20.00');
      terminal.powerCut();
      const { flash } = terminal.inside;
      flash.load(Uint8Array.from({ length: flash.sizeBytes }, (_, at) => byteAt(at)));
    },
    act: (terminal) => {
      terminal.powerOn();
      clerkToIdle(terminal);
      sell(terminal);
    },
  };
}

/** Cancel at the question for paper: the slips are owed to the next start. */
function clerkGivesUpOnPaper(terminal: Terminal, amount: string): void {
  terminal.wake().press('1').type(amount).press('confirm').swipe(cards.debit).waitFor('核对').press('confirm');
  terminal.pinpad.enter(cards.debit.pin);
  terminal.waitFor('打印机缺纸').press('cancel').waitForIdle();
}

/** The request gets through, the line dies before the answer: nothing can be reversed for now. */
function sellUntilAnswerIsLost(terminal: Terminal): void {
  const { world, center } = terminal;
  terminal.press('1').type('100.00').press('confirm').swipe(cards.debit).waitFor('核对').press('confirm');
  terminal.pinpad.enter(cards.debit.pin);
  world.runUntilReached(() => center.exchanges().some((row) => row.mti === '0200'), 60_000);
  terminal.fault('network', 'down', 1);
}
