/**
 * 58 mm thermal printer that speaks ESC/POS (Epson's command set, as the Chinese modules with a GB18030 font follow it;
 * `GS |` as in CUSTOM's KPM series). A block goes out a few lines at a time; `GS r` behind it is answered only when
 * everything before it is on paper, and stands wherever more would not fit into the printer's buffer. Meanwhile `DLE EOT`
 * asks in real time why the paper does not move.
 */
import type { Bytes } from '../hal/bytes';
import { WORK_SLIP_LINE, type Clock, type Uart } from '../hal/bus';
import {
  PRINT_CENTRED,
  PRINT_CUT,
  PRINT_DENSITY,
  PRINT_DOUBLE_HEIGHT,
  PRINT_DOUBLE_SIZE,
  PRINT_IMAGE,
  PRINT_QR,
  PRINTER_COVER_OPEN,
  PRINTER_OFFLINE,
  PRINTER_PAPER_LOW,
  PRINTER_PAPER_OUT,
  PRINTER_TOO_HOT,
  type Done,
  type Printer,
} from '../hal/devices';
import {
  FAULT_BUSY,
  FAULT_CANCELLED,
  FAULT_COVER_OPEN,
  FAULT_NONE,
  FAULT_NOT_READY,
  FAULT_PAPER_OUT,
  FAULT_TIMEOUT,
  FAULT_TOO_HOT,
} from '../hal/fault';

/** ESC @: reset the style; FS &: Chinese characters. */
const BEGIN = '\x1b@\x1c&';
/** GS ! with line spacing to match (ESC 3: 54 dots; ESC 2: as before). */
const SIZE_HIGH = '\x1d!\x01\x1b36';
const SIZE_DOUBLE = '\x1d!\x11\x1b36';
const SIZE_NORMAL = '\x1d!\x00\x1b2';
const ALIGN_CENTRE = '\x1ba\x01';
const ALIGN_LEFT = '\x1ba\x00';
/** GS V B 0: feed to the cutter and cut. */
const CUT = '\x1dVB\x00';
/** GS r 1: paper sensor, answered in turn. */
const CONFIRM = '\x1dr\x01';
/** DLE EOT 1, 2, 3, 4: printer, cause of being offline, error, paper. Four answers of one byte. */
const ASK = '\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04';
const ANSWERS = 4;
/** DLE DC4 8: forget what was received and not printed. */
const FORGET = '\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08';

const LINES_A_STEP = 8;
/** Bytes after which the printer is waited for: half the buffer of a usual one (4 KB), for an image may be the last. */
const UNCONFIRMED_BYTES = 2000;
/** Last byte of markup. */
const MARKUP_END = 8;
const ANSWER_TIMEOUT_MS = 300;
const POLL_MS = 1000;
/** Unanswered questions after which the printer counts as gone. */
const PATIENCE = 3;
const LONGEST_BLOCK_MS = 60000;

const PHASE_IDLE = 0;
const PHASE_CHECK = 1;
const PHASE_SEND = 2;
const PHASE_CONFIRM = 3;

/** What is no text: `rest` is the line behind the markup `kind`. */
function graphicLine(kind: Bytes, rest: Bytes): Bytes {
  const first = rest.charAt(0);
  const text = rest.substr(1);
  const size = String.fromCharCode(rest.charCodeAt(0) & 15);
  if (kind === PRINT_DENSITY) return '\x1d|' + size;
  // GS v 0, one to one.
  if (kind === PRINT_IMAGE) return '\x1dv0\x00' + first + '\x00' + rest.charAt(1) + '\x00' + rest.substr(2);
  if (kind === PRINT_QR) {
    // GS ( k: model 2, dots of a module, level, its text (with its length and three bytes), print.
    const length = text.length + 2;
    const level = 'LMQH'.indexOf(text.charAt(0));
    const store = '\x1d(k' + String.fromCharCode(length & 255, length >> 8) + '1P0' + text.substr(1);
    return '\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C' + size + '\x1d(k\x03\x001E' + level + store + '\x1d(k\x03\x001Q0';
  }
  // GS h, GS w, GS H: 10 mm high, two dots a module, text below; GS k.
  const data = first === 'C' ? '{B' + text : text;
  const symbology = first === 'C' ? '\x49' : '\x43';
  return '\x1dh\x50\x1dw\x02\x1dH\x02\x1dk' + symbology + String.fromCharCode(data.length) + data;
}

