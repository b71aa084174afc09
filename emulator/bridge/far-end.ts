/**
 * The far ends of what a bridged firmware asks for: the World's devices, by the same drivers that a wired board would use. One
 * for each life of the terminal's processor.
 */
import type { ReferenceBus } from '../../drivers/boards/reference';
import { createBatteryGauge } from '../../drivers/battery-gauge';
import * as wire from '../../drivers/boards/espruino/bridge-messages';
import { createKeyMatrix } from '../../drivers/key-matrix';
import { createPinBeeper } from '../../drivers/pin-beeper';
import { createShiftOutHead } from '../../drivers/shift-out-head';
import { createSoftPower } from '../../drivers/soft-power';
import { createSpiNor } from '../../drivers/spi-nor';
import { createSt7920 } from '../../drivers/st7920';
import { byte, readU16, readU32, u32, type Bytes } from '../../hal/bytes';
import type { Uart } from '../../hal/bus';
import type { StripeTracks } from '../../hal/devices';
import { FAULT_BUSY } from '../../hal/fault';
import type { SpiNorFlash } from '../devices/spi-nor';
import type { Cable } from './cable';
import { FlashMirror } from './flash-mirror';

export const portNames = ['pinpad', 'printer', 'modem'] as const;
export type PortName = (typeof portNames)[number];

/** A UART tells of so many bytes at once, or of fewer where the line is idle behind them. */
const FIFO_BYTES = 16;
/** What comes in one piece goes in one piece: a board that is told in many may take the pauses for the end. */
const MOST_GATHERED_BYTES = 240;
const GATHER_MS = 20;

/** Serial cables to the board's own UARTs; a port without one crosses the bridge. */
export type WiredPorts = Partial<Record<PortName, Cable>>;

function stripeData(id: number, fault: number, tracks: StripeTracks | null): Bytes {
  const texts = tracks && !fault ? [tracks.track1, tracks.track2, tracks.track3] : ['', '', ''];
  return byte(id) + byte(fault) + texts.map((text) => byte(text.length)).join('') + texts.join('');
}

export class FarEnd {
  private readonly hearers: readonly ((data: Bytes) => void)[];
  private readonly mirror: FlashMirror;
  private readonly battery: ReturnType<typeof createBatteryGauge>;
  private batterySaid = '';
  private isFlashBusy = false;
  /** What came for the board by port, and when the last of it did. */
  private readonly gathered = portNames.map(() => ({ bytes: '', lastMs: 0 }));

