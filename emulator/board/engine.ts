/**
 * One life of the board's engine: a QuickJS context with Espruino's world in it (engine-prelude.ts), from reset to reset. What
 * happens outside while it runs waits until it is done, as the engine's queue of events does.
 */
import type { QuickJSContext, QuickJSHandle, QuickJSRuntime, QuickJSWASMModule } from 'quickjs-emscripten-core';
import { crc32 } from '../../hal/bytes';
import { preludeText, type EngineFacts } from './engine-prelude';
import { PowerLost } from './code-flash';
import type { Storage } from './storage';
import { callMachineCode } from './machine-code';
import { untokenise } from './untokenise';

/** The board around the engine. */
export interface EngineSurroundings {
  readonly storage: Storage;
  print(text: string): void;
  echo(on: boolean): void;
  /** Ends this life, as soon as the engine is idle, and begins another one. */
  restart(how: 'reset' | 'load' | 'reboot'): void;
  /** The power went in the middle of something. */
  powerLost(): void;
  /** The engine has nothing to do. */
  idle(): void;
  /** 0 seconds: none. `automatic`: kicked whenever the engine is idle. */
  setWatchdog(seconds: number, automatic: boolean): void;
  kickWatchdog(): void;
  /** A call to the outside is about to be made; what this throws is thrown to the program. */
  called(name: string): void;
  /** Seconds since 1970. */
  readTime(): number;
  writeTime(seconds: number): void;
  /** 32 bits. */
  random(): number;
  alarm(delayMs: number, callback: () => void): number;
  cancelAlarm(handle: number): void;
  readPin(name: string): number;
  writePin(name: string, level: number): void;
  watchPin(name: string, changed: (level: number) => void): void;
  /** 0 to 1. */
  readAnalog(name: string): number;
  /** Name of the wire that these pins are soldered to; '' for none. */
  serialAt(tx: string, rx: string): string;
  writeSerial(wire: string, bytes: string): void;
  listenSerial(wire: string, listener: ((bytes: string) => void) | null): void;
  spi(clockPin: string, bytes: string, wantsAnswer: boolean): string;
}

const latin1 = (data: ArrayBufferLike | Uint8Array): string =>
  Buffer.from(data instanceof Uint8Array ? data : new Uint8Array(data)).toString('latin1');

/** What QuickJS counts for a block of memory beside its size, which it does not know in WebAssembly. */
const BLOCK_BYTES = 8;

/** Before Node's own stack is full, which the interpreter's frames fill many times as fast: that would end the process. */
const STACK_BYTES = 32 * 1024;

const ATOB_REST = /[^A-Za-z0-9+/]/g;

export class EngineLife {
  private readonly runtime: QuickJSRuntime;
  private readonly context: QuickJSContext;
  private readonly kept: QuickJSHandle[] = [];
  /** By the number of the engine's timer. */
  private readonly timers = new Map<number, { alarm: number }>();
  private readonly waiting: (() => void)[] = [];
  private running = 0;
  private alive = true;
  /** Bytes that the program may take; -1 without a limit. */
  private limitBytes = -1;
  /** What the engine noticed since it was asked last, and what of it was told to the program's listeners. */
  private errorFlags: string[] = [];
  private toldFlags: string[] = [];
  private readonly deliver: QuickJSHandle;
  private readonly emit: QuickJSHandle;
  private readonly thrown: QuickJSHandle;
  private readonly show: QuickJSHandle;
  private readonly toJs: QuickJSHandle;

  constructor(
    quickjs: QuickJSWASMModule,
    facts: EngineFacts,
    private readonly around: EngineSurroundings,
  ) {
    this.runtime = quickjs.newRuntime();
    this.runtime.setMaxStackSize(STACK_BYTES);
    this.context = this.runtime.newContext();
    const { context } = this;
    const hostCall = this.keep(
      context.newFunction('hostCall', (name, ...values) =>
        this.outside(() => this.answer(context.getString(name), values)),
      ),
    );
    const prelude = this.keep(context.unwrapResult(context.evalCode(preludeText(facts), 'engine')));
    const api = this.keep(context.unwrapResult(context.callFunction(prelude, context.undefined, hostCall)));
    this.deliver = this.keep(context.getProp(api, 'deliver'));
    this.emit = this.keep(context.getProp(api, 'emit'));
    this.thrown = this.keep(context.getProp(api, 'thrown'));
    this.show = this.keep(context.getProp(api, 'show'));
    this.toJs = this.keep(context.getProp(api, 'toJs'));
  }

