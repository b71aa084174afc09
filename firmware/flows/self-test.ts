/**
 * The menu 【设备自检】: one test for each device, which ends with 正常 or names the fault. Nothing of a card that is drawn
 * through is kept, and only its masked number is shown.
 */
import { byte, find, type Bytes } from '../../hal/bytes';
import { KEY_CANCEL, PRINT_CUT, PRINT_DOUBLE_HEIGHT, PRINT_DOUBLE_SIZE } from '../../hal/devices';
import { FAULT_NONE, FAULT_NOT_READY } from '../../hal/fault';
import { PAD_HAS_MAK, PAD_HAS_PIK, PAD_HAS_TDK, PAD_HAS_TMK, PAD_HELLO, PAD_IN_ENGLISH } from '../../hal/pad-commands';
import { PAD_TIMEOUT_MS } from '../exchange/mac';
import { SETTING_MEMORY_CHECK } from '../setting-ids';
import { note, readableTime, RULE, title } from '../slips/slip-parts';
import type { Job, Terminal } from '../terminal-context';
import { foreignText } from '../texts/foreign-text';
import {
  T_LCD_BATTERY_LOW,
  T_LCD_DEVICES,
  T_LCD_NO_KEY,
  T_LCD_SWIPE,
  T_LCD_TEST_BATTERY,
  T_LCD_TEST_BEEPER,
  T_LCD_TEST_DISPLAY,
  T_LCD_TEST_EXTERNAL,
  T_LCD_TEST_FAILED,
  T_LCD_TEST_KEYS,
  T_LCD_TEST_KEYS_COUNT,
  T_LCD_TEST_KEYS_HINT,
  T_LCD_TEST_LISTEN,
  T_LCD_TEST_LOOK,
  T_LCD_TEST_MEMORY,
  T_LCD_TEST_MODEM,
  T_LCD_TEST_OK,
  T_LCD_TEST_PAD,
  T_LCD_TEST_PRINTER,
  T_LCD_TEST_SIGNAL,
  T_LCD_TEST_STRIPE,
  T_LCD_TEST_TRACKS,
  T_SLIP_TEST_1,
  T_SLIP_TEST_2,
  T_SLIP_TEST_3,
  T_SLIP_TEST_TITLE,
  T_LCD_PLEASE_WAIT,
} from '../texts/ids';
import { ANSWER_MS, ask, tell, warn } from '../ui/dialog';
import { faultOfKey } from '../ui/entry';
import { cardFaultText, faultText, lineFaultText, padFaultText } from '../ui/fault-text';
import { choose } from '../ui/menu';
import { checkTracks, maskPan, panOf, panRow } from './card';
import { printBlock } from './print-block';

type Done = (fault: number) => void;
type Test = (terminal: Terminal, name: Bytes, done: Done) => void;

const LOOK_MS = 4000;
const SERIAL_LENGTH = 8;
const LOW_PERCENT = 10;
const BEEP_MS = 150;
const BEEP_EVERY_MS = 400;
/** GBK's full square: every dot of its cell. */
const SQUARE = '\xa1\xf6';
const FULL_ROW = SQUARE + SQUARE + SQUARE + SQUARE + SQUARE + SQUARE + SQUARE + SQUARE;

/** How a test ended. From an alarm: a device's driver still stands on the stack, and the small engine's is short. */
function result(terminal: Terminal, rows: readonly [Bytes, Bytes, Bytes], isGood: boolean, done: Done): void {
  terminal.board.clock.alarm(0, () => {
    (isGood ? tell : warn)(terminal, rows[0], rows[1], rows[2], () => {
      done(FAULT_NONE);
    });
  });
}

function passed(terminal: Terminal, name: Bytes, detail: Bytes, done: Done): void {
  result(terminal, [name, terminal.text(T_LCD_TEST_OK), detail], true, done);
}

function failed(terminal: Terminal, name: Bytes, textId: number, detail: Bytes, done: Done): void {
  result(terminal, [name, terminal.text(textId), detail], false, done);
}

/** What only a person can say. */
function judged(terminal: Terminal, name: Bytes, questionId: number, done: Done): void {
  ask(terminal, name, terminal.text(questionId), '', (confirmed, key) => {
    if (confirmed) passed(terminal, name, '', done);
    else if (key === KEY_CANCEL) failed(terminal, name, T_LCD_TEST_FAILED, '', done);
    else done(FAULT_NONE);
  });
}

