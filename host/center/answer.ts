/** Answers: their common fields, their frame, their MAC. Fields a request carried go back as they came. */
import type { Bytes } from '../../hal/bytes';
import { packMessage, type WireFields } from '../../firmware/iso8583/message';
import { bcd, llBytes, llDigits, lllBytes, lllDigits } from '../../firmware/iso8583/wire-form';
import * as iconv from 'iconv-lite';
import type { Card } from './cards';
import type { Exchange } from './exchanges';
import { decimals, wire, type Request } from './request';
import { computeMac, type MacKey } from './security';
import { batchDigits, macKeyOf, type Terminal } from './terminals';
import { stampOf } from './time';

/** F32, and the second half of F44: UnionPay's own center in the bank table. */
const ACQUIRER = '00010000';

export interface Answer {
  /** Two bytes. */
  readonly mti: Bytes;
  readonly fields: WireFields;
  /** null: no F64. */
  readonly mak: MacKey | null;
}

/** A text of F63.2, 20 bytes GBK. */
function remark(text: string): Bytes {
  return iconv.encode(text, 'gbk').toString('latin1').padEnd(20, ' ').slice(0, 20);
}

/** 63.1 card organisation, 63.2 texts of issuer, UnionPay and acquirer. */
const REMARKS = lllBytes('CUP' + remark('') + remark('') + remark('TEST 测试交易'));
const ORGANISATION = lllBytes('CUP');

export function amountDigits(amountFen: number): string {
  return String(amountFen).padStart(12, '0');
}

/** Fields that every refusal can carry: what came, when, why. */
export function refusal(request: Request, code: string, nowMs: number, terminal?: Terminal): Answer {
  const fields: WireFields = [];
  for (const field of [3, 4, 11, 25, 41, 42, 49, 60]) fields[field] = wire(request, field);
  const stamp = stampOf(nowMs);
  fields[12] = bcd(stamp.time);
  fields[13] = bcd(stamp.date);
  fields[39] = code;
  const isFinancial = request.mti < '0500';
  return { mti: answerMti(request), fields, mak: isFinancial ? macKeyOf(terminal) : null };
}

export function answerMti(request: Request): Bytes {
  return request.body.charAt(0) + String.fromCharCode(request.body.charCodeAt(1) + 0x10);
}

/** F60 as it came, with the open batch in it: what every answer of UnionPay's returns. */
function withOpenBatch(request: Request, batch: number): Bytes | undefined {
  const digits = decimals(request, 60);
  return digits.length < 8 ? wire(request, 60) : lllDigits(digits.slice(0, 2) + batchDigits(batch) + digits.slice(8));
}

/** Management answers (0810, 0830): no MAC, a reference. */
export function managementAnswer(request: Request, batch: number, reference: string, nowMs: number): Answer {
  const answer = refusal(request, '00', nowMs);
  answer.fields[32] = llDigits(ACQUIRER);
  answer.fields[37] = reference;
  answer.fields[60] = withOpenBatch(request, batch);
  return answer;
}

/** The answer that a stored exchange stands for, under the terminal's current key. `pan` '' where it is not known. */
export function exchangeAnswer(
  request: Request,
  exchange: Exchange,
  terminal: Terminal,
  pan: string,
  card?: Card,
): Answer {
  const fields: WireFields = [];
  for (const field of [3, 11, 23, 25, 41, 42, 49, 53]) fields[field] = wire(request, field);
  const stamp = stampOf(exchange.atMs);
  const isPartial = exchange.code === '10';
  const isApproved = exchange.approvedFen > 0;
  if (pan !== '') fields[2] = llDigits(pan);
  fields[4] = isPartial ? bcd(amountDigits(exchange.approvedFen)) : wire(request, 4);
  fields[12] = bcd(stamp.time);
  fields[13] = bcd(stamp.date);
  if (card && isApproved) fields[14] = bcd(card.expiry);
  if (exchange.kind !== 'balance') fields[15] = bcd(stamp.settlementDate);
  fields[32] = llDigits(ACQUIRER);
  fields[37] = exchange.reference;
  if (exchange.authCode !== '') fields[38] = exchange.authCode;
  fields[39] = exchange.code;
  if (card) fields[44] = llBytes(card.issuer.padEnd(11, ' ') + ACQUIRER.padEnd(11, ' '));
  // Account type 10, available balance (02), credit sign: the account cannot be overdrawn.
  if (exchange.balanceFen !== null) fields[54] = lllBytes('1002156C' + amountDigits(exchange.balanceFen));
  fields[60] = withOpenBatch(request, terminal.batch);
  if (exchange.kind === 'sale') fields[63] = isApproved ? REMARKS : ORGANISATION;
  return { mti: answerMti(request), fields, mak: macKeyOf(terminal) };
}

/** TPDU with destination and origin swapped, header with processing requirement 0 (digit 6); each where there was one. */
function answerEnvelope(envelope: Bytes): Bytes {
  const tpdu = envelope.slice(0, envelope.length % 6);
  const header = envelope.slice(tpdu.length);
  const answered = tpdu.charAt(0) + tpdu.slice(3, 5) + tpdu.slice(1, 3);
  if (header === '') return answered;
  return answered + header.slice(0, 2) + String.fromCharCode(header.charCodeAt(2) & 0xf0) + header.slice(3);
}

/** The answer's frame, F64 computed over exactly the bytes that go out. */
export function encodeAnswer(request: Request, answer: Answer): Buffer {
  const fields = answer.fields;
  fields[64] = answer.mak ? '00000000' : undefined;
  const frame = Buffer.from(answerEnvelope(request.envelope) + packMessage(answer.mti, fields), 'latin1');
  if (answer.mak) computeMac(answer.mak, frame.subarray(request.envelope.length, -8)).copy(frame, frame.length - 8);
  return frame;
}
