/**
 * A serial port of the terminal's microcontroller that leads out of the World, to a real part on a real port. What the
 * driver writes leaves at once and at the port's own speed; what comes is delivered at the moment the World has reached.
 * Such a World runs at wall speed and can be neither copied nor repeated.
 */
import type { Uart } from '../../hal/bus';
import type { Bytes } from '../../hal/bytes';
import type { Mcu, McuPort } from '../world/mcu';
import type { World, WorldDevice } from '../world/world';
import type { SerialControl } from './serial-control';
import type { SerialLine } from './serial-line';

/** As much as a receive ring of a board: a driver never gets more at once. */
const BURST_BYTES = 512;
/** More than a driver sends before it waits for an answer, an image included: a part that comes back is not told old tales. */
const UNSENT_LIMIT_BYTES = 16_384;
/** What a World that stands still lets pile up before the port itself has to keep it. */
const WAITING_LIMIT_BYTES = 16_384;

const EVENT_TO_HOST = 0;
const EVENT_FAILED = 1;

export class SerialWire implements WorldDevice, McuPort {
  readonly name: string;
  state = {};
  /** Called before bytes leave: what the terminal wrote before must be safe by then. */
  onSend: () => void = () => undefined;
  /** The port was lost or came back. */
  onChange: (sentence: string) => void = () => undefined;
  /** Beside the bytes: a dial modem's lines. */
  control: SerialControl | null = null;
  private readonly target: number;
  private waitingBytes = 0;
  private failure: unknown;
  private listener: ((burst: Bytes) => void) | null = null;

  constructor(
    private readonly world: World,
    private readonly mcu: Mcu,
    /** Name on the timeline: `modem`, `printer`, `pinpad`. */
    readonly wire: string,
    readonly line: SerialLine,
  ) {
    this.name = `port.${wire}`;
    this.target = world.add(this);
    mcu.attach(this);
    line.onBytes = (bytes) => {
      if (this.control) this.control.received(bytes, () => this.arrive(bytes));
      else this.arrive(bytes);
    };
    line.onChange = (_isOpen, sentence) => {
      world.note(wire, sentence);
      this.onChange(sentence);
    };
  }

  /** The host's end, as the driver gets it. */
  readonly host: Uart = {
    write: (bytes) => {
      if (bytes.length === 0 || !this.mcu.state.powered) return;
      const { world, line } = this;
      this.onSend();
      if (world.timeline.active) world.timeline.record(world.nowUs, this.wire, 'out', bytes);
      this.control?.sent(bytes);
      if (line.unsentBytes() <= UNSENT_LIMIT_BYTES) line.write(bytes);
      else world.note(this.wire, `the port ${line.path} takes nothing (is its CTS wired?): bytes are lost`);
    },
    onData: (listener) => {
      this.listener = listener;
    },
    lostBytes: () => 0,
  };

  onEvent(kind: number, _value: number, bytes: Bytes): void {
    const { world, mcu } = this;
    if (kind === EVENT_FAILED) throw this.failure;
    if (mcu.isBusy()) {
      world.at(mcu.state.busyUntilUs, this.target, EVENT_TO_HOST, 0, bytes);
      return;
    }
    this.waitingBytes -= bytes.length;
    if (this.waitingBytes < WAITING_LIMIT_BYTES) this.line.resume();
    if (world.timeline.active) world.timeline.record(world.nowUs, this.wire, 'in', bytes);
    if (this.listener && mcu.state.powered) this.listener(bytes);
  }

  /** The board sends no more; what it sent is in the part. */
  hostPowerLost(): void {
    this.listener = null;
    this.line.discard();
  }

  onFault(): void {
    throw new Error(`the wire ${this.wire} is a real one on ${this.line.path}: break it by hand`);
  }

  snapshot(): never {
    throw new Error(`a World with a real part on ${this.line.path} cannot be copied: the part cannot be either`);
  }

  private arrive(bytes: Bytes): void {
    const { world } = this;
    for (let from = 0; from < bytes.length; from += BURST_BYTES) {
      const burst = bytes.slice(from, from + BURST_BYTES);
      this.waitingBytes += burst.length;
      world.at(world.nowUs, this.target, EVENT_TO_HOST, 0, burst);
    }
    if (this.waitingBytes >= WAITING_LIMIT_BYTES) this.line.pause();
    // Whoever drives the World looks at the clock now and then; an answer shall not wait for that.
    try {
      world.runUntil(world.nowUs);
    } catch (error) {
      // Nobody catches it here: it belongs to whoever drives the World.
      this.failure = error;
      world.at(world.nowUs, this.target, EVENT_FAILED);
    }
  }
}
