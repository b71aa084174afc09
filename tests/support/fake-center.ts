/**
 * A center for tests of the application alone: keeps a ledger of one terminal and does what a test tells it to. Its
 * messages are made with the firmware's codec; the real center and the golden frames have tests of their own.
 */
import type { Bytes } from '../../hal/bytes';
import {
  createIndex,
  fieldData,
  hasField,
  indexMessage,
  packMessage,
  wireField,
  type WireFields,
} from '../../firmware/iso8583/message';
import { bcd, digitsOf, llBytes, llDigits, lllBytes, lllDigits } from '../../firmware/iso8583/wire-form';
import { fakeMac, type Answering } from './fake-board';

export interface Request {
  readonly mti: string;
  readonly body: Bytes;
  has(field: number): boolean;
  wire(field: number): Bytes;
  data(field: number): Bytes;
  digits(field: number): string;
}

export function readRequest(body: Bytes): Request {
  const index = createIndex();
  const fault = indexMessage(body, index);
  if (fault) throw new Error(`the terminal sent a broken message: ${fault} in field ${index.field}`);
  return {
    mti: digitsOf(index.mti),
    body,
    has: (field) => hasField(index, field),
    wire: (field) => wireField(body, index, field),
    data: (field) => fieldData(body, index, field),
    digits: (field) => digitsOf(fieldData(body, index, field)),
  };
}

/** What happens to the next answer of a kind. */
export interface Plan {
  code?: string;
  /** No answer, but the request was carried out. */
  silent?: boolean;
  mac?: 'valid' | 'wrong' | 'absent';
  delayMs?: number;
  close?: boolean;
  /** Changes the answer's fields before its MAC is made. */
  fields?: (fields: WireFields) => void;
  /** Sent before the real answer. */
  before?: (answerBody: Bytes) => Bytes[];
}

export class FakeCenter {
  key = '';
  keyNumber = 0;
  batch = 0;
  /** STAN to amount of what was charged and not reversed. */
  readonly charged = new Map<string, string>();
  readonly requests: Request[] = [];
  /** Plans by MTI, used up one by one; then everything goes well. */
  readonly plans: Record<string, Plan[]> = {};
  /** What a balance inquiry is told. */
  field54 = '1002156C000001200050';
  signInTime = '093015';
  signInDate = '0301';

  plan(mti: string, ...plans: Plan[]): void {
    (this.plans[mti] ??= []).push(...plans);
  }

  of(mti: string): Request[] {
    return this.requests.filter((request) => request.mti === mti);
  }

  readonly answering: Answering = (body, link) => {
    const request = readRequest(body);
    this.requests.push(request);
    const plan = this.plans[request.mti]?.shift() ?? {};
    const fields = this.process(request, plan);
    if (plan.silent) return;
    if (plan.close) {
      link.close();
      return;
    }
    plan.fields?.(fields);
    const answer = this.pack(request, fields, plan.mac ?? 'valid');
    for (const early of plan.before?.(answer) ?? []) link.answer(early);
    link.answer(answer, plan.delayMs ?? 10);
  };

  pack(request: Request, fields: WireFields, mac: 'valid' | 'wrong' | 'absent'): Bytes {
    const mti = bcd(String(parseInt(request.mti, 10) + 10).padStart(4, '0'));
    if (!request.has(64) || mac === 'absent') return packMessage(mti, fields);
    fields[64] = '00000000';
    const packed = packMessage(mti, fields);
    const message = packed.substring(0, packed.length - 8);
    return message + (mac === 'valid' ? fakeMac(this.key, message) : 'DEADBEEF');
  }

  private process(request: Request, plan: Plan): WireFields {
    const fields: WireFields = [];
    for (const n of [3, 4, 11, 25, 41, 42, 49, 60]) if (request.has(n)) fields[n] = request.wire(n);
    fields[12] = bcd(this.signInTime);
    fields[13] = bcd(this.signInDate);
    fields[39] = plan.code ?? '00';
    if (request.mti === '0800') this.signIn(request, fields);
    if (request.mti === '0200' && request.digits(3) === '310000') this.balance(request, fields);
    else if (request.mti === '0200') this.sale(request, fields);
    if (request.mti === '0400') this.reverse(request, fields, plan);
    return fields;
  }

  private signIn(request: Request, fields: WireFields): void {
    if (fields[39] !== '00') return;
    if (request.digits(60).substring(2, 8) === '000000') this.batch++;
    this.batch ||= 1;
    this.key = `key${++this.keyNumber}`.padEnd(request.digits(60).substring(8, 11) === '004' ? 60 : 40, '#');
    fields[60] = lllDigits('00' + String(this.batch).padStart(6, '0') + '004');
    fields[62] = lllBytes(this.key);
  }

  private sale(request: Request, fields: WireFields): void {
    const code = fields[39] ?? '';
    fields[15] = bcd('0301');
    fields[32] = llDigits('01020000');
    fields[37] = '123456' + request.digits(11);
    fields[44] = llBytes('01020000   48021000   ');
    if (!['00', '10', '11', 'A2', 'A4', 'A5', 'A6'].includes(code)) return;
    fields[38] = 'AUTH01';
    fields[63] = lllBytes('CUP');
    this.charged.set(request.digits(11), request.digits(4));
  }

  private balance(request: Request, fields: WireFields): void {
    if (request.has(4)) fields[39] = '30';
    fields[37] = '123456' + request.digits(11);
    if (fields[39] === '00') fields[54] = lllBytes(this.field54);
  }

  private reverse(request: Request, fields: WireFields, plan: Plan): void {
    if (plan.code !== undefined && plan.code !== '00') return;
    if (!this.charged.delete(request.digits(11))) fields[39] = '25';
  }
}

/** Valid UnionPay-like test card; the number passes Luhn. */
export const card = {
  track2: '6210819300001000011=30121200000012345',
  track3: '996210819300001000011=1561560500050000000002013000000214000049121=',
};

export const shortCard = { track2: '6225881200002003=29121210000012345678' };
