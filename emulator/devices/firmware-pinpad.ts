/**
 * A PIN pad that runs the pad's own program (firmware/pinpad) in a power domain of its own: the wires, the keys and the
 * rows of the fake in pinpad.ts, but not a line of what is behind them. The program's memory cannot be copied: restored
 * from a snapshot the pad is dark until its supply comes back, as after a fork of the terminal's World it always does.
 */
import type { Bytes } from '../../hal/bytes';
import type { Uart } from '../../hal/bus';
import type { PadBoard } from '../../hal/pad-board';
import { decodeKeys, encodeKeys, recordVersion } from '../../firmware/pinpad/key-record';
import { startPad } from '../../firmware/pinpad/pad';
import { Mcu, mcuRandom, profileInstant, type McuPort } from '../world/mcu';
import type { World } from '../world/world';
import type { PadWire, PinPadDevice } from './pad-device';
import { PadFlash, PAD_SLOTS } from './pad-flash';
import { freshBattery, type PadBattery } from './pad-keys';
import type { PortFaults } from './pad-port';
import type { PadRows } from './pad-screen';

const STX = 0x02;
const ACK = 0x06;
const MAIN = 0;
const LOADER = 1;

const EVENT_LATE_ANSWER = 0;
const EVENT_SUPPLY_BACK = 1;
/** How long the supply is away when it blinks in a write. */
const BLINK_US = 50_000;

const noFaults: PortFaults = { silent: false, garble: 0, nak: 0, drop: 0, dropAck: 0, duplicate: 0 };

export class FirmwarePinPad implements PinPadDevice, McuPort {
  readonly name = 'pinpad';
  state = {
    powered: false,
    rows: ['', ''] as PadRows,
    /** The case is open. */
    opened: false,
    beeps: 0,
    faults: { ...noFaults },
    slowMs: 0,
  };
  readonly flash: PadFlash;
  private readonly target: number;
  private readonly mcu: Mcu;
  private readonly serial: string;
  private wires: (PadWire | null)[] = [null, null];
  /** What the program of this life listens with. */
  private ports: (((burst: Bytes) => void) | null)[] = [null, null];
  private keyListener: ((key: number) => void) | null = null;
  private caseListener: ((levels: number) => void) | null = null;

  constructor(
    private readonly world: World,
    options: { readonly serial?: string } = {},
  ) {
    this.serial = (options.serial ?? 'CUPPAD01').padEnd(8).slice(0, 8);
    this.target = world.add(this);
    this.mcu = new Mcu(world, profileInstant, 'padMcu', 'pinpad');
    this.mcu.attach(this);
    this.flash = new PadFlash(world);
    this.flash.onTorn = () => {
      this.onPower(false);
      world.after(BLINK_US, this.target, EVENT_SUPPLY_BACK);
    };
    this.onPower(true);
  }

  connectMain(wire: PadWire): void {
    this.wires[MAIN] = wire;
  }

  connectLoader(wire: PadWire | null): void {
    this.wires[LOADER] = wire;
  }

  onUart(bytes: Bytes, wire: PadWire): void {
    const { faults, powered } = this.state;
    if (!powered || faults.silent) return;
    const port = wire === this.wires[LOADER] ? LOADER : MAIN;
    if (port === MAIN) this.wires[MAIN] = wire;
    let heard = bytes;
    if (faults.nak > 0 && bytes.charCodeAt(0) === STX) {
      faults.nak--;
      heard = damaged(bytes);
    }
    this.ports[port]?.(heard);
  }

  rows(): PadRows {
    const shown = this.state.powered ? this.state.rows : ['', ''];
    return [shown[0].padEnd(16).slice(0, 16), shown[1].padEnd(16).slice(0, 16)];
  }

  /** The program listens to its keypad only while it asks. */
  isAsking(): boolean {
    return this.keyListener !== null;
  }

  pressKey(key: number): void {
    this.keyListener?.(key);
  }

  /** Read from the slots as the program reads them; what is put there, it finds when it needs a key next. */
  get battery(): PadBattery {
    const [first, second] = [this.flash.read(0), this.flash.read(1)];
    const newest = recordVersion(second) > recordVersion(first) ? second : first;
    return recordVersion(newest) < 0 ? freshBattery('') : { ...decodeKeys(newest) };
  }

  set battery(battery: PadBattery) {
    this.flash.state.slots = [encodeKeys(battery, 1), ...Array<Bytes>(PAD_SLOTS - 1).fill('')];
  }

  onEvent(kind: number, life: number, bytes: Bytes): void {
    if (kind === EVENT_SUPPLY_BACK) this.onPower(true);
    else if (life === this.mcu.state.bootCount && this.state.powered)
      this.wires[bytes.charCodeAt(0)]?.send(bytes.slice(1));
  }

