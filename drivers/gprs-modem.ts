/**
 * GPRS or LTE modem with a TCP/IP stack of its own: one connection, not transparent, received data with a header. One step
 * machine for every family; what a family says is its dialect (drivers/sim800.ts, drivers/ec20.ts). The bearer stays up between connections; a modem that lost power or was swapped is brought up again by itself.
 * docs/devices/modem.md.
 */
import type { Clock, Uart } from '../hal/bus';
import { find, type Bytes } from '../hal/bytes';
import type { DialRequest, Done, Link, Modem } from '../hal/devices';
import {
  FAULT_BAD_REQUEST,
  FAULT_BUSY,
  FAULT_CANCELLED,
  FAULT_LINE_CLOSED,
  FAULT_NO_BEARER,
  FAULT_NO_SIM,
  FAULT_NONE,
  FAULT_NOT_READY,
  FAULT_NOT_REGISTERED,
} from '../hal/fault';
import { AT_DONE, AT_FAILED, AT_REFUSED, AT_TIMEOUT, createAtChannel, FINAL_PROMPT } from './at-channel';
import {
  BLANK_APN,
  BLANK_HOST,
  BLANK_PORT,
  partAt,
  partOf,
  RECORD_BEARER_LOST,
  RECORD_CLOSE,
  RECORD_CLOSED,
  RECORD_NUMBERS,
  RECORD_SEND,
  RECORD_STEPS,
  RECORD_STOP,
  STEP_ANYWAY,
  STEP_FAULT,
  STEP_FINAL,
  STEP_INFO,
  STEP_ONE_OF,
  STEP_TEXT,
  STEP_TIMEOUT_MS,
  STEP_TRIES,
} from './modem-dialect';

const COMMAND_MS = 5000;
/** Between two questions for the same state. */
const POLL_MS = 1000;

/** How far a recovery has gone within one `start`. */
const LEVEL_PLAIN = 0;
const LEVEL_FROM_START = 1;
const LEVEL_RESTARTED = 2;

const ESCAPE = '\x1b';
/** Largest piece given to one send command; both families take 1460. */
const CHUNK_BYTES = 1024;
/** More than any prompt left open can still swallow. */
const FLUSH_BYTES = 1460;
/** Starts of its own that one dial puts up with. */
const RESTART_LIMIT = 8;
const SIGNAL_POLL_MS = 10000;
const SIGNAL_UNKNOWN = 99;

interface Connection {
  onData: ((bytes: Bytes) => void) | null;
  onClose: (() => void) | null;
}

