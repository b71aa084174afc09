/**
 * BER-TLV: rows `{op: "structure", hex, expect: [[tag, value | children], …] | null}`, and rows
 * `{fn: "tlv.decode", args: {data: {hex}, flatten}, result | error}`, which keep objects in a dictionary.
 */
import { decodeTlv, type DecodedTlv, type TlvObject } from '../../host/tlv/ber-tlv';
import { isRow, unmapped, verdict, type Mapper, type Row, type Verdict } from './verdict';

function sameObject(object: TlvObject, expected: unknown): boolean {
  if (!Array.isArray(expected) || expected.length !== 2) return false;
  const [tag, value] = expected as unknown[];
  if (typeof tag !== 'string' || object.tag !== tag.toUpperCase()) return false;
  if (Array.isArray(value)) return object.children !== undefined && sameObjects(object.children, value);
  const isEmptyTemplate = object.children?.length === 0;
  return (object.children === undefined || isEmptyTemplate) && sameHex(object.value, value);
}

function sameHex(hex: string, expected: unknown): boolean {
  return typeof expected === 'string' && hex.toUpperCase() === expected.toUpperCase();
}

function sameObjects(objects: readonly TlvObject[], expected: readonly unknown[]): boolean {
  return objects.length === expected.length && objects.every((object, i) => sameObject(object, expected[i]));
}

function judge(decoded: DecodedTlv, mustFail: boolean, isSame: (objects: readonly TlvObject[]) => boolean): Verdict {
  if (mustFail) return verdict(decoded.error !== undefined, 'broken data was taken for TLV');
  if (decoded.error) return verdict(false, `refused: byte ${decoded.error.offset}: ${decoded.error.message}`);
  return verdict(isSame(decoded.objects), 'other objects than expected');
}

function structure(row: Row): Verdict | null {
  if (row['op'] !== 'structure' || typeof row['hex'] !== 'string') return null;
  const { expect } = row;
  if (expect !== null && !Array.isArray(expect)) return unmapped('"expect" is neither a list nor null');
  const mustFail = expect === null;
  return judge(decodeTlv(row['hex']), mustFail, (objects) => sameObjects(objects, (expect as unknown[] | null) ?? []));
}

interface Dictionary {
  [tag: string]: string | Dictionary;
}

/** The last of two objects with one tag counts, as in any dictionary. */
function dictionary(objects: readonly TlvObject[], flatten: boolean, into: Dictionary = {}): Dictionary {
  for (const { tag, value, children } of objects) {
    if (children === undefined) into[tag] = value.toUpperCase();
    else if (flatten) dictionary(children, true, into);
    else into[tag] = dictionary(children, false);
  }
  return into;
}

function sameDictionary(found: Dictionary, expected: Row): boolean {
  const tags = Object.keys(expected);
  if (tags.length !== Object.keys(found).length) return false;
  return tags.every((tag) => {
    const value = expected[tag];
    const ours = found[tag.toUpperCase()];
    if (!isRow(value)) return typeof ours === 'string' && sameHex(ours, value);
    if (typeof ours === 'string') return sameHex(ours, value['hex']);
    return ours !== undefined && sameDictionary(ours, value);
  });
}

function call(row: Row): Verdict | null {
  const { fn, args, result } = row;
  if (typeof fn !== 'string' || !fn.startsWith('tlv.')) return null;
  if (fn !== 'tlv.decode') return unmapped(`${fn}: nothing here builds TLV yet`);
  if (!isRow(args) || !isRow(args['data']) || typeof args['data']['hex'] !== 'string') {
    return unmapped('no hex in args.data');
  }
  if (args['simple'] || args['convert']) return unmapped('values in a form of the peer');
  if (!isRow(result) && row['error'] === undefined) return unmapped('neither "result" nor "error"');
  const decoded = decodeTlv(args['data']['hex']);
  // A peer that takes length bytes 80 and 85–FF for something is no judge of EMV, which has none of them.
  if (isRow(result) && decoded.error?.code === 'length_form') {
    return unmapped('expects a form of length that EMV does not have');
  }
  return judge(decoded, !isRow(result), (objects) =>
    sameDictionary(dictionary(objects, args['flatten'] === true), result as Row),
  );
}

export const tlvMapper: Mapper = { run: (row) => structure(row) ?? call(row) };
