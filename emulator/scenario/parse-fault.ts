/** `fault: printer paper 3`, or a map: now, after a while, or when a message goes by. */
import { keyNamed, keyNames } from '../key-names';
import { deviceFaults, isCenterFault, valueUnsaid } from './faults';
import type { Action } from './scenario';
import type { Node } from './source';
import type { Fields, Values } from './values';
import { mtiForm, stepKeys, whenForm } from './vocabulary';

function faultValue(values: Values, device: string, name: string, node: Node): number {
  if (device === 'keypad' && (name === 'stuck' || name === 'dead'))
    return keyNamed(values.oneOf(node, 'key', keyNames));
  return values.whole(node, 'value', 0, 1_000_000_000);
}

function shortFault(values: Values, text: string, line: number): Fields {
  const [device, name, value, more] = text.trim().split(/\s+/);
  if (more !== undefined) values.refuse(line, 'fault takes a device, a fault and a value; "key: value" lines say more');
  const node = (word: string | undefined): Node | undefined =>
    word === undefined || word === '' ? undefined : { kind: 'text', line, text: word };
  return { device: node(device), fault: node(name), value: node(value) };
}

function centerFault(values: Values, fault: string, { value, count, mti, ...times }: Fields): Action {
  const timed = times['in'] ?? times['after'] ?? times['when'];
  if (timed)
    values.refuse(timed.line, 'a fault of the center waits for messages: use wait before it, or mti and count');
  const number = count ?? value;
  return {
    do: 'centerFault',
    fault,
    count: number ? values.whole(number, 'count', 1, 1000) : 1,
    mti: mti ? values.matching(mti, 'mti', mtiForm, 'four digits, such as "0200"') : '*',
  };
}

export function parseFault(values: Values, node: Node): Action {
  const fields =
    node.kind === 'text' ? shortFault(values, node.text, node.line) : values.fields(node, 'fault', stepKeys.fault);
  const { device: deviceNode, fault: faultNode, value, after, when, count, mti } = fields;
  if (!deviceNode || !faultNode) return values.refuse(node.line, 'fault needs a device and a fault');
  const device = values.oneOf(deviceNode, 'device', Object.keys(deviceFaults));
  const fault = values.oneOf(faultNode, `fault of ${device}`, deviceFaults[device] ?? []);
  if (isCenterFault(device, fault)) return centerFault(values, fault, fields);
  const other = count ?? mti;
  if (other)
    values.refuse(other.line, `count and mti are for faults of the center; ${device} takes value, in and when`);
  const later = fields['in'] ?? after;
  const second = fields['in'] && after ? after : later && when;
  if (second)
    values.refuse(second.line, 'a fault comes in a while, or when a message goes by: give one of in and when');
  return {
    do: 'fault',
    device,
    fault,
    value: value ? faultValue(values, device, fault, value) : valueUnsaid(fault),
    afterMs: later ? values.durationMs(later, 'in') : 0,
    ...(when && { when: values.matching(when, 'when', whenForm, 'a message type and "goes out" or "comes in"') }),
  };
}
