/**
 * 5 × 4 key matrix: rows are driven, columns have pull-ups. While nothing is pressed all rows are low and the driver
 * sleeps; the first edge of a column starts one scan after the contacts have settled, the next edge tells of the
 * release. Nothing polls. The first key wins: until it is released others are not seen (so no ghost keys either).
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
const COLUMNS_IDLE = 0x0f;
const ALL_ROWS_LOW = 0x00;
/** Contacts of a rubber keypad settle within 5 ms. */
const SETTLE_MS = 10;

/** Row by row, as in docs/devices/keypad.md. */
const layout = [
  49, 50, 51, KEY_CANCEL, 52, 53, 54, KEY_CLEAR, 55, 56, 57, KEY_FUNCTION, KEY_DOT, 48, KEY_DOUBLE_ZERO, KEY_MENU,
  KEY_UP, KEY_DOWN, KEY_FEED, KEY_CONFIRM,
];

export function createKeyMatrix(rows: GpioPort, columns: GpioPort, clock: Clock): Keypad {
  let listener: ((key: number) => void) | null = null;
  let settling = false;
  /** A key that was down at power-on counts as held: the red key has just switched the terminal on. */
  let held = false;

  /** Code of the one pressed key, 0 for none, -1 for several. */
  function scan(): number {
    let found = 0;
    for (let row = 0; row < ROWS; row++) {
      rows.write(((1 << ROWS) - 1) & ~(1 << row));
      const low = ~columns.read() & COLUMNS_IDLE;
      for (let column = 0; low >> column; column++) {
        if ((low >> column) & 1) found = found ? -1 : (layout[row * COLUMNS + column] as number);
      }
    }
    rows.write(ALL_ROWS_LOW);
    return found;
  }

  function settled(): void {
    settling = false;
    if ((columns.read() & COLUMNS_IDLE) === COLUMNS_IDLE) {
      held = false;
      return;
    }
    if (held) return;
    settling = true;
    const key = scan();
    settling = false;
    held = true;
    if (key > 0 && listener) listener(key);
  }

  columns.onChange(() => {
    // Edges while a scan drives single rows, or while contacts bounce, say nothing.
    if (settling) return;
    settling = true;
    clock.alarm(SETTLE_MS, settled);
  });
  rows.write(ALL_ROWS_LOW);
  held = (columns.read() & COLUMNS_IDLE) !== COLUMNS_IDLE;

  return {
    onKey: (given) => {
      listener = given;
    },
  };
}
