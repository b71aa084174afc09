/** A decoded message for people: a table with the names of the fields, or one line. */
import type { CodecError } from './codec-error';
import type { MessageJson } from './decode-message';
import { decodeTlv, type TlvObject } from '../tlv/ber-tlv';
import { tagNames } from '../tlv/tag-names';
import { fieldNames, messageNames } from './names';

const CHIP_FIELD = '55';

/** Columns on a terminal: a Chinese character takes two. */
function columns(text: string): number {
  let count = 0;
  for (const character of text) count += (character.codePointAt(0) as number) > 0x2e7f ? 2 : 1;
  return count;
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)));
}

/** A value may come from anywhere: nothing of it may steer a terminal. */
function printable(value: string): string {
  let text = '';
  for (const character of value) {
    const code = character.charCodeAt(0);
    text += code < 0x20 || code > 0x7e ? `\\x${code.toString(16).toUpperCase().padStart(2, '0')}` : character;
  }
  return text;
}

type TableRow = [label: string, chinese: string, english: string, value: string];

/** A row for each object of chip data, those inside a template further in; none for what is no TLV. */
function chipRows(objects: readonly TlvObject[], indent: string): TableRow[] {
  return objects.flatMap(({ tag, value, children }): TableRow[] => {
    const [name, meaning] = tagNames[tag] ?? ['', ''];
    const row: TableRow = [
      '',
      `${indent}${name}`,
      `${indent}${meaning}`,
      `${indent}${tag}${children ? '' : ` ${value}`}`,
    ];
    return [row, ...chipRows(children ?? [], `${indent}  `)];
  });
}

/** Several lines: envelope, message type, then a field a line with its Chinese and its English name, chip data taken apart. */
export function describeMessage(message: MessageJson): string {
  const rows: TableRow[] = [];
  if (message.length !== undefined) rows.push(['', '报文长度', 'length', `${message.length}`]);
  if (message.tpdu !== undefined) rows.push(['', 'TPDU', 'TPDU', message.tpdu]);
  if (message.header !== undefined) rows.push(['', '报文头', 'header', message.header]);
  const [chinese, english] = messageNames[message.mti] ?? ['', ''];
  rows.push(['', '消息类型', 'message type', `${message.mti}  ${chinese} ${english}`]);
  rows.push(['', '位元表', 'bitmap', message.bitmap]);
  for (const [key, value] of Object.entries(message.fields)) {
    const [name, meaning] = fieldNames[parseInt(key, 10)] ?? ['', ''];
    rows.push([`F${key}`, name, meaning, printable(value)]);
    const chip = key === CHIP_FIELD ? decodeTlv(value, { opaque: true }) : undefined;
    if (chip && !chip.error) rows.push(...chipRows(chip.objects, '  '));
    const bytes = message.raw?.[key];
    if (bytes !== undefined) rows.push(['', '', '  as received', bytes]);
  }
  const widest = (column: 1 | 2): number => Math.max(...rows.map((row) => columns(row[column])));
  const [first, second] = [widest(1), widest(2)];
  return rows
    .map((row) => `${row[0].padEnd(4)}${padded(row[1], first)}  ${padded(row[2], second)}  ${row[3]}`)
    .join('\n');
}

/** One line: what comes before the message type, the type, then the fields. */
export function summarizeMessage(message: MessageJson): string {
  const parts: string[] = [];
  if (message.length !== undefined) parts.push(`length=${message.length}`);
  if (message.tpdu !== undefined) parts.push(`tpdu=${message.tpdu}`);
  if (message.header !== undefined) parts.push(`header=${message.header}`);
  parts.push(message.mti);
  for (const [key, value] of Object.entries(message.fields)) parts.push(`F${key}=${printable(value)}`);
  return parts.join(' ');
}

/** One sentence for a person. */
export function describeError(error: CodecError): string {
  return `${error.code} at ${error.offset}: ${error.message}`;
}