  constructor(
    private readonly bus: ReferenceBus,
    private readonly flash: SpiNorFlash,
    private readonly wired: WiredPorts,
    private readonly tell: (kind: number, data: Bytes) => void,
  ) {
    const { clock } = bus;
    const display = createSt7920(bus.lcdSpi, bus.lcdLight);
    const stripe = createShiftOutHead(bus.stripeSpi, bus.stripeSense, clock);
    const beeper = createPinBeeper(bus.buzzer, clock);
    const power = createSoftPower(bus.powerKey, bus.powerLatch, clock);
    this.battery = createBatteryGauge(bus.batteryAdc, bus.charger);
    this.mirror = new FlashMirror(flash, (data) => tell(wire.TELL_PAGE, data));
    createKeyMatrix(bus.keyRows, bus.keyColumns, clock).onKey((key) => tell(wire.TELL_KEY, byte(key)));
    power.onHold(() => tell(wire.TELL_HOLD, ''));
    portNames.forEach((name, port) => {
      const cable = wired[name];
      const uart = this.uartAt(port);
      uart.onData((bytes) => (cable ? cable.write(bytes) : this.gather(port, bytes)));
    });
    const chip = createSpiNor(bus.flashSpi, clock);
    const operate = (address: number, bytes: Bytes): void => {
      this.isFlashBusy = true;
      const done = (fault: number): void => {
        this.isFlashBusy = fault === FAULT_BUSY;
        if (!fault) this.mirror.done(address, bytes);
        this.mirror.update();
        tell(wire.TELL_FLASH, byte(fault));
      };
      if (bytes === '') chip.erase(address, done);
      else chip.program(address, bytes, done);
    };
    const hearers: Record<number, (data: Bytes) => void> = {
      [wire.HEAR_ROW]: (data) => display.row(data.charCodeAt(0) & 3, data.slice(1)),
      [wire.HEAR_CLEAR]: () => display.clear(),
      [wire.HEAR_LIGHT]: (data) => display.light(data === '1'),
      [wire.HEAR_BEEP]: (data) => beeper.beep(readU16(data, 0)),
      [wire.HEAR_OFF]: () => power.off(),
      [wire.HEAR_UART]: (data) => this.uartAt(data.charCodeAt(0)).write(data.slice(1)),
      [wire.HEAR_STRIPE_START]: (data) =>
        stripe.start(readU32(data, 1), (fault, tracks) =>
          tell(wire.TELL_STRIPE, stripeData(data.charCodeAt(0), fault, tracks)),
        ),
      [wire.HEAR_STRIPE_CANCEL]: () => stripe.cancel(),
      [wire.HEAR_PROGRAM]: (data) => operate(readU32(data, 0), data.slice(4)),
      [wire.HEAR_ERASE]: (data) => operate(readU32(data, 0), ''),
      [wire.HEAR_CALENDAR]: (data) => bus.rtc.write(data),
    };
    this.hearers = Array.from({ length: wire.HEAR_CALENDAR + 1 }, (_, kind) => hearers[kind]);
  }

  private gather(port: number, bytes: Bytes): void {
    const gathered = this.gathered[port];
    gathered.bytes += bytes;
    gathered.lastMs = this.bus.clock.nowMs();
    if (bytes.length < FIFO_BYTES || gathered.bytes.length >= MOST_GATHERED_BYTES) this.tellGathered(port);
  }

  private tellGathered(port: number): void {
    const gathered = this.gathered[port];
    if (gathered.bytes !== '') this.tell(wire.TELL_UART, byte(port) + gathered.bytes);
    gathered.bytes = '';
  }

  private uartAt(port: number): Uart {
    const { bus } = this;
    // A board may say anything.
    return [bus.pinpadUart, bus.printerUart, bus.modemUart][(port || 0) % portNames.length];
  }

  /** All that the board must know before the firmware starts. */
  introduce(): void {
    const { bus, flash, tell, wired } = this;
    // What an earlier life said, and nobody heard.
    for (const name of portNames) wired[name]?.read(0);
    tell(wire.TELL_SIZE, u32(flash.sizeBytes));
    tell(wire.TELL_CALENDAR, bus.rtc.read());
    this.mirror.update();
    this.look();
    const bits = portNames.reduce((all, name, port) => all | (wired[name] ? 1 << port : 0), 0);
    if (bits > 0) tell(wire.TELL_WIRED, byte(bits));
  }

  /** A message of the board; false for one that is none. */
  hear(kind: number, data: Bytes): boolean {
    const hearer = this.hearers[kind];
    if (!hearer) return false;
    hearer(data);
    return true;
  }

  /** What may have changed by itself. */
  look(): void {
    const said = byte(this.battery.percent()) + byte(this.battery.isPlugged() ? 1 : 0);
    if (said !== this.batterySaid) this.tell(wire.TELL_BATTERY, said);
    this.batterySaid = said;
    if (!this.isFlashBusy) this.mirror.update();
  }

  /** Bytes that came over the serial cables, or wait for more of them. */
  carry(): void {
    const nowMs = this.bus.clock.nowMs();
    this.gathered.forEach(({ lastMs }, port) => {
      if (nowMs - lastMs >= GATHER_MS) this.tellGathered(port);
    });
    portNames.forEach((name, port) => {
      const bytes = this.wired[name]?.read(0) ?? '';
      if (bytes !== '') this.uartAt(port).write(bytes);
    });
  }
}