  private keep(handle: QuickJSHandle): QuickJSHandle {
    this.kept.push(handle);
    return handle;
  }

  /** Nothing runs in it any more. */
  end(): void {
    if (!this.alive) return;
    this.alive = false;
    for (const { alarm } of this.timers.values()) this.around.cancelAlarm(alarm);
    this.waiting.length = 0;
    if (this.running === 0) this.dispose();
  }

  private dispose(): void {
    for (const handle of this.kept.splice(0)) handle.dispose();
    this.context.dispose();
    this.runtime.dispose();
  }

  /** Runs something in the engine, then what happened meanwhile. */
  private inside(run: () => void): void {
    if (!this.alive) return;
    if (this.running > 0) {
      this.waiting.push(run);
      return;
    }
    this.running++;
    try {
      for (let next: (() => void) | undefined = run; next; next = this.next()) {
        next();
        this.tellErrors();
      }
    } finally {
      this.running--;
      if (!this.alive) this.dispose();
    }
    this.around.idle();
  }

  private next(): (() => void) | undefined {
    if (!this.alive) return undefined;
    const jobs = this.runtime.executePendingJobs();
    if (jobs.error) this.complain(jobs.error);
    return this.alive ? this.waiting.shift() : undefined;
  }

  /**
   * Takes memory away from the program, for as long as this life lasts: what it takes in one piece may be so large, and live
   * pieces more than now may be an eighth of it. Without memory the engine stops what runs, and no program can catch that.
   */
  starve(bytes: number): void {
    this.limitBytes = Math.max(this.usage('malloc_count') * BLOCK_BYTES + bytes, 1);
  }

  /** How many of something the program holds, as QuickJS counts it: `obj_count`, `str_count`, `malloc_count`. */
  usage(what: string): number {
    const usage = this.runtime.computeMemoryUsage();
    const counts = this.context.dump(usage) as Record<string, number>;
    usage.dispose();
    return counts[what];
  }

  /** Runs something of the program, with no more memory than it may have. */
  private limited<T>(run: () => T): T {
    this.runtime.setMemoryLimit(this.limitBytes);
    try {
      return run();
    } finally {
      this.runtime.setMemoryLimit(-1);
    }
  }

  /** Runs something of the board, called by the program. */
  private outside<T>(run: () => T): T {
    this.runtime.setMemoryLimit(-1);
    try {
      return run();
    } finally {
      if (this.alive) this.runtime.setMemoryLimit(this.limitBytes);
    }
  }

  private raise(flag: string): void {
    if (!this.errorFlags.includes(flag)) this.errorFlags.push(flag);
  }

  /** As the engine does at the end of its loop: what is new. */
  private tellErrors(): void {
    if (!this.alive) return;
    const fresh = this.errorFlags.filter((flag) => !this.toldFlags.includes(flag));
    if (fresh.length > 0) this.happened(this.emit, 'errorFlag', '', () => this.jsonHandle(fresh));
    this.toldFlags = [...this.errorFlags];
  }

  private jsonHandle(value: unknown): QuickJSHandle {
    return this.context.unwrapResult(this.context.evalCode(`(${JSON.stringify(value)})`));
  }

  /** `reset()` and the like are about to end this life. */
  tellKill(): void {
    this.inside(() => this.happened(this.emit, 'kill', '', () => this.context.undefined));
  }