/** A line of markup in ESC/POS. */
function styledLine(line: Bytes): Bytes {
  let at = 0;
  let before = '';
  let after = '';
  for (; at < line.length && line.charCodeAt(at) <= MARKUP_END; at++) {
    const style = line.charAt(at);
    if (style === PRINT_CUT) return CUT;
    if (style >= PRINT_IMAGE) return before + parts.graphicLine(style, line.substr(at + 1)) + after;
    if (style === PRINT_CENTRED) {
      before += ALIGN_CENTRE;
      after += ALIGN_LEFT;
    } else if (style === PRINT_DOUBLE_HEIGHT || style === PRINT_DOUBLE_SIZE) {
      before += style === PRINT_DOUBLE_SIZE ? SIZE_DOUBLE : SIZE_HIGH;
      after += SIZE_NORMAL;
    }
  }
  return before + line.substr(at) + '\n' + after;
}

/** Where the end of the marked line at `at` may be looked for: behind its image, which may hold any byte. */
function textAt(block: Bytes, at: number): number {
  const mark = block.charAt(at) === PRINT_CENTRED ? at + 1 : at;
  if (block.charAt(mark) !== PRINT_IMAGE) return at;
  return mark + 3 + block.charCodeAt(mark + 1) * block.charCodeAt(mark + 2);
}

/** `PRINTER_…` bits from the four answers. */
function statusBits(answers: Bytes): number {
  const cause = answers.charCodeAt(1);
  const error = answers.charCodeAt(2);
  let bits = 0;
  if (cause & 0x20 || answers.charCodeAt(3) & 0x60) bits |= PRINTER_PAPER_OUT;
  if (cause & 0x04) bits |= PRINTER_COVER_OPEN;
  if (error & 0x40) bits |= PRINTER_TOO_HOT;
  if (answers.charCodeAt(3) & 0x0c) bits |= PRINTER_PAPER_LOW;
  if (error & 0x28 || ((bits & ~PRINTER_PAPER_LOW) === 0 && answers.charCodeAt(0) & 0x08)) bits |= PRINTER_OFFLINE;
  return bits;
}

function faultOf(bits: number): number {
  if (bits & PRINTER_PAPER_OUT) return FAULT_PAPER_OUT;
  if (bits & PRINTER_COVER_OPEN) return FAULT_COVER_OPEN;
  if (bits & PRINTER_TOO_HOT) return FAULT_TOO_HOT;
  return bits & PRINTER_OFFLINE ? FAULT_NOT_READY : FAULT_NONE;
}

/** Called through names, so that they do not become parts of what calls them: what is passed over there is read all the same. */
const parts = { graphicLine, styledLine, statusBits };

