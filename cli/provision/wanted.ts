/** The options of `cupos provision` as settings for the journal; what is wrong is wrong use and names the option. */
import iconv from 'iconv-lite';
import type { TerminalSettings } from '../../firmware/settings';
import { EMPTY, isGood, settingForms, typedValue, type SettingForm } from '../../firmware/settings-codec';
import { CliError } from '../cli-error';
import { LONGEST_KEY_FILE_BYTES, readTextFile } from '../read-file';

export interface ProvisionOptions {
  readonly data: string;
  readonly tid?: string;
  readonly mid?: string;
  readonly name?: string;
  readonly hotline?: string;
  readonly slipLogo?: string;
  readonly slipQr?: string;
  readonly advert?: string;
  readonly density?: string;
  readonly tpdu?: string;
  readonly host?: string;
  readonly port?: string;
  readonly apn?: string;
  readonly phone?: readonly string[];
  readonly outsideLine?: string;
  readonly redials?: string;
  readonly connectTimeout?: string;
  readonly responseTimeout?: string;
  readonly tmk?: string;
  readonly keyFile?: string;
  readonly show?: boolean;
  readonly fresh?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export type WantedSetting = readonly [id: number, value: string];

interface OptionForm {
  readonly option: keyof ProvisionOptions;
  readonly flag: string;
  readonly field: keyof TerminalSettings;
  readonly example: string;
}

const forms: readonly OptionForm[] = [
  { option: 'tid', flag: '--tid', field: 'terminalId', example: '8 letters or digits' },
  { option: 'mid', flag: '--mid', field: 'merchantId', example: '15 letters or digits' },
  { option: 'hotline', flag: '--hotline', field: 'hotline', example: 'up to 20 characters without blanks' },
  { option: 'slipLogo', flag: '--slip-logo', field: 'slipLogo', example: '1 or 0' },
  { option: 'slipQr', flag: '--slip-qr', field: 'slipQr', example: '1 or 0' },
  { option: 'density', flag: '--density', field: 'printDensity', example: 'a number from 0 to 8' },
  { option: 'tpdu', flag: '--tpdu', field: 'tpdu', example: '10 hex digits' },
  { option: 'host', flag: '--host', field: 'host', example: 'an address, up to 64 characters' },
  { option: 'port', flag: '--port', field: 'port', example: 'a number from 1 to 65535' },
  { option: 'apn', flag: '--apn', field: 'apn', example: 'up to 40 characters without blanks' },
  { option: 'outsideLine', flag: '--outside-line', field: 'outsideLine', example: 'up to 4 digits, or - for none' },
  { option: 'redials', flag: '--redials', field: 'redials', example: 'a number from 0 to 9' },
  { option: 'connectTimeout', flag: '--connect-timeout', field: 'connectTimeoutMs', example: 'seconds, from 5 to 300' },
  {
    option: 'responseTimeout',
    flag: '--response-timeout',
    field: 'responseTimeoutMs',
    example: 'seconds, from 5 to 99',
  },
];

const idForm = /^[0-9A-Za-z]+$/;
const MOST_PHONES = 3;

export function settingForm(field: keyof TerminalSettings): SettingForm {
  return settingForms.find((form) => form.name === field) as SettingForm;
}

function wantedPhones(phones: readonly string[]): WantedSetting[] {
  if (phones.length > MOST_PHONES)
    throw new CliError(`--phone may be given ${MOST_PHONES} times, not ${phones.length}`);
  const own = settingForms.filter((form) => form.name === 'phones');
  return own.map((form, at) => {
    const phone = phones[at] ?? EMPTY;
    if (phone !== EMPTY && !/^[0-9*#]{1,14}$/.test(phone)) {
      throw new CliError(`--phone needs up to 14 digits, * and #, not "${phone}"`);
    }
    return [form.id, phone];
  });
}

/** Text that is printed, in the printer's bytes. */
function wantedText(flag: string, field: 'merchantName' | 'slipAdvert', text: string): WantedSetting {
  const bytes = iconv.encode(text, 'gbk').toString('latin1');
  const form = settingForm(field);
  if (iconv.decode(Buffer.from(bytes, 'latin1'), 'gbk') !== text || !isGood(form, bytes)) {
    const none = form.least === 0 ? `, or ${EMPTY} for none` : '';
    throw new CliError(
      `${flag} needs 1 to ${form.most} bytes of GBK text: up to ${form.most / 2} Chinese characters${none}`,
    );
  }
  return [form.id, bytes];
}

/** What the options say, in the journal's form. */
export function wantedSettings(options: ProvisionOptions): WantedSetting[] {
  const wanted: WantedSetting[] = [];
  for (const { option, flag, field, example } of forms) {
    const typed = options[option] as string | undefined;
    if (typed === undefined) continue;
    const form = settingForm(field);
    const value = typedValue(form, typed);
    const isNumber = field === 'terminalId' || field === 'merchantId';
    if (!isGood(form, value) || (isNumber && !idForm.test(value))) {
      throw new CliError(`${flag} needs ${example}, not "${typed}"`);
    }
    wanted.push([form.id, value]);
  }
  if (options.name !== undefined) wanted.push(wantedText('--name', 'merchantName', options.name));
  if (options.advert !== undefined) wanted.push(wantedText('--advert', 'slipAdvert', options.advert));
  return wanted.concat(options.phone ? wantedPhones(options.phone) : []);
}

/** The TMK of `--tmk` or of the first line of `--key-file`; '' for none. A key is never shown, not even a wrong one. */
export function wantedTmk({ tmk, keyFile }: ProvisionOptions): string {
  if (tmk !== undefined && keyFile !== undefined) throw new CliError('--tmk and --key-file: give one of them');
  let key = tmk ?? '';
  if (keyFile !== undefined) {
    try {
      key = (readTextFile(keyFile, LONGEST_KEY_FILE_BYTES)?.split('\n')[0] ?? '').trim();
    } catch (error) {
      throw new CliError(`${keyFile} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`, 1);
    }
  }
  if ((tmk !== undefined || keyFile !== undefined) && !/^[0-9A-Fa-f]{32}$/.test(key)) {
    throw new CliError(`${keyFile === undefined ? '--tmk' : keyFile} needs 32 hex digits`);
  }
  return key.toUpperCase();
}