function testDisplay(terminal: Terminal, name: Bytes, done: Done): void {
  const { ui } = terminal;
  const look = (): void => {
    ui.keys(null, 0);
    judged(terminal, name, T_LCD_TEST_LOOK, done);
  };
  ui.show(FULL_ROW, FULL_ROW, FULL_ROW, FULL_ROW);
  ui.keys(look, LOOK_MS);
}

function keyName(key: number): Bytes {
  if ((key > 47 && key < 58) || key === 46) return String.fromCharCode(key);
  const at = [13, 8, 85, 68, 70, 77, 80, 122].indexOf(key);
  return at < 0 ? '?' : ['OK', 'CLEAR', 'UP', 'DOWN', 'F', 'MENU', 'FEED', '00'][at];
}

/** Every key but the red one, which ends it. */
function testKeys(terminal: Terminal, name: Bytes, done: Done): void {
  const { ui, text } = terminal;
  let seen = ' ';
  let count = 0;
  ui.show(name, text(T_LCD_TEST_KEYS_HINT), '', '');
  ui.keys((key) => {
    if (faultOfKey(key)) {
      ui.keys(null, 0);
      if (count > 0) passed(terminal, name, text(T_LCD_TEST_KEYS_COUNT) + count, done);
      else done(FAULT_NONE);
      return;
    }
    if (find(seen, ' ' + key + ' ', 0) < 0) {
      seen += key + ' ';
      count++;
    }
    ui.row(2, keyName(key));
    ui.row(3, text(T_LCD_TEST_KEYS_COUNT) + count);
  }, ANSWER_MS);
}

function testPrinter(terminal: Terminal, name: Bytes, done: Done): void {
  const { text, board } = terminal;
  const block =
    title(text(T_SLIP_TEST_TITLE)) +
    RULE +
    note(readableTime(board.rtc.read())) +
    note(text(T_SLIP_TEST_1)) +
    PRINT_DOUBLE_HEIGHT +
    note(text(T_SLIP_TEST_2)) +
    PRINT_DOUBLE_SIZE +
    note(text(T_SLIP_TEST_3)) +
    RULE +
    PRINT_CUT;
  printBlock(terminal, block, '', (fault) => {
    if (fault) failed(terminal, name, T_LCD_TEST_FAILED, '', done);
    else passed(terminal, name, '', done);
  });
}

function testStripe(terminal: Terminal, name: Bytes, done: Done): void {
  const { ui, text, onSwipe } = terminal;
  function leave(): void {
    ui.keys(null, 0);
    onSwipe(null);
  }
  ui.show(name, text(T_LCD_SWIPE), '', '');
  ui.keys((key) => {
    if (!faultOfKey(key)) return;
    leave();
    done(FAULT_NONE);
  }, ANSWER_MS);
  onSwipe((fault, tracks) => {
    leave();
    const problem = fault || !tracks ? fault : checkTracks(tracks);
    if (problem || !tracks) {
      failed(terminal, name, cardFaultText(problem), '', done);
      return;
    }
    const { track1, track2, track3 } = tracks;
    const found = (track1 ? ' 1' : '') + (track2 ? ' 2' : '') + (track3 ? ' 3' : '');
    const number = panRow(maskPan(panOf(track2)));
    result(terminal, [text(T_LCD_TEST_OK), number, text(T_LCD_TEST_TRACKS) + found], true, done);
  });
}

function testPad(terminal: Terminal, name: Bytes, done: Done): void {
  const { text, board, settings } = terminal;
  board.pinpad.start(PAD_HELLO, settings.english ? byte(PAD_IN_ENGLISH) : '', PAD_TIMEOUT_MS, (fault, answer) => {
    if (fault || answer.length < 2) {
      failed(terminal, name, padFaultText(fault || FAULT_NOT_READY), '', done);
      return;
    }
    const bits = answer.charCodeAt(1);
    if (!(bits & PAD_HAS_TMK)) {
      failed(terminal, name, T_LCD_NO_KEY, '', done);
      return;
    }
    const held =
      'TMK' +
      (bits & PAD_HAS_PIK ? ' PIK' : '') +
      (bits & PAD_HAS_MAK ? ' MAK' : '') +
      (bits & PAD_HAS_TDK ? ' TDK' : '');
    const serial = foreignText(answer.substr(2), SERIAL_LENGTH);
    result(terminal, [name, text(T_LCD_TEST_OK) + '  ' + serial, held], true, done);
  });
}

