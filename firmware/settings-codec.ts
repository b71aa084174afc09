/**
 * Settings as bytes for the journal, and back: for every number the name in `TerminalSettings` and the form of its
 * value. What comes from flash has passed a CRC but is checked all the same: a value that is none leaves the default.
 */
import { fromHex, nibbleOf, toHex, type Bytes } from '../hal/bytes';
import type { TerminalSettings } from './settings';
import {
  SETTING_APN,
  SETTING_BATCH_LIMIT,
  SETTING_CONNECT_SECONDS,
  SETTING_FRAME_LENGTH,
  SETTING_HEADER,
  SETTING_HOST,
  SETTING_HOTLINE,
  SETTING_MAC_MODE,
  SETTING_MERCHANT_ID,
  SETTING_MERCHANT_NAME,
  SETTING_OUTSIDE_LINE,
  SETTING_PARTIAL_APPROVAL,
  SETTING_PHONE_1,
  SETTING_PIN_CAPTURE_CODE,
  SETTING_PORT,
  SETTING_PRINT_DENSITY,
  SETTING_READ_CAPABILITY,
  SETTING_REDIALS,
  SETTING_RESPONSE_SECONDS,
  SETTING_REVERSAL_END_MAC,
  SETTING_REVERSAL_TRIES,
  SETTING_SECOND_SWIPE_MINUTES,
  SETTING_SECURITY_CONTROL,
  SETTING_SINGLE_LENGTH_KEYS,
  SETTING_SLIP_ADVERT,
  SETTING_SLIP_LOGO,
  SETTING_SLIP_QR,
  SETTING_TERMINAL_ID,
  SETTING_TPDU,
  SETTING_TRACK_ENCRYPTION,
} from './setting-ids';

/** Printable ASCII without blank, quote and comma, which could end the argument of a modem's command. */
export const FORM_WORD = 0;
/** Characters of GBK. */
export const FORM_NAME = 1;
/** Bytes; people write and read them in hex. */
export const FORM_HEX = 2;
/** A whole number. */
export const FORM_WHOLE = 3;
/** Whole seconds; the field holds milliseconds. */
export const FORM_SECONDS = 4;
/** `1` or `0`. */
export const FORM_FLAG = 5;

const MOST_PHONES = 3;

/** In the journal of a value that may be empty: it is empty, whatever the default says. */
export const EMPTY = '-';

export interface SettingForm {
  readonly id: number;
  readonly name: keyof TerminalSettings;
  readonly form: number;
  /** Length in bytes, or the number itself. */
  readonly least: number;
  readonly most: number;
}

function row(id: number, name: keyof TerminalSettings, form: number, least: number, most: number): SettingForm {
  return { id, name, form, least, most };
}

export const settingForms: readonly SettingForm[] = [
  row(SETTING_MERCHANT_ID, 'merchantId', FORM_WORD, 15, 15),
  row(SETTING_TERMINAL_ID, 'terminalId', FORM_WORD, 8, 8),
  row(SETTING_MERCHANT_NAME, 'merchantName', FORM_NAME, 1, 40),
  row(SETTING_HOTLINE, 'hotline', FORM_WORD, 1, 20),
  row(SETTING_TPDU, 'tpdu', FORM_HEX, 0, 5),
  row(SETTING_HEADER, 'header', FORM_HEX, 0, 6),
  row(SETTING_FRAME_LENGTH, 'frameLength', FORM_FLAG, 0, 1),
  row(SETTING_HOST, 'host', FORM_WORD, 1, 64),
  row(SETTING_PORT, 'port', FORM_WHOLE, 1, 65535),
  row(SETTING_APN, 'apn', FORM_WORD, 1, 40),
  row(SETTING_PHONE_1, 'phones', FORM_WORD, 0, 14),
  row(SETTING_PHONE_1 + 1, 'phones', FORM_WORD, 0, 14),
  row(SETTING_PHONE_1 + 2, 'phones', FORM_WORD, 0, 14),
  row(SETTING_OUTSIDE_LINE, 'outsideLine', FORM_WORD, 0, 4),
  row(SETTING_REDIALS, 'redials', FORM_WHOLE, 0, 9),
  row(SETTING_CONNECT_SECONDS, 'connectTimeoutMs', FORM_SECONDS, 5, 300),
  row(SETTING_RESPONSE_SECONDS, 'responseTimeoutMs', FORM_SECONDS, 5, 99),
  row(SETTING_REVERSAL_TRIES, 'reversalTries', FORM_WHOLE, 1, 9),
  row(SETTING_BATCH_LIMIT, 'batchLimit', FORM_WHOLE, 1, 500),
  row(SETTING_READ_CAPABILITY, 'readCapability', FORM_WORD, 1, 1),
  row(SETTING_SECOND_SWIPE_MINUTES, 'secondSwipeMinutes', FORM_WHOLE, 0, 60),
  row(SETTING_PIN_CAPTURE_CODE, 'pinCaptureCode', FORM_WORD, 2, 2),
  row(SETTING_SECURITY_CONTROL, 'securityControl', FORM_WHOLE, 0, 3),
  row(SETTING_MAC_MODE, 'macMode', FORM_WHOLE, 0, 2),
  row(SETTING_SINGLE_LENGTH_KEYS, 'singleLengthKeys', FORM_FLAG, 0, 1),
  row(SETTING_TRACK_ENCRYPTION, 'trackEncryption', FORM_FLAG, 0, 1),
  row(SETTING_PARTIAL_APPROVAL, 'partialApproval', FORM_FLAG, 0, 1),
  row(SETTING_REVERSAL_END_MAC, 'reversalEndMacIfPresent', FORM_FLAG, 0, 1),
  row(SETTING_SLIP_LOGO, 'slipLogo', FORM_FLAG, 0, 1),
  row(SETTING_SLIP_QR, 'slipQr', FORM_FLAG, 0, 1),
  row(SETTING_SLIP_ADVERT, 'slipAdvert', FORM_NAME, 0, 64),
  row(SETTING_PRINT_DENSITY, 'printDensity', FORM_WHOLE, 0, 8),
];

