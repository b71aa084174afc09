/** Options of `cupos run --center`: whose terminal it is at a foreign host, and in which dialect it speaks there. */
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { ForeignAddress } from '../emulator/foreign-host';
import type { TerminalSettings } from '../firmware/settings';
import { CliError } from './cli-error';
import { LONGEST_KEY_FILE_BYTES, readTextFile } from './read-file';
import { oneOf, wholeNumber } from './option-values';

/** Those of the test center, where nothing else is said. */
export const TERMINAL_ID = '10000001';
export const MERCHANT_ID = '898110053310001';

const MOST_PHONES = 3;

export interface ForeignOptions {
  readonly center?: string;
  readonly tid?: string;
  readonly mid?: string;
  readonly tmk?: string;
  readonly tpdu?: string;
  readonly header?: string;
  readonly mac?: string;
  readonly apn?: string;
  readonly phone?: readonly string[];
  readonly outsideLine?: string;
  readonly f26?: string;
  readonly f53?: string;
  readonly f60Capability?: string;
  readonly lengthless?: boolean;
  readonly clearTracks?: boolean;
  readonly singleLengthKeys?: boolean;
  readonly reversalMacIfPresent?: boolean;
}

export interface ForeignRun {
  readonly address: ForeignAddress;
  readonly terminalId: string;
  readonly merchantId: string;
  /** 32 hex digits; '' takes the TEST key of the key file. */
  readonly tmk: string;
  readonly settings: Partial<TerminalSettings>;
  /** Of this terminal at this host: one host's journal is no business of another's. */
  readonly dataDir: string;
  /** For whoever starts it. */
  readonly announcement: string;
}

const collect = (one: string, before: readonly string[] | undefined): string[] => [...(before ?? []), one];

export function addForeignOptions(command: Command): Command {
  return command
    .option('--center <host:port>', 'a foreign host over TCP in place of the test center (docs/foreign-host.md)')
    .option('--tid <id>', 'with --center: terminal number, F41 (10000001)')
    .option('--mid <id>', 'with --center: merchant number, F42 (898110053310001)')
    .option(
      '--tmk <hex|@file>',
      'with --center: master key, 32 hex digits; default the TEST key of the state directory',
    )
    .option('--tpdu <hex>', 'with --center: TPDU, 10 hex digits, or none')
    .option('--header <hex>', 'with --center: application header, 12 hex digits, or none')
    .option('--mac <mode>', 'with --center: F64 by unionpay, x9.9 or x9.19')
    .option('--apn <name>', 'with --center: access point of a real mobile modem (CMNET)')
    .option('--phone <number>', 'with --center: number that a real dial modem calls; up to three times', collect)
    .option('--outside-line <digits>', 'with --center: dialled first, for a line to the outside')
    .option('--f26 <digits>', 'with --center: F26, two digits')
    .option('--f53 <when>', 'with --center: F53 needed (PIN or encrypted tracks), always, pin or never')
    .option('--f60-capability <digit>', 'with --center: F60.4, what the terminal reads: 2, 5 or 6')
    .option('--lengthless', 'with --center: no two bytes of length before a frame')
    .option('--clear-tracks', 'with --center: tracks in clear, sign-in 003')
    .option('--single-length-keys', 'with --center: sign-in 001, single DES (and tracks in clear)')
    .option('--reversal-mac-if-present', 'with --center: 12 and 25 end a reversal without F64');
}

const onlyWithCenter = [
  ...(['tid', 'mid', 'tmk', 'tpdu', 'header', 'mac', 'apn', 'phone', 'outsideLine'] as const),
  ...(['f26', 'f53', 'f60Capability'] as const),
  ...(['lengthless', 'clearTracks', 'singleLengthKeys', 'reversalMacIfPresent'] as const),
];

function addressOf(text: string): ForeignAddress {
  const match = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9._-]{1,253})):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? '';
  if (!match || (match[1] !== undefined && isIP(host) !== 6)) {
    throw new CliError(`--center takes HOST:PORT, such as 192.0.2.7:8583 or [2001:db8::7]:8583, not "${text}"`);
  }
  return { host, port: wholeNumber(match[3], 'the port of --center', 1, 65535) };
}

