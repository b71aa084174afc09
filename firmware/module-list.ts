/**
 * The late modules of this firmware, in the order of their ids: the only file that imports them by value. A board's
 * build replaces it by one that reads them from its code storage and lets go again.
 */
import { balance } from './flows/balance';
import { batchSlip } from './flows/batch-slip';
import { wholeMac } from './exchange/whole-mac';
import { boot } from './flows/boot';
import { lastSale } from './flows/last-sale';
import { login } from './flows/login';
import { management } from './flows/management';
import { menu } from './flows/menu';
import { noticeSlip } from './flows/notice-slip';
import { online } from './flows/online';
import { powerOff } from './flows/power-off';
import { prepare } from './flows/prepare';
import { print } from './flows/print';
import { printMenu } from './flows/print-menu';
import { query } from './flows/query';
import { reprint } from './flows/reprint';
import { reversal } from './flows/reversal';
import { sale } from './flows/sale';
import { secondSwipe } from './flows/second-swipe';
import { signIn } from './flows/sign-in';
import { supervisor } from './flows/supervisor';
import { unprinted } from './flows/unprinted';
import { administrator } from './flows/administrator';
import { useSettings } from './flows/apply-settings';
import { changePassword } from './flows/change-password';
import { checkPassword } from './flows/check-password';
import { clearOwed } from './flows/clear-owed';
import { factoryReset } from './flows/factory-reset';
import { lock } from './flows/lock';
import { masterKey } from './flows/master-key';
import { provision } from './flows/provision';
import { selfTest } from './flows/self-test';
import { parameterSlip, showSettings } from './flows/show-settings';
import type { Modules } from './modules';
import type { LateModule } from './terminal-context';

/** Index is `MODULE_…`. */
const list: readonly LateModule[] = [
  boot,
  login,
  signIn,
  prepare,
  sale,
  online,
  reversal,
  print,
  menu,
  management,
  powerOff,
  supervisor,
  noticeSlip,
  lastSale,
  reprint,
  balance,
  secondSwipe,
  printMenu,
  query,
  batchSlip,
  unprinted,
  wholeMac,
  useSettings,
  checkPassword,
  changePassword,
  lock,
  clearOwed,
  administrator,
  provision,
  masterKey,
  factoryReset,
  showSettings,
  parameterSlip,
  selfTest,
];

export const moduleList: Modules = {
  use: (id) => list[id],
  drop: () => undefined,
};
