/**
 * A serial line between the microcontroller (host) and a fake device. Bytes take their time (10 bits each). Towards the
 * device a write travels as one burst; towards the host it arrives as a UART reports it: whenever its FIFO holds 16
 * bytes, and once more when the line falls idle. While the processor is busy bytes wait in a 512-byte ring. With flow
 * control (RTS/CTS) a ring that is nearly full stops the device, as long as that line is connected; without it what does
 * not fit is lost. A power cut on the host's side cuts the burst that is leaving after the last whole byte.
 */
import type { Bytes } from '../../hal/bytes';
import type { Uart } from '../../hal/bus';
import type { Mcu, McuPort } from './mcu';
import type { World, WorldDevice } from './world';

const FIFO_BYTES = 16;
const IDLE_CHARACTERS = 4;
const RING_BYTES = 512;
/** So full, and RTS says stop. */
const STOP_AT_BYTES = RING_BYTES - FIFO_BYTES;

const EVENT_TO_DEVICE = 0;
const EVENT_TO_HOST = 1;
const EVENT_DRAIN = 2;
const EVENT_RESUME = 3;

/** The fake at the far end. */
export interface UartDevice {
  /** A burst arrived, in order; it may hold any part of a message. */
  onUart(bytes: Bytes, wire: UartWire): void;
}

export class UartWire implements WorldDevice, McuPort {
  readonly name: string;
  state = {
    hostFreeUs: 0,
    deviceFreeUs: 0,
    generation: 0,
    leaving: [] as { startUs: number; bytes: Bytes }[],
    ring: '',
    /** What the device holds back. */
    held: '',
    flowControl: false,
    lost: 0,
  };
  private readonly target: number;
  private readonly byteUs: number;
  private listener: ((burst: Bytes) => void) | null = null;
  private device: UartDevice | null = null;

  constructor(
    private readonly world: World,
    private readonly mcu: Mcu,
    /** Name on the timeline: `modem`, `printer`, `pinpad`. */
    readonly wire: string,
    baud: number,
    flowControl = false,
  ) {
    this.name = `uart.${wire}`;
    this.byteUs = 10_000_000 / baud;
    this.state.flowControl = flowControl;
    this.target = world.add(this);
    mcu.attach(this);
  }

  connect(device: UartDevice): void {
    this.device = device;
  }

  /** The host's end, as the driver gets it. */
  readonly host: Uart = {
    write: (bytes) => {
      if (bytes.length === 0 || !this.mcu.state.powered) return;
      const { state, world } = this;
      const startUs = Math.max(world.nowUs, state.hostFreeUs);
      state.hostFreeUs = startUs + Math.ceil(bytes.length * this.byteUs);
      state.leaving.push({ startUs, bytes });
      world.at(state.hostFreeUs, this.target, EVENT_TO_DEVICE, state.generation);
    },
    onData: (listener) => {
      this.listener = listener;
    },
    lostBytes: () => this.state.lost,
  };

  /** The device's end: sends to the host at the line's speed. */
  send(bytes: Bytes): void {
    const { state, world } = this;
    let atUs = Math.max(world.nowUs, state.deviceFreeUs);
    for (let from = 0; from < bytes.length; from += FIFO_BYTES) {
      const chunk = bytes.slice(from, from + FIFO_BYTES);
      atUs += chunk.length * this.byteUs;
      const idleUs = chunk.length < FIFO_BYTES ? IDLE_CHARACTERS * this.byteUs : 0;
      world.at(Math.ceil(atUs + idleUs), this.target, EVENT_TO_HOST, 0, chunk);
    }
    state.deviceFreeUs = Math.ceil(atUs);
  }

  onEvent(kind: number, value: number, bytes: Bytes): void {
    if (kind === EVENT_TO_DEVICE) {
      if (value !== this.state.generation) return;
      const burst = this.state.leaving.shift();
      if (burst) this.toDevice(burst.bytes);
    } else if (kind === EVENT_TO_HOST) this.arrive(bytes);
    else if (kind === EVENT_DRAIN) this.drain();
    else this.resume();
  }

  hostPowerLost(): void {
    const { state, world } = this;
    this.listener = null;
    state.generation++;
    state.ring = state.held = '';
    state.lost = 0;
    const leaving = state.leaving;
    state.leaving = [];
    state.hostFreeUs = 0;
    for (const burst of leaving) {
      const sent = Math.floor((world.nowUs - burst.startUs) / this.byteUs);
      if (sent > 0) this.toDevice(burst.bytes.slice(0, sent));
    }
  }

  private toDevice(bytes: Bytes): void {
    if (this.world.timeline.active) this.world.timeline.record(this.world.nowUs, this.wire, 'out', bytes);
    if (this.device) this.device.onUart(bytes, this);
  }

  /** `flowControl` 0: the wire of RTS is broken; 1: whole again. */
  onFault(fault: string, value: number): void {
    if (fault !== 'flowControl') throw new Error(`the wire ${this.wire} has no fault ${fault}: flowControl`);
    this.state.flowControl = value !== 0;
  }

  /** A piece of what the device sends: now, or behind what it holds back. */
  private arrive(bytes: Bytes): void {
    const { state } = this;
    if (state.held !== '' || (state.flowControl && state.ring.length + bytes.length > STOP_AT_BYTES))
      state.held += bytes;
    else this.toHost(bytes);
  }

  /** RTS says go: the device sends what it held back, a FIFO's content at a time. */
  private resume(): void {
    const { state, world } = this;
    if (state.held === '' || (state.flowControl && state.ring.length + FIFO_BYTES > STOP_AT_BYTES)) return;
    const bytes = state.held.slice(0, FIFO_BYTES);
    state.held = state.held.slice(FIFO_BYTES);
    this.toHost(bytes);
    if (state.held !== '') world.after(Math.ceil(FIFO_BYTES * this.byteUs), this.target, EVENT_RESUME);
  }

  private toHost(bytes: Bytes): void {
    const { state, world } = this;
    if (world.timeline.active) world.timeline.record(world.nowUs, this.wire, 'in', bytes);
    if (!this.mcu.state.powered || this.listener === null) return;
    if (!this.mcu.isBusy() && state.ring === '') {
      this.listener(bytes);
      return;
    }
    if (state.ring === '') world.at(this.mcu.state.busyUntilUs, this.target, EVENT_DRAIN);
    const room = RING_BYTES - state.ring.length;
    if (bytes.length > room) {
      state.lost += bytes.length - room;
      world.note(this.wire, `overrun: ${bytes.length - room} bytes lost`);
    }
    state.ring += bytes.slice(0, room);
  }

  private drain(): void {
    const { state } = this;
    if (state.ring === '') return;
    if (this.mcu.isBusy()) {
      this.world.at(this.mcu.state.busyUntilUs, this.target, EVENT_DRAIN);
      return;
    }
    const ring = state.ring;
    state.ring = '';
    if (this.listener && this.mcu.state.powered) this.listener(ring);
    if (state.held !== '') this.world.after(0, this.target, EVENT_RESUME);
  }
}
