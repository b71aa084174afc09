/** The batch so far on the screen: one transaction after the other, the totals, or one by its voucher number. */
import type { Bytes } from '../../hal/bytes';
import { KEY_DOWN, KEY_UP } from '../../hal/devices';
import { FAULT_CANCELLED, FAULT_NONE } from '../../hal/fault';
import { digitsOf } from '../iso8583/wire-form';
import type { TransactionRecord } from '../journal/transaction-record';
import type { Job, Terminal } from '../terminal-context';
import {
  T_LCD_MENU_BY_VOUCHER,
  T_LCD_MENU_DETAILS,
  T_LCD_MENU_TOTALS,
  T_LCD_NOTHING_TO_PRINT,
  T_LCD_QUERY,
  T_LCD_SALES,
  T_LCD_STATE_CLEARED,
  T_LCD_STATE_DECLINED,
  T_LCD_STATE_OWED,
  T_LCD_STATE_REVERSED,
  T_LCD_TOTALS,
  T_LCD_VOUCHER,
} from '../texts/ids';
import { ANSWER_MS, warn } from '../ui/dialog';
import { choose } from '../ui/menu';
import { nearest, neighbour, voucherOf } from './batch-walk';
import { yuan } from './digits';
import { addFen, totalsOf } from '../journal/totals';
import { showTransaction } from './transaction-view';
import { askVoucher } from './voucher';

type Done = (fault: number) => void;

const COLUMNS = '                ';

/** Left and right in one row. */
function spread(left: Bytes, right: Bytes): Bytes {
  return left + COLUMNS.substr(left.length + right.length) + right;
}

/** Pages `show(1)` to `show(count)`: up and down turn them, any other key and a minute without one leave. */
function page(terminal: Terminal, first: number, count: number, show: (number: number) => void, done: Done): void {
  const { ui } = terminal;
  let at = first;
  show(at);
  ui.keys((key) => {
    const next = key === KEY_DOWN ? at + 1 : key === KEY_UP ? at - 1 : 0;
    if (next >= 1 && next <= count) {
      at = next;
      show(at);
    } else if (key !== KEY_DOWN && key !== KEY_UP) {
      ui.keys(null, 0);
      done(FAULT_NONE);
    }
  }, ANSWER_MS);
}

/** STAN and time of the answer. */
function head(record: TransactionRecord): Bytes {
  const time = digitsOf(record.fields[12] || '');
  return spread(voucherOf(record), time.length === 6 ? time.substr(0, 2) + ':' + time.substr(2, 2) : '');
}

/** The newest first: that is the one somebody asks about. */
function details(terminal: Terminal, done: Done): void {
  const { journal, text } = terminal;
  const count = journal.count();
  let record = count > 0 ? nearest(journal, journal.stan(), false) : null;
  let shown = 1;

  function show(number: number): void {
    if (record && number !== shown) record = neighbour(journal, record, number < shown);
    shown = number;
    if (record) showTransaction(terminal, head(record), record, number + '/' + count);
  }

  if (record) page(terminal, 1, count, show, done);
  else {
    warn(terminal, text(T_LCD_QUERY), text(T_LCD_NOTHING_TO_PRINT), '', () => {
      done(FAULT_NONE);
    });
  }
}

/** What was charged, and on a second page how many transactions were not. */
function totals(terminal: Terminal, done: Done): void {
  const { ui, text, journal } = terminal;
  const sum = totalsOf(journal);
  const title = spread(text(T_LCD_TOTALS), journal.batch());
  const row = (textId: number, count: number): Bytes => spread(text(textId), '' + count);

  function show(number: number): void {
    if (number === 1) {
      const fen = addFen(sum.domestic.fen, sum.foreign.fen);
      const sales = sum.domestic.count + sum.foreign.count;
      ui.show(title, row(T_LCD_SALES, sales), spread('RMB', yuan(fen)), spread('', '1/2'));
    } else {
      const other = sum.cleared > 0 ? row(T_LCD_STATE_CLEARED, sum.cleared) : row(T_LCD_STATE_OWED, sum.owed);
      ui.show(title, row(T_LCD_STATE_REVERSED, sum.reversed), row(T_LCD_STATE_DECLINED, sum.declined), other);
    }
  }

  page(terminal, 1, 2, show, done);
}

function byVoucher(terminal: Terminal, done: Done): void {
  const { ui, text } = terminal;
  askVoucher(terminal, T_LCD_QUERY, (fault, record) => {
    if (!record) {
      done(fault || FAULT_CANCELLED);
      return;
    }
    showTransaction(terminal, text(T_LCD_VOUCHER) + voucherOf(record), record, '');
    ui.keys(() => {
      ui.keys(null, 0);
      done(FAULT_NONE);
    }, ANSWER_MS);
  });
}

const items = [T_LCD_MENU_DETAILS, T_LCD_MENU_TOTALS, T_LCD_MENU_BY_VOUCHER];
const actions = [details, totals, byVoucher];

export function query(terminal: Terminal, _job: Job, done: Done): void {
  choose(terminal, T_LCD_QUERY, items, (fault, choice) => {
    if (fault) done(fault);
    else actions[choice - 1](terminal, done);
  });
}
