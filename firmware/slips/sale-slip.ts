/**
 * The sales slip (签购单) as a print block: the lines of Q/CUP 009's slip that apply to a transaction, in its order. Late
 * code: loaded to print, dropped afterwards.
 */
import type { Bytes } from '../../hal/bytes';
import { PRINT_CENTRED, PRINT_QR } from '../../hal/devices';
import type { TransactionRecord } from '../journal/transaction-record';
import { foreignText } from '../texts/foreign-text';
import {
  T_SLIP_ACQUIRER,
  T_SLIP_AGREEMENT_1,
  T_SLIP_AGREEMENT_5,
  T_SLIP_AUTH,
  T_SLIP_CARD_ORGANISATION,
  T_SLIP_COPY_CARDHOLDER,
  T_SLIP_COPY_MERCHANT,
  T_SLIP_DUPLICATE,
  T_SLIP_EXPIRY,
  T_SLIP_ISSUER,
  T_SLIP_REFERENCE,
  T_SLIP_REMARK_ISSUER,
  T_SLIP_REMARKS,
  T_SLIP_SIGNATURE,
  T_SLIP_TITLE,
  T_SLIP_UNKNOWN_ISSUER,
} from '../texts/ids';
import { bankTextId } from './banks';
import { logo } from './logo';
import {
  amountLines,
  batchDigits,
  cardLines,
  COLUMNS,
  ending,
  fixedDigits,
  fixedText,
  line,
  merchantLines,
  note,
  numberLines,
  RULE,
  timeLine,
  title,
  typeLines,
  type SlipInfo,
} from './slip-parts';

/** What only sales slips have. */
export interface SaleSlipInfo extends SlipInfo {
  readonly logo: boolean;
  readonly qr: boolean;
  readonly advert: Bytes;
}

const COPY_MERCHANT = 2;

/** F44: issuer's and acquirer's ids, 11 characters each. */
const BANK_ID_BYTES = 11;
/** F63.2: texts of issuer, center and acquirer, then the terminal's. */
const REMARKS_AT = 3;
const REMARK_BYTES = 20;
const REMARKS = 4;
const LONGEST_REMARK = 60;
const LONGEST_ADVERT = 64;
/** Dots of a module, level. */
const QR_FORM = '5M';

/** Name of the bank at `at` of F44; its id when nobody knows the name. */
function bank(info: SlipInfo, record: TransactionRecord, at: number): Bytes {
  const id = foreignText((record.fields[44] || '').substr(1 + at, BANK_ID_BYTES), BANK_ID_BYTES);
  const name = bankTextId(id.substr(0, 8));
  return name < 0 ? id : info.text(name);
}

function bankLines(info: SlipInfo, record: TransactionRecord): Bytes {
  const text = info.text;
  const issuer = bank(info, record, 0) || text(T_SLIP_UNKNOWN_ISSUER);
  return line(text(T_SLIP_ISSUER), issuer) + line(text(T_SLIP_ACQUIRER), bank(info, record, BANK_ID_BYTES));
}

/** Organisation of a foreign card (F63.1); a UnionPay card has no such line. */
function organisationLine(info: SlipInfo, record: TransactionRecord): Bytes {
  const name = foreignText((record.fields[63] || '').substr(2, REMARKS_AT), REMARKS_AT);
  return name === 'CUP' ? '' : line(info.text(T_SLIP_CARD_ORGANISATION), name);
}

/** YYMM of F14 as YYYY/MM. */
function expiryLine(info: SlipInfo, record: TransactionRecord): Bytes {
  const expiry = fixedDigits(record, 14);
  return expiry === '' ? '' : line(info.text(T_SLIP_EXPIRY), '20' + expiry.substr(0, 2) + '/' + expiry.substr(2));
}

/** What issuer, center, acquirer and terminal want said (F63.2). */
function remarkLines(info: SlipInfo, record: TransactionRecord): Bytes {
  const all = (record.fields[63] || '').substr(2 + REMARKS_AT);
  let lines = '';
  for (let i = 0; i < REMARKS; i++) {
    const longest = i === REMARKS - 1 ? LONGEST_REMARK : REMARK_BYTES;
    const remark = foreignText(all.substr(i * REMARK_BYTES, longest), LONGEST_REMARK);
    lines += line(info.text(T_SLIP_REMARK_ISSUER + i), remark);
  }
  return lines === '' ? '' : note(info.text(T_SLIP_REMARKS)) + lines;
}

/** Room for the signature, and what the customer signs. */
function signatureLines(info: SlipInfo): Bytes {
  let lines = RULE + info.text(T_SLIP_SIGNATURE) + '\n\n\n\n' + RULE;
  for (let id = T_SLIP_AGREEMENT_1; id <= T_SLIP_AGREEMENT_5; id++) lines += note(info.text(id));
  return lines;
}

function head(info: SaleSlipInfo, record: TransactionRecord, copy: number): Bytes {
  return (
    (info.logo ? logo : '') +
    title(info.text(T_SLIP_TITLE)) +
    info.text(copy === COPY_MERCHANT ? T_SLIP_COPY_MERCHANT : T_SLIP_COPY_CARDHOLDER) +
    '\n' +
    RULE +
    merchantLines(info, record) +
    bankLines(info, record) +
    organisationLine(info, record)
  );
}

function body(info: SlipInfo, record: TransactionRecord): Bytes {
  return (
    cardLines(info, record) +
    expiryLine(info, record) +
    typeLines(info) +
    numberLines(info, record) +
    line(info.text(T_SLIP_AUTH), fixedText(record, 38)) +
    timeLine(info, record) +
    line(info.text(T_SLIP_REFERENCE), fixedText(record, 37)) +
    amountLines(info, record) +
    remarkLines(info, record)
  );
}

/** By what a sale is found again, and nothing of the card: terminal, batch, voucher, reference. */
function qrLine(info: SaleSlipInfo, record: TransactionRecord): Bytes {
  if (!info.qr) return '';
  const numbers =
    'T' + info.terminalId + ' B' + batchDigits(record) + ' V' + fixedDigits(record, 11) + ' R' + fixedText(record, 37);
  // A reader wants white around it.
  return '\n' + PRINT_CENTRED + PRINT_QR + QR_FORM + numbers + '\n\n';
}

/** In the middle where it is one line. */
function advertLines(info: SaleSlipInfo): Bytes {
  const advert = note(foreignText(info.advert, LONGEST_ADVERT));
  return advert !== '' && advert.length <= COLUMNS + 1 ? PRINT_CENTRED + advert : advert;
}

/** `copy` 1 for the cardholder, 2 for the merchant (to be signed); `reprint` marks it as a duplicate. */
export function saleSlip(record: TransactionRecord, info: SaleSlipInfo, copy: 1 | 2, reprint: boolean): Bytes {
  return (
    head(info, record, copy) +
    body(info, record) +
    (copy === COPY_MERCHANT ? signatureLines(info) : '') +
    (reprint ? PRINT_CENTRED + info.text(T_SLIP_DUPLICATE) + '\n' : '') +
    qrLine(info, record) +
    advertLines(info) +
    ending(info)
  );
}
