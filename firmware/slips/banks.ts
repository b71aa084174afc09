/** Names of the banks on a slip: the first eight digits of F44's two ids and their texts. */
import { find, type Bytes } from '../../hal/bytes';
import { T_SLIP_BANK_01000000 } from '../texts/ids';

/** In the order of the texts `SLIP_BANK_…`; searched by one native call. */
const banks =
  ' 01000000 01020000 01030000 01040000 01050000 03010000 03020000 03030000 03040000 03050000 03060000 03070000' +
  ' 03080000 03090000 03100000 00010000';
const ID_DIGITS = 8;

/** Text id of a bank's name, or -1 for one that is not in the table. */
export function bankTextId(bankId: Bytes): number {
  const at = bankId.length === ID_DIGITS ? find(banks, ' ' + bankId, 0) : -1;
  return at < 0 ? -1 : T_SLIP_BANK_01000000 + at / (ID_DIGITS + 1);
}
