/** The function key's menu, 【管理】: sign-in and sign-off, echo, queries, self-test, settings; supervisor, administrator, clerk. */
import { FAULT_NONE } from '../../hal/fault';
import { FAULT_DECLINED } from '../app-faults';
import { exchangePlain } from '../exchange/exchange';
import { bcd } from '../iso8583/wire-form';
import {
  MODULE_ADMINISTRATOR,
  MODULE_CHANGE_PASSWORD,
  MODULE_LAST_SALE,
  MODULE_LOCK,
  MODULE_QUERY,
  MODULE_REVERSAL,
  MODULE_SELF_TEST,
  MODULE_SHOW_SETTINGS,
  MODULE_SIGN_IN,
  MODULE_SUPERVISOR,
} from '../modules';
import type { Job, Terminal } from '../terminal-context';
import {
  T_LCD_CLERK,
  T_LCD_CONNECTING,
  T_LCD_ECHO_OK,
  T_LCD_MANAGE,
  T_LCD_MENU_ADMIN,
  T_LCD_MENU_CLERK,
  T_LCD_MENU_ECHO,
  T_LCD_MENU_LAST,
  T_LCD_MENU_LOCK,
  T_LCD_MENU_OWN_PASSWORD_2,
  T_LCD_MENU_QUERY,
  T_LCD_MENU_SELF_TEST,
  T_LCD_MENU_SETTINGS,
  T_LCD_MENU_SIGN_IN,
  T_LCD_MENU_SIGN_OFF,
  T_LCD_MENU_SUPERVISOR,
  T_LCD_PLEASE_WAIT,
  T_LCD_SIGNED_OFF,
} from '../texts/ids';
import { rowEcho, rowSignOff } from '../transactions/management';
import { fixedFields } from '../transactions/request-fields';
import type { TransactionRow } from '../transactions/transaction-row';
import { tell, warn } from '../ui/dialog';
import { faultText, lineFaultText } from '../ui/fault-text';
import { choose } from '../ui/menu';
import { declineRows } from './decline';
import { isProvisioned } from './missing';

type Done = (fault: number) => void;

/** Sends a management message. Ends with 0 on 00; what went wrong has been told. */
function call(terminal: Terminal, row: TransactionRow, stan: string, done: Done): void {
  const { ui, text, journal, settings } = terminal;
  if (!isProvisioned(terminal, row.lcdTitle, done)) return;
  const fields = fixedFields(row, settings, journal.batch());
  if (row.stan) fields[11] = bcd(stan);
  ui.show(text(row.lcdTitle), text(T_LCD_CONNECTING), text(T_LCD_PLEASE_WAIT), '');
  exchangePlain(terminal, row.mti, fields, (answer) => {
    if (!answer.fault && answer.code === '00') {
      done(FAULT_NONE);
      return;
    }
    const rows = answer.fault ? [text(lineFaultText(answer.fault)), ''] : declineRows(terminal, answer.code);
    warn(terminal, text(row.lcdTitle), rows[0], rows[1], () => {
      done(answer.fault || FAULT_DECLINED);
    });
  });
}

function sayFault(terminal: Terminal, row: TransactionRow, fault: number, done: Done): void {
  warn(terminal, terminal.text(row.lcdTitle), terminal.text(faultText(fault)), '', () => {
    done(fault);
  });
}

/** 0820/002. The clerk is logged out, and the next use of the day signs in again. */
function signOff(terminal: Terminal, done: Done): void {
  const { journal, text } = terminal;
  journal.nextStan((fault, stan) => {
    if (fault) sayFault(terminal, rowSignOff, fault, done);
    else {
      call(terminal, rowSignOff, stan, (refused) => {
        if (refused) done(refused);
        else {
          journal.markSignedIn('', () => {
            terminal.operator = '';
            tell(terminal, text(rowSignOff.lcdTitle), text(T_LCD_SIGNED_OFF), '', () => {
              done(FAULT_NONE);
            });
          });
        }
      });
    }
  });
}

/** 0820/301: is the center there? */
function echo(terminal: Terminal, done: Done): void {
  call(terminal, rowEcho, '', (fault) => {
    if (fault) done(fault);
    else {
      tell(terminal, terminal.text(rowEcho.lcdTitle), terminal.text(T_LCD_ECHO_OK), '', () => {
        done(FAULT_NONE);
      });
    }
  });
}

/** Money rule 3: every successful sign-in sends an owed reversal once more. */
function signIn(terminal: Terminal, done: Done): void {
  terminal.perform(MODULE_SIGN_IN, {}, (fault) => {
    if (fault || !terminal.journal.owed()) done(fault);
    else terminal.perform(MODULE_REVERSAL, {}, done);
  });
}

/** The clerk's own: a locked terminal, a new password. */
function clerk(terminal: Terminal, done: Done): void {
  choose(terminal, T_LCD_CLERK, [T_LCD_MENU_LOCK, T_LCD_MENU_OWN_PASSWORD_2], (fault, choice) => {
    if (fault) done(fault);
    else if (choice === 1) terminal.perform(MODULE_LOCK, {}, done);
    else terminal.perform(MODULE_CHANGE_PASSWORD, { operator: terminal.operator }, done);
  });
}

function perform(id: number): (terminal: Terminal, done: Done) => void {
  return (terminal, done) => {
    terminal.perform(id, {}, done);
  };
}

const items = [
  T_LCD_MENU_SIGN_IN,
  T_LCD_MENU_SIGN_OFF,
  T_LCD_MENU_ECHO,
  T_LCD_MENU_LAST,
  T_LCD_MENU_QUERY,
  T_LCD_MENU_SELF_TEST,
  T_LCD_MENU_SETTINGS,
  T_LCD_MENU_SUPERVISOR,
  T_LCD_MENU_ADMIN,
  T_LCD_MENU_CLERK,
];
const actions = [
  signIn,
  signOff,
  echo,
  perform(MODULE_LAST_SALE),
  perform(MODULE_QUERY),
  perform(MODULE_SELF_TEST),
  perform(MODULE_SHOW_SETTINGS),
  perform(MODULE_SUPERVISOR),
  perform(MODULE_ADMINISTRATOR),
  clerk,
];

export function management(terminal: Terminal, _job: Job, done: Done): void {
  choose(terminal, T_LCD_MANAGE, items, (fault, choice) => {
    if (fault) done(fault);
    else actions[choice - 1](terminal, done);
  });
}
