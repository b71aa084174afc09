/** China's time (UTC+8 all year) in the forms ISO 8583 wants, and the numbers that hang on it. */

const CHINA_OFFSET_MS = 8 * 3_600_000;
/** UnionPay's business day ends at 23:00. */
const CUT_OFF_MS = 3_600_000;
const DAY_MS = 86_400_000;

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function monthAndDay(date: Date): string {
  return two(date.getUTCMonth() + 1) + two(date.getUTCDate());
}

export interface Stamp {
  /** hhmmss, F12. */
  readonly time: string;
  /** MMDD, F13. */
  readonly date: string;
  /** MMDD, F15: the business day. */
  readonly settlementDate: string;
  /** YYMM, to compare an expiry date with. */
  readonly yearAndMonth: string;
  /** Last digit of the year, day of the year, hour: the first 6 digits of F37. */
  readonly referencePrefix: string;
}

/** The moment asked for last: one message asks for its own several times. */
let last: { unixMs: number; stamp: Stamp } | null = null;

export function stampOf(unixMs: number): Stamp {
  if (last?.unixMs !== unixMs) last = { unixMs, stamp: newStamp(unixMs) };
  return last.stamp;
}

function newStamp(unixMs: number): Stamp {
  const local = new Date(unixMs + CHINA_OFFSET_MS);
  const year = local.getUTCFullYear();
  const hour = two(local.getUTCHours());
  const dayOfYear = Math.floor((local.getTime() - Date.UTC(year, 0, 1)) / DAY_MS) + 1;
  return {
    time: hour + two(local.getUTCMinutes()) + two(local.getUTCSeconds()),
    date: monthAndDay(local),
    settlementDate: monthAndDay(new Date(local.getTime() + CUT_OFF_MS)),
    yearAndMonth: two(year % 100) + two(local.getUTCMonth() + 1),
    referencePrefix: String(year % 10) + String(dayOfYear).padStart(3, '0') + hour,
  };
}
