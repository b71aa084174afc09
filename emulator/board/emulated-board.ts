/**
 * A reference board without the board: its console on a cable, its Storage in a file or in memory, and what was flashed into
 * it running in QuickJS, soldered to the World's wires. It is the terminal's microcontroller: `firmware` goes into the World's
 * options, `solderTo` takes the World.
 */
import {
  newQuickJSWASMModuleFromVariant,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import type { ReferenceBus } from '../../drivers/boards/reference';
import type { Clock, Random } from '../../hal/bus';
import { CodeFlash } from './code-flash';
import { Console } from './console';
import { EngineLife } from './engine';
import { engineGaps } from './engine-gaps';
import type { EngineFacts } from './engine-prelude';
import { Harness, type Loom } from './harness';
import { Storage } from './storage';
import { wiringOf, type BoardModel } from './wiring';

/** The engine whose behaviour this is. */
export const ENGINE_VERSION = '2v29';

const MOST_RESTARTS = 20;

/** By engine, where it is short. */
const LONGEST_WATCHDOG_S: Readonly<Record<string, number>> = { RP2350_PICO2: 16.777 };

/** The engine of which the processor runs machine code in Thumb; the other board's is an Xtensa. */
const THUMB_ENGINE = 'RP2350_PICO2';
/** A shorter array is a chain of the engine's variables, of 14 bytes each. */
const FLAT_FROM_BYTES = 24;

const BANNER = `
 ____                 _
|  __|___ ___ ___ _ _|_|___ ___
|  __|_ -| . |  _| | | |   | . |
|____|___|  _|_| |___|_|_|_|___|
         |_| espruino.com
 ${ENGINE_VERSION}, emulated by Cupos

`;

export interface EmulatedBoardOptions {
  /** Default pico2. */
  readonly board?: string;
  /** Where the Storage is kept; default in memory. */
  readonly storageFile?: string;
  /** Default the board's own. */
  readonly storageBytes?: number;
  /** `process.env.BOARD`, where it is to be another than the board's. */
  readonly engine?: string;
  /** The engine's memory has no room in one piece any more: every array is a chain of variables. */
  readonly isFragmented?: boolean;
  /** What the engine lacks beside what is known of it. */
  readonly missing?: readonly string[];
}

/** What any board's firmware gets of the World. */
export interface BoardBus {
  readonly clock: Clock;
  readonly random: Random;
}

/** The World around the board; `TerminalWorld` is one. */
export interface BoardDesk<Bus extends BoardBus> {
  readonly mcu: { attach(port: { hostPowerLost(): void }): void };
  readonly power: { isFed: boolean; switchOn(): void; unplugged(): void; hold(run: () => void): void };
  readonly rtc: { readonly state: { offsetMs: number } };
  readonly world: { readonly nowUs: number };
  restartFirmware(run: (bus: Bus) => void): void;
  cutPower(): void;
}

/** What the terminal at the far end of the cable hears. */
export interface Cable {
  onData(bytes: string): void;
  /** The board is dark: its port is gone until the power is back. */
  onGone(): void;
}

type Restart = 'reset' | 'load' | 'reboot' | 'power';

/** The package's own variant imports its parts as ES modules, which not every host of this code has. */
const variant: QuickJSSyncVariant = {
  type: 'sync',
  importFFI: () => {
    const ffi = require('@jitl/quickjs-wasmfile-release-sync/ffi') as { QuickJSFFI: unknown };
    return Promise.resolve(ffi.QuickJSFFI as Awaited<ReturnType<QuickJSSyncVariant['importFFI']>>);
  },
  importModuleLoader: () => {
    const loader = require('@jitl/quickjs-wasmfile-release-sync/emscripten-module') as { default?: unknown };
    const load = loader.default ?? loader;
    return Promise.resolve(load as Awaited<ReturnType<QuickJSSyncVariant['importModuleLoader']>>);
  },
};

export class EmulatedBoard<Bus extends BoardBus = ReferenceBus> {
  readonly flash: CodeFlash;
  readonly storage: Storage;
  readonly console: Console;
  /** All that the program printed since the power came. */
  printed = '';
  private readonly facts: EngineFacts;
  private life: EngineLife | null = null;
  private bus: Bus | null = null;
  private desk: BoardDesk<Bus> | null = null;
  private cable: Cable | null = null;
  /** Called at each call of the program to the outside; what it throws is thrown to the program. For tests. */
  onCall: ((name: string) => void) | null = null;
  /** How often the watchdog restarted the board. */
  bites = 0;
  private watchdog = { ms: 0, automatic: true, alarm: 0 };
  private pending: Restart | null = null;
  private starting = false;
  /** Within each other: a boot file may restart the board at once. */
  private restarts = 0;

  private constructor(
    private readonly quickjs: QuickJSWASMModule,
    readonly wiring: BoardModel,
    private readonly wire: (bus: Bus) => Loom,
    options: EmulatedBoardOptions,
  ) {
    this.flash = new CodeFlash(options.storageBytes ?? wiring.storageBytes, options.storageFile);
    this.storage = new Storage(this.flash);
    this.facts = {
      environment: {
        VERSION: ENGINE_VERSION,
        GIT_COMMIT: 'emulated',
        BOARD: options.engine ?? wiring.engine,
        FLASH: this.flash.sizeBytes,
        STORAGE: this.flash.sizeBytes,
        SERIAL: 'emulated',
        CONSOLE: 'USB',
        MODULES: 'Storage',
        EXPTR: 0,
      },
      pins: Array.from({ length: wiring.lastPin + 1 }, (_, n) => `D${n}`),
      serials: wiring.serials,
      spis: wiring.spis,
      hasThumb: wiring.engine === THUMB_ENGINE,
      flatFromBytes: options.isFragmented ? Number.MAX_SAFE_INTEGER : FLAT_FROM_BYTES,
      longestWatchdogS: LONGEST_WATCHDOG_S[wiring.engine] ?? 3600,
      missing: [...engineGaps, ...(options.missing ?? [])],
    };
    this.console = new Console(
      {
        evaluate: (code, done) => this.life?.evaluate(code, done),
        readFile: (name) => this.storage.read(name),
        writeFile: (name, bytes, offset, size) => {
          this.storage.write(name, Buffer.from(bytes, 'latin1'), offset, size);
        },
        identity: () => `Espruino ${ENGINE_VERSION} ${String(this.facts.environment['BOARD'])}`,
      },
      (bytes) => this.cable?.onData(bytes),
    );
  }

  /** Throws an Error for a board that does not exist or a file that is no Storage of it. */
  static async create(options: EmulatedBoardOptions = {}): Promise<EmulatedBoard> {
    const wiring = wiringOf(options.board ?? 'pico2');
    return EmulatedBoard.of<ReferenceBus>(wiring, (bus) => new Harness(wiring, bus), options);
  }

  /** A board of another kind; `wire` solders it to the bus of a life. */
  static async of<Bus extends BoardBus>(
    model: BoardModel,
    wire: (bus: Bus) => Loom,
    options: EmulatedBoardOptions,
  ): Promise<EmulatedBoard<Bus>> {
    return new EmulatedBoard<Bus>(await newQuickJSWASMModuleFromVariant(variant), model, wire, options);
  }

  /** Runs whenever the World gives the microcontroller power. */
  readonly firmware = (bus: Bus): void => {
    this.bus = bus;
    this.printed = '';
    if (this.desk) this.desk.power.isFed = this.cable !== null;
    this.begin('power');
  };

  /** Tells the board about the World whose microcontroller it is. */
  solderTo(desk: BoardDesk<Bus>): void {
    this.desk = desk;
    desk.mcu.attach({ hostPowerLost: () => this.dark() });
  }

  isOn(): boolean {
    return this.life !== null;
  }

  /** Plugs a cable in, which feeds the board too: it stays on without the terminal's own latch. null pulls it out. */
  plug(cable: Cable | null): void {
    this.cable = cable;
    const { desk } = this;
    if (!desk) return;
    desk.power.isFed = cable !== null;
    if (cable) desk.power.switchOn();
    else desk.power.unplugged();
  }

  /** Bytes from the far end of the cable. */
  receive(bytes: string): void {
    if (this.life) this.console.receive(bytes);
  }

  private dark(): void {
    if (this.starting || !this.life) return;
    this.life.end();
    this.life = this.bus = null;
    this.pending = null;
    this.console.restart();
    if (this.desk) this.desk.power.isFed = false;
    this.cable?.onGone();
  }

  private begin(how: Restart): void {
    const { bus } = this;
    if (!bus) return;
    this.life?.end();
    // It is part of the chip: only the chip's own reset stops it.
    if (how === 'power' || how === 'reboot') this.watchdog = { ms: 0, automatic: true, alarm: 0 };
    else this.kickWatchdog();
    this.console.restart();
    const life = new EngineLife(this.quickjs, this.facts, this.surroundings(bus, this.wire(bus)));
    this.life = life;
    const files = this.bootFiles(how);
    if (files.length === 0) this.print(BANNER);
    for (const name of files) life.runFile(name);
    this.idle();
  }

  /** Those of the boot files that are there and run then, in the engine's order (jsflash.c, jsfLoadBootCodeFromFlash). */
  private bootFiles(how: Restart): string[] {
    const first = how === 'power' || how === 'reboot' ? ['.bootPowerOn'] : [];
    const always = ['.boot0', '.boot1', '.boot2', '.boot3'];
    const last = (how === 'reset' ? ['.bootrst'] : ['.bootrst', '.bootcde']).find((name) => this.storage.read(name));
    return [...first, ...always, last ?? ''].filter((name) => name !== '' && this.storage.read(name));
  }

  private print(text: string): void {
    this.printed += text;
    this.console.print(text);
  }

  /** How many of something the program holds (`EngineLife.usage`). */
  usage(what: string): number {
    return this.life?.usage(what) ?? 0;
  }

  /** Takes memory away from the program until the next restart (`EngineLife.starve`). */
  starve(bytes: number): void {
    this.life?.starve(bytes);
  }

  /** An engine that comes round to being idle kicks an automatic one, so that it never bites here. */
  private kickWatchdog(): void {
    const { bus, watchdog } = this;
    if (!bus) return;
    bus.clock.cancelAlarm(watchdog.alarm);
    watchdog.alarm = 0;
    if (watchdog.ms === 0 || watchdog.automatic) return;
    watchdog.alarm = bus.clock.alarm(watchdog.ms, () => {
      this.bites++;
      this.restart('reboot');
    });
  }

  private idle(): void {
    const how = this.pending;
    if (!this.life || this.starting) return;
    if (how === null) {
      this.console.idle();
      return;
    }
    this.pending = null;
    this.life.tellKill();
    this.restart(how);
  }

  /** The microcontroller begins anew; the supply stays as it is. */
  private restart(how: Restart): void {
    const { desk } = this;
    if (!desk) return;
    if (++this.restarts > MOST_RESTARTS) {
      this.restarts = 0;
      this.print('The program restarts the board again and again; it is left where it is\n');
      return;
    }
    desk.power.hold(() => {
      this.starting = true;
      desk.restartFirmware((bus) => {
        this.starting = false;
        this.bus = bus;
        this.begin(how);
      });
    });
    this.restarts = 0;
  }

  private surroundings(bus: Bus, harness: Loom): ConstructorParameters<typeof EngineLife>[2] {
    return {
      storage: this.storage,
      print: (text) => this.print(text),
      echo: (on) => {
        this.console.echo = on;
      },
      restart: (how) => {
        this.pending = how;
      },
      powerLost: () => this.desk?.cutPower(),
      idle: () => this.idle(),
      setWatchdog: (seconds, automatic) => {
        this.watchdog.ms = seconds * 1000;
        this.watchdog.automatic = automatic;
        this.kickWatchdog();
      },
      kickWatchdog: () => this.kickWatchdog(),
      called: (name) => this.onCall?.(name),
      readTime: () => this.readTime(),
      writeTime: (seconds) => {
        const { desk } = this;
        if (desk) desk.rtc.state.offsetMs += Math.round((seconds - this.readTime()) * 1000);
      },
      random: () => {
        const bytes = bus.random.bytes(4);
        return Buffer.from(bytes, 'latin1').readUInt32LE(0);
      },
      alarm: (delayMs, callback) => bus.clock.alarm(delayMs, callback),
      cancelAlarm: (handle) => bus.clock.cancelAlarm(handle),
      readPin: (name) => harness.readPin(name),
      writePin: (name, level) => harness.writePin(name, level),
      watchPin: (name, changed) => harness.watchPin(name, changed),
      readAnalog: (name) => harness.readAnalog(name),
      serialAt: (tx, rx) => harness.serialAt(tx, rx),
      writeSerial: (wire, bytes) => harness.writeSerial(wire, bytes),
      listenSerial: (wire, listener) => harness.listenSerial(wire, listener),
      spi: (clockPin, bytes, wantsAnswer) => harness.spi(clockPin, bytes, wantsAnswer),
    };
  }

  private readTime(): number {
    const { desk } = this;
    return desk ? (desk.rtc.state.offsetMs + desk.world.nowUs / 1000) / 1000 : 0;
  }
}
