/**
 * GPRS modem of the SIM800 family: its own TCP/IP stack, single connection, not transparent, received data with a header.
 * SIM800 Series TCPIP Application Note V1.03 (2.1 non-transparent mode), AT Command Manual V1.09 (chapter 8).
 * The bearer stays up between connections; a modem that lost power or was swapped is brought up again by itself.
 * docs/devices/modem.md.
 */
import type { Clock, Uart } from '../hal/bus';
import type { Bytes } from '../hal/bytes';
import type { DialRequest, Done, Link, Modem } from '../hal/devices';
import {
  FAULT_BAD_REQUEST,
  FAULT_BUSY,
  FAULT_CANCELLED,
  FAULT_CONNECT_FAILED,
  FAULT_LINE_CLOSED,
  FAULT_NO_BEARER,
  FAULT_NO_SIM,
  FAULT_NONE,
  FAULT_NOT_READY,
  FAULT_NOT_REGISTERED,
} from '../hal/fault';
import { AT_DONE, AT_FAILED, AT_TIMEOUT, createAtChannel, FINAL_ADDRESS, FINAL_PROMPT } from './at-channel';

/** One command of the dialogue. Without more: final line OK, five seconds, one try. */
interface Step {
  readonly text: Bytes;
  readonly fault: number;
  readonly final?: Bytes;
  readonly timeoutMs?: number;
  readonly tries?: number;
  /** The command must bring a line that begins with this, */
  readonly info?: Bytes;
  /** and after its comma one of these. */
  readonly oneOf?: Bytes;
}

const STEP_TIMEOUT_MS = 5000;
/** Between two questions for the same state. */
const POLL_MS = 1000;

/** From a modem of unknown state to a connection. CSTT and CIPSTART get their arguments from the request. */
const STEPS: readonly Step[] = [
  { text: 'AT', fault: FAULT_NOT_READY, timeoutMs: 1000, tries: 5 },
  { text: 'ATE0', fault: FAULT_NOT_READY },
  { text: 'AT+CPIN?', fault: FAULT_NO_SIM, info: '+CPIN: READY', tries: 5 },
  { text: 'AT+CREG?', fault: FAULT_NOT_REGISTERED, info: '+CREG: ', oneOf: '15', tries: 30 },
  { text: 'AT+CGATT=1', fault: FAULT_NOT_REGISTERED, timeoutMs: 10000, tries: 3 },
  { text: 'AT+CIPSHUT', fault: FAULT_NOT_READY, final: 'SHUT OK', timeoutMs: 10000 },
  { text: 'AT+CIPHEAD=1', fault: FAULT_NOT_READY },
  { text: 'AT+CSTT=', fault: FAULT_NO_BEARER },
  { text: 'AT+CIICR', fault: FAULT_NO_BEARER, timeoutMs: 85000 },
  { text: 'AT+CIFSR', fault: FAULT_NO_BEARER, final: FINAL_ADDRESS },
  { text: 'AT+CIPSTART=', fault: FAULT_CONNECT_FAILED },
  // Asks nothing: OK came at once, the result comes when the far end answered.
  { text: '', fault: FAULT_CONNECT_FAILED, final: 'CONNECT OK', timeoutMs: 75000 },
];
const APN_STEP = 7;
const CONNECT_STEP = 10;
const CONNECTED_STEP = 11;

/** How far a recovery has gone within one `start`. */
const LEVEL_PLAIN = 0;
const LEVEL_FROM_START = 1;
const LEVEL_RESTARTED = 2;

const ESCAPE = '\x1b';
/** Largest piece given to one AT+CIPSEND (8.2.3: at most 1460). */
const CHUNK_BYTES = 1024;
/** More than any prompt left open can still swallow. */
const FLUSH_BYTES = 1460;
const RESTART_MS = 3000;
/** Starts of its own that one dial puts up with. */
const RESTART_LIMIT = 8;
const SIGNAL_POLL_MS = 10000;
const SIGNAL_UNKNOWN = 99;

interface Connection {
  onData: ((bytes: Bytes) => void) | null;
  onClose: (() => void) | null;
}

