/** The stories whose every power cut is tried: what a terminal does with money so far. */
import { cards, type Terminal } from '../terminal';
import type { Story } from './power-cut-sweep';
import { clerkToIdle } from './robot-clerk';

function signedIn(terminal: Terminal): void {
  terminal.powerOn();
  terminal.signIn();
}

/** A sale up to the PIN; whatever follows is answered by the robot. */
function sellAndWait(terminal: Terminal, amount: string): void {
  terminal.press('1').type(amount).press('confirm').swipe(cards.debit).waitFor('确认').press('confirm');
  terminal.pinpad.enter(cards.debit.pin);
  clerkToIdle(terminal);
}

export const stories: readonly Story[] = [
  {
    name: 'a first sign-in',
    prepare: (terminal) => void terminal.powerOn(),
    act: (terminal) => void terminal.signIn(),
  },
  {
    name: 'a sale',
    prepare: signedIn,
    act: (terminal) => sellAndWait(terminal, '100.00'),
  },
  {
    name: 'a declined sale',
    prepare: signedIn,
    act: (terminal) => sellAndWait(terminal, '60000.00'),
  },
  {
    name: 'a sale whose answer is lost, and its reversal',
    prepare: (terminal) => {
      signedIn(terminal);
      terminal.center.setFault('*', 'lost', 1, '0200');
    },
    act: (terminal) => sellAndWait(terminal, '100.00'),
    relieve: (terminal) => terminal.center.clearFaults(),
  },
  {
    name: 'a sale whose answer and whose first reversal are lost',
    prepare: (terminal) => {
      signedIn(terminal);
      terminal.center.setFault('*', 'lost', 1, '0200');
      terminal.center.setFault('*', 'lost', 1, '0400');
    },
    act: (terminal) => sellAndWait(terminal, '100.00'),
    relieve: (terminal) => terminal.center.clearFaults(),
  },
];