  private complain(error: QuickJSHandle): void {
    if (!this.alive) {
      error.dispose();
      return;
    }
    const { context } = this;
    const told = context.dump(error) as { message?: string } | null;
    // null: not even for saying so.
    if (told === null || told.message === 'out of memory') {
      error.dispose();
      this.around.print('OUT OF MEMORY\n');
      this.raise('MEMORY');
      return;
    }
    const taken = this.limited(() => context.callFunction(this.thrown, context.undefined, error));
    const isTaken = !taken.error && context.dump(taken.value) === true;
    (taken.error ?? taken.value).dispose();
    if (!isTaken) this.around.print(`Uncaught ${describeError(told)}\n`);
    error.dispose();
  }

  private happen(kind: string, name: string, value: () => QuickJSHandle): void {
    this.inside(() => this.happened(this.deliver, kind, name, value));
  }

  private happened(to: QuickJSHandle, kind: string, name: string, value: () => QuickJSHandle): void {
    const { context } = this;
    const handles = [context.newString(kind), context.newString(name), value()];
    const result = this.limited(() => context.callFunction(to, context.undefined, ...handles));
    handles.forEach((handle) => handle.dispose());
    if (result.error) this.complain(result.error);
    else result.value.dispose();
  }

  /**
   * Runs a text as the console does. `done` is told what it gave, as the console shows it and as JSON, or null where it was
   * stopped by an error, which is printed then.
   */
  evaluate(code: string, done: (value: { shown: string; json: string } | null) => void = () => undefined): void {
    this.inside(() => {
      const { context } = this;
      const result = this.limited(() => context.evalCode(code, 'REPL'));
      if (result.error) {
        this.complain(result.error);
        done(null);
        return;
      }
      const text = (by: QuickJSHandle): string => {
        const made = context.callFunction(by, context.undefined, result.value);
        const shown = made.error ? '' : context.getString(made.value);
        (made.error ?? made.value).dispose();
        return shown;
      };
      const value = { shown: text(this.show), json: text(this.toJs) };
      result.value.dispose();
      done(value);
    });
  }

  /** A stored file of code, run in the global scope. */
  runFile(name: string): void {
    const code = this.around.storage.read(name);
    if (code) this.evaluate(this.readable(name, code));
  }

  /** What cannot be read is a syntax error to the engine. */
  private readable(name: string, code: Uint8Array): string {
    try {
      return untokenise(latin1(code));
    } catch (error) {
      return `throw new SyntaxError(${JSON.stringify(`${name}: ${error instanceof Error ? error.message : ''}`)})`;
    }
  }

