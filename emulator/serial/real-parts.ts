/** Real parts in place of fakes: which of a terminal's serial ports leave the World, and on which ports of this machine. */
import type { Action } from '../server/messages';
import type { PortSettings } from './port-settings';
import { openSerialLine, type SerialLine } from './serial-line';

export const realPartNames = ['printer', 'modem', 'pinpad'] as const;
/** Parts that may be real ones. */
export type RealPartName = (typeof realPartNames)[number];

/** Open ports, by the part that is plugged in there. */
export type RealParts = { readonly [Part in RealPartName]?: SerialLine };

/** Opens all of them, or none: rejects with an Error of one sentence. */
export async function openRealParts(
  wanted: { readonly [Part in RealPartName]?: PortSettings },
  retryMs?: number,
): Promise<RealParts> {
  const known: readonly string[] = realPartNames;
  const unknown = Object.keys(wanted).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`a real part is one of ${known.join(', ')}, not "${unknown}"`);
  const opened: { -readonly [Part in RealPartName]?: SerialLine } = {};
  try {
    for (const part of realPartNames) {
      const settings = wanted[part];
      if (settings) opened[part] = await openSerialLine(settings, retryMs);
    }
  } catch (error) {
    await closeRealParts(opened);
    throw error;
  }
  return opened;
}

export async function closeRealParts(parts: RealParts): Promise<void> {
  await Promise.all(Object.values(parts).map((line) => line.close()));
}

/** Fakes that a real part replaces, as faults name them. */
const replaced: Readonly<Record<RealPartName, readonly string[]>> = {
  printer: ['printer', 'uart.printer'],
  modem: ['modem', 'uart.modem', 'phoneLine', 'nac', 'network'],
  pinpad: ['pinpad', 'uart.pinpad', 'keyLoader'],
};

const spoken: Readonly<Record<RealPartName, string>> = { printer: 'printer', modem: 'modem', pinpad: 'PIN pad' };

/** Throws a sentence for what cannot be done to a real part, or to the time in which it works. */
export function refuseAtRealParts(action: Action, parts: RealParts): void {
  const real = realPartNames.filter((part) => parts[part]);
  if (real.length === 0) return;
  switch (action.do) {
    case 'pause':
    case 'step':
      throw new Error(`time cannot be stopped: the ${spoken[real[0]]} is a real one and would not wait`);
    case 'speed':
      if (action.factor !== 1) throw new Error(`time runs at wall speed: the ${spoken[real[0]]} is a real one`);
      return;
    case 'schedule':
      refuseAtRealParts(action.what, parts);
      return;
    case 'pad':
      if (parts.pinpad) throw new Error('the PIN pad is a real one: press its own keys');
      return;
    case 'fault': {
      const part = real.find((one) => replaced[one].includes(action.device));
      if (part) throw new Error(`the ${spoken[part]} is a real one: it can be broken by hand only`);
      return;
    }
    default:
  }
}
