/**
 * A terminal of the tests: builds request frames byte by byte and reads answers with the codec, but computes MAC, PIN
 * block and track cipher by itself (3DES with one key three times, not the center's code).
 */
import * as crypto from 'node:crypto';
import {
  createIndex,
  fieldData,
  fieldDigits,
  hasField,
  indexMessage,
  packMessage,
} from '../../../firmware/iso8583/message';
import type { WireFields } from '../../../firmware/iso8583/message';
import { bcd, bcdLeft, llDigits, lllBytes, lllDigits } from '../../../firmware/iso8583/wire-form';
import type { Center, CenterReply } from '../../../host/center/types';
import { testCards, type TestCard } from '../../../host/center/test-cards';
import { TEST_TERMINAL } from '../../../host/center/test-data';

function des(key: Buffer, data: Buffer, decrypt: boolean): Buffer {
  const whole = key.length === 8 ? Buffer.concat([key, key, key]) : Buffer.concat([key, key.subarray(0, 8)]);
  const cipher = decrypt
    ? crypto.createDecipheriv('des-ede3', whole, null)
    : crypto.createCipheriv('des-ede3', whole, null);
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}

export function macOf(mak: Buffer, body: Buffer): string {
  const padded = Buffer.concat([body, Buffer.alloc((8 - (body.length % 8)) % 8)]);
  let fold = 0n;
  for (let at = 0; at < padded.length; at += 8) fold ^= padded.readBigUInt64BE(at);
  const hex = fold.toString(16).toUpperCase().padStart(16, '0');
  const first = des(mak, Buffer.from(hex.slice(0, 8)), false).readBigUInt64BE();
  const second = Buffer.alloc(8);
  second.writeBigUInt64BE(first ^ Buffer.from(hex.slice(8)).readBigUInt64BE());
  return des(mak, second, false).toString('hex').slice(0, 8).toUpperCase();
}

export interface Reading {
  readonly mti: string;
  readonly code: string;
  readonly macValid: boolean;
  readonly frame: Buffer;
  has(field: number): boolean;
  text(field: number): string;
  digits(field: number): string;
}

export interface SaleOptions {
  readonly card?: TestCard;
  readonly amountFen?: number;
  readonly stan?: number;
  readonly batch?: string;
  readonly pin?: string | null;
  readonly pinFormat?: '1' | '2';
  readonly encrypted?: boolean;
  readonly track2?: string;
  readonly track3?: string;
  readonly field60Tail?: string;
  /** Last changes before the MAC. */
  readonly change?: (fields: WireFields) => void;
  /** A MAC of one's own, '' for none. */
  readonly mac?: string;
}

export interface TestTerminalSetup {
  readonly terminalId: string;
  readonly merchantId: string;
  readonly tmk: string;
}

