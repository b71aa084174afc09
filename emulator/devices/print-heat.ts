/**
 * Warmth of a print head: every burnt dot adds to it, time takes it away. A thermal mechanism's data sheet says how much
 * of the area may be black for how long (a duty of some 20 to 25 % for ever); slips burn a tenth.
 */
import { DENSITY_NORMAL } from './paper';
import type { PrinterState } from './escpos-state';

/** A fifth of what a head of 384 dots at 60 mm/s can burn. */
const COOLS_DOTS_A_MS = 37;
/** Some 40 cm of solid black from cold. */
const TOO_HOT_DOTS = 1_000_000;
const COOL_ENOUGH_DOTS = 600_000;

type Heat = Pick<PrinterState, 'heatDots' | 'heatAtUs' | 'overheated'>;

export function coolDown(heat: Heat, nowUs: number): void {
  heat.heatDots = Math.max(0, heat.heatDots - Math.floor(((nowUs - heat.heatAtUs) * COOLS_DOTS_A_MS) / 1000));
  heat.heatAtUs = nowUs;
  if (heat.heatDots <= COOL_ENOUGH_DOTS) heat.overheated = false;
}

/** `density` 0–8: half to one and a half times the energy. True when the head has just become too hot. */
export function heatUp(heat: Heat, dots: number, density: number, nowUs: number): boolean {
  if (dots === 0) return false;
  coolDown(heat, nowUs);
  heat.heatDots += Math.round((dots * (8 + (density - DENSITY_NORMAL))) / 8);
  if (heat.overheated || heat.heatDots < TOO_HOT_DOTS) return false;
  heat.overheated = true;
  return true;
}

/** Until it prints again. */
export function coolingUs(heat: Heat): number {
  return Math.ceil(((heat.heatDots - COOL_ENOUGH_DOTS) * 1000) / COOLS_DOTS_A_MS) + 1000;
}

const onesOf = Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

/** Black dots of packed rows. */
export function blackDots(rows: string): number {
  const bytes = Buffer.from(rows, 'latin1');
  let dots = 0;
  for (let i = 0; i < bytes.length; i++) dots += onesOf[bytes[i]];
  return dots;
}
