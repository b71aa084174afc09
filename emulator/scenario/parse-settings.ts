/** `settings:` of a scenario: the names of firmware/settings.ts, as a person writes their values. */
import iconv from 'iconv-lite';
import { defaultSettings, type TerminalSettings } from '../../firmware/settings';
import type { Node } from './source';
import type { Values } from './values';

/** Texts with a form of their own; any other is up to 40 printable characters. */
const forms: Readonly<Record<string, readonly [RegExp, string]>> = {
  terminalId: [/^[0-9A-Z]{8}$/, '8 digits or capital letters'],
  merchantId: [/^[0-9A-Z]{15}$/, '15 digits or capital letters'],
  tpdu: [/^[0-9A-Fa-f]{10}$/, '10 hex digits'],
  header: [/^[0-9A-Fa-f]{12}$/, '12 hex digits'],
  phones: [/^[0-9*#]{1,24}(?:,[0-9*#]{1,24}){0,2}$/, 'one to three telephone numbers with commas between them'],
  outsideLine: [/^[0-9*#]{0,4}$/, 'up to 4 digits'],
  readCapability: [/^[256]$/, '2, 5 or 6'],
  clerkPassword: [/^[0-9]{1,8}$/, 'up to 8 digits'],
  supervisorPassword: [/^[0-9]{1,8}$/, 'up to 8 digits'],
};
const anyText: readonly [RegExp, string] = [/^[\x20-\x7e]{1,40}$/, 'up to 40 ASCII characters'];
const HIGHEST = 10_000_000;
/** Least and most of numbers that may be 0, or have a small range. */
const ranges: Readonly<Record<string, readonly [number, number]>> = {
  redials: [0, 9],
  printDensity: [0, 8],
};
/** Texts that are printed, and so in GBK. */
const printed: Readonly<Record<string, readonly [RegExp, string]>> = {
  merchantName: [/^.{1,20}$/u, 'up to 20 characters'],
  slipAdvert: [/^.{0,32}$/u, 'up to 32 characters'],
};

function setting(values: Values, name: keyof TerminalSettings, node: Node): string | number | boolean {
  const model = defaultSettings[name];
  const what = `the setting ${name}`;
  if (typeof model === 'boolean') return values.flag(node, what);
  if (typeof model === 'number') {
    const [least, most] = ranges[name] ?? [1, HIGHEST];
    return values.whole(node, what, least, most);
  }
  const [form, example] = forms[name] ?? printed[name] ?? anyText;
  const text = values.matching(node, what, form, example);
  if (name === 'tpdu' || name === 'header') return Buffer.from(text, 'hex').toString('latin1');
  return name in printed ? iconv.encode(text, 'gbk').toString('latin1') : text;
}

export function parseSettings(values: Values, node: Node): Partial<TerminalSettings> {
  const names = Object.keys(defaultSettings) as (keyof TerminalSettings)[];
  const fields = values.fields(node, 'the settings', names);
  const settings: Record<string, string | number | boolean> = {};
  for (const name of names) {
    const value = fields[name];
    if (value) settings[name] = setting(values, name, value);
  }
  return settings;
}
