/**
 * Driver of a 5 × 4 key matrix without diodes (docs/devices/keypad.md). While nobody presses, all rows are low and an
 * edge on a column begins a scan; nothing is polled in between. A key counts when two scans 5 ms apart agree; two keys at once
 * count as none, because three of them would show a fourth. After a key all must be up before the next counts.
 */
import type { Clock, GpioPort } from '../hal/bus';
import {
  KEY_CANCEL,
  KEY_CLEAR,
  KEY_CONFIRM,
  KEY_DOT,
  KEY_DOUBLE_ZERO,
  KEY_DOWN,
  KEY_FEED,
  KEY_FUNCTION,
  KEY_MENU,
  KEY_UP,
  type Keypad,
} from '../hal/devices';

const ROWS = 5;
const COLUMNS = 4;
const NO_COLUMN = 15;
const ALL_ROWS_LOW = 0;
const ALL_ROWS = 31;
const STEP_MS = 5;

const layout = [
  [49, 50, 51, KEY_CANCEL],
  [52, 53, 54, KEY_CLEAR],
  [55, 56, 57, KEY_FUNCTION],
  [KEY_DOT, 48, KEY_DOUBLE_ZERO, KEY_MENU],
  [KEY_UP, KEY_DOWN, KEY_FEED, KEY_CONFIRM],
];

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

  function keysInRow(row: number, low: number): number {
    let found = NONE;
    for (let column = 0; column < COLUMNS; column++) {
      if ((low & (1 << column)) === 0) continue;
      found = found === NONE ? layout[row][column] : SEVERAL;
    }
    return found;
  }

  function scan(): number {
    let found = NONE;
    // All rows are low between two scans.
    if (columns.read() === NO_COLUMN) return NONE;
    for (let row = 0; row < ROWS; row++) {
      rows.write(ALL_ROWS & ~(1 << row));
      const low = ~columns.read() & NO_COLUMN;
      if (low) found = found === NONE ? keysInRow(row, low) : SEVERAL;
    }
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
