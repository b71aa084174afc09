/**
 * A real Espruino as the terminal's microcontroller, in lockstep with the World: each boot is a process of its own with the
 * built image in its Storage. Its calls to the outside come as lines through a pipe and are answered while it waits
 * (engine-side.js); what happens in the World is told to it one by one, and it serves until its own idle loop comes round
 * again. Time is the World's. The engine is none of this repository: its path comes from outside.
 */
import { execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReferenceBus } from '../../drivers/boards/reference';
import { Harness, type Loom } from '../../emulator/board/harness';
import { wiringOf } from '../../emulator/board/wiring';
import type { TerminalWorld } from '../../emulator/terminal-world';

/** What the engine's Linux port has as flash; the Storage begins with its first byte. */
const FLASH_BYTES = 256 * 1024;
const HEADER_BYTES = 32;
const NAME_AT = 4;
/** Under other names: the engine would run its boot files before anybody can stand in their way. */
const BOOT_FILES: Readonly<Record<string, string>> = { '.bootPowerOn': 'boot-1', '.bootcde': 'boot-2' };

export interface EngineMemory {
  readonly usage: number;
  readonly free: number;
  readonly total: number;
}

export interface RealEngineOptions {
  /** Path of the engine's Linux port. */
  readonly engine: string;
  /** Folder of an image that `npm run build:mcu` made. */
  readonly image: string;
  /** Solders the engine to the bus of a life; default the Pico 2's wiring. */
  readonly wire?: (bus: ReferenceBus) => Loom;
  /** Beside the image's files: a file to measure with, say. */
  readonly extraFiles?: Readonly<Record<string, string>>;
  /** Called when a callback of the engine is over, its errors told: its place among all since the World began. */
  readonly onTurn?: (life: Life, turn: number) => void;
}

/** The flash file of the engine's Linux port with these files in its Storage (jsflash.h). */
export function flashOf(files: readonly { readonly name: string; readonly bytes: Buffer }[]): Buffer {
  const flash = Buffer.alloc(FLASH_BYTES, 0xff);
  let at = 0;
  for (const { name, bytes } of files) {
    flash.fill(0, at, at + HEADER_BYTES);
    flash.writeUInt32LE(bytes.length, at);
    flash.write(name, at + NAME_AT, 'latin1');
    bytes.copy(flash, at + HEADER_BYTES);
    at += HEADER_BYTES + ((bytes.length + 3) & ~3);
  }
  return flash;
}

export function imageFiles(image: string): { name: string; bytes: Buffer }[] {
  const { files } = JSON.parse(fs.readFileSync(join(image, 'image.json'), 'utf8')) as { files: { name: string }[] };
  return files.map(({ name }) => ({
    name: BOOT_FILES[name] ?? name,
    bytes: fs.readFileSync(join(image, 'files', name)),
  }));
}

/** One process, from power-on to its end. */
export class Life {
  isAlive = true;
  /** Variables that the engine and its side of the pipe take, before any firmware. */
  ownUsage = 0;
  private readonly child: ReturnType<typeof spawn>;
  private readonly down: number;
  private readonly up: number;
  private unread = '';
  private readonly chunk = Buffer.alloc(65536);
  private readonly alarms = new Map<string, number>();
  private readonly waiting: string[] = [];
  private isRunning = false;
  private value: unknown;
  private readonly harness: Loom;
  private readonly startedAtS: number;
  private timeOffsetS = 0;
  private watchdogS = 0;
  private watchdog = 0;

  constructor(
    private readonly owner: RealEngine,
    readonly bus: ReferenceBus,
    private readonly log: string,
  ) {
    const { folder, options } = owner;
    this.harness = options.wire ? options.wire(bus) : new Harness(wiringOf('pico2'), bus);
    this.startedAtS = secondsOf(bus.rtc.read());
    const pipes = [`${log}.down`, `${log}.up`];
    execFileSync('mkfifo', pipes);
    // Both ends at first, so that neither opening waits for the other side.
    const [down, up] = pipes.map((pipe) => fs.openSync(pipe, fs.constants.O_RDWR));
    const logFile = fs.openSync(log, 'a');
    // A turn takes milliseconds: whoever runs for minutes does not end any more, and is ended by the kernel.
    const limited = 'ulimit -t 600; exec "$0" "$1"';
    this.child = spawn('sh', ['-c', limited, options.engine, join(__dirname, 'engine-side.js')], {
      cwd: folder,
      stdio: ['ignore', logFile, logFile, down, up],
    });
    this.child.on('error', () => undefined);
    this.child.unref();
    this.up = fs.openSync(pipes[1], 'r');
    this.down = down;
    fs.closeSync(up);
    fs.closeSync(logFile);
    pipes.forEach((pipe) => fs.unlinkSync(pipe));
  }

