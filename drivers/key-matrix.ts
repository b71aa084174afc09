/**
 * Driver of a 5 × 4 key matrix without diodes (docs/devices/keypad.md). While nobody presses, all rows are low and an
 * edge on a column begins a scan; nothing is polled in between. A key counts when two scans 5 ms apart agree; two keys at once
 * count as none, because three of them would show a fourth. After a key all must be up before the next counts.
 */
import type { Clock, GpioPort } from '../hal/bus';
import type { Keypad } from '../hal/devices';

const ROWS = 5;
const NO_COLUMN = 15;
const ALL_ROWS_LOW = 0;
const ALL_ROWS = 31;
const STEP_MS = 5;

/** Keys (`KEY_…`) of a row by its column's bit, halved: 0, 1, 2 and 4. */
const KEYS_OF_ROW = 5;
const KEYS = '123\x00\x1b' + '456\x00\x08' + '789\x00F' + '.0z\x00M' + 'UDP\x00\r';

const IDLE = 0;
const PRESSING = 1;
const HELD = 2;
const RELEASING = 3;

/** What a scan may find instead of a key. */
const NONE = -1;
const SEVERAL = -2;
/** No scan so far. */
const NOTHING_YET = -3;

export function createKeyMatrix(rows: GpioPort, columns: GpioPort, clock: Clock): Keypad {
  let listener: ((key: number) => void) | null = null;
  let phase = IDLE;
  let seen = NOTHING_YET;
  let row = 0;

  /** Gives the columns that a key closes to one of the rows that are 0 in `levels`. */
  function closed(levels: number): number {
    rows.write(levels);
    return ~columns.read() & NO_COLUMN;
  }

  /** Begins with the row of the key found last: what is seen twice is mostly there. The rows behind a key are asked together. */
  function scan(): number {
    let left = ALL_ROWS;
    let low = 0;
    let found = NONE;
    // All rows are low between two scans.
    if (columns.read() === NO_COLUMN) return NONE;
    while (left) {
      low = closed(ALL_ROWS & ~(1 << row));
      left &= ~(1 << row);
      if (low) break;
      row = row === ROWS - 1 ? 0 : row + 1;
    }
    if (low)
      found = low & (low - 1) || closed(ALL_ROWS & ~left) ? SEVERAL : KEYS.charCodeAt(KEYS_OF_ROW * row + (low >> 1));
    rows.write(ALL_ROWS_LOW);
    return found;
  }

  function enter(next: number): void {
    phase = next;
    seen = NOTHING_YET;
    if (next === PRESSING || next === RELEASING) clock.alarm(STEP_MS, step);
  }

  /** An edge that came while a scan ran was not seen: look at the levels once more. */
  function settle(next: number): void {
    enter(next);
    onEdge(columns.read());
  }

  function step(): void {
    const found = scan();
    if (found !== seen) {
      seen = found;
      clock.alarm(STEP_MS, step);
    } else if (found === NONE) settle(IDLE);
    else {
      const isNew = phase === PRESSING && found > 0;
      settle(HELD);
      if (isNew && listener) listener(found);
    }
  }

  function onEdge(levels: number): void {
    if (phase === IDLE && levels !== NO_COLUMN) enter(PRESSING);
    else if (phase === HELD && levels === NO_COLUMN) enter(RELEASING);
  }

  rows.write(ALL_ROWS_LOW);
  columns.onChange(onEdge);
  // A key that is down at power-on (the red one, held to get there) is no press.
  if (columns.read() !== NO_COLUMN) phase = HELD;

  return {
    onKey: (next) => {
      listener = next;
    },
  };
}
