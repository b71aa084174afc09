/**
 * The control lines of a real dial modem. The board's /DTR goes out on the port; /DCD is read there several times a second
 * and whenever bytes came, since a modem raises it together with CONNECT. Over a cable of three wires, or a port without
 * such lines, the modem's words say whether there is a carrier. /RING cannot be read through npm's serialport (the modem
 * says RING as well), and no serial port senses the phone line: it counts as there and free.
 */
import type { Bytes } from '../../hal/bytes';
import type { GpioDevice, GpioLines } from '../world/gpio-lines';
import type { SerialLine } from './serial-line';

const POLL_MS = 100;
/** Levels of /PHONE, /LINE, /RING, /DCD, bit 3 to 0: voltage on the line, nothing else. */
const NO_CARRIER = 0b1011;
const CARRIER = 0b1010;

const connectLine = /(^|[\r\n])CONNECT[^\r\n]*\r/;
const lostLine = /\r\nNO CARRIER\r/;
/** Enough of what came last to find a word that came in pieces. */
const KEPT_BYTES = 32;

export class SerialControl implements GpioDevice {
  private readonly timer: NodeJS.Timeout;
  private readonly byWords: boolean;
  private hasCarrier = false;
  private heard = '';
  private before: Promise<void> = Promise.resolve();

  constructor(
    private readonly line: SerialLine,
    dtr: Pick<GpioLines, 'connect'>,
    private readonly status: Pick<GpioLines, 'drive'>,
  ) {
    this.byWords = (line.settings.flow ?? 'none') !== 'rtscts';
    dtr.connect(this);
    this.onGpio(1);
    this.drive(false);
    this.timer = setInterval(() => void this.look(), POLL_MS);
    this.timer.unref();
  }

  onGpio(levels: number): void {
    this.line.setDtr((levels & 1) === 0);
  }

  /** Before the driver hears `bytes` it can see the carrier. */
  received(bytes: Bytes, deliver: () => void): void {
    if (!this.byWords) {
      this.before = this.before.then(() => this.look()).then(deliver);
      return;
    }
    this.heard = (this.heard + bytes).slice(-KEPT_BYTES - bytes.length);
    if (!this.hasCarrier && connectLine.test(this.heard)) this.carrier(true);
    deliver();
    if (this.hasCarrier && lostLine.test(this.heard)) this.carrier(false);
    this.heard = this.heard.slice(-KEPT_BYTES);
  }

  sent(bytes: Bytes): void {
    if (this.byWords && (bytes === 'ATH\r' || bytes.startsWith('ATD'))) this.carrier(false);
  }

  private async look(): Promise<void> {
    if (this.line.isClosed) clearInterval(this.timer);
    else if (!this.line.isOpen) this.carrier(false);
    else if (!this.byWords) this.drive((await this.line.controlLines())?.dcd === true);
  }

  private carrier(on: boolean): void {
    this.heard = '';
    this.drive(on);
  }

  private drive(on: boolean): void {
    this.hasCarrier = on;
    this.status.drive(on ? CARRIER : NO_CARRIER);
  }
}