  /** The engine's boot files, in its order. */
  boot(): void {
    this.isRunning = true;
    this.serve();
    this.ownUsage = this.memory().usage;
    this.isRunning = false;
    for (const name of Object.values(BOOT_FILES)) this.tell(`f${name}`);
  }

  end(): void {
    this.stop();
    this.bus.clock.cancelAlarm(this.watchdog);
  }

  private stop(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    try {
      this.child.kill('SIGKILL');
    } catch {
      // It is gone already.
    }
    for (const handle of this.alarms.values()) this.bus.clock.cancelAlarm(handle);
    fs.closeSync(this.down);
    fs.closeSync(this.up);
  }

  /** What the engine gives for an expression, evaluated between two of its callbacks. */
  evaluate(expression: string): unknown {
    this.value = undefined;
    this.send('E', `v${expression}`);
    this.serve();
    return this.value;
  }

  memory(): EngineMemory {
    return this.evaluate('process.memory()') as EngineMemory;
  }

  /** The World it ran in has taken its power. */
  isDark(): boolean {
    const { clock } = this.bus;
    const handle = clock.alarm(0, () => undefined);
    clock.cancelAlarm(handle);
    return handle === 0;
  }

  /** Variables that the firmware takes at this moment, garbage left out. */
  usage(): number {
    return this.memory().usage - this.ownUsage;
  }

  /** Takes memory away until so many variables are free, garbage counted as free. */
  starve(free: number): void {
    const spare = this.memory().free - free;
    // Each element of an array takes one.
    this.evaluate(`(function(n){global.taken=global.taken||[];for(;n>0;n--)global.taken.push(1);})(${spare})`);
  }

  /** What it printed. */
  printed(): string {
    return fs.readFileSync(this.log, 'latin1');
  }

  /** Something happened: it runs until it is idle again, then what happened meanwhile. */
  tell(event: string): void {
    if (!this.isAlive) return;
    this.waiting.push(event);
    if (this.isRunning) return;
    this.isRunning = true;
    for (let next = this.waiting.shift(); next !== undefined && this.isAlive; next = this.waiting.shift()) {
      this.send('E', next);
      this.serve();
      if (this.isAlive) this.owner.turned(this);
    }
    this.isRunning = false;
  }

  private send(kind: string, body: string): void {
    fs.writeSync(this.down, Buffer.from(`\n${kind}${String(body.length).padStart(5, '0')}${body}`, 'latin1'));
  }

  /** A line of the engine; null when it is gone. */
  private line(): string | null {
    for (;;) {
      const end = this.unread.indexOf('\n');
      if (end >= 0) {
        const line = this.unread.slice(0, end);
        this.unread = this.unread.slice(end + 1);
        if (line !== '') return line;
        continue;
      }
      const length = fs.readSync(this.up, this.chunk);
      if (length === 0) return null;
      this.unread += this.chunk.toString('latin1', 0, length);
    }
  }

  /** Answers until the engine is idle, or dead. */
  private serve(): void {
    while (this.isAlive) {
      const line = this.line();
      if (line === null) {
        // Without memory for a single alarm nothing would ever happen again; on Linux that is the end of the process.
        if (this.watchdog === 0) throw new Error(`the engine ended by itself:\n${this.printed().slice(-2000)}`);
        this.stop();
        return;
      }
      if (line === 'D') return;
      const [name, a = '', b = '', c = ''] = line.split(' ');
      this.owner.calls++;
      const answer = this.call(name, a, b, c);
      if (answer !== undefined && this.isAlive) this.send('R', answer);
    }
  }

  private call(name: string, a: string, b: string, c: string): string | undefined {
    const { bus, harness } = this;
    switch (name) {
      case 'a':
      case 'i':
        this.alarm(a, Number(b), name === 'i');
        return undefined;
      case 'x':
        this.cancel(a);
        return undefined;
      case 'w':
        harness.watchPin(a, () => this.tell(`w${a}`));
        return undefined;
      case 'r':
        return String(a.split(',').reduce((levels, pin) => (levels << 1) | harness.readPin(pin), 0));
      case 'n':
        return String(harness.readAnalog(a));
      case 'p':
        harness.writePin(a, Number(b));
        return undefined;
      case 't':
        return (this.startedAtS + this.timeOffsetS + bus.clock.nowMs() / 1000).toFixed(3);
      case 'T':
        this.timeOffsetS = Number(a) - this.startedAtS - bus.clock.nowMs() / 1000;
        bus.rtc.write(new Date(Number(a) * 1000).toISOString().replace(/\D/g, '').slice(0, 14));
        return undefined;
      case 'd':
        return bus.rtc.read().replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6.000Z');
      case 'h':
        return String(Buffer.from(bus.random.bytes(4), 'latin1').readInt32LE(0));
      case 'u':
        return harness.serialAt(a, b);
      case 'o':
        harness.writeSerial(a, Buffer.from(b, 'base64').toString('latin1'));
        return undefined;
      case 'l':
        harness.listenSerial(a, b === '1' ? (bytes) => this.tell(`o${a} ${bytes}`) : null);
        return undefined;
      case 's': {
        const answer = harness.spi(a, Buffer.from(c, 'base64').toString('latin1'), b === '1');
        return b === '1' ? answer : undefined;
      }
      case 'g':
        // Automatically: at every turn of the engine's loop, and it does turn.
        this.watchdogS = b === '1' ? 0 : Number(a);
        this.kick();
        return undefined;
      case 'k':
        this.kick();
        return undefined;
      case 'b':
        this.owner.restart(this);
        return undefined;
      case 'v':
        this.value = JSON.parse(Buffer.from(a, 'base64').toString('latin1'));
        return undefined;
      default:
        throw new Error(`the engine called ${name}`);
    }
  }