/** The form of a setting by its number, or null. */
export function formOf(id: number): SettingForm | null {
  for (let i = 0; i < settingForms.length; i++) if (settingForms[i].id === id) return settingForms[i];
  return null;
}

function isWord(value: Bytes): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code <= 32 || code > 126 || code === 34 || code === 44) return false;
  }
  return true;
}

/** No control characters, and no half of a character at the end. */
function isName(value: Bytes): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code < 32 || code === 127 || code === 255) return false;
    if (code > 127 && ++i >= value.length) return false;
  }
  return true;
}

/** Value of up to six digits, or -1. */
function wholeOf(value: Bytes): number {
  let whole = 0;
  for (let i = 0; i < value.length; i++) {
    const digit = value.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    whole = whole * 10 + digit;
  }
  return value.length > 0 && value.length < 7 ? whole : -1;
}

/** Whether `value` is one of this form. */
export function isGood(form: SettingForm, value: Bytes): boolean {
  const kind = form.form;
  if (value === EMPTY) return form.least === 0 && kind <= FORM_HEX;
  if (kind === FORM_HEX) return value.length === form.most;
  if (value === '') return false;
  const size = kind >= FORM_WHOLE ? wholeOf(value) : value.length;
  if (size < form.least || size > form.most) return false;
  if (kind === FORM_FLAG) return value.length === 1;
  if (kind === FORM_NAME) return isName(value);
  return kind >= FORM_WHOLE || isWord(value);
}

/** The three numbers, '' where there is none. */
function phonesOf(settings: TerminalSettings): Bytes[] {
  const phones = settings.phones.split(',');
  while (phones.length < MOST_PHONES) phones.push('');
  return phones;
}

/** The numbers, those of the journal in their places; no gap remains. */
function appliedPhones(settings: TerminalSettings, setting: (id: number) => Bytes): Bytes {
  const form = formOf(SETTING_PHONE_1) as SettingForm;
  let phones = '';
  phonesOf(settings).forEach((standing, at) => {
    const own = setting(SETTING_PHONE_1 + at);
    const phone = own !== '' && isGood(form, own) ? own : standing;
    if (phone !== EMPTY && phone !== '') phones += (phones === '' ? '' : ',') + phone;
  });
  return phones;
}

/** A field's value as bytes for the journal. */
export function settingBytes(form: SettingForm, settings: TerminalSettings): Bytes {
  const value = form.name === 'phones' ? phonesOf(settings)[form.id - SETTING_PHONE_1] : settings[form.name];
  if (form.form === FORM_FLAG) return value ? '1' : '0';
  return '' + (form.form === FORM_SECONDS ? ((value as number) / 1000) | 0 : value);
}

/** As a person reads it. */
export function shownValue(form: SettingForm, value: Bytes): Bytes {
  return form.form === FORM_HEX ? toHex(value) : value;
}

function isHex(text: Bytes): boolean {
  for (let i = 0; i < text.length; i++) if (nibbleOf(text.charCodeAt(i)) < 0) return false;
  return text.length % 2 === 0;
}

/** From what a person typed; '' for what is no value of the form. */
export function typedValue(form: SettingForm, typed: Bytes): Bytes {
  return form.form === FORM_HEX ? (isHex(typed) ? fromHex(typed) : '') : typed;
}

/** Writes what the journal says over `settings`. */
export function applySettings(settings: TerminalSettings, setting: (id: number) => Bytes): void {
  const fields = settings as unknown as { [name: string]: Bytes | number | boolean };
  fields.phones = appliedPhones(settings, setting);
  settingForms.forEach((form) => {
    const value = setting(form.id);
    if (value === '' || !isGood(form, value)) return;
    const text = value === EMPTY ? '' : value;
    if (form.form === FORM_FLAG) fields[form.name] = value === '1';
    else if (form.form === FORM_WHOLE) fields[form.name] = wholeOf(value);
    else if (form.form === FORM_SECONDS) fields[form.name] = 1000 * wholeOf(value);
    else if (form.name !== 'phones') fields[form.name] = text;
  });
}
