/**
 * One message to the center and its answer: the line, the frames that do not belong (dropped, money rule 2) and the
 * check of F64. The red key ends the wait.
 */
import { WORK_INDEX, WORK_PACK } from '../../hal/bus';
import type { Bytes } from '../../hal/bytes';
import { KEY_CANCEL } from '../../hal/devices';
import { FAULT_NONE, FAULT_TRAILING_BYTES } from '../../hal/fault';
import {
  createIndex,
  fieldData,
  indexMessage,
  packMessage,
  type MessageIndex,
  type WireFields,
} from '../iso8583/message';
import { bodyOf } from '../line/envelope';
import { belongs, MAC_ABSENT } from '../line/judge';
import type { Terminal } from '../terminal-context';
import { checkAnswer } from './mac';

export interface Answer {
  /** Not 0: there is no answer, and what follows is empty. */
  readonly fault: number;
  /** False: no byte of the request can have reached the center. */
  readonly sent: boolean;
  readonly body: Bytes;
  readonly index: MessageIndex;
  /** F39, '' where absent. */
  readonly code: Bytes;
  /** `MAC_…`; `MAC_ABSENT` where the request had none. */
  readonly mac: number;
}

/** Sends a complete body and waits for its answer. */
export function exchangeBody(
  terminal: Terminal,
  mti: Bytes,
  fields: WireFields,
  body: Bytes,
  done: (answer: Answer) => void,
): void {
  const { ui, line, settings, board } = terminal;
  const index = createIndex();
  let answerBody = '';

  function isAnswer(candidate: Bytes): boolean {
    answerBody = candidate;
    return indexMessage(candidate, index) === FAULT_NONE && belongs(mti, fields, candidate, index);
  }

  function accept(stream: Bytes): boolean {
    board.clock.worked(WORK_INDEX);
    let rest = stream;
    let taken = isAnswer(rest);
    // Without frame lengths a message ends where its last field ends, and the next one's envelope begins.
    while (!taken && !settings.frameLength && indexMessage(rest, index) === FAULT_TRAILING_BYTES) {
      const end = index.offset;
      taken = isAnswer(rest.substr(0, end));
      rest = bodyOf(rest.substr(end), settings.tpdu.length + settings.header.length);
    }
    // The last one may be whole, and the one.
    return taken || (rest !== stream && isAnswer(rest));
  }

  function onAnswer(fault: number, _stream: Bytes, sent: boolean): void {
    ui.keys(null, 0);
    if (fault) answerBody = '';
    const code = fault ? '' : fieldData(answerBody, index, 39);
    const finish = (mac: number): void => {
      done({ fault, sent, body: answerBody, index, code, mac });
    };
    // From an alarm: the modem's driver and the line stand on the stack, and the small engine's is short.
    board.clock.alarm(0, () => {
      if (fault || !fields[64]) finish(MAC_ABSENT);
      else checkAnswer(terminal, answerBody, index, finish);
    });
  }

  ui.keys((key) => {
    if (key === KEY_CANCEL) line.cancel();
  }, 0);
  line.exchange(body, settings.header, accept, settings.responseTimeoutMs, onAnswer);
}

/** Packs and sends a request that carries no F64. */
export function exchangePlain(
  terminal: Terminal,
  mti: Bytes,
  fields: WireFields,
  done: (answer: Answer) => void,
): void {
  const body = packMessage(mti, fields);
  terminal.board.clock.worked(WORK_PACK);
  exchangeBody(terminal, mti, fields, body, done);
}