  onPower(on: boolean): void {
    const { state } = this;
    if (on === state.powered) return;
    state.powered = on;
    state.rows = ['', ''];
    if (on) this.boot();
    else this.mcu.cut();
  }

  hostPowerLost(): void {
    this.ports = [null, null];
    this.keyListener = this.caseListener = null;
  }

  restore(snapshot: unknown): void {
    const former = structuredClone(snapshot) as FirmwarePinPad['state'];
    this.state = { ...former, powered: false, rows: ['', ''] };
    this.hostPowerLost();
  }

  /** Those of the fake pad (pinpad.ts); here `slow` holds back answers only, and `keyloss` and `repair` write its storage. */
  onFault(fault: string, value: number): void {
    const { state } = this;
    const count = value > 0 ? value : 1;
    switch (fault) {
      case 'silent':
        state.faults.silent = true;
        return;
      case 'garble':
      case 'nak':
      case 'drop':
      case 'dropAck':
      case 'duplicate':
        state.faults[fault] = count;
        return;
      case 'slow':
        state.slowMs = count;
        return;
      case 'noise':
        this.wires[MAIN]?.send(this.world.random.bytes(count));
        return;
      case 'restart':
        this.onPower(false);
        this.onPower(true);
        return;
      case 'keyloss':
        this.battery = { ...this.battery, pik: '', mak: '', tdk: '' };
        return;
      case 'tamper':
        state.opened = true;
        this.caseListener?.(1);
        return;
      case 'repair':
        this.repair();
        return;
      case 'well':
        state.faults = { ...noFaults };
        state.slowMs = 0;
        return;
      default:
        throw new Error(`the PIN pad has no fault ${fault}`);
    }
  }

  /** A new storage in a closed case. */
  private repair(): void {
    const { powered } = this.state;
    this.onPower(false);
    this.state.opened = false;
    this.flash.state.slots = Array<Bytes>(PAD_SLOTS).fill('');
    this.onPower(powered);
  }

  private boot(): void {
    const { state, world } = this;
    this.mcu.boot((clock) => {
      const life = this.mcu.state.bootCount;
      const isAlive = (): boolean => state.powered && this.mcu.state.bootCount === life;
      const uart = (port: number): Uart => ({
        write: (bytes) => {
          if (isAlive()) this.leave(port, bytes);
        },
        onData: (listener) => {
          if (isAlive()) this.ports[port] = listener;
        },
        lostBytes: () => 0,
      });
      const board: PadBoard = {
        clock,
        random: mcuRandom(world),
        native: {},
        hostUart: uart(MAIN),
        loaderUart: uart(LOADER),
        display: {
          row: (row, text) => {
            if (isAlive()) state.rows[row] = text;
          },
          clear: () => {
            if (isAlive()) state.rows = ['', ''];
          },
          light: () => undefined,
        },
        keypad: {
          onKey: (listener) => {
            if (isAlive()) this.keyListener = listener;
          },
        },
        beeper: {
          beep: () => {
            if (isAlive()) state.beeps++;
          },
        },
        store: this.flash,
        caseSwitch: {
          read: () => (state.opened ? 1 : 0),
          write: () => undefined,
          onChange: (listener) => {
            if (isAlive()) this.caseListener = listener;
          },
        },
      };
      startPad(board, { serial: this.serial });
    });
  }

  /** One frame, ACK or NAK of the program, on its way to the wire with all that may happen to it. */
  private leave(port: number, bytes: Bytes): void {
    const { faults, slowMs } = this.state;
    if (faults.silent) return;
    const first = bytes.charCodeAt(0);
    let out = bytes;
    if (first === ACK && faults.dropAck > 0) {
      faults.dropAck--;
      return;
    }
    if (first === STX) {
      const isEvent = bytes.charCodeAt(3) === 0;
      if (faults.drop > 0) {
        faults.drop--;
        return;
      }
      if (faults.garble > 0) {
        faults.garble--;
        out = damaged(bytes);
      }
      if (faults.duplicate > 0 && !isEvent) {
        faults.duplicate--;
        out += bytes;
      }
      if (slowMs > 0 && !isEvent) {
        this.world.after(
          slowMs * 1000,
          this.target,
          EVENT_LATE_ANSWER,
          this.mcu.state.bootCount,
          String.fromCharCode(port) + out,
        );
        return;
      }
    }
    this.wires[port]?.send(out);
  }
}

/** One byte before the check value is wrong, as in the fake pad. */
function damaged(frame: Bytes): Bytes {
  const at = frame.length - 3;
  return frame.slice(0, at) + String.fromCharCode(frame.charCodeAt(at) ^ 0x11) + frame.slice(at + 1);
}
