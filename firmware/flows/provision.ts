/**
 * Tells a terminal who it is and where its host is: one value after the other, written all together or not at all.
 * Merchant and terminal number stand fast while the journal holds money of the old ones (money rule 4); with new ones the
 * next sign-in asks for a new batch.
 */
import { FAULT_CANCELLED, FAULT_NONE } from '../../hal/fault';
import type { Bytes } from '../../hal/bytes';
import { run, type Go, type Step } from '../flow';
import { MODULE_USE_SETTINGS } from '../modules';
import { SETTING_BATCH_VOID, SETTING_MERCHANT_ID, SETTING_TERMINAL_ID } from '../setting-ids';
import { formOf, settingBytes, type SettingForm } from '../settings-codec';
import type { Job, Terminal } from '../terminal-context';
import { T_LCD_ADMIN, T_LCD_NUMBERS_FIXED, T_LCD_SAVE_ASK, T_LCD_SAVED } from '../texts/ids';
import { ask, tell, warn } from '../ui/dialog';
import { faultText } from '../ui/fault-text';
import { editValue } from './edit-value';
import { numbersHeldBy } from './numbers-held';
import { lineRows, merchantRows } from './parameter-rows';

interface Provisioning {
  readonly terminal: Terminal;
  readonly line: boolean;
  numbersFixed: boolean;
  values: (readonly [number, Bytes])[];
}

function isNumber(id: number): boolean {
  return id === SETTING_MERCHANT_ID || id === SETTING_TERMINAL_ID;
}

function holdNumbers(work: Provisioning, go: Go): boolean | void {
  const { terminal, line } = work;
  const held = line ? 0 : numbersHeldBy(terminal);
  work.numbersFixed = held !== 0;
  if (held === 0) return true;
  warn(terminal, terminal.text(T_LCD_ADMIN), terminal.text(held), terminal.text(T_LCD_NUMBERS_FIXED), go);
}

function edit(work: Provisioning, go: Go): void {
  const { terminal, line, numbersFixed } = work;
  const rows = line ? lineRows : merchantRows;
  let at = -1;

  function next(): void {
    let form: SettingForm | null = null;
    while (!form && ++at < rows.length) {
      form = formOf(rows[at][0]);
      if (form && numbersFixed && isNumber(form.id)) form = null;
    }
    if (form) askFor(form);
    else go();
  }

  function askFor(form: SettingForm): void {
    const current = settingBytes(form, terminal.settings);
    editValue(terminal, form, terminal.text(rows[at][1]), current, (fault, value) => {
      if (value !== null && value !== current) work.values.push([form.id, value]);
      if (fault) go(fault);
      else next();
    });
  }

  next();
}

function confirm(work: Provisioning, go: Go): void {
  const { terminal, values } = work;
  const { text } = terminal;
  if (values.length === 0) {
    go(FAULT_CANCELLED);
    return;
  }
  ask(terminal, text(T_LCD_ADMIN), text(T_LCD_SAVE_ASK), '', (confirmed) => {
    go(confirmed ? FAULT_NONE : FAULT_CANCELLED);
  });
}

function save(work: Provisioning, go: Go): void {
  const { terminal, values } = work;
  const { journal, text } = terminal;
  const renumbered = values.some((pair) => isNumber(pair[0]));
  if (renumbered) values.push([SETTING_BATCH_VOID, '1']);
  journal.setSettings(values, (fault) => {
    if (!fault) go();
    else {
      warn(terminal, text(T_LCD_ADMIN), text(faultText(fault)), '', () => {
        go(fault);
      });
    }
  });
}

function use({ terminal }: Provisioning, go: Go): void {
  terminal.perform(MODULE_USE_SETTINGS, {}, () => {
    tell(terminal, terminal.text(T_LCD_ADMIN), terminal.text(T_LCD_SAVED), '', go);
  });
}

const steps: readonly Step<Provisioning>[] = [holdNumbers, edit, confirm, save, use];

/** Job: `line`, the parameters of the connection instead of the merchant's. */
export function provision(terminal: Terminal, job: Job, done: (fault: number) => void): void {
  const work: Provisioning = { terminal, line: job.line === true, numbersFixed: false, values: [] };
  run(terminal.board.clock, steps, work, done);
}
