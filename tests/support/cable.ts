/**
 * A serial cable between two ports of this machine: a pair of pseudo terminals by Debian's socat. It can be pulled out
 * and plugged in again. `settled` resolves when every byte that one end sent has come out of the other: tests that
 * advance virtual time only then do not depend on the machine's speed.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openSerialLine, type SerialLine } from '../../emulator/serial/serial-line';
import type { PortSettings } from '../../emulator/serial/port-settings';
import { toolPath } from './foreign-tool';

const LIMIT_MS = 10_000;
const RETRY_MS = 20;

interface Count {
  sent: number;
  received: number;
}

async function until(reached: () => boolean, what: string): Promise<void> {
  const endMs = Date.now() + LIMIT_MS;
  while (!reached()) {
    if (Date.now() > endMs) throw new Error(`it never came: ${what}`);
    await new Promise((again) => setTimeout(again, 2));
  }
}

export class Cable {
  readonly near: string;
  readonly far: string;
  private socat: ChildProcess | null = null;
  private readonly counts = new Map<SerialLine, Count>();

  constructor(dir: string, name: string) {
    this.near = join(dir, `${name}-near`);
    this.far = join(dir, `${name}-far`);
  }

  async plug(): Promise<void> {
    const ends = [this.near, this.far].map((link) => `PTY,rawer,link=${link}`);
    this.socat = spawn(toolPath('socat'), ends, { stdio: 'ignore' });
    await until(() => existsSync(this.near) && existsSync(this.far), 'a pair of pseudo terminals');
    for (const [line, count] of this.counts) {
      await until(() => line.isOpen, `${line.path} open again`);
      count.sent = count.received = 0;
    }
  }

  async pull(): Promise<void> {
    const { socat } = this;
    this.socat = null;
    if (!socat) return;
    const gone = new Promise((exited) => socat.once('exit', exited));
    socat.kill();
    await gone;
    for (const line of this.counts.keys()) await until(() => !line.isOpen, `${line.path} lost`);
  }

  /** A port at one end, whose bytes are counted. */
  async open(path: string, settings: Partial<PortSettings> = {}): Promise<SerialLine> {
    const line = await openSerialLine({ path, baud: 115_200, ...settings }, RETRY_MS);
    const count: Count = { sent: 0, received: 0 };
    this.counts.set(line, count);
    const write = line.write.bind(line);
    line.write = (bytes) => {
      if (line.isOpen) count.sent += bytes.length;
      write(bytes);
    };
    const discard = line.discard.bind(line);
    line.discard = () => {
      discard();
      // What was under way either came or never will.
      for (const one of this.counts.values()) one.sent = one.received = 0;
    };
    let hear: (bytes: string) => void = () => undefined;
    Object.defineProperty(line, 'onBytes', {
      get: () => (bytes: string) => {
        count.received += bytes.length;
        hear(bytes);
      },
      set: (listener: (bytes: string) => void) => {
        hear = listener;
      },
    });
    return line;
  }

  /** Whether a byte is still on its way. */
  isQuiet(): boolean {
    const [a, b] = [...this.counts.entries()];
    if (!a || !b || !a[0].isOpen || !b[0].isOpen) return true;
    return a[1].sent <= b[1].received && b[1].sent <= a[1].received;
  }

  async settled(): Promise<void> {
    await until(() => this.isQuiet(), 'the last byte on the cable');
  }

  async remove(): Promise<void> {
    for (const line of this.counts.keys()) await line.close();
    this.counts.clear();
    await this.pull();
  }
}
