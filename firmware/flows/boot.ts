/**
 * Start: self-test of what the money needs (journal, PIN pad, printer), then what the last life left behind: an owed
 * reversal (money rule 3) and slips that were not finished (money rule 7).
 */
import { byte } from '../../hal/bytes';
import { FAULT_JOURNAL_CORRUPT, FAULT_NONE, FAULT_NOT_READY } from '../../hal/fault';
import { KEY_CANCEL, PRINTER_COVER_OPEN, PRINTER_OFFLINE, PRINTER_PAPER_OUT, PRINTER_TOO_HOT } from '../../hal/devices';
import { PAD_HAS_MAK, PAD_HAS_PIK, PAD_HAS_TMK, PAD_HELLO, PAD_IN_ENGLISH } from '../../hal/pad-commands';
import { PAD_TIMEOUT_MS } from '../exchange/mac';
import { run, type Go, type Step } from '../flow';
import { MODULE_BATCH_SLIP, MODULE_REVERSAL, MODULE_UNPRINTED, MODULE_USE_SETTINGS } from '../modules';
import type { Job, Terminal } from '../terminal-context';
import {
  T_LCD_BRAND,
  T_LCD_COVER_OPEN,
  T_LCD_JOURNAL_LOST,
  T_LCD_MUST_SIGN_IN,
  T_LCD_NO_KEY,
  T_LCD_PAPER_OUT,
  T_LCD_PRINT_READABLE,
  T_LCD_PRINTER_FAULT,
  T_LCD_READING_JOURNAL,
  T_LCD_SELF_TEST,
  T_LCD_TOO_HOT,
  T_LCD_WELCOME,
} from '../texts/ids';
import { ask, warn } from '../ui/dialog';
import { faultText, padFaultText } from '../ui/fault-text';

/** The test is over in a blink: this long a person can read what is going on. */
const SPLASH_MS = 1000;
/** A full journal takes longer to read: it says how far it is. */
const PROGRESS_MS = 1000;

function complain(terminal: Terminal, rowTextId: number, row2: string, go: () => void): void {
  warn(terminal, terminal.text(T_LCD_SELF_TEST), terminal.text(rowTextId), row2, go);
}

function splash(terminal: Terminal, go: Go): void {
  const { ui, text, board } = terminal;
  ui.show(text(T_LCD_BRAND), text(T_LCD_WELCOME), text(T_LCD_SELF_TEST), '');
  board.clock.alarm(SPLASH_MS, go);
}

/**
 * Records of the batch were lost, and the rest will be forgotten with it (money rule 4): what can be read goes on paper
 * first, unless somebody says no.
 */
function saveOnPaper(terminal: Terminal, go: () => void): void {
  const { journal, text } = terminal;
  if (journal.count() === 0) {
    go();
    return;
  }
  terminal.ui.alert();
  ask(terminal, text(T_LCD_JOURNAL_LOST), text(T_LCD_PRINT_READABLE), '', (_confirmed, key) => {
    if (key === KEY_CANCEL) go();
    else
      // For the merchant's name.
      terminal.perform(MODULE_USE_SETTINGS, {}, () => {
        terminal.perform(MODULE_BATCH_SLIP, { details: true, damaged: true }, go);
      });
  });
}

/** Without a journal nothing can be sold: the start ends, to be tried again. */
function mountJournal(terminal: Terminal, go: Go): void {
  const { journal, board, text, ui } = terminal;
  let toldMs = board.clock.nowMs();

  function tell(fault: number): void {
    if (fault === FAULT_JOURNAL_CORRUPT) complain(terminal, T_LCD_JOURNAL_LOST, text(T_LCD_MUST_SIGN_IN), go);
    else {
      complain(terminal, faultText(fault), '', () => {
        go(fault);
      });
    }
  }

  journal.mount(
    (fault) => {
      if (fault === FAULT_NONE) go();
      // The flash's driver stands on the stack, and the small engine's is short.
      else board.clock.alarm(0, () => tell(fault));
    },
    (goOn) => {
      saveOnPaper(terminal, goOn);
    },
    (percent) => {
      const nowMs = board.clock.nowMs();
      if (nowMs - toldMs < PROGRESS_MS) return;
      toldMs = nowMs;
      ui.row(3, text(T_LCD_READING_JOURNAL) + ' ' + percent + '%');
    },
  );
}

function useSettings(terminal: Terminal, go: Go): void {
  terminal.perform(MODULE_USE_SETTINGS, {}, go);
}

function greetPad(terminal: Terminal, go: Go): void {
  const { journal, board, settings } = terminal;
  board.pinpad.start(PAD_HELLO, settings.english ? byte(PAD_IN_ENGLISH) : '', PAD_TIMEOUT_MS, (fault, answer) => {
    const keys = answer.charCodeAt(1);
    if (fault || answer.length < 2) complain(terminal, padFaultText(fault || FAULT_NOT_READY), '', go);
    else if (!(keys & PAD_HAS_TMK)) complain(terminal, T_LCD_NO_KEY, '', go);
    else if (journal.signedInOn() === '' || (keys & PAD_HAS_PIK && keys & PAD_HAS_MAK)) go();
    else {
      // Another pad, or one that lost its working keys.
      journal.markKeysStale(() => {
        go();
      });
    }
  });
}

function printerText(bits: number): number {
  if (bits < 0) return T_LCD_PRINTER_FAULT;
  if (bits & PRINTER_PAPER_OUT) return T_LCD_PAPER_OUT;
  if (bits & PRINTER_COVER_OPEN) return T_LCD_COVER_OPEN;
  if (bits & PRINTER_TOO_HOT) return T_LCD_TOO_HOT;
  return bits & PRINTER_OFFLINE ? T_LCD_PRINTER_FAULT : 0;
}

function askPrinter(terminal: Terminal, go: Go): void {
  terminal.board.printer.status((bits) => {
    const textId = printerText(bits);
    if (textId) complain(terminal, textId, '', go);
    else go();
  });
}

function reverse(terminal: Terminal, go: Go): boolean | void {
  if (!terminal.journal.owed()) return true;
  terminal.perform(MODULE_REVERSAL, {}, () => {
    go();
  });
}

function offerSlips(terminal: Terminal, go: Go): void {
  terminal.perform(MODULE_UNPRINTED, {}, go);
}

const steps: readonly Step<Terminal>[] = [splash, mountJournal, useSettings, greetPad, askPrinter, reverse, offerSlips];

/** Ends with a fault where the journal cannot be read. */
export function boot(terminal: Terminal, _job: Job, done: (fault: number) => void): void {
  run(terminal.board.clock, steps, terminal, done);
}
