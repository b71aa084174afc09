/** A cable at a serial port, a pseudo terminal or `tcp://host:port`; its reader blocks, its time is the wall's. */
import { join } from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import type { Bytes } from '../../hal/bytes';
import { BridgeError, type Cable } from './cable';
import type { FromPort, PortTask } from './port-worker';

const OPEN_LIMIT_MS = 10_000;
const CLOSE_LIMIT_MS = 1000;

export class PortCable implements Cable {
  /** Bytes that were written and read. */
  written = 0;
  taken = 0;
  private waiting: Bytes[] = [];
  private gone = '';
  /** The thread has ended: of a port that was lost, before anybody closes it. */
  private readonly ended: Promise<void>;

  private constructor(
    readonly where: string,
    private readonly worker: Worker,
    private readonly channel: MessagePort,
    private readonly counter: Int32Array,
  ) {
    this.ended = new Promise((done) => worker.once('exit', () => done()));
  }

  /** Throws a `BridgeError` for a port that is none, or is taken. */
  static open(port: string, baud = 115_200): PortCable {
    const { port1, port2 } = new MessageChannel();
    const signal = new SharedArrayBuffer(4);
    const task: PortTask = { port, baud, channel: port2, signal };
    const worker = new Worker(join(__dirname, 'port-worker.js'), { workerData: task, transferList: [port2] });
    worker.on('error', () => undefined);
    const cable = new PortCable(port, worker, port1, new Int32Array(signal));
    const endMs = Date.now() + OPEN_LIMIT_MS;
    while (!cable.isOpen) {
      const leftMs = endMs - Date.now();
      if (leftMs <= 0) cable.gone = `${port}: it cannot be opened`;
      if (cable.gone !== '') {
        void worker.terminate();
        throw new BridgeError(cable.gone, true);
      }
      cable.take(leftMs);
    }
    return cable;
  }

  private isOpen = false;

  write(bytes: Bytes): void {
    this.written += bytes.length;
    this.channel.postMessage(Buffer.from(bytes, 'latin1'));
  }

  read(waitMs: number): Bytes {
    this.take(waitMs);
    const bytes = this.waiting.join('');
    this.waiting = [];
    this.taken += bytes.length;
    if (bytes === '' && this.gone !== '') throw new BridgeError(this.gone, true);
    return bytes;
  }

  nowMs(): number {
    return performance.now();
  }

  /** What was written leaves first. */
  async close(): Promise<void> {
    this.channel.postMessage(null);
    const late = setTimeout(() => void this.worker.terminate(), CLOSE_LIMIT_MS);
    await this.ended;
    clearTimeout(late);
    this.channel.close();
  }

  /** Takes in what was posted, waiting at most so long for the first of it. */
  private take(waitMs: number): void {
    const seen = Atomics.load(this.counter, 0);
    if (this.takePosted() || waitMs <= 0 || this.gone !== '') return;
    Atomics.wait(this.counter, 0, seen, waitMs);
    this.takePosted();
  }

  private takePosted(): boolean {
    let some = false;
    for (let next = receiveMessageOnPort(this.channel); next; next = receiveMessageOnPort(this.channel)) {
      const message = next.message as FromPort;
      some = true;
      if ('bytes' in message) this.waiting.push(Buffer.from(message.bytes).toString('latin1'));
      else if ('open' in message) this.isOpen = true;
      else if (this.gone === '') this.gone = this.sentence(message.gone);
    }
    return some;
  }

  private sentence(why: string): string {
    if (why.includes(this.where)) return why;
    return this.isOpen ? `${this.where}: the connection was lost: ${why}` : `${this.where}: ${why}`;
  }
}