  private answer(name: string, values: QuickJSHandle[]): QuickJSHandle {
    const { context } = this;
    if (!this.alive) return context.undefined;
    this.around.called(name);
    const text = (at: number): string => context.getString(values[at]);
    const number = (at: number): number => context.getNumber(values[at]);
    const bytes = (at: number): string => {
      const lifetime = context.getArrayBuffer(values[at]);
      const read = latin1(lifetime.value);
      lifetime.dispose();
      return read;
    };
    const buffer = (data: string | Uint8Array): QuickJSHandle => {
      const from = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
      return context.newArrayBuffer(new Uint8Array(from).buffer);
    };
    const { around } = this;
    const { storage } = around;
    const guarded = (run: () => void): void => {
      try {
        run();
      } catch (error) {
        if (!(error instanceof PowerLost)) throw error;
        // Nothing after this instruction happens: this life is over before the next one.
        around.powerLost();
        throw error;
      }
    };
    switch (name) {
      case 'print':
        around.print(text(0));
        return context.undefined;
      case 'echo':
        around.echo(number(0) === 1);
        return context.undefined;
      case 'reset':
      case 'load':
      case 'reboot':
        around.restart(name);
        return context.undefined;
      case 'flags': {
        const flags = this.errorFlags.join(',');
        this.errorFlags = [];
        return context.newString(flags);
      }
      case 'watchdog':
        around.setWatchdog(number(0), number(1) === 1);
        return context.undefined;
      case 'kick':
        around.kickWatchdog();
        return context.undefined;
      case 'atob':
        return buffer(Buffer.from(text(0).replace(ATOB_REST, ''), 'base64'));
      case 'btoa':
        return context.newString(Buffer.from(bytes(0), 'latin1').toString('base64'));
      case 'crc32':
        return context.newNumber(crc32(bytes(0)) >>> 0);
      case 'random':
        return context.newNumber(around.random());
      case 'timer.start':
        return context.newNumber(this.startTimer(number(0), number(1)));
      case 'timer.stop':
        this.stopTimer(number(0));
        return context.undefined;
      case 'time.read':
        return context.newNumber(around.readTime());
      case 'time.write':
        around.writeTime(number(0));
        return context.undefined;
      case 'pin.read':
        return context.newNumber(around.readPin(text(0)));
      case 'pin.write':
        around.writePin(text(0), number(1));
        return context.undefined;
      case 'pin.analog':
        return context.newNumber(around.readAnalog(text(0)));
      case 'pin.watch': {
        const pin = text(0);
        around.watchPin(pin, (level) => this.happen('pin', pin, () => context.newNumber(level)));
        return context.undefined;
      }
      case 'serial.setup':
        return context.newString(around.serialAt(text(1), text(2)));
      case 'serial.write':
        around.writeSerial(text(0), bytes(1));
        return context.undefined;
      case 'serial.listen': {
        const wire = text(0);
        const listener = (data: string): void => this.happen('data', wire, () => buffer(data));
        around.listenSerial(wire, number(1) === 1 ? listener : null);
        return context.undefined;
      }
      case 'spi':
        return buffer(around.spi(text(0), bytes(1), number(2) === 1));
      case 'storage.read': {
        const found = storage.read(text(0), number(1), number(2));
        return found ? buffer(found) : context.undefined;
      }
      case 'storage.write': {
        let written = false;
        const data = Buffer.from(bytes(1), 'latin1');
        guarded(() => {
          written = storage.write(text(0), data, number(2), number(3));
        });
        return context.newNumber(written ? 1 : 0);
      }
      case 'storage.erase':
        guarded(() => storage.erase(text(0)));
        return context.undefined;
      case 'storage.eraseAll':
        guarded(() => storage.eraseAll());
        return context.undefined;
      case 'storage.compact':
        guarded(() => void storage.compact());
        return context.undefined;
      case 'storage.list':
        return context.newString(JSON.stringify(storage.list()));
      case 'storage.stats':
        return context.newString(JSON.stringify(storage.stats()));
      case 'storage.hash':
        return context.newNumber(crc32(storage.list().join('\n')) >>> 0);
      case 'native':
        return buffer(
          callMachineCode(
            number(0),
            bytes(1),
            bytes(2),
            bytes(3),
            values.slice(4).map((_, i) => bytes(4 + i)),
          ),
        );
      case 'module': {
        const code = storage.read(text(0));
        return code ? context.newString(this.readable(text(0), code)) : context.undefined;
      }
      default:
        throw new Error(`the engine has no call ${name}`);
    }
  }

  /** The number is one more than that of the last timer that runs: once it has rung, the next one gets it again. */
  private startTimer(delayMs: number, everyMs: number): number {
    const id = Math.max(0, ...this.timers.keys()) + 1;
    const timer = { alarm: 0 };
    const due = (): void =>
      this.inside(() => {
        if (this.timers.get(id) !== timer) return;
        this.happened(this.deliver, 'timer', String(id), () => this.context.undefined);
        if (this.timers.get(id) !== timer) return;
        if (everyMs > 0) timer.alarm = this.around.alarm(everyMs, due);
        else this.timers.delete(id);
      });
    timer.alarm = this.around.alarm(delayMs, due);
    this.timers.set(id, timer);
    return id;
  }

  private stopTimer(id: number): void {
    this.around.cancelAlarm(this.timers.get(id)?.alarm ?? 0);
    this.timers.delete(id);
  }
}

function describeError(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { name, message, stack } = error as { name?: string; message?: string; stack?: string };
  return `${name ?? 'Error'}: ${message ?? ''}\n${stack ?? ''}`.trimEnd();
}
