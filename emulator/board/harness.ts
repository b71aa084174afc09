/**
 * From the pins and ports of the engine to the wires of the World: what a wiring loom is on a real board. What only goes
 * out sits behind a 74HC595 on the LCD's port, as on the reference boards.
 */
import type { ReferenceBus } from '../../drivers/boards/reference';
import type { GpioPort } from '../../hal/bus';
import type { BoardWiring } from './wiring';

/** Bytes of a command after which the journal's flash chip answers (W25Q64JV, tables of instructions). */
const answersAfter: Readonly<Record<number, number>> = {
  0x03: 4,
  0x05: 1,
  0x0b: 5,
  0x35: 1,
  0x4b: 5,
  0x90: 4,
  0x9f: 1,
  0xab: 4,
};

interface InputPin {
  readonly port: GpioPort;
  readonly bit: number;
}

/** What leads from the engine's pins and ports to the wires. */
export interface Loom {
  readPin(name: string): number;
  writePin(name: string, level: number): void;
  watchPin(name: string, changed: (level: number) => void): void;
  readAnalog(name: string): number;
  /** Name of the wire that these pins are soldered to; '' for none. */
  serialAt(tx: string, rx: string): string;
  writeSerial(wire: string, bytes: string): void;
  listenSerial(wire: string, listener: ((bytes: string) => void) | null): void;
  spi(clockPin: string, bytes: string, wantsAnswer: boolean): string;
}

export class Harness implements Loom {
  private readonly levels = new Map<string, number>();
  private readonly inputs = new Map<string, InputPin>();
  private readonly watchers = new Map<string, (level: number) => void>();
  private readonly watched = new Map<GpioPort, number>();
  /** What the shift register took in last. */
  private shifted = 0;
  /** What the journal's flash chip was sent since it was selected; null once it has answered. */
  private command: string | null = null;

  constructor(
    private readonly wiring: BoardWiring,
    private readonly bus: ReferenceBus,
  ) {
    wiring.keyColumns.forEach((pin, bit) => this.inputs.set(pin, { port: bus.keyColumns, bit }));
    this.inputs.set(wiring.stripeData, { port: bus.stripeSense, bit: 0 });
    this.inputs.set(wiring.powerKey, { port: bus.powerKey, bit: 0 });
    this.inputs.set(wiring.charger, { port: bus.charger, bit: 0 });
    for (const pin of wiring.ready) this.levels.set(pin, 0);
    this.levels.set(wiring.flashSelect, 1);
    this.levels.set(wiring.lcdSelect, 0);
  }

  readPin(name: string): number {
    const input = this.inputs.get(name);
    return input ? (input.port.read() >> input.bit) & 1 : (this.levels.get(name) ?? 1);
  }

  writePin(name: string, level: number): void {
    const before = this.levels.get(name) ?? 0;
    this.levels.set(name, level);
    if (name === this.wiring.outputsLatch && before === 0 && level === 1) this.applyOutputs();
    if (name !== this.wiring.flashSelect || before === level) return;
    // A command without an answer takes effect when the chip is let go.
    if (level === 1 && this.command) this.bus.flashSpi.transfer(this.command, 0);
    this.command = level === 0 ? '' : null;
  }

  private applyOutputs(): void {
    const { bus, shifted } = this;
    bus.keyRows.write(shifted & 0x1f);
    bus.lcdLight.write((shifted >> 5) & 1);
    bus.buzzer.write((shifted >> 6) & 1);
    bus.powerLatch.write((shifted >> 7) & 1);
  }

  watchPin(name: string, changed: (level: number) => void): void {
    const input = this.inputs.get(name);
    this.watchers.set(name, changed);
    if (!input || this.watched.has(input.port)) return;
    const { port } = input;
    this.watched.set(port, port.read());
    port.onChange((levels) => this.changed(port, levels));
  }

  private changed(port: GpioPort, levels: number): void {
    const differ = levels ^ (this.watched.get(port) ?? levels);
    this.watched.set(port, levels);
    for (const [name, input] of this.inputs) {
      if (input.port === port && (differ >> input.bit) & 1) this.watchers.get(name)?.((levels >> input.bit) & 1);
    }
  }

  readAnalog(name: string): number {
    return name === this.wiring.battery ? this.bus.batteryAdc.read() / 4095 : 0;
  }

  serialAt(tx: string, rx: string): string {
    return this.wiring.uarts.find((uart) => uart.tx === tx && uart.rx === rx)?.wire ?? '';
  }

  private uart(wire: string): ReferenceBus['modemUart'] | undefined {
    return this.wiring.uarts.some((uart) => uart.wire === wire) ? this.bus[wire as 'modemUart'] : undefined;
  }

  writeSerial(wire: string, bytes: string): void {
    this.uart(wire)?.write(bytes);
  }

  listenSerial(wire: string, listener: ((bytes: string) => void) | null): void {
    this.uart(wire)?.onData(listener);
  }

  spi(clockPin: string, bytes: string, wantsAnswer: boolean): string {
    const { wiring, bus } = this;
    if (clockPin === wiring.stripeClock) return bus.stripeSpi.transfer('', bytes.length);
    if (clockPin === wiring.slowClock) {
      if (this.levels.get(wiring.lcdSelect) === 1) bus.lcdSpi.transfer(bytes, 0);
      if (bytes.length > 0) this.shifted = bytes.charCodeAt(bytes.length - 1);
    } else if (clockPin === wiring.flashClock && this.command !== null) return this.flashSpi(bytes, wantsAnswer);
    return '\xff'.repeat(bytes.length);
  }
  /** The chip's answer begins with the transfer, or where its command ends. */
  private flashSpi(bytes: string, wantsAnswer: boolean): string {
    const sent = this.command ?? '';
    if (!wantsAnswer) {
      this.command = sent + bytes;
      return '\xff'.repeat(bytes.length);
    }
    const length = sent === '' ? Math.min(answersAfter[bytes.charCodeAt(0)] ?? bytes.length, bytes.length) : 0;
    this.command = null;
    const answer = this.bus.flashSpi.transfer(sent + bytes.slice(0, length), bytes.length - length);
    return '\xff'.repeat(length) + answer;
  }
}
