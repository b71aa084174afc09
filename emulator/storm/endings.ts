/** How every storm ends: all troubles are over, the terminal has a while, and then the money must be right. */
import type { ModemName } from '../parts';
import type { Action } from '../scenario/scenario';
import type { RuleName } from '../sweep/rules';

/** Longer than anything that was to fail later. */
const STILL_TO_COME_MS = 13_000;
/** Longer than any answer is late, and than a modem's troubles last. */
const REST_MS = 200_000;

function fault(device: string, name: string, value = 0): Action {
  return { do: 'fault', device, fault: name, value, afterMs: 0 };
}

const mobileWell: readonly Action[] = [fault('modem', 'registration', 1), fault('modem', 'signal', 21)];
const dialUpWell: readonly Action[] = [fault('modem', 'on'), fault('phoneLine', 'well'), fault('nac', 'well')];

function wellAgain(modem: ModemName): readonly Action[] {
  return [
    ...['network', 'modem', 'pinpad'].map((device) => fault(device, 'well')),
    fault('network', 'latency', 60),
    ...(modem === 'pstn' ? dialUpWell : mobileWell),
    ...['refill', 'close', 'cool', 'online'].map((name) => fault('printer', name)),
    fault('flash', 'stuckBusy', 0),
    fault('center', 'silent', 0),
    { do: 'clearCenterFaults' },
  ];
}

const on: Action = { do: 'power', what: 'on' };
const cut: Action = { do: 'power', what: 'cut' };

/** Everything but the check, which is `check`. */
export function calm(modem: ModemName): Action[] {
  return [{ do: 'wait', forMs: STILL_TO_COME_MS }, ...wellAgain(modem), cut, { do: 'wait', forMs: REST_MS }, on];
}

/** After a power cut, from dark: it boots at once into what troubles it still, or when all is over. */
export function afterCut(isShort: boolean, modem: ModemName): Action[] {
  if (!isShort) return [{ do: 'wait', forMs: STILL_TO_COME_MS }, ...wellAgain(modem), on];
  return [
    { do: 'wait', forMs: 20 },
    on,
    { do: 'clerkToIdle', withinMs: STILL_TO_COME_MS },
    cut,
    { do: 'wait', forMs: STILL_TO_COME_MS },
    ...wellAgain(modem),
    on,
  ];
}

const paperTroubles = ['printer'];
const lineTroubles = ['network', 'modem', 'phoneLine', 'nac'];

/**
 * Rules that say nothing after these acts: somebody at the keys may have refused to print, and where frames were torn on
 * the line an answer that the terminal understood may be missing in the log of the network.
 */
export function exceptions(acts: readonly Action[]): RuleName[] {
  const device = (names: readonly string[]): boolean =>
    acts.some((act) => act.do === 'fault' && names.includes(act.device));
  const except: RuleName[] = [];
  if (device(paperTroubles) || acts.some((act) => act.do === 'press')) except.push('everySaleIsOnPaper');
  if (device(lineTroubles)) except.push('everyApprovalHasItsAnswer');
  return except;
}