function matching(text: string, name: string, form: RegExp, what: string): string {
  if (!form.test(text)) throw new CliError(`${name} takes ${what}`);
  return text;
}

/** '' for none. */
function hexOrNone(text: string, name: string, digits: number): string {
  if (text === 'none') return '';
  const form = new RegExp(`^[0-9A-Fa-f]{${digits}}$`);
  return Buffer.from(matching(text, name, form, `${digits} hex digits, or none`), 'hex').toString('latin1');
}

/** From the command line or a file; what was given is never shown. */
function masterKey(given: string | undefined): string {
  if (given === undefined) return '';
  let text = given;
  if (given.startsWith('@')) {
    try {
      text = readTextFile(given.slice(1), LONGEST_KEY_FILE_BYTES)?.trim() ?? '';
    } catch {
      throw new CliError('the file of --tmk cannot be read', 1);
    }
  }
  return matching(
    text,
    '--tmk',
    /^[0-9A-Fa-f]{32}$/,
    '32 hex digits, or @ and the name of a file with them',
  ).toUpperCase();
}

function settingsOf(options: ForeignOptions): Partial<TerminalSettings> {
  const { macModes, securityControls } = require('../host/center/dialect') as typeof import('../host/center/dialect');
  const settings: { -readonly [Name in keyof TerminalSettings]?: TerminalSettings[Name] } = {};
  if (options.tpdu !== undefined) settings.tpdu = hexOrNone(options.tpdu, '--tpdu', 10);
  if (options.header !== undefined) settings.header = hexOrNone(options.header, '--header', 12);
  if (options.mac !== undefined) settings.macMode = macModes.indexOf(oneOf(options.mac, '--mac', macModes));
  if (options.apn !== undefined)
    settings.apn = matching(
      options.apn,
      '--apn',
      /^[0-9A-Za-z._-]{1,40}$/,
      'up to 40 letters, digits, dots and dashes',
    );
  if (options.phone !== undefined) {
    if (options.phone.length > MOST_PHONES) throw new CliError(`--phone may be given ${MOST_PHONES} times`);
    const digits = 'up to 14 digits, * and #';
    settings.phones = options.phone.map((one) => matching(one, '--phone', /^[0-9*#]{1,14}$/, digits)).join(',');
  }
  if (options.outsideLine !== undefined)
    settings.outsideLine = matching(options.outsideLine, '--outside-line', /^\d{1,4}$/, 'up to 4 digits');
  if (options.f26 !== undefined) settings.pinCaptureCode = matching(options.f26, '--f26', /^\d\d$/, 'two digits');
  if (options.f53 !== undefined) {
    settings.securityControl = securityControls.indexOf(oneOf(options.f53, '--f53', securityControls));
  }
  if (options.f60Capability !== undefined) {
    settings.readCapability = matching(options.f60Capability, '--f60-capability', /^[256]$/, '2, 5 or 6');
  }
  if (options.lengthless) settings.frameLength = false;
  if (options.clearTracks || options.singleLengthKeys) settings.trackEncryption = false;
  if (options.singleLengthKeys) settings.singleLengthKeys = true;
  if (options.reversalMacIfPresent) settings.reversalEndMacIfPresent = true;
  return settings;
}

/** Checked options, or null without `--center`. */
export function readForeign(options: ForeignOptions, data: string): ForeignRun | null {
  if (options.center === undefined) {
    const lonely = onlyWithCenter.find((name) => options[name] !== undefined);
    if (lonely)
      throw new CliError(`--${lonely.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} needs --center`);
    return null;
  }
  const address = addressOf(options.center);
  const terminalId = matching(options.tid ?? TERMINAL_ID, '--tid', /^[0-9A-Za-z]{8}$/, '8 digits or letters');
  const merchantId = matching(options.mid ?? MERCHANT_ID, '--mid', /^[0-9A-Za-z]{15}$/, '15 digits or letters');
  const place = `center-${address.host.replace(/:/g, '.')}-${address.port}-${terminalId}`;
  return {
    address,
    terminalId,
    merchantId,
    tmk: masterKey(options.tmk),
    settings: settingsOf(options),
    dataDir: join(data, place),
    announcement: `its center is ${options.center}, a foreign host: it runs at wall speed and cannot be replayed`,
  };
}
