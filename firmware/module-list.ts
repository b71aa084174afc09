/**
 * The late modules of this firmware, in the order of their ids: the only file that imports them by value. A board's
 * build replaces it by one whose loaders read from its code storage and let go again.
 */
import { boot } from './flows/boot';
import { lastSale, reprint } from './flows/last-sale';
import { login } from './flows/login';
import { management } from './flows/management';
import { menu } from './flows/menu';
import { noticeSlip } from './flows/notice-slip';
import { online } from './flows/online';
import { powerOff } from './flows/power-off';
import { prepare } from './flows/prepare';
import { print } from './flows/print';
import { reversal } from './flows/reversal';
import { sale } from './flows/sale';
import { signIn } from './flows/sign-in';
import { supervisor } from './flows/supervisor';
import type { ModuleLoader } from './modules';
import type { LateModule } from './terminal-context';

function always(module: LateModule): ModuleLoader {
  return { load: () => module };
}

/** Index is `MODULE_…`. */
export const moduleList: readonly ModuleLoader[] = [
  always(boot),
  always(login),
  always(signIn),
  always(prepare),
  always(sale),
  always(online),
  always(reversal),
  always(print),
  always(menu),
  always(management),
  always(powerOff),
  always(supervisor),
  always(noticeSlip),
  always(lastSale),
  always(reprint),
];