/** `uart` with flow control. Faults of `start`: paper, cover, heat, `FAULT_NOT_READY`, `FAULT_TIMEOUT`, cancelled. */
export function createEscPosPrinter(uart: Uart, clock: Clock): Printer {
  let phase = PHASE_IDLE;
  let jobDone: Done | null = null;
  let statusDone: ((bits: number) => void) | null = null;
  let block = '';
  let at = 0;
  let answers = '';
  let asking = false;
  let unanswered = 0;
  let unconfirmedBytes = 0;
  let startedAtMs = 0;
  let alarm = 0;
  let questionAlarm = 0;

  function finish(fault: number): void {
    const done = jobDone;
    clock.cancelAlarm(alarm);
    if (phase >= PHASE_SEND && fault !== FAULT_NONE) uart.write(FORGET);
    phase = PHASE_IDLE;
    jobDone = null;
    block = '';
    if (done) done(fault);
  }

  function finishSoon(fault: number): void {
    clock.cancelAlarm(alarm);
    alarm = clock.alarm(0, () => finish(fault));
  }

  function tellStatus(bits: number): void {
    const done = statusDone;
    statusDone = null;
    if (done) done(bits);
  }

  function ask(): void {
    if (asking) return;
    asking = true;
    answers = '';
    uart.write(ASK);
    questionAlarm = clock.alarm(ANSWER_TIMEOUT_MS, onSilence);
  }

  function onSilence(): void {
    asking = false;
    unanswered++;
    tellStatus(-1);
    if (phase === PHASE_IDLE) return;
    if (unanswered >= PATIENCE) finish(FAULT_NOT_READY);
    else if (phase === PHASE_CHECK) ask();
  }

  function onAnswers(): void {
    const bits = parts.statusBits(answers);
    asking = false;
    unanswered = 0;
    clock.cancelAlarm(questionAlarm);
    if (phase !== PHASE_IDLE) onJobStatus(faultOf(bits));
    tellStatus(bits);
  }

  function onJobStatus(fault: number): void {
    if (fault !== FAULT_NONE) finish(fault);
    else if (phase === PHASE_CHECK) {
      phase = PHASE_SEND;
      uart.write(BEGIN);
      alarm = clock.alarm(0, sendLines);
    }
  }

  function sendLines(): void {
    const end = block.length;
    let out = '';
    /** Lines from here to `at` go out as they are. */
    let from = at;
    let isRoom = true;
    for (let lines = LINES_A_STEP; lines && at < end && isRoom; lines--) {
      if (block.charCodeAt(at) > MARKUP_END) at = block.indexOf('\n', at) + 1;
      else {
        out += block.substring(from, at);
        from = block.indexOf('\n', textAt(block, at)) + 1;
        out += parts.styledLine(block.substring(at, from - 1));
        at = from;
        // An image may be long.
        isRoom = unconfirmedBytes + out.length < UNCONFIRMED_BYTES;
      }
      clock.worked(WORK_SLIP_LINE);
    }
    out += block.substring(from, at);
    unconfirmedBytes += out.length;
    if (at >= end || unconfirmedBytes >= UNCONFIRMED_BYTES) {
      out += CONFIRM;
      phase = PHASE_CONFIRM;
    }
    uart.write(out);
    alarm = clock.alarm(phase === PHASE_CONFIRM ? POLL_MS : 0, phase === PHASE_CONFIRM ? poll : sendLines);
  }

  function poll(): void {
    if (clock.nowMs() - startedAtMs > LONGEST_BLOCK_MS) {
      finish(FAULT_TIMEOUT);
      return;
    }
    alarm = clock.alarm(POLL_MS, poll);
    ask();
  }

  function receive(burst: Bytes): void {
    for (let i = 0; i < burst.length; i++) {
      const code = burst.charCodeAt(i);
      // Real-time answers have bits 1 and 4 set and 0 and 7 clear; the answer to GS r has bits 4 to 7 clear.
      if ((code & 0x93) === 0x12) {
        if (asking) {
          answers += burst.charAt(i);
          if (answers.length === ANSWERS) onAnswers();
        }
      } else if ((code & 0xf0) === 0 && phase === PHASE_CONFIRM) onConfirmed();
    }
  }

  function onConfirmed(): void {
    if (at >= block.length) {
      finish(FAULT_NONE);
      return;
    }
    clock.cancelAlarm(alarm);
    unconfirmedBytes = 0;
    phase = PHASE_SEND;
    alarm = clock.alarm(0, sendLines);
  }

  function start(newBlock: Bytes, done: Done): void {
    if (jobDone) {
      clock.alarm(0, () => done(FAULT_BUSY));
      return;
    }
    jobDone = done;
    // Then every line has an end, the last one too.
    block = newBlock === '' || newBlock.charAt(newBlock.length - 1) === '\n' ? newBlock : newBlock + '\n';
    at = 0;
    unanswered = 0;
    unconfirmedBytes = 0;
    startedAtMs = clock.nowMs();
    phase = PHASE_CHECK;
    ask();
  }

  uart.onData(receive);

  return {
    start,
    cancel: () => {
      if (jobDone) finishSoon(FAULT_CANCELLED);
    },
    status: (done) => {
      if (statusDone) {
        clock.alarm(0, () => done(-1));
        return;
      }
      statusDone = done;
      ask();
    },
  };
}
