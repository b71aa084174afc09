/** One line of log for a request and what was answered: nothing of a card, a PIN or a key. */
import { decimals, readRequest, text } from './request';
import type { CenterReply } from './types';
import { createIndex, fieldData, indexMessage } from '../../firmware/iso8583/message';

export interface LogLine {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly terminalId: string;
  readonly mti: string;
  /** F11, '' where there is none. */
  readonly stan: string;
  /** Fen, null where the request has no amount. */
  readonly amountFen: number | null;
  /** F39 of each frame that was sent; [] where nothing came back. */
  readonly codes: readonly string[];
  readonly delayMs: number;
  readonly closed: boolean;
  readonly lengthBytes: number;
}

function codeOf(frame: Uint8Array, before: number): string {
  const body = Buffer.from(frame).subarray(before).toString('latin1');
  const index = createIndex();
  return indexMessage(body, index) === 0 ? printable(fieldData(body, index, 39)) : '';
}

function printable(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, '?');
}

export function logLine(frame: Uint8Array, replies: readonly CenterReply[], nowMs: number): LogLine {
  const request = readRequest(frame);
  const amount = request ? decimals(request, 4) : '';
  return {
    at: new Date(nowMs).toISOString(),
    terminalId: request ? printable(text(request, 41)) : '',
    mti: request?.mti ?? '',
    stan: request ? decimals(request, 11) : '',
    amountFen: amount === '' ? null : parseInt(amount, 10),
    codes: replies.filter((one) => one.frame.length > 0).map((one) => codeOf(one.frame, request?.envelope.length ?? 0)),
    delayMs: Math.max(0, ...replies.map((one) => one.delayMs)),
    closed: replies.some((one) => one.close === true),
    lengthBytes: frame.length,
  };
}
