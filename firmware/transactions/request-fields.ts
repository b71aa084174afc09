/** Fields that a row of the matrix fixes (Q/CUP 009, fields per message; F60 sub-fields). */
import { lllDigits } from '../iso8583/wire-form';
import type { WireFields } from '../iso8583/message';
import type { TerminalSettings } from '../settings';
import type { TransactionRow } from './transaction-row';

/** F3, F25, F41, F42, F49 and F60 of a request, as far as the row has them. `batch`: six digits. */
export function fixedFields(row: TransactionRow, settings: TerminalSettings, batch: string): WireFields {
  const fields: WireFields = [];
  let field60 = row.messageType + batch + row.management;
  if (row.processingCode !== '') {
    fields[3] = row.processingCode;
    fields[25] = row.conditionCode;
    fields[49] = '156';
    // F60.5: not a swiped chip card. F60.6 is sent only where partial approval is on.
    field60 += settings.readCapability + '0' + (settings.partialApproval ? '1' : '');
  }
  fields[41] = settings.terminalId;
  fields[42] = settings.merchantId;
  fields[60] = lllDigits(field60);
  return fields;
}
