/**
 * The line discipline under an AT modem: one command at a time and its final result, lines that come by themselves, and
 * received data behind a header with their length (SIM800 Series AT Command Manual V1.09: 1.4 response format, 8.2.15
 * CIPHEAD; EC2x TCP/IP Application Note V1.1: 2.3.5 +QIURC: "recv"). Whatever the far end sends, memory and work stay bounded.
 */
import type { Clock, Uart } from '../hal/bus';
import { WORK_AT_LINE } from '../hal/bus';
import { find, type Bytes } from '../hal/bytes';
import { partOf, RECORD_HEADER, RECORD_HEADER_END, RECORD_OPEN_FAILED } from './modem-dialect';

export const AT_DONE = 0;
/** ERROR, +CME ERROR or ALREADY CONNECT: not now, or not in this state. */
export const AT_REFUSED = 1;
export const AT_TIMEOUT = 2;
/** The connection or the sending failed: done as asked, in vain. */
export const AT_FAILED = 3;

/** A final result that is no text of its own: the prompt of a send command, the address of AT+CIFSR. */
export const FINAL_PROMPT = '>';
export const FINAL_ADDRESS = '.';

/** Longer than any line we act on; what is longer is noise. */
const LINE_LIMIT_BYTES = 256;
/** The modem hands on at most one TCP segment at a time. */
const DATA_LIMIT_BYTES = 4096;
const LENGTH_LIMIT_DIGITS = 5;

export interface AtChannel {
  /**
   * Writes `text` (with its CR, where it is a command) and waits for the line `final`. A line that begins with `info`
   * is kept for `info()`. `ended` gets `AT_…`, never from inside this call.
   */
  command(text: Bytes, final: Bytes, info: Bytes, timeoutMs: number, ended: (result: number) => void): void;
  busy(): boolean;
  /** The last command's information line, or ''. */
  info(): Bytes;
  /** Forgets the running command: its end is not reported. */
  abandon(): void;
  /** Forgets what was received in part, then writes: the first step out of a dialogue that went wrong. */
  resynchronise(bytes: Bytes): void;
}

export function createAtChannel(
  uart: Uart,
  clock: Clock,
  dialect: Bytes,
  onUnsolicited: (line: Bytes) => void,
  onReceived: (bytes: Bytes) => void,
): AtChannel {
  const header = partOf(dialect, ';', RECORD_HEADER);
  const headerEnd = partOf(dialect, ';', RECORD_HEADER_END);
  const openFailed = partOf(dialect, ';', RECORD_OPEN_FAILED);
  let buffer = '';
  let dataLeftBytes = 0;
  let skipping = false;
  let final = '';
  let infoPrefix = '';
  let infoLine = '';
  let ended: ((result: number) => void) | null = null;
  let alarm = 0;

  function abandon(): void {
    ended = null;
    final = '';
    clock.cancelAlarm(alarm);
  }

  function end(result: number): void {
    const report = ended;
    abandon();
    if (report) report(result);
  }

  function isFinal(line: Bytes): boolean {
    if (final !== FINAL_ADDRESS) return line === final;
    const first = line.charCodeAt(0);
    return first >= 48 && first <= 57;
  }

  function isRefusal(line: Bytes): boolean {
    return line === 'ERROR' || line.indexOf('+CME ERROR') === 0 || line === 'ALREADY CONNECT';
  }

  function onLine(line: Bytes): void {
    clock.worked(WORK_AT_LINE);
    if (ended) {
      if (isFinal(line)) return end(AT_DONE);
      if (isRefusal(line)) return end(AT_REFUSED);
      if (line === 'SEND FAIL' || line.indexOf(openFailed) === 0) return end(AT_FAILED);
      if (infoPrefix !== '' && line.indexOf(infoPrefix) === 0) {
        infoLine = line;
        return;
      }
    }
    onUnsolicited(line);
  }

  /** The length of the data that follows, with the header cut off; 0 where more bytes are needed; -1 for no header. */
  function takeDataHeader(): number {
    const from = header.length;
    const end = find(buffer, headerEnd, from);
    if (end < 0 && buffer.length <= from + LENGTH_LIMIT_DIGITS + 1) return 0;
    if (end < 0 || end > from + LENGTH_LIMIT_DIGITS) return -1;
    const digits = buffer.slice(from, end);
    const lengthBytes = parseInt(digits, 10);
    if ('' + lengthBytes !== digits || lengthBytes < 1 || lengthBytes > DATA_LIMIT_BYTES) return -1;
    buffer = buffer.slice(end + headerEnd.length);
    return lengthBytes;
  }

  function takeLine(): boolean {
    const at = buffer.indexOf('\n');
    if (at < 0) {
      if (skipping || buffer.length > LINE_LIMIT_BYTES) {
        buffer = '';
        skipping = true;
      }
      return false;
    }
    const line = buffer.slice(0, at > 0 && buffer.charCodeAt(at - 1) === 13 ? at - 1 : at);
    buffer = buffer.slice(at + 1);
    if (line !== '' && !skipping && line.length <= LINE_LIMIT_BYTES) onLine(line);
    skipping = false;
    return true;
  }

  /** Takes one thing out of the buffer, which is no data; false where it needs more bytes. */
  function take(): boolean {
    // Each answer begins with an empty line.
    if (buffer.slice(0, 2) === '\r\n') {
      buffer = buffer.slice(2);
      skipping = false;
      if (buffer === '') return false;
    }
    if (skipping) return takeLine();
    if (final === FINAL_PROMPT && buffer.charCodeAt(0) === 62) {
      buffer = buffer.slice(1);
      end(AT_DONE);
      return true;
    }
    if (buffer.slice(0, header.length) === header) {
      const lengthBytes = takeDataHeader();
      if (lengthBytes === 0) return false;
      if (lengthBytes > 0) {
        dataLeftBytes = lengthBytes;
        return true;
      }
    }
    return takeLine();
  }

  uart.onData((burst) => {
    let more = true;
    // The line that is waited for alone in a burst, as most of them come.
    if (ended && buffer === '' && burst === '\r\n' + final + '\r\n' && final !== FINAL_ADDRESS) {
      if (dataLeftBytes === 0 && !skipping) {
        clock.worked(WORK_AT_LINE);
        end(AT_DONE);
        return;
      }
    }
    buffer = buffer === '' ? burst : buffer + burst;
    while (more && buffer !== '') {
      if (dataLeftBytes > 0) {
        const data = buffer.slice(0, dataLeftBytes);
        buffer = buffer.slice(data.length);
        dataLeftBytes -= data.length;
        onReceived(data);
      } else more = take();
    }
  });

  return {
    command: (text, finalLine, info, timeoutMs, report) => {
      abandon();
      final = finalLine;
      infoPrefix = info;
      infoLine = '';
      ended = report;
      alarm = clock.alarm(timeoutMs, () => end(AT_TIMEOUT));
      uart.write(text);
    },
    busy: () => ended !== null,
    info: () => infoLine,
    abandon,
    resynchronise: (bytes) => {
      buffer = '';
      dataLeftBytes = 0;
      skipping = false;
      uart.write(bytes);
    },
  };
}