export function createGprsModem(uart: Uart, clock: Clock, dialect: Bytes): Modem {
  // Where the dialogue's steps begin, and those of a connection on a bearer that is up.
  const firstAt = partAt(dialect, ';', RECORD_STEPS);
  const openAt = partAt(dialect, ';', RECORD_STEPS + numbers(0));
  const at = createAtChannel(uart, clock, dialect, onUnsolicited, (bytes) => {
    if (connection && connection.onData) connection.onData(bytes);
  });

  // What we know of the modem.
  let bearerUp = false;
  let restartNext = false;
  let doubtful = false;
  let connection: Connection | null = null;
  let closeWanted = false;
  let signal = SIGNAL_UNKNOWN;
  let signalAskedMs = -SIGNAL_POLL_MS;

  // The running `start`.
  let request: DialRequest | null = null;
  let dialDone: ((fault: number, link: Link | null) => void) | null = null;
  let dialWaits = false;
  let deadline = 0;
  let pause = 0;
  let level = LEVEL_PLAIN;
  let reused = false;
  let step = '';
  let stepAt = 0;
  let triesLeft = 0;
  let restarts = 0;

  // The running `send`.
  let sendDone: Done | null = null;
  let sendLeft = '';
  let taken = false;

  function finishDial(fault: number, link: Link | null): void {
    const done = dialDone;
    dialDone = null;
    dialWaits = false;
    clock.cancelAlarm(deadline);
    clock.cancelAlarm(pause);
    if (done) done(fault, link);
  }

  function begin(): void {
    restarts = 0;
    reused = bearerUp && !doubtful;
    level = LEVEL_PLAIN;
    if (restartNext) recover(LEVEL_RESTARTED);
    else if (doubtful) recover(LEVEL_FROM_START);
    else runFrom(bearerUp ? openAt : firstAt);
  }

  function record(number: number): Bytes {
    return partOf(dialect, ';', number);
  }

  /** No step runs: whatever ends now, the modem was not ready. */
  function forgetStep(): void {
    step = '';
    stepAt = 0;
  }

  function numbers(field: number): number {
    return parseInt(partOf(record(RECORD_NUMBERS), '|', field), 10);
  }

  function faultOfStep(): number {
    return parseInt(partOf(step, '|', STEP_FAULT), 10) || FAULT_NOT_READY;
  }

  /** A command with its blanks filled in. */
  function filled(text: Bytes): Bytes {
    if (!request) return text;
    const named = text.split(BLANK_APN).join(request.apn).split(BLANK_HOST).join(request.host);
    return named.split(BLANK_PORT).join('' + request.port);
  }

  /** A command of its own record: text, line that ends it. */
  function order(number: number, ended: (result: number) => void): void {
    const fields = record(number).split('|');
    at.command(fields[0] + '\r', fields[1], '', COMMAND_MS, ended);
  }

  /** `from`: where a step begins in the dialect. */
  function runFrom(from: number): void {
    const end = dialect.indexOf(';', from);
    stepAt = from;
    step = dialect.slice(from, end < 0 ? dialect.length : end);
    triesLeft = 0;
    runStep();
  }

  function runStep(): void {
    const fields = step.split('|');
    const text = fields[STEP_TEXT];
    const timeoutMs = parseInt(fields[STEP_TIMEOUT_MS], 10);
    if (triesLeft === 0) triesLeft = parseInt(fields[STEP_TRIES], 10);
    at.command(
      text === '' ? '' : filled(text) + '\r',
      fields[STEP_FINAL] || 'OK',
      fields[STEP_INFO] || '',
      timeoutMs,
      onStepEnd,
    );
  }

  function onStepEnd(result: number): void {
    const fields = step.split('|');
    const nextAt = stepAt + step.length + 1;
    const forgiven = result === AT_REFUSED && !!fields[STEP_ANYWAY];
    if (forgiven || (result === AT_DONE && isGood(fields))) {
      if (nextAt > dialect.length) connected();
      else runFrom(nextAt);
    } else if (--triesLeft > 0) {
      if (result === AT_TIMEOUT) runStep();
      else pause = clock.alarm(POLL_MS, runStep);
    } else stepFailed(faultOfStep(), result);
  }

  function isGood(fields: readonly Bytes[]): boolean {
    if (!fields[STEP_INFO]) return true;
    const line = at.info();
    const oneOf = fields[STEP_ONE_OF];
    if (line === '' || !oneOf) return line !== '';
    const value = line.charAt(line.indexOf(',') + 1);
    return value !== '' && oneOf.indexOf(value) >= 0;
  }

  function stepFailed(fault: number, result: number): void {
    bearerUp = false;
    const plain = level === LEVEL_PLAIN && fault !== FAULT_NO_SIM && fault !== FAULT_NOT_REGISTERED;
    // A fresh bearer that finds nobody at the other end is well: doing it all again would find nobody either.
    const nobodyThere = result === AT_FAILED && !reused;
    if (plain && !nobodyThere) recover(LEVEL_FROM_START);
    else if (level < LEVEL_RESTARTED && fault === FAULT_NOT_READY) recover(LEVEL_RESTARTED);
    else {
      doubtful = true;
      restartNext = level < LEVEL_RESTARTED && (fault === FAULT_NO_SIM || fault === FAULT_NO_BEARER);
      if (stepAt >= openAt && result === AT_TIMEOUT) shutDown(2);
      finishDial(fault, null);
    }
  }

  /** Begins the dialogue anew: after an escape, or after the modem restarted itself on command. */
  function recover(to: number): void {
    level = to;
    reused = false;
    bearerUp = false;
    doubtful = false;
    restartNext = false;
    if (to === LEVEL_FROM_START) {
      at.resynchronise(ESCAPE);
      runFrom(firstAt);
      return;
    }
    // A prompt left open would swallow every command: feed it to its end first. To a modem that listens these are
    // empty lines.
    forgetStep();
    at.resynchronise('\r'.repeat(FLUSH_BYTES));
    at.command('AT+CFUN=1,1\r', 'OK', '', COMMAND_MS, () => {
      pause = clock.alarm(numbers(1), () => runFrom(firstAt));
    });
  }

  function connected(): void {
    bearerUp = true;
    const opened: Connection = { onData: null, onClose: null };
    connection = opened;
    finishDial(FAULT_NONE, linkOf(opened));
  }

  /** Ends a `start` from outside its steps. */
  function abort(fault: number): void {
    if (!dialDone) return;
    if (!dialWaits) {
      const connecting = stepAt >= openAt && at.busy();
      at.abandon();
      bearerUp = false;
      doubtful = true;
      if (connecting) shutDown(2);
    }
    finishDial(fault, null);
  }

  /**
   * Stops a connection attempt that may still succeed. The modem may not hear it while it works, and an OK may be that of
   * the attempt itself: asked twice.
   */
  function shutDown(times: number): void {
    order(RECORD_STOP, (result) => {
      const sure = result !== AT_TIMEOUT && partOf(record(RECORD_STOP), '|', 1) !== 'OK';
      if (!sure && times > 1) shutDown(times - 1);
      else next();
    });
  }

  /** What waited for the running command. */
  function next(): void {
    if (closeWanted) {
      closeWanted = false;
      order(RECORD_CLOSE, (result) => {
        if (result === AT_TIMEOUT) doubtful = true;
        next();
      });
    } else if (dialWaits) {
      // From an alarm: the end of the command stands on the stack, and the small engine's is short.
      dialWaits = false;
      pause = clock.alarm(0, begin);
    }
  }

  function linkOf(own: Connection): Link {
    return {
      send: (bytes, done) => {
        if (connection !== own || sendDone) {
          const fault = connection === own ? FAULT_BUSY : FAULT_NOT_READY;
          clock.alarm(0, () => done(fault));
          return;
        }
        sendDone = done;
        sendLeft = bytes;
        taken = false;
        sendChunk();
      },
      onData: (listener) => {
        own.onData = listener;
      },
      onClose: (listener) => {
        own.onClose = listener;
      },
      close: () => {
        if (connection !== own) return;
        connection = null;
        sendDone = null;
        closeWanted = true;
        if (!at.busy()) next();
      },
    };
  }

  function sendChunk(): void {
    const lengthBytes = Math.min(sendLeft.length, CHUNK_BYTES);
    at.command(record(RECORD_SEND) + lengthBytes + '\r', FINAL_PROMPT, '', COMMAND_MS, (result) => {
      if (result !== AT_DONE) {
        if (result === AT_TIMEOUT) doubtful = true;
        sendEnded(false);
        return;
      }
      // Even when the link was closed meanwhile: the modem takes nothing but data now.
      taken = true;
      const chunk = sendLeft.slice(0, lengthBytes);
      sendLeft = sendLeft.slice(lengthBytes);
      at.command(chunk, 'SEND OK', '', COMMAND_MS * 4, (sent) => {
        if (sent === AT_TIMEOUT) doubtful = true;
        if (sent === AT_DONE && sendDone && sendLeft !== '') sendChunk();
        else sendEnded(sent === AT_DONE);
      });
    });
  }

  function sendEnded(well: boolean): void {
    const done = sendDone;
    sendDone = null;
    if (!done) next();
    else if (well) done(FAULT_NONE);
    else {
      closeWanted = connection !== null;
      done(sendFault());
      lost();
      if (!at.busy()) next();
    }
  }

  /** Nothing of the message left the terminal: the caller may send it again. Otherwise nobody knows. */
  function sendFault(): number {
    return taken ? FAULT_LINE_CLOSED : FAULT_NOT_READY;
  }

  /** The connection is gone, not by our will. */
  function lost(): void {
    const gone = connection;
    const done = sendDone;
    connection = null;
    sendDone = null;
    if (done) done(sendFault());
    if (gone && gone.onClose) gone.onClose();
  }

  function onUnsolicited(line: Bytes): void {
    if (line === record(RECORD_CLOSED)) {
      closeWanted = false;
      lost();
    } else if (line === record(RECORD_BEARER_LOST)) {
      bearerUp = false;
      closeWanted = false;
      lost();
    } else if (line === 'RDY' || line === '+CFUN: 1' || find(line, ' DOWN', 0) > 0) restarted();
  }

  /** The modem started anew, or went down. A start is told in several lines: each begins the dialogue anew. */
  function restarted(): void {
    const stepping = dialDone !== null && !dialWaits;
    bearerUp = false;
    closeWanted = false;
    at.abandon();
    lost();
    if (!stepping) next();
    else if (++restarts > RESTART_LIMIT) {
      clock.cancelAlarm(pause);
      finishDial(FAULT_NOT_READY, null);
    } else {
      clock.cancelAlarm(pause);
      if (level === LEVEL_PLAIN) level = LEVEL_FROM_START;
      runFrom(firstAt);
    }
  }

  function askSignal(): void {
    const nowMs = clock.nowMs();
    if (at.busy() || dialDone || connection || nowMs - signalAskedMs < SIGNAL_POLL_MS) return;
    signalAskedMs = nowMs;
    at.command('AT+CSQ\r', 'OK', '+CSQ: ', POLL_MS, (result) => {
      const level31 = result === AT_DONE ? parseInt(at.info().slice(6), 10) : SIGNAL_UNKNOWN;
      signal = level31 >= 0 && level31 <= 31 ? level31 : SIGNAL_UNKNOWN;
      next();
    });
  }

  return {
    start: (wanted, done) => {
      if (dialDone || connection) {
        clock.alarm(0, () => done(FAULT_BUSY, null));
        return;
      }
      const known = request !== null && wanted.host === request.host && wanted.apn === request.apn;
      const safe = known || (wanted.host !== '' && isSafe(wanted.host) && isSafe(wanted.apn));
      if (!safe || !(wanted.port > 0 && wanted.port < 65536)) {
        clock.alarm(0, () => done(FAULT_BAD_REQUEST, null));
        return;
      }
      request = wanted;
      dialDone = done;
      forgetStep();
      deadline = clock.alarm(wanted.timeoutMs, () => abort(faultOfStep()));
      dialWaits = at.busy();
      if (!dialWaits) begin();
    },
    cancel: () => abort(FAULT_CANCELLED),
    signal: () => {
      askSignal();
      return signal;
    },
  };
}

/** No byte that could end the quoted argument or the command. */
function isSafe(text: Bytes): boolean {
  if (text.length > 64) return false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 33 || c > 126 || c === 34 || c === 44) return false;
  }
  return true;
}
