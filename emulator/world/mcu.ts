/**
 * The terminal's microcontroller as the World sees it: a power domain that runs firmware. Every boot gets a life of its
 * own; after a cut all its handles (alarms, port listeners) are dead, so no zombie of the old firmware may touch a
 * device. The firmware's own state is never copied: a restored Mcu is a dark one that must be booted.
 */
import type { Clock, Random, Rtc } from '../../hal/bus';
import { WORK_COUNT } from '../../hal/bus';
import type { World, WorldDevice } from './world';

/** Processor time in µs that the World charges for each kind of work (`WORK_…`). */
export type ProcessorProfile = readonly number[];

export const profileInstant: ProcessorProfile = new Array<number>(WORK_COUNT).fill(0);

const EVENT_ALARM = 0;

const nothing = (): void => undefined;

/** A port that loses its listener when the power goes. */
export interface McuPort {
  hostPowerLost(): void;
}

export class Mcu implements WorldDevice {
  state = { powered: false, bootCount: 0, bootedAtUs: 0, busyUntilUs: 0 };
  private readonly target: number;
  private readonly ports: McuPort[] = [];
  /** Alarms that wait: a handle (0: the place is free) and what it calls. They are few, and come and go quickly. */
  private handles: number[] = [];
  private callbacks: (() => void)[] = [];
  private nextHandle = 1;

  constructor(
    private readonly world: World,
    private readonly profile: ProcessorProfile = profileInstant,
    /** Another processor than the terminal's has a name of its own. */
    readonly name = 'mcu',
    /** Where the timeline tells of its boots and cuts. */
    private readonly notedOn = 'power',
  ) {
    this.target = world.add(this);
  }

  attach(port: McuPort): void {
    this.ports.push(port);
  }

  /** True while the processor works off what `worked` charged: bursts pile up meanwhile. */
  isBusy(): boolean {
    return this.state.busyUntilUs > this.world.nowUs;
  }

  /** Begins a new life and runs `firmware` in it with that life's clock. */
  boot(firmware: (clock: Clock) => void): void {
    this.cut();
    this.state.powered = true;
    this.state.bootCount++;
    this.state.bootedAtUs = this.world.nowUs;
    this.state.busyUntilUs = 0;
    this.note(`boot ${this.state.bootCount}`);
    firmware(this.clock(this.state.bootCount));
  }

  /** The supply is gone: whatever ran is dead from here on. */
  cut(): void {
    if (this.state.powered) this.note('cut');
    this.state.powered = false;
    this.forgetAlarms();
    for (const port of this.ports) port.hostPowerLost();
  }

  onEvent(_kind: number, handle: number): void {
    const place = this.handles.indexOf(handle);
    if (place < 0) return;
    if (this.isBusy()) {
      this.world.at(this.state.busyUntilUs, this.target, EVENT_ALARM, handle);
      return;
    }
    const callback = this.callbacks[place];
    this.free(place);
    callback();
  }

  /** `busy` (ms): something else holds the processor for so long, as a slow native call does. */
  onFault(fault: string, value: number): void {
    if (fault !== 'busy') throw new Error(`the processor has no fault ${fault}: busy`);
    this.state.busyUntilUs = Math.max(this.state.busyUntilUs, this.world.nowUs) + value * 1000;
  }

  restore(snapshot: unknown): void {
    this.state = { ...(snapshot as Mcu['state']), powered: false };
    // Handles of the life that ended must never meet one of the next: they start beyond every number used so far.
    this.nextHandle = (this.state.bootCount + 1) * 0x10000000;
    this.forgetAlarms();
  }

  private note(text: string): void {
    this.world.note(this.notedOn, text);
  }

  private forgetAlarms(): void {
    this.handles = [];
    this.callbacks = [];
  }

  private free(place: number): void {
    this.handles[place] = 0;
    this.callbacks[place] = nothing;
  }

  private clock(life: number): Clock {
    const alive = (): boolean => this.state.powered && this.state.bootCount === life;
    const { world } = this;
    return {
      nowMs: () => Math.floor((world.nowUs - this.state.bootedAtUs) / 1000),
      alarm: (delayMs, callback) => {
        if (!alive()) return 0;
        const handle = this.nextHandle++;
        const free = this.handles.indexOf(0);
        const place = free < 0 ? this.handles.length : free;
        this.handles[place] = handle;
        this.callbacks[place] = callback;
        world.after(delayMs * 1000, this.target, EVENT_ALARM, handle);
        return handle;
      },
      cancelAlarm: (handle) => {
        const place = this.handles.indexOf(handle);
        if (place >= 0) this.free(place);
      },
      worked: (work) => {
        const costUs = this.profile[work];
        if (costUs > 0) this.state.busyUntilUs = Math.max(this.state.busyUntilUs, world.nowUs) + costUs;
      },
    };
  }
}

const DAY_SECONDS = 86_400;

/** Calendar of the board, kept by its own cell: it runs through power cuts. `startsAt` is 14 digits. */
export class McuCalendar implements WorldDevice, Rtc {
  readonly name = 'rtc';
  state: { offsetMs: number };
  /** The day asked for last, which takes most of the work; a cache, no state. */
  private day = { number: NaN, digits: '' };

  constructor(
    private readonly world: World,
    startsAt: string,
  ) {
    world.add(this);
    this.state = { offsetMs: parse(startsAt) ?? 0 };
  }

  onEvent(): void {}

  read(): string {
    const seconds = Math.floor((this.state.offsetMs + Math.floor(this.world.nowUs / 1000)) / 1000);
    const number = Math.floor(seconds / DAY_SECONDS);
    if (this.day.number !== number) this.day = { number, digits: dayDigits(number) };
    const left = seconds - number * DAY_SECONDS;
    return this.day.digits + two(Math.floor(left / 3600)) + two(Math.floor(left / 60) % 60) + two(left % 60);
  }

  write(digits: string): void {
    const ms = parse(digits);
    if (ms !== undefined) this.state.offsetMs = ms - Math.floor(this.world.nowUs / 1000);
  }
}

function dayDigits(number: number): string {
  const iso = new Date(number * DAY_SECONDS * 1000).toISOString();
  return iso.slice(0, 4) + iso.slice(5, 7) + iso.slice(8, 10);
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function parse(digits: string): number | undefined {
  const m = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits);
  if (!m) return undefined;
  const [year, month, day, hour, minute, second] = m.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(ms);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
    ? ms
    : undefined;
}

/** The board's random source, from the World's seed. */
export function mcuRandom(world: World): Random {
  return { bytes: (lengthBytes) => world.random.bytes(lengthBytes) };
}