export function createGprsModem(uart: Uart, clock: Clock): Modem {
  const at = createAtChannel(uart, clock, onUnsolicited, (bytes) => {
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
  let stepNumber = 0;
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
    dialWaits = false;
    restarts = 0;
    reused = bearerUp && !doubtful;
    level = LEVEL_PLAIN;
    if (restartNext) recover(LEVEL_RESTARTED);
    else if (doubtful) recover(LEVEL_FROM_START);
    else runFrom(bearerUp ? CONNECT_STEP : 0);
  }

  function runFrom(number: number): void {
    stepNumber = number;
    const step = STEPS[number];
    triesLeft = step.tries || 1;
    runStep();
  }

  function runStep(): void {
    const step = STEPS[stepNumber];
    const text = step.text === '' ? '' : step.text + argumentOf(stepNumber) + '\r';
    at.command(text, step.final || 'OK', step.info || '', step.timeoutMs || STEP_TIMEOUT_MS, onStepEnd);
  }

  function argumentOf(number: number): Bytes {
    if (!request) return '';
    if (number === APN_STEP) return '"' + request.apn + '"';
    return number === CONNECT_STEP ? '"TCP","' + request.host + '","' + request.port + '"' : '';
  }

  function onStepEnd(result: number): void {
    const step = STEPS[stepNumber];
    if (result === AT_DONE && isGood(step)) {
      if (stepNumber === CONNECTED_STEP) connected();
      else runFrom(stepNumber + 1);
    } else if (--triesLeft > 0) {
      if (result === AT_TIMEOUT) runStep();
      else pause = clock.alarm(POLL_MS, runStep);
    } else stepFailed(step.fault, result);
  }

  function isGood(step: Step): boolean {
    if (!step.info) return true;
    const line = at.info();
    if (line === '' || !step.oneOf) return line !== '';
    const value = line.charAt(line.indexOf(',') + 1);
    return value !== '' && step.oneOf.indexOf(value) >= 0;
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
      if (stepNumber >= CONNECT_STEP && result === AT_TIMEOUT) shutDown(2);
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
      runFrom(0);
      return;
    }
    // A prompt left open would swallow every command: feed it to its end first. To a modem that listens these are
    // empty lines.
    stepNumber = 0;
    at.resynchronise('\r'.repeat(FLUSH_BYTES));
    at.command('AT+CFUN=1,1\r', 'OK', '', STEP_TIMEOUT_MS, () => {
      pause = clock.alarm(RESTART_MS, () => runFrom(0));
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
      const connecting = stepNumber >= CONNECT_STEP && at.busy();
      at.abandon();
      bearerUp = false;
      doubtful = true;
      if (connecting) shutDown(2);
    }
    finishDial(fault, null);
  }

  /** Stops a connection attempt that may still succeed. The modem may not hear it while it works: asked twice. */
  function shutDown(times: number): void {
    at.command('AT+CIPSHUT\r', 'SHUT OK', '', STEP_TIMEOUT_MS, (result) => {
      if (result === AT_TIMEOUT && times > 1) shutDown(times - 1);
      else next();
    });
  }

  /** What waited for the running command. */
  function next(): void {
    if (closeWanted) {
      closeWanted = false;
      at.command('AT+CIPCLOSE=1\r', 'CLOSE OK', '', STEP_TIMEOUT_MS, (result) => {
        if (result === AT_TIMEOUT) doubtful = true;
        next();
      });
    } else if (dialWaits) begin();
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
    at.command('AT+CIPSEND=' + lengthBytes + '\r', FINAL_PROMPT, '', STEP_TIMEOUT_MS, (result) => {
      if (result !== AT_DONE) {
        if (result === AT_TIMEOUT) doubtful = true;
        sendEnded(false);
        return;
      }
      // Even when the link was closed meanwhile: the modem takes nothing but data now.
      taken = true;
      const chunk = sendLeft.slice(0, lengthBytes);
      sendLeft = sendLeft.slice(lengthBytes);
      at.command(chunk, 'SEND OK', '', STEP_TIMEOUT_MS * 4, (sent) => {
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
    if (line === 'CLOSED') {
      closeWanted = false;
      lost();
    } else if (line === '+PDP: DEACT') {
      bearerUp = false;
      closeWanted = false;
      lost();
    } else if (line === 'RDY' || line === '+CFUN: 1' || line.indexOf(' POWER DOWN') > 0) restarted();
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
      runFrom(0);
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
      if (
        !isSafe(wanted.host) ||
        wanted.host === '' ||
        !isSafe(wanted.apn) ||
        !(wanted.port > 0 && wanted.port < 65536)
      ) {
        clock.alarm(0, () => done(FAULT_BAD_REQUEST, null));
        return;
      }
      request = wanted;
      dialDone = done;
      stepNumber = 0;
      deadline = clock.alarm(wanted.timeoutMs, () => abort(STEPS[stepNumber].fault));
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