export function createTestTerminal(center: Pick<Center, 'handle'>, setup: TestTerminalSetup = TEST_TERMINAL) {
  const envelope = Buffer.from(TEST_TERMINAL.tpdu + TEST_TERMINAL.header, 'hex').toString('latin1');
  const state = {
    nowMs: Date.UTC(2026, 4, 6, 7, 8, 9),
    stan: 0,
    batch: '000000',
    pik: Buffer.alloc(0) as Buffer,
    mak: Buffer.alloc(0) as Buffer,
    tdk: Buffer.alloc(0) as Buffer,
  };

  function nextStan(): string {
    return String(++state.stan).padStart(6, '0');
  }

  function frameOf(mti: string, fields: WireFields, mac?: string): Buffer {
    const fields64 = fields.slice();
    if (mac !== '' && mti < '0500') fields64[64] = '00000000';
    const body = Buffer.from(packMessage(Buffer.from(mti, 'hex').toString('latin1'), fields64), 'latin1');
    if (fields64[64] === '00000000') {
      body.write(mac ?? macOf(state.mak, body.subarray(0, -8)), body.length - 8, 'latin1');
    }
    return Buffer.concat([Buffer.from(envelope, 'latin1'), body]);
  }

  function read(reply: CenterReply | undefined): Reading | undefined {
    if (!reply || reply.frame.length < 11) return undefined;
    const frame = Buffer.from(reply.frame);
    const body = frame.subarray(11).toString('latin1');
    const index = createIndex();
    if (indexMessage(body, index) !== 0) return undefined;
    const mac = fieldData(body, index, 64);
    return {
      mti: Buffer.from(index.mti, 'latin1').toString('hex'),
      code: fieldData(body, index, 39),
      macValid: mac !== '' && state.mak.length > 0 && macOf(state.mak, frame.subarray(11, -8)) === mac,
      frame,
      has: (field) => hasField(index, field),
      text: (field) => fieldData(body, index, field),
      digits: (field) => fieldDigits(body, index, field),
    };
  }

  function sendAll(frame: Uint8Array): CenterReply[] {
    return center.handle(frame, state.nowMs);
  }

  function send(frame: Uint8Array): Reading {
    const reading = read(sendAll(frame)[0]);
    if (!reading) throw new Error('no readable answer');
    return reading;
  }

  function unwrap(f62: Buffer): boolean {
    const tmk = Buffer.from(setup.tmk, 'hex');
    const zero = Buffer.alloc(8);
    const isKey = (key: Buffer, at: number): boolean =>
      des(key, zero, false)
        .subarray(0, 4)
        .equals(f62.subarray(at, at + 4));
    const long = f62.length > 24;
    const makAt = long ? 20 : 12;
    state.pik = des(tmk, f62.subarray(0, long ? 16 : 8), true);
    state.mak = des(tmk, f62.subarray(makAt, makAt + 8), true);
    state.tdk = f62.length === 60 ? des(tmk, f62.subarray(40, 56), true) : Buffer.alloc(0);
    const makCheckAt = long ? 36 : 20;
    return isKey(state.pik, long ? 16 : 8) && isKey(state.mak, makCheckAt) && (f62.length < 60 || isKey(state.tdk, 56));
  }

  function managementFields(batch: string, code: string): WireFields {
    const fields: WireFields = [];
    fields[41] = setup.terminalId;
    fields[42] = setup.merchantId;
    fields[60] = lllDigits('00' + batch + code);
    return fields;
  }

  function signInFrame(code = '004', batch = state.batch): Buffer {
    const fields = managementFields(batch, code);
    fields[11] = bcd(nextStan());
    fields[63] = lllBytes('01 ');
    return frameOf('0800', fields);
  }

  function takeKeys(answer: Reading): void {
    if (!unwrap(Buffer.from(answer.text(62), 'latin1'))) throw new Error('a check value is wrong');
    state.batch = answer.digits(60).slice(2, 8);
  }

  function signIn(code = '004', batch = state.batch): Reading {
    const answer = send(signInFrame(code, batch));
    if (answer.code === '00') takeKeys(answer);
    return answer;
  }

  function management(code: string, withStan: boolean): Reading {
    const fields = managementFields(state.batch, code);
    if (withStan) fields[11] = bcd(nextStan());
    return send(frameOf('0820', fields));
  }

  function cipherTrack(track: string): string {
    const end = track.length - (track.length % 2 ? 1 : 2);
    const cipher = des(state.tdk, Buffer.from(track.slice(end - 16, end), 'hex'), false);
    return track.slice(0, end - 16) + cipher.toString('hex').toUpperCase() + track.slice(end);
  }

  function pinBlock(pin: string, pan: string): string {
    let block = BigInt('0x' + `0${pin.length.toString(16)}${pin}`.padEnd(16, 'F'));
    if (pan !== '') block ^= BigInt('0x' + pan.slice(-13, -1));
    return des(state.pik, Buffer.from(block.toString(16).padStart(16, '0'), 'hex'), false).toString('latin1');
  }

  function cardFields(fields: WireFields, options: SaleOptions): void {
    const card = options.card ?? testCards.debit;
    const pin = options.pin === undefined ? card.pin : (options.pin ?? '');
    const encrypted = options.encrypted ?? state.tdk.length === 16;
    const format = pin === '' ? '0' : (options.pinFormat ?? '2');
    const seal = (track: string): string => (encrypted ? cipherTrack(track) : track).replace(/=/g, 'D');
    const track2 = (options.track2 ?? card.track2).replace('=', 'D');
    const track3 = (options.track3 ?? card.track3).replace(/=/g, 'D');
    fields[22] = bcdLeft(pin === '' ? '022' : '021');
    if (track2 !== '') fields[35] = llDigits(seal(track2));
    if (track3 !== '') fields[36] = lllDigits(seal(track3));
    if (pin !== '') fields[26] = bcd('12');
    if (pin !== '') fields[52] = pinBlock(pin, format === '2' ? card.pan : '');
    if (pin !== '' || encrypted) {
      fields[53] = bcd(format + (state.pik.length === 8 ? '0' : '6') + (encrypted ? '1' : '0') + '0000000000000');
    }
  }

  function baseFields(processing: string, type: string, options: SaleOptions): WireFields {
    const fields = managementFields('', '');
    fields[3] = bcd(processing);
    fields[11] = bcd(options.stan === undefined ? nextStan() : String(options.stan).padStart(6, '0'));
    fields[25] = bcd('00');
    fields[49] = '156';
    fields[60] = lllDigits(type + (options.batch ?? state.batch) + '000' + (options.field60Tail ?? '60'));
    return fields;
  }

  function saleFrame(options: SaleOptions = {}): Buffer {
    const fields = baseFields('000000', '22', options);
    fields[4] = bcd(String(options.amountFen ?? 10_000).padStart(12, '0'));
    cardFields(fields, options);
    options.change?.(fields);
    return frameOf('0200', fields, options.mac);
  }

  function balanceFrame(options: SaleOptions = {}): Buffer {
    const fields = baseFields('310000', '01', options);
    cardFields(fields, options);
    options.change?.(fields);
    return frameOf('0200', fields, options.mac);
  }

  function reversalFrame(options: SaleOptions = {}, reason = '98'): Buffer {
    const fields = baseFields('000000', '22', { ...options, stan: options.stan ?? state.stan });
    fields[4] = bcd(String(options.amountFen ?? 10_000).padStart(12, '0'));
    fields[22] = bcdLeft('021');
    fields[39] = reason;
    options.change?.(fields);
    return frameOf('0400', fields, options.mac);
  }

  return {
    state,
    send,
    sendAll,
    read,
    frameOf,
    signIn,
    signInFrame,
    takeKeys,
    echo: () => management('301', false),
    signOff: () => management('002', true),
    management,
    saleFrame,
    balanceFrame,
    reversalFrame,
    sale: (options?: SaleOptions) => send(saleFrame(options)),
    balance: (options?: SaleOptions) => send(balanceFrame(options)),
    reverse: (options?: SaleOptions, reason?: string) => send(reversalFrame(options, reason)),
  };
}

export type TestTerminal = ReturnType<typeof createTestTerminal>;