/** Connects to the host and hangs up: SIM, network or telephone line, and the way there. */
function testModem(terminal: Terminal, name: Bytes, done: Done): void {
  const { ui, text, board, settings } = terminal;
  const { modem } = board;
  const signal = modem.signal();
  const detail = text(T_LCD_TEST_SIGNAL) + (signal > 31 ? '--' : signal);
  ui.show(name, text(T_LCD_PLEASE_WAIT), detail, '');
  ui.keys((key) => {
    if (faultOfKey(key)) modem.cancel();
  }, 0);
  const request = {
    host: settings.host,
    port: settings.port,
    apn: settings.apn,
    phones: settings.phones,
    outsideLine: settings.outsideLine,
    redials: settings.redials,
    timeoutMs: settings.connectTimeoutMs,
  };
  modem.start(request, (fault, link) => {
    ui.keys(null, 0);
    if (link) link.close();
    if (fault) failed(terminal, name, lineFaultText(fault), detail, done);
    else passed(terminal, name, detail, done);
  });
}

/** Writes a value through the journal, which reads back what it wrote, and reads it again. */
function testMemory(terminal: Terminal, name: Bytes, done: Done): void {
  const { journal, board } = terminal;
  const mark = board.rtc.read();
  journal.setSettings([[SETTING_MEMORY_CHECK, mark]], (fault) => {
    const held = !fault && journal.setting(SETTING_MEMORY_CHECK) === mark;
    if (held) passed(terminal, name, (board.flash.sizeBytes >> 10) + ' KB', done);
    else failed(terminal, name, faultText(fault), '', done);
  });
}

function testBeeper(terminal: Terminal, name: Bytes, done: Done): void {
  const { board } = terminal;
  let left = 3;
  function beep(): void {
    board.beeper.beep(BEEP_MS);
    if (--left > 0) board.clock.alarm(BEEP_EVERY_MS, beep);
    else judged(terminal, name, T_LCD_TEST_LISTEN, done);
  }
  beep();
}

/** What the gauge says; below a tenth without a charger it will not last a day. */
function testBattery(terminal: Terminal, name: Bytes, done: Done): void {
  const { text, board } = terminal;
  const percent = board.battery.percent();
  const isPlugged = board.battery.isPlugged();
  const detail = percent + '%';
  if (percent < 0 || percent > 100) failed(terminal, name, T_LCD_TEST_FAILED, '', done);
  else if (percent < LOW_PERCENT && !isPlugged) failed(terminal, name, T_LCD_BATTERY_LOW, detail, done);
  else {
    const rows: [Bytes, Bytes, Bytes] = [
      name,
      text(T_LCD_TEST_OK) + '  ' + detail,
      isPlugged ? text(T_LCD_TEST_EXTERNAL) : '',
    ];
    result(terminal, rows, true, done);
  }
}

const items = [
  T_LCD_TEST_DISPLAY,
  T_LCD_TEST_KEYS,
  T_LCD_TEST_PRINTER,
  T_LCD_TEST_STRIPE,
  T_LCD_TEST_PAD,
  T_LCD_TEST_MODEM,
  T_LCD_TEST_MEMORY,
  T_LCD_TEST_BEEPER,
  T_LCD_TEST_BATTERY,
];
const tests: readonly Test[] = [
  testDisplay,
  testKeys,
  testPrinter,
  testStripe,
  testPad,
  testModem,
  testMemory,
  testBeeper,
  testBattery,
];

/** Comes back to the menu after each test. */
export function selfTest(terminal: Terminal, _job: Job, done: Done): void {
  choose(terminal, T_LCD_DEVICES, items, (fault, choice) => {
    if (fault) {
      done(FAULT_NONE);
      return;
    }
    // The items' texts begin with their digit.
    const name = terminal.text(items[choice - 1]).substr(2);
    tests[choice - 1](terminal, name, () => {
      // From an alarm: the test stands on the stack, and the small engine's is short.
      terminal.board.clock.alarm(0, () => selfTest(terminal, _job, done));
    });
  });
}
