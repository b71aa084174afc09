/** Beijing time, in which terminals and their center live: UTC+8 all year. */
const BEIJING_MS = 8 * 3_600_000;

/** Unix time (ms) of 14 calendar digits, YYYYMMDDhhmmss. */
export function epochMsOf(digits: string): number {
  const part = (from: number, to: number): number => parseInt(digits.slice(from, to), 10);
  return Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8), part(8, 10), part(10, 12), part(12, 14)) - BEIJING_MS;
}

/** 14 calendar digits of a Unix time. */
export function calendarDigits(epochMs: number): string {
  return new Date(epochMs + BEIJING_MS).toISOString().replace(/\D/g, '').slice(0, 14);
}

/** HH:MM:SS of a Unix time. */
export function timeOfDay(epochMs: number): string {
  return new Date(epochMs + BEIJING_MS).toISOString().slice(11, 19);
}
