/**
 * A real serial port, by npm's serialport: bytes out in order, bytes in as they come, control lines where the port has
 * them. A port that was there once and is lost (a cable pulled out, an adapter gone) is opened again when it comes back;
 * what is written meanwhile is lost, as on a cut wire.
 */
import type { SerialPort } from 'serialport';
import type { Bytes } from '../../hal/bytes';
import { whyNoPort, type PortSettings } from './port-settings';

/** So much at a time goes to the system: what waits here can still be taken back. */
const PIECE_BYTES = 256;
/** A part that takes nothing (its CTS says stop) may let so much pile up; the rest is lost. */
const UNSENT_LIMIT_BYTES = 65_536;
const RETRY_MS = 1000;
/** A port that is lost in the middle of a read is not told of by serialport 13: its control lines are asked, then. */
const WATCH_MS = 200;

/** Levels of the lines into this port; true: asserted. */
export interface ControlLines {
  readonly cts: boolean;
  readonly dsr: boolean;
  readonly dcd: boolean;
}

export class SerialLine {
  /** What came in. One listener: the line has one other end. */
  onBytes: (bytes: Bytes) => void = () => undefined;
  /** The port was lost or came back, with a sentence that says so. */
  onChange: (isOpen: boolean, sentence: string) => void = () => undefined;
  /** Bytes that could not leave. */
  lostBytes = 0;
  /** Given back for good. */
  isClosed = false;
  private port: SerialPort | null = null;
  private unsent = '';
  private isSending = false;
  private isPaused = false;
  private dtr = true;
  private retry: NodeJS.Timeout | undefined;
  private watch: NodeJS.Timeout | undefined;

  constructor(
    readonly settings: PortSettings,
    private readonly retryMs = RETRY_MS,
  ) {}

  get isOpen(): boolean {
    return this.port !== null;
  }

  get path(): string {
    return this.settings.path;
  }

  /** Rejects with an Error of one sentence. */
  async open(): Promise<void> {
    const { path, baud, flow = 'none' } = this.settings;
    let port: SerialPort;
    try {
      const serial = require('serialport') as typeof import('serialport');
      const control = { rtscts: flow === 'rtscts', xon: flow === 'xonxoff', xoff: flow === 'xonxoff' };
      port = new serial.SerialPort({ path, baudRate: baud, autoOpen: false, ...control });
      await new Promise<void>((opened, refused) => {
        port.open((error) => (error ? refused(error) : opened()));
      });
    } catch (error) {
      throw new Error(whyNoPort(path, error), { cause: error });
    }
    port.on('error', () => undefined);
    const usual = await lineError(port);
    if (this.isClosed) {
      await closePort(port);
      return;
    }
    port.on('data', (data: Buffer) => this.onBytes(data.toString('latin1')));
    port.on('close', () => this.lose(port));
    this.port = port;
    this.unsent = '';
    this.isSending = false;
    if (this.isPaused) port.pause();
    this.tellDtr();
    this.watchOver(port, usual);
  }

  /** Sends bytes after those that wait. */
  write(bytes: Bytes): void {
    const room = this.port ? UNSENT_LIMIT_BYTES - this.unsent.length : 0;
    if (bytes.length > room) this.lostBytes += bytes.length - room;
    this.unsent += bytes.slice(0, Math.max(0, room));
    if (!this.isSending) this.sendNext();
  }

  /** Bytes that wait: the far end says stop, or the line is slower than the writer. */
  unsentBytes(): number {
    return this.unsent.length;
  }

  /** Takes back what has not left yet: the sender lost its power. */
  discard(): void {
    this.unsent = '';
    this.port?.flush(() => undefined);
  }

  /** The port keeps what comes, and with flow control stops the far end. */
  pause(): void {
    this.isPaused = true;
    this.port?.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.port?.resume();
  }

  /** Whether DTR is asserted; nothing happens where the port has none. */
  setDtr(on: boolean): void {
    if (this.dtr === on) return;
    this.dtr = on;
    this.tellDtr();
  }

  /** null where the port has no control lines (a pseudo terminal) or is lost. */
  controlLines(): Promise<ControlLines | null> {
    return new Promise((done) => {
      if (!this.port) done(null);
      else {
        this.port.get((error, status) => {
          done(error || !status ? null : { cts: status.cts, dsr: status.dsr, dcd: status.dcd });
        });
      }
    });
  }

  /** Gives the port back. What has not left is thrown away: a system waits half a minute for a part that says stop. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.retry);
    clearInterval(this.watch);
    const { port } = this;
    this.port = null;
    this.unsent = '';
    if (port) await closePort(port);
  }

  private sendNext(): void {
    const { port } = this;
    if (!port || this.unsent === '') {
      this.isSending = false;
      return;
    }
    this.isSending = true;
    const piece = this.unsent.slice(0, PIECE_BYTES);
    this.unsent = this.unsent.slice(PIECE_BYTES);
    // A port that is lost says so by `close`, too.
    port.write(Buffer.from(piece, 'latin1'), () => {
      if (this.port === port) this.sendNext();
    });
  }

  private tellDtr(): void {
    this.port?.set({ dtr: this.dtr, rts: true }, () => undefined);
  }

  /** A port answers the same question the same way (`usual`), be it with an error, until it is gone. */
  private watchOver(port: SerialPort, usual: string): void {
    clearInterval(this.watch);
    this.watch = setInterval(() => {
      void lineError(port).then((answer) => {
        if (answer !== usual && answer !== '' && this.port === port) port.close(() => undefined);
      });
    }, WATCH_MS);
    this.watch.unref();
  }

  private lose(port: SerialPort): void {
    if (this.port !== port) return;
    clearInterval(this.watch);
    this.port = null;
    this.unsent = '';
    this.isSending = false;
    this.onChange(false, `the port ${this.path} is gone`);
    this.tryAgain();
  }

  private tryAgain(): void {
    if (this.isClosed) return;
    this.retry = setTimeout(() => {
      this.open().then(
        () => this.isOpen && this.onChange(true, `the port ${this.path} is back`),
        () => this.tryAgain(),
      );
    }, this.retryMs);
    this.retry.unref();
  }
}

/** What a port says when it is asked for its control lines: '' for an answer, or its error. */
function lineError(port: SerialPort): Promise<string> {
  return new Promise((done) => {
    port.get((error) => done(error ? error.message : ''));
  });
}

async function closePort(port: SerialPort): Promise<void> {
  await new Promise<void>((flushed) => {
    port.flush(() => flushed());
  });
  await new Promise<void>((closed) => {
    port.close(() => closed());
  });
}

/** Opens a port that must be there; rejects with an Error of one sentence. */
export async function openSerialLine(settings: PortSettings, retryMs?: number): Promise<SerialLine> {
  const line = new SerialLine(settings, retryMs);
  await line.open();
  return line;
}
