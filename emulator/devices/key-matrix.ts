/**
 * Fake of a rubber keypad, 5 rows × 4 columns without diodes: a pressed key joins its row and its column. Contacts bounce
 * for up to 3 ms when they close and when they open. Presses made while a key is down follow after it.
 */
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
} from '../../hal/devices';
import type { GpioDevice, GpioLines } from '../world/gpio-lines';
import type { World, WorldDevice } from '../world/world';

const COLUMNS = 4;
const COLUMNS_IDLE = 0x0f;
const NO_KEY = -1;

const EVENT_CONTACT = 0;
const EVENT_RELEASE = 1;
const EVENT_NEXT = 2;

const PRESS_US = 60_000;
const PAUSE_US = 40_000;

const printed: readonly (readonly number[])[] = [
  [49, 50, 51, KEY_CANCEL],
  [52, 53, 54, KEY_CLEAR],
  [55, 56, 57, KEY_FUNCTION],
  [KEY_DOT, 48, KEY_DOUBLE_ZERO, KEY_MENU],
  [KEY_UP, KEY_DOWN, KEY_FEED, KEY_CONFIRM],
];

export class KeyMatrix implements WorldDevice, GpioDevice {
  readonly name = 'keys';
  state = { rows: 0x1f, key: NO_KEY, closed: false, waiting: [] as { key: number; holdUs: number }[], stuck: NO_KEY };
  private readonly target: number;

  constructor(
    private readonly world: World,
    private readonly columns: GpioLines,
  ) {
    this.target = world.add(this);
  }

  /** Presses a key (`KEY_…` or the char code of a digit) for a moment; throws for a key it does not have. */
  press(key: number, holdMs = PRESS_US / 1000): void {
    this.state.waiting.push({ key: position(key), holdUs: holdMs * 1000 });
    if (this.state.key === NO_KEY && this.state.waiting.length === 1) this.next();
  }

  /** Puts a finger on a key until `release`. Ignored while another is down. */
  down(key: number): void {
    if (this.state.key === NO_KEY) this.close(position(key));
  }

  release(): void {
    if (this.state.key !== NO_KEY) this.onEvent(EVENT_RELEASE, 0);
  }

  onGpio(levels: number): void {
    this.state.rows = levels;
    this.driveColumns();
  }

  onEvent(kind: number, value: number): void {
    const { state } = this;
    if (kind === EVENT_CONTACT) {
      state.closed = (value & 1) === 1;
      // The last bounce of an opening contact: the key is up.
      if (value & 2) {
        state.key = NO_KEY;
        this.world.after(PAUSE_US, this.target, EVENT_NEXT);
      }
      this.driveColumns();
    } else if (kind === EVENT_RELEASE) this.bounce(false);
    else if (state.key === NO_KEY) this.next();
  }

  onFault(fault: string, value: number): void {
    if (fault === 'stuck') this.state.stuck = position(value);
    else if (fault === 'free') this.state.stuck = NO_KEY;
    else throw new Error(`the keypad has no fault ${fault}`);
    this.driveColumns();
  }

  private next(): void {
    const press = this.state.waiting.shift();
    if (!press) return;
    this.close(press.key);
    this.world.after(press.holdUs, this.target, EVENT_RELEASE);
  }

  private close(key: number): void {
    this.state.key = key;
    this.bounce(true);
  }

  private bounce(closing: boolean): void {
    const { world } = this;
    const last = closing ? 1 : 2;
    let atUs = 0;
    for (let i = world.random.below(3); i > 0; i--) {
      world.after(atUs, this.target, EVENT_CONTACT, closing ? 1 : 0);
      world.after(atUs + 200, this.target, EVENT_CONTACT, closing ? 0 : 1);
      atUs += 400 + world.random.below(600);
    }
    world.after(atUs, this.target, EVENT_CONTACT, last);
  }

  private driveColumns(): void {
    const { state } = this;
    let levels = COLUMNS_IDLE;
    if (state.closed) levels &= this.columnOf(state.key);
    if (state.stuck !== NO_KEY) levels &= this.columnOf(state.stuck);
    this.columns.drive(levels);
  }

  /** Column levels as one closed key makes them: low where its row is driven low. */
  private columnOf(key: number): number {
    const row = Math.floor(key / COLUMNS);
    return (this.state.rows >> row) & 1 ? COLUMNS_IDLE : COLUMNS_IDLE & ~(1 << (key % COLUMNS));
  }
}

function position(key: number): number {
  const row = printed.findIndex((keys) => keys.includes(key));
  if (row < 0) throw new Error(`there is no key with code ${key}`);
  return row * COLUMNS + (printed[row] as readonly number[]).indexOf(key);
}
