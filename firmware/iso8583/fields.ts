/**
 * Fields of the UnionPay POS protocol (Q/CUP 009 over ISO 8583:1987, BCD), as data in the standard's own notation:
 * `n` digits, `z` track digits, `an`/`ans` characters, `b` bits (fixed) or bytes (variable); a number is a fixed size,
 * `..` and `...` a size of up to that many behind a two- or three-digit length; `<` marks the one odd fixed field that
 * stands on the left of its bytes. There is no secondary bitmap: field 1 and fields above 64 do not exist.
 * Fields 55 and 62 are accepted up to 999 bytes, the widest of the published variants, field 54 up to the six amounts
 * of ISO 8583 (Q/CUP 009 has one). message.ts has what it needs of this table in a form of its own.
 */
const NOTATION =
  '2 n..19,3 n6,4 n12,11 n6,12 n6,13 n4,14 n4,15 n4,22 n3<,23 n3,25 n2,26 n2,32 n..11,35 z..37,36 z...104,' +
  '37 an12,38 an6,39 an2,41 ans8,42 ans15,43 ans40,44 an..25,48 n...322,49 an3,52 b64,53 n16,54 an...120,' +
  '55 b...999,57 ans...999,58 ans...100,59 ans...999,60 n...17,61 n...29,62 ans...999,63 ans...163,64 b64';

/** One field as the standard writes it. */
export interface FieldSpec {
  readonly field: number;
  /** `n`, `z`, `an`, `ans` or `b`. */
  readonly format: string;
  /** Digits of the length before the value: 0 (fixed size), 2 (LL) or 3 (LLL). */
  readonly lengthDigits: number;
  /** Digits, characters or bytes: the size of a fixed field, the greatest size of a variable one. */
  readonly max: number;
  /** An odd number of digits stands on the left, the spare nibble behind it. */
  readonly left: boolean;
}

/** A field travels as packed digits and its length counts digits. */
export function isDigits(spec: FieldSpec): boolean {
  return spec.format === 'n' || spec.format === 'z';
}

function specOf(row: string): FieldSpec {
  const space = row.indexOf(' ');
  const dots = row.indexOf('.');
  const lengthDigits = dots < 0 ? 0 : row.charAt(dots + 2) === '.' ? 3 : 2;
  let size = dots < 0 ? space + 1 : dots + lengthDigits;
  while (row.charCodeAt(size) > 57) size++;
  const format = row.substring(space + 1, dots < 0 ? size : dots);
  const max = parseInt(row.substring(size), 10);
  return {
    field: parseInt(row, 10),
    format: format,
    lengthDigits: lengthDigits,
    max: format === 'b' && !lengthDigits ? max >> 3 : max,
    left: lengthDigits > 0 || row.indexOf('<') > 0,
  };
}

/** The whole table, in wire order; made anew on each call, for who compiles a codec or prints the table. */
export function fieldSpecs(): FieldSpec[] {
  return NOTATION.split(',').map(specOf);
}