  private alarm(id: string, delayMs: number, isInterval: boolean): void {
    const due = (): void => {
      this.alarms.delete(id);
      if (isInterval) this.alarm(id, delayMs, true);
      this.tell(`a${id}`);
    };
    this.alarms.set(id, this.bus.clock.alarm(delayMs, due));
  }

  private cancel(id: string): void {
    for (const [one, handle] of this.alarms) {
      if (id !== '*' && id !== one) continue;
      this.bus.clock.cancelAlarm(handle);
      this.alarms.delete(one);
    }
  }

  private kick(): void {
    this.bus.clock.cancelAlarm(this.watchdog);
    this.watchdog = 0;
    if (this.watchdogS > 0) {
      this.watchdog = this.bus.clock.alarm(this.watchdogS * 1000, () => {
        this.owner.bites++;
        this.owner.restart(this);
      });
    }
  }
}

export class RealEngine {
  readonly folder = fs.mkdtempSync(join(tmpdir(), 'cupos-engine-'));
  /** Calls of the engine to the outside so far. */
  calls = 0;
  /** Turns of its loop. */
  turns = 0;
  /** Restarts by its own wish, or by the watchdog. */
  restarts = 0;
  bites = 0;
  private readonly desks: TerminalWorld[] = [];
  private readonly lives = new Set<Life>();
  private booted = 0;

  constructor(readonly options: RealEngineOptions) {
    const extra = Object.entries(options.extraFiles ?? {});
    const files = [
      ...imageFiles(options.image),
      ...extra.map(([name, text]) => ({ name, bytes: Buffer.from(text, 'latin1') })),
    ];
    fs.writeFileSync(join(this.folder, 'espruino.flash'), flashOf(files));
  }

  /** For the World's options: runs whenever the microcontroller gets power. */
  readonly firmware = (bus: ReferenceBus): void => {
    for (const life of this.lives) if (life.isDark()) this.endLife(life);
    const life = new Life(this, bus, join(this.folder, `life-${++this.booted}.log`));
    this.lives.add(life);
    life.boot();
  };

  /** Tells it about a World whose microcontroller it is: its power cuts end the process, and it can restart by itself. */
  solderTo(desk: TerminalWorld): void {
    this.desks.push(desk);
    desk.mcu.attach({ hostPowerLost: () => this.endLives(desk) });
  }

  private endLife(life: Life): void {
    life.end();
    this.lives.delete(life);
  }

  /** The process that runs in a World now; without one, in the first. */
  life(desk: TerminalWorld = this.desks[0]): Life {
    const found = [...this.lives].find((life) => life.isAlive && life.bus.rtc === desk.rtc);
    if (!found) throw new Error('the engine is off');
    return found;
  }

  /** Nobody needs that World's microcontroller any more: that of a fork that has told its story. */
  endLives(desk: TerminalWorld): void {
    for (const life of this.lives) if (life.bus.rtc === desk.rtc) this.endLife(life);
  }

  /** A restart by the board itself; the supply stays. */
  restart(life: Life): void {
    const desk = this.desks.find(({ rtc }) => rtc === life.bus.rtc);
    if (!desk) throw new Error('a restart on a board that is soldered to nothing');
    this.restarts++;
    desk.power.hold(() => desk.restartFirmware(this.firmware));
  }

  turned(life: Life): void {
    this.turns++;
    this.options.onTurn?.(life, this.turns);
  }

  /** Everything that was printed, boot by boot. */
  printed(): string {
    const names = Array.from({ length: this.booted }, (_, n) => join(this.folder, `life-${n + 1}.log`));
    return names.map((name) => fs.readFileSync(name, 'latin1')).join('');
  }

  end(): void {
    for (const life of this.lives) life.end();
    this.lives.clear();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

function secondsOf(digits: string): number {
  const [, ...parts] = /^(....)(..)(..)(..)(..)(..)$/.exec(digits) ?? [];
  const [year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}
