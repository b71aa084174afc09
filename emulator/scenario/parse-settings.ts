/** `settings:` of a scenario: the names of firmware/settings.ts, as a person writes their values. */
import iconv from 'iconv-lite';
import { defaultSettings, type TerminalSettings } from '../../firmware/settings';
import { macModes, securityControls } from '../../host/center/dialect';
import type { Node } from './source';
import type { Values } from './values';

/** Texts with a form of their own; any other is up to 40 printable characters. */
const forms: Readonly<Record<string, readonly [RegExp, string]>> = {
  terminalId: [/^[0-9A-Z]{8}$/, '8 digits or capital letters'],
  merchantId: [/^[0-9A-Z]{15}$/, '15 digits or capital letters'],
  tpdu: [/^([0-9A-Fa-f]{10}|none)$/, '10 hex digits, or none'],
  header: [/^([0-9A-Fa-f]{12}|none)$/, '12 hex digits, or none'],
  pinCaptureCode: [/^[0-9]{2}$/, 'two digits'],
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
/** Numbers that people know by names (docs/foreign-host.md). */
const choices: Readonly<Record<string, readonly string[]>> = { macMode: macModes, securityControl: securityControls };
/** Texts that are printed, and so in GBK. */
const printed: Readonly<Record<string, readonly [RegExp, string]>> = {
  merchantName: [/^.{1,20}$/u, 'up to 20 characters'],
  slipAdvert: [/^.{0,32}$/u, 'up to 32 characters'],
};

/** What a person writes: a switch, a number in a range, a name, or a text of a form. */
export type SettingShape =
  | { readonly kind: 'flag' }
  | { readonly kind: 'whole'; readonly least: number; readonly most: number }
  /** One of some names; its place is the number. */
  | { readonly kind: 'choice'; readonly names: readonly string[] }
  | { readonly kind: 'text'; readonly form: RegExp; readonly example: string };

export const settingNames = Object.keys(defaultSettings) as readonly (keyof TerminalSettings)[];

export function settingShape(name: keyof TerminalSettings): SettingShape {
  const model = defaultSettings[name];
  if (typeof model === 'boolean') return { kind: 'flag' };
  if (choices[name]) return { kind: 'choice', names: choices[name] };
  if (typeof model === 'number') {
    const [least, most] = ranges[name] ?? [1, HIGHEST];
    return { kind: 'whole', least, most };
  }
  const [form, example] = forms[name] ?? printed[name] ?? anyText;
  return { kind: 'text', form, example };
}

function setting(values: Values, name: keyof TerminalSettings, node: Node): string | number | boolean {
  const what = `the setting ${name}`;
  const shape = settingShape(name);
  if (shape.kind === 'flag') return values.flag(node, what);
  if (shape.kind === 'whole') return values.whole(node, what, shape.least, shape.most);
  if (shape.kind === 'choice') return shape.names.indexOf(values.oneOf(node, what, shape.names));
  const { form, example } = shape;
  const text = values.matching(node, what, form, example);
  if (name === 'tpdu' || name === 'header') return text === 'none' ? '' : Buffer.from(text, 'hex').toString('latin1');
  return name in printed ? iconv.encode(text, 'gbk').toString('latin1') : text;
}

export function parseSettings(values: Values, node: Node): Partial<TerminalSettings> {
  const fields = values.fields(node, 'the settings', settingNames);
  const settings: Record<string, string | number | boolean> = {};
  for (const name of settingNames) {
    const value = fields[name];
    if (value) settings[name] = setting(values, name, value);
  }
  return settings;
}
