/**
 * The terminal: what stays in memory between jobs. It starts the late modules one after the other (boot, log-in, then
 * whatever the clerk asks for at the idle screen) and owns what they share: keys and screen, the stripe head, the
 * journal and the line.
 */
import type { Board } from '../hal/board';
import { FAULT_CANCELLED } from '../hal/fault';
import { idle } from './idle';
import { createJournal } from './journal/create-journal';
import { createLine } from './line/line';
import { MODULE_BOOT, MODULE_LOGIN, MODULE_ONLINE, MODULE_POWER_OFF, MODULE_PRINT, type Modules } from './modules';
import type { TerminalSettings } from './settings';
import type { Job, SwipeListener, Terminal } from './terminal-context';
import type { Texts } from './texts/text-table';
import { createUi, KEY_POWER } from './ui/ui';

/** A head that fails at once is asked again only after this. */
const STRIPE_RETRY_MS = 1000;
const STRIPE_FAULTS_FROM = 30;
const STRIPE_FAULTS_TO = 39;

/**
 * Boots the firmware on a board. `settings` is what it was delivered with, and becomes its own: what the journal says is
 * written over it. `modules`: see module-list.ts. Returns at once.
 */
export function startTerminal(board: Board, settings: TerminalSettings, texts: Texts, modules: Modules): void {
  const { clock } = board;
  const ui = createUi(board.display, board.keypad, board.beeper, clock);
  let swipeListener: SwipeListener | null = null;
  let powerAsked = false;

  /** What a module calls when its job is over. */
  function leave(id: number, done: (fault: number) => void): (fault: number) => void {
    return (fault) => {
      clock.alarm(0, () => {
        // In this order: a job that follows asks for what it needs while it is still there.
        done(fault);
        modules.drop(id);
      });
    };
  }

  // Both ways through an alarm: the callers' frames are gone by then, and the small engine's stack is short.
  function perform(id: number, job: Job, done: (fault: number) => void): void {
    clock.alarm(0, () => {
      modules.use(id)(terminal, job, leave(id, done));
    });
  }

  const terminal: Terminal = {
    board,
    settings,
    journal: createJournal(board.flash, clock),
    line: createLine({ clock, modem: board.modem }, settings),
    ui,
    text: texts,
    perform,
    operator: '',
    toSend: null,
    toPrint: null,
    onSwipe: (listener) => {
      swipeListener = listener;
    },
  };

  function listenToStripe(): void {
    board.stripe.start(0, (fault, tracks) => {
      const listener = swipeListener;
      const swiped = !fault || (fault >= STRIPE_FAULTS_FROM && fault <= STRIPE_FAULTS_TO);
      if (swiped || fault === FAULT_CANCELLED) listenToStripe();
      else clock.alarm(STRIPE_RETRY_MS, listenToStripe);
      if (swiped && listener) listener(fault, tracks);
    });
  }

  /** A start that failed is tried again: nothing works without a journal, but switching off does. */
  function boot(): void {
    perform(MODULE_BOOT, {}, (fault) => {
      if (!fault) {
        clock.alarm(0, rest);
      } else if (powerAsked) {
        powerAsked = false;
        perform(MODULE_POWER_OFF, {}, boot);
      } else boot();
    });
  }

  /** A job that belongs to the one just over: what both need is not loaded again. */
  function follow(id: number, job: Job): void {
    const begin = modules.use(id);
    clock.alarm(0, () => {
      begin(terminal, job, leave(id, rest));
    });
  }

  /** Between two jobs. */
  function rest(): void {
    const online = terminal.toSend;
    const record = terminal.toPrint;
    if (!online) terminal.line.hangUp();
    if (online) {
      terminal.toSend = null;
      follow(MODULE_ONLINE, { online });
    } else if (record) {
      terminal.toPrint = null;
      follow(MODULE_PRINT, { record });
    } else if (powerAsked) {
      powerAsked = false;
      perform(MODULE_POWER_OFF, {}, rest);
    } else if (terminal.operator === '') {
      perform(MODULE_LOGIN, {}, rest);
    } else {
      idle(terminal, (id, job) => {
        powerAsked = false;
        perform(id, job, rest);
      });
    }
  }

  board.power.onHold(() => {
    powerAsked = true;
    ui.press(KEY_POWER);
  });
  listenToStripe();
  boot();
}
