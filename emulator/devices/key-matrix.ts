/**
 * Fake of a rubber keypad: 20 contacts in 5 rows and 4 columns without diodes, so that three keys down in a rectangle
 * show a fourth. Contacts bounce for up to 4 ms when they close and when they open (data sheets of
 * silicone rubber keypads: below 5 ms). `press` is one careful finger: a
 * press asked for while it is busy follows; `down` and `up` are fingers that do as they like.
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
import type { PowerSwitch } from './soft-power';

/** Key printed on contact `row * 4 + column`. */
const printed: readonly number[] = [
  ...[49, 50, 51, KEY_CANCEL],
  ...[52, 53, 54, KEY_CLEAR],
  ...[55, 56, 57, KEY_FUNCTION],
  ...[KEY_DOT, 48, KEY_DOUBLE_ZERO, KEY_MENU],
  ...[KEY_UP, KEY_DOWN, KEY_FEED, KEY_CONFIRM],
];

const COLUMNS = 4;
const COLUMNS_IDLE = 0x0f;
const ROWS_MASK = 0x1f;

const PRESS_MS = 60;
const PAUSE_US = 40_000;
const BOUNCE_US = 4_000;

const EVENT_DOWN = 0;
const EVENT_UP = 1;
/** A bouncing contact: `value` is contact × 2, plus 1 to close. */
const EVENT_CONTACT = 2;

export class KeyMatrix implements WorldDevice, GpioDevice {
  state = {
    /** Bit per contact. */
    closed: 0,
    /** Contacts that never open, and those that never close. */
    stuck: 0,
    dead: 0,
    /** A low row pulls, a high one floats (open drain). */
    rows: ROWS_MASK,
    /** When the careful finger is free. */
    fingerFreeUs: 0,
    bounceUs: BOUNCE_US,
  };
  private readonly target: number;
  private columns: GpioLines | null = null;

  constructor(
    private readonly world: World,
    /** The red key closes a second contact, that of the power switch. */
    private readonly power: PowerSwitch | null = null,
    readonly name = 'keypad',
  ) {
    this.target = world.add(this);
  }

  /** Solders the keypad to its two groups of pins. */
  wire(rows: GpioLines, columns: GpioLines): void {
    rows.connect(this);
    this.columns = columns;
  }

  /** Presses a key (`KEY_…` or the char code of a digit) for a moment; throws for a key it does not have. */
  press(key: number): void {
    this.hold(key, PRESS_MS);
  }

  /** Presses a key for a time. */
  hold(key: number, durationMs: number): void {
    const contact = contactOf(key);
    const { state, world } = this;
    const downUs = Math.max(world.nowUs, state.fingerFreeUs);
    const upUs = downUs + durationMs * 1000;
    if (downUs === world.nowUs) this.onEvent(EVENT_DOWN, contact);
    else world.at(downUs, this.target, EVENT_DOWN, contact);
    world.at(upUs, this.target, EVENT_UP, contact);
    state.fingerFreeUs = upUs + PAUSE_US;
  }

  /** Presses digits one after the other. */
  type(digits: string): void {
    for (let i = 0; i < digits.length; i++) this.press(digits.charCodeAt(i));
  }

  /** A finger goes down on a key and stays until `up`. */
  down(key: number): void {
    this.onEvent(EVENT_DOWN, contactOf(key));
  }

  up(key: number): void {
    this.onEvent(EVENT_UP, contactOf(key));
  }

  /** Every finger goes up. */
  release(): void {
    for (let contact = 0; contact < printed.length; contact++) {
      if (this.state.closed & (1 << contact)) this.onEvent(EVENT_UP, contact);
    }
  }

  onGpio(levels: number): void {
    this.state.rows = levels;
    this.driveColumns();
  }

  onEvent(kind: number, value: number): void {
    if (kind === EVENT_CONTACT) this.contact(value >> 1, (value & 1) === 1);
    else {
      this.bounce(value, kind === EVENT_DOWN);
      if (printed[value] === KEY_CANCEL && this.power) this.power.redKey(kind === EVENT_DOWN);
    }
  }

  /**
   * `stuck`, `dead` (key): its contact never opens, or never closes. `bounce` (ms): contacts are dirty. `free`: all of
   * that is over.
   */
  onFault(fault: string, value: number): void {
    const { state } = this;
    if (fault === 'stuck') state.stuck |= 1 << contactOf(value);
    else if (fault === 'dead') state.dead |= 1 << contactOf(value);
    else if (fault === 'bounce') state.bounceUs = value * 1000;
    else if (fault === 'free') Object.assign(state, { stuck: 0, dead: 0, bounceUs: BOUNCE_US });
    else throw new Error(`the keypad has no fault ${fault}: stuck, dead, bounce, free`);
    this.driveColumns();
  }

  /** Up to two short opposite levels before the contact rests. */
  private bounce(contact: number, closed: boolean): void {
    const { world, state } = this;
    this.contact(contact, closed);
    const stepUs = Math.max(1, Math.floor(state.bounceUs / 4));
    let delayUs = 0;
    for (let i = world.random.below(3); i > 0; i--) {
      delayUs += 1 + world.random.below(stepUs);
      world.after(delayUs, this.target, EVENT_CONTACT, contact * 2 + (closed ? 0 : 1));
      delayUs += 1 + world.random.below(stepUs);
      world.after(delayUs, this.target, EVENT_CONTACT, contact * 2 + (closed ? 1 : 0));
    }
  }

  private contact(contact: number, closed: boolean): void {
    if (closed) this.state.closed |= 1 << contact;
    else this.state.closed &= ~(1 << contact);
    this.driveColumns();
  }

  private driveColumns(): void {
    if (this.columns) this.columns.drive(this.columnLevels());
  }

  private columnsOfOne(contact: number): number {
    const floats = (this.state.rows >> Math.floor(contact / COLUMNS)) & 1;
    return floats ? COLUMNS_IDLE : COLUMNS_IDLE & ~(1 << (contact % COLUMNS));
  }

  /** A column is low when contacts lead from it to a low row, be it by way of other columns and floating rows. */
  private columnLevels(): number {
    const closed = (this.state.closed | this.state.stuck) & ~this.state.dead;
    if (closed === 0) return COLUMNS_IDLE;
    if ((closed & (closed - 1)) === 0) return this.columnsOfOne(31 - Math.clz32(closed));
    let lowRows = ~this.state.rows & ROWS_MASK;
    let lowColumns = 0;
    let before = -1;
    while (before !== lowColumns + lowRows * 16) {
      before = lowColumns + lowRows * 16;
      for (let contact = 0; contact < printed.length; contact++) {
        if (!(closed & (1 << contact))) continue;
        const row = 1 << Math.floor(contact / COLUMNS);
        const column = 1 << (contact % COLUMNS);
        if (lowRows & row) lowColumns |= column;
        if (lowColumns & column) lowRows |= row;
      }
    }
    return COLUMNS_IDLE & ~lowColumns;
  }
}

function contactOf(key: number): number {
  const contact = printed.indexOf(key);
  if (contact < 0) throw new Error(`there is no key with code ${key}`);
  return contact;
}
