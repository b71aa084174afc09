/**
 * The World: one virtual clock, one queue of events, one seed, and the devices that share them. It steps synchronously;
 * nothing in a run depends on the machine's speed or on microtasks. `snapshot` and `restore` carry a run into another
 * World built by the same factory: that is how a power-cut sweep branches.
 */
import type { Bytes } from '../../hal/bytes';
import { copyPlain } from './copy-plain';
import { EventQueue, type WorldEvent } from './event-queue';
import { SeededRandom } from './seeded-random';
import { Timeline } from './timeline';

/** Whatever takes part in a World: fake devices, wires, the microcontroller, the network. */
export interface WorldDevice {
  /** Unique in its World. */
  readonly name: string;
  /** Everything the device remembers, as plain data (see `copyPlain`). Replaced as a whole by `restore`. */
  state: object;
  /** One of the device's own events is due. */
  onEvent(kind: number, value: number, bytes: Bytes): void;
  /** Its supply came or went. On loss the device forgets what its real twin forgets. */
  onPower?(on: boolean): void;
  /** A scheduled or commanded fault; throws an Error for a name it does not know. */
  onFault?(fault: string, value: number): void;
  /** Only where a deep copy of `state` is not the cheapest right thing. */
  snapshot?(): unknown;
  restore?(snapshot: unknown): void;
}

export interface WorldSnapshot {
  readonly nowUs: number;
  readonly order: number;
  readonly random: readonly number[];
  readonly events: readonly WorldEvent[];
  readonly devices: readonly unknown[];
}

/** Target of scheduled faults: the World itself. */
const FAULT_TARGET = -1;

export class World {
  /** Virtual time since the World began. A synchronous bus call may advance it within an event. */
  nowUs = 0;
  /** Events handled since the World began: together with the clock it names a moment exactly. */
  steps = 0;
  readonly random: SeededRandom;
  readonly timeline = new Timeline();
  readonly devices: WorldDevice[] = [];
  private readonly queue = new EventQueue();
  private order = 0;

  constructor(readonly seed: number) {
    this.random = new SeededRandom(seed);
  }

  /** Registers a device; the order of registration is part of the World's shape. Returns its target number. */
  add(device: WorldDevice): number {
    if (this.devices.some((other) => other.name === device.name)) throw new Error(`two devices named ${device.name}`);
    return this.devices.push(device) - 1;
  }

  device(name: string): WorldDevice {
    const found = this.devices.find((device) => device.name === name);
    if (!found) throw new Error(`no device named ${name}`);
    return found;
  }

  /** Schedules an event for a device, not before now. */
  at(atUs: number, target: number, kind: number, value = 0, bytes: Bytes = ''): void {
    this.queue.push({ atUs: Math.max(atUs, this.nowUs), order: this.order++, target, kind, value, bytes });
  }

  after(delayUs: number, target: number, kind: number, value = 0, bytes: Bytes = ''): void {
    this.at(this.nowUs + delayUs, target, kind, value, bytes);
  }

  /** Makes a device fail, now. Throws for an unknown device or fault. */
  fault(deviceName: string, fault: string, value = 0): void {
    const device = this.device(deviceName);
    if (!device.onFault) throw new Error(`device ${deviceName} has no faults`);
    device.onFault(fault, value);
    this.note(deviceName, `fault ${fault} ${value}`);
  }

  /** Makes a device fail later. */
  faultAt(atUs: number, deviceName: string, fault: string, value = 0): void {
    const target = this.devices.indexOf(this.device(deviceName));
    this.at(atUs, FAULT_TARGET, target, value, fault);
  }

  note(wire: string, text: string): void {
    if (this.timeline.active) this.timeline.record(this.nowUs, wire, 'note', '', text);
  }

  /** Time of the next event, or Infinity. */
  nextAtUs(): number {
    const next = this.queue.peek();
    return next === undefined ? Infinity : next.atUs;
  }

  /** Handles the next event; false when there is none. */
  step(): boolean {
    const event = this.queue.pop();
    if (event === undefined) return false;
    this.steps++;
    if (event.atUs > this.nowUs) this.nowUs = event.atUs;
    if (event.target === FAULT_TARGET) this.fault(this.devices[event.kind].name, event.bytes, event.value);
    else this.devices[event.target].onEvent(event.kind, event.value, event.bytes);
    return true;
  }

  /** Runs everything due up to `atUs` and leaves the clock there. */
  runUntil(atUs: number): void {
    while (this.nextAtUs() <= atUs) this.step();
    if (this.nowUs < atUs) this.nowUs = atUs;
  }

  run(durationMs: number): void {
    this.runUntil(this.nowUs + durationMs * 1000);
  }

  /** Runs until `reached()`; false when `limitMs` of virtual time or the events ran out first. */
  runUntilReached(reached: () => boolean, limitMs: number): boolean {
    const endUs = this.nowUs + limitMs * 1000;
    while (!reached()) {
      if (this.nextAtUs() > endUs) {
        this.nowUs = Math.max(this.nowUs, endUs);
        return reached();
      }
      this.step();
    }
    return true;
  }

  snapshot(): WorldSnapshot {
    return {
      nowUs: this.nowUs,
      order: this.order,
      random: this.random.state.slice(),
      events: this.queue.snapshot(),
      devices: this.devices.map((device) => (device.snapshot ? device.snapshot() : copyPlain(device.state))),
    };
  }

  /**
   * Takes over a snapshot of a World with the same devices in the same order. `spent`: nobody needs the snapshot any more,
   * so that its parts need not be copied once again.
   */
  restore(snapshot: WorldSnapshot, spent = false): void {
    if (snapshot.devices.length !== this.devices.length) throw new Error('the snapshot is of another World');
    this.nowUs = snapshot.nowUs;
    this.order = snapshot.order;
    this.random.state = snapshot.random.slice();
    this.queue.restore(snapshot.events);
    this.devices.forEach((device, i) => {
      const state = snapshot.devices[i];
      if (device.restore) device.restore(state);
      else device.state = spent ? (state as object) : copyPlain(state as object);
    });
  }
}
