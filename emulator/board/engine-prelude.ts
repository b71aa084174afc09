/**
 * What of Espruino's world (2v29 reference) is there inside QuickJS: console, timers, pins, ports, Storage, modules. The
 * text of `enginePrelude` runs inside QuickJS and calls out through `hostCall`; therefore it uses nothing from outside itself.
 * Bytes go out and come in as ArrayBuffers.
 */

/** What the board tells the prelude about itself. */
export interface EngineFacts {
  /** `process.env`. */
  readonly environment: Readonly<Record<string, string | number>>;
  readonly pins: readonly string[];
  readonly serials: readonly string[];
  readonly spis: readonly string[];
  readonly longestWatchdogS: number;
  /** Its processor runs Thumb code. */
  readonly hasThumb: boolean;
  /** Bytes from which on an array lies in one piece. */
  readonly flatFromBytes: number;
  /** Globals and members that the engine lacks: `Map`, `Array.from`, `Array.prototype.flat`. */
  readonly missing: readonly string[];
}

type HostCall = (name: string, ...values: unknown[]) => unknown;
type Listener = (...values: unknown[]) => void;
type Loose = Record<string, unknown>;

/** Gives { deliver, emit, thrown, show, toJs } to the host. */
function enginePrelude(hostCall: HostCall, facts: EngineFacts): Loose {
  const root = globalThis as unknown as Loose;
  const NativeDate = Date;
  const NativeFunction = Function;
  const fromCharCode = String.fromCharCode;
  const { keys, assign, create } = Object;
  const { stringify, parse } = JSON;
  root['global'] = root;

  function toText(buffer: unknown): string {
    const bytes = new Uint8Array(buffer as ArrayBuffer);
    let text = '';
    for (let at = 0; at < bytes.length; at += 4096) {
      text += fromCharCode(...bytes.subarray(at, at + 4096));
    }
    return text;
  }

  function toBuffer(value: unknown): ArrayBuffer {
    if (typeof value === 'number') return new Uint8Array([value]).buffer;
    if (typeof value === 'object' && value !== null) return new Uint8Array(value as number[]).buffer;
    const text = String(value);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 255) throw new Error('a string of more than bytes');
      bytes[i] = code;
    }
    return bytes.buffer;
  }

  function optional(name: string, ...values: unknown[]): string | undefined {
    const found = hostCall(name, ...values);
    return found === undefined ? undefined : toText(found);
  }

  // Console
  /** What is on the way to the value that is being shown: a circle ends where it closes. */
  const within: unknown[] = [];
  function show(value: unknown): string {
    if (typeof value === 'string') return stringify(value);
    if (typeof value === 'function') return 'function () { [code] }';
    if (typeof value !== 'object' || value === null) return String(value);
    if (value instanceof Error) return String(value);
    if (within.includes(value)) return ' ... ';
    within.push(value);
    const parts = Array.isArray(value)
      ? value.map(show)
      : keys(value).map((name) => name + ': ' + show((value as Loose)[name]));
    within.pop();
    const [open, close] = Array.isArray(value) ? '[]' : '{}';
    return parts.length ? open + ' ' + parts.join(', ') + ' ' + close : open + '  ' + close;
  }
  const print = (...values: unknown[]): void => {
    hostCall('print', values.map((value) => (typeof value === 'string' ? value : show(value))).join(' ') + '\n');
  };
  root['print'] = print;
  root['console'] = { log: print, debug: print, info: print, warn: print, error: print };
  root['echo'] = (on: unknown) => hostCall('echo', on === false || on === 0 ? 0 : 1);
  root['reset'] = () => hostCall('reset');
  root['load'] = () => hostCall('load');
  root['atob'] = (text: unknown) => toText(hostCall('atob', String(text)));
  root['btoa'] = (data: unknown) => hostCall('btoa', toBuffer(data));

  // Events
  function emitter(target: Loose): void {
    const listeners: Record<string, Listener[]> = {};
    target['on'] = (event: string, listener: Listener) => {
      (listeners[event] = listeners[event] || []).push(listener);
    };
    target['removeAllListeners'] = (event: string) => {
      delete listeners[event];
    };
    target['removeListener'] = (event: string, listener: Listener) => {
      listeners[event] = (listeners[event] || []).filter((other) => other !== listener);
    };
    target['emit'] = (event: string, ...values: unknown[]): boolean => {
      const all = (listeners[event] || []).slice();
      all.forEach((listener) => listener(...values));
      return all.length > 0;
    };
  }

  // Time
  const timers: Record<string, { call: Listener; values: unknown[]; everyMs: number }> = {};
  function timer(call: Listener | string, delayMs: unknown, values: unknown[], repeat: boolean): number {
    if (typeof call === 'string') return timer(() => void (0, eval)(call), delayMs, [], repeat);
    if (typeof call !== 'function') throw new Error('Function or String expected');
    const ms = Math.max(0, Number(delayMs) || 0);
    const id = hostCall('timer.start', ms, repeat ? Math.max(ms, 1) : 0) as number;
    timers[id] = { call, values, everyMs: repeat ? ms : -1 };
    return id;
  }
  root['setTimeout'] = (call: Listener, ms: unknown, ...values: unknown[]) => timer(call, ms, values, false);
  root['setInterval'] = (call: Listener, ms: unknown, ...values: unknown[]) => timer(call, ms, values, true);
  // Without an argument: all of them. With one that is undefined: a mistake.
  root['clearTimeout'] = root['clearInterval'] = (...ids: unknown[]) => {
    if (ids.length > 0 && ids[0] === undefined) throw new Error('clearTimeout(undefined) not allowed');
    (ids.length > 0 ? ids.slice(0, 1) : keys(timers).map(Number)).forEach((id) => {
      delete timers[id as string];
      hostCall('timer.stop', id);
    });
  };
  const getTime = (): number => hostCall('time.read') as number;
  root['getTime'] = getTime;
  root['setTime'] = (seconds: unknown) => hostCall('time.write', Number(seconds));
  // Text without a zone is in the board's own, which is UTC.
  const BoardDate = function (this: unknown, ...values: unknown[]): Date {
    if (values.length === 0) return new NativeDate(Math.floor(getTime() * 1000));
    if (values.length > 1) return new NativeDate(NativeDate.UTC(...(values as [number, number])));
    const first = values[0];
    const local = typeof first === 'string' && /T[0-9:.]+$/.test(first);
    return new NativeDate(local ? first + 'Z' : (first as number));
  };
  BoardDate.prototype = NativeDate.prototype;
  (BoardDate as unknown as Loose)['now'] = () => Math.floor(getTime() * 1000);
  (BoardDate as unknown as Loose)['parse'] = (text: string) => NativeDate.parse(text);
  root['Date'] = BoardDate;
  Math.random = () => (hostCall('random') as number) / 4294967296;

  // Pins
  interface BoardPin {
    readonly name: string;
    write(level: unknown): void;
    read(): boolean;
  }
  const nameOf = (pin: BoardPin): string => pin.name;
  const level = (pin: BoardPin): number => hostCall('pin.read', pin.name) as number;
  const pinPrototype = {
    write(this: BoardPin, value: unknown) {
      hostCall('pin.write', this.name, value ? 1 : 0);
    },
    set(this: BoardPin) {
      this.write(1);
    },
    reset(this: BoardPin) {
      this.write(0);
    },
    read(this: BoardPin) {
      return level(this) !== 0;
    },
    mode() {},
    toString(this: BoardPin) {
      return this.name;
    },
    toJSON(this: BoardPin) {
      return this.name;
    },
  };
  facts.pins.forEach((name) => {
    root[name] = assign(create(pinPrototype) as Loose, { name });
  });
  root['digitalRead'] = (pins: BoardPin | BoardPin[]) =>
    Array.isArray(pins) ? pins.reduce((all, pin) => all * 2 + level(pin), 0) : level(pins);
  root['digitalWrite'] = (pins: BoardPin | BoardPin[], value: number) => {
    if (!Array.isArray(pins)) pins.write(value);
    else pins.forEach((pin, at) => pin.write((value >> (pins.length - 1 - at)) & 1));
  };
  root['getSerial'] = () => facts.environment['SERIAL'];
  root['analogRead'] = (pin: BoardPin) => hostCall('pin.analog', pin.name);
  root['pinMode'] = () => undefined;
  const watches: Record<string, { pin: BoardPin; call: Listener; edge: string; repeat: boolean }> = {};
  let nextWatch = 1;
  root['setWatch'] = (call: Listener, pin: BoardPin, options: Loose | undefined) => {
    const id = nextWatch++;
    watches[id] = { pin, call, edge: (options || {})['edge'] as string, repeat: !!(options || {})['repeat'] };
    hostCall('pin.watch', pin.name);
    return id;
  };
  root['clearWatch'] = (...ids: unknown[]) => {
    if (ids.length > 0 && ids[0] === undefined) throw new Error('clearWatch(undefined) not allowed');
    (ids.length > 0 ? ids.slice(0, 1) : keys(watches)).forEach((id) => delete watches[id as string]);
  };
  function pinChanged(name: string, value: number): void {
    keys(watches).forEach((id) => {
      const watch = watches[id];
      if (!watch || nameOf(watch.pin) !== name) return;
      if ((watch.edge || 'both') !== 'both' && (watch.edge === 'rising') !== (value === 1)) return;
      if (!watch.repeat) delete watches[id];
      watch.call({ state: value === 1, time: getTime(), pin: watch.pin });
    });
  }

  // Ports: which wire one is follows from its pins.
  const serials: Record<string, Loose> = {};
  const Serial = function (this: Loose): void {
    let wire = '';
    emitter(this);
    const onEvent = this['on'] as Listener;
    const removeAll = this['removeAllListeners'] as Listener;
    this['setup'] = (baud: number, pins: Record<string, BoardPin>) => {
      wire = hostCall(
        'serial.setup',
        baud,
        pins['tx'] ? pins['tx'].name : '',
        pins['rx'] ? pins['rx'].name : '',
      ) as string;
      serials[wire] = this;
    };
    this['write'] = this['print'] = (data: unknown) => {
      hostCall('serial.write', wire, toBuffer(data));
    };
    this['read'] = () => undefined;
    this['available'] = () => 0;
    this['setConsole'] = () => undefined;
    this['on'] = (event: string, listener: Listener) => {
      onEvent(event, listener);
      if (event === 'data') hostCall('serial.listen', wire, 1);
    };
    this['removeAllListeners'] = (event: string) => {
      removeAll(event);
      if (event === 'data' && wire !== '') hostCall('serial.listen', wire, 0);
    };
  } as unknown as new () => Loose;
  root['Serial'] = Serial;
  facts.serials.forEach((name) => {
    root[name] = new Serial();
  });
  const Spi = function (this: Loose): void {
    let clock = '';
    this['setup'] = (pins: Record<string, BoardPin>) => {
      clock = pins['sck'].name;
    };
    this['write'] = (data: unknown, select: BoardPin | undefined) => {
      if (select) select.write(0);
      hostCall('spi', clock, toBuffer(data), 0);
      if (select) select.write(1);
    };
    this['send'] = (data: unknown) => toText(hostCall('spi', clock, toBuffer(data), 1));
  } as unknown as new () => Loose;
  root['SPI'] = Spi;
  facts.spis.forEach((name) => {
    root[name] = new Spi();
  });

  // Machine code: the engine's memory has numbers, good until something else is asked for.
  let lent: { address: number; array: Uint8Array }[] = [];
  let nextAddress = 0x20010000;
  function getAddressOf(of: unknown, isData: unknown): number {
    if (!(of instanceof Uint8Array) || isData !== true || of.length < facts.flatFromBytes) return 0;
    lent = lent.slice(-1).concat([{ address: nextAddress, array: of }]);
    nextAddress += (of.length + 64) & ~3;
    if (nextAddress > 0x20060000) nextAddress = 0x20010000;
    return lent[lent.length - 1].address;
  }
  function nativeCall(address: number, signature: string, code: unknown): unknown {
    if (!/^int ?\((int(, ?int){0,3})?\)$/.test(signature)) throw new Error('Error Parsing signature');
    const bytes = toBuffer(code);
    return (...values: unknown[]): number => {
      if (!facts.hasThumb) throw new Error('Thumb code on another processor');
      const words = new Int32Array(values.map(Number));
      const at = lent.filter((one) => [...words].indexOf(one.address) >= 0);
      const memory = at.map((one) =>
        one.array.buffer.slice(one.array.byteOffset, one.array.byteOffset + one.array.length),
      );
      const places = new Int32Array(at.map((one) => one.address));
      const answer = hostCall('native', address, bytes, words.buffer, places.buffer, ...memory) as ArrayBuffer;
      let from = 4;
      for (const { array } of at) {
        array.set(new Uint8Array(answer, from, array.length));
        from += array.length;
      }
      return new Int32Array(answer.slice(0, 4))[0];
    };
  }

  // The engine itself
  const engine: Loose = {
    getAddressOf,
    nativeCall,
    CRC32: (data: unknown) => hostCall('crc32', toBuffer(data)),
    hwRand: () => (hostCall('random') as number) | 0,
    getErrorFlags: () => (hostCall('flags') as string).split(',').filter((flag) => flag !== ''),
    setConsole: () => undefined,
    enableWatchdog: (seconds: unknown, automatic: unknown) => {
      const wanted = Number(seconds);
      hostCall('watchdog', Math.min(wanted, facts.longestWatchdogS), automatic === false ? 0 : 1);
      if (wanted > facts.longestWatchdogS) throw new Error('Maximum watchdog timeout exceeded');
    },
    kickWatchdog: () => hostCall('kick'),
    reboot: () => hostCall('reboot'),
    toJS: (value: unknown) => stringify(value === undefined ? null : value),
    toString: (data: unknown) => toText(toBuffer(data)),
    toUint8Array: (data: unknown) => new Uint8Array(toBuffer(data)),
    toArrayBuffer: (data: unknown) => toBuffer(data),
    sum: (data: number[]) => [...data].reduce((all, one) => all + one, 0),
    convolve: (a: number[], b: number[], offset: number) =>
      [...a].reduce((all, one, at) => all + one * b[(at + offset) % b.length], 0),
    mapInPlace: (
      from: Uint8Array,
      to: Uint8Array,
      map: ArrayLike<number> | ((value: number) => number),
      bits?: number,
    ) => {
      const width = bits || 8;
      const mask = (1 << width) - 1;
      let held = 0;
      let count = 0;
      let out = 0;
      // Bits run on from one byte into the next.
      for (let i = 0; i < from.length; i++) {
        held = ((held << 8) | from[i]) & 0xffff;
        for (count += 8; count >= width && out < to.length;) {
          count -= width;
          const part = (held >> count) & mask;
          to[out++] = typeof map === 'function' ? map(part) : map ? map[part] : part;
        }
      }
    },
  };
  emitter(engine);
  root['E'] = engine;
  const processObject: Loose = {
    env: facts.environment,
    version: facts.environment['VERSION'],
    memory: () => ({ free: 0, usage: 0, total: 0 }),
  };
  emitter(processObject);
  root['process'] = processObject;

  // Storage and modules
  const storage: Loose = {
    read: (name: unknown, offset?: number, length?: number) =>
      optional('storage.read', String(name), offset || 0, length || 0),
    readArrayBuffer: (name: unknown) => hostCall('storage.read', String(name), 0, 0),
    readJSON: (name: unknown) => {
      const text = optional('storage.read', String(name), 0, 0);
      return text === undefined ? undefined : (parse(text) as unknown);
    },
    write: (name: unknown, data: unknown, offset?: number, size?: number) => {
      const plain =
        typeof data === 'object' && data !== null && !(data as ArrayBuffer).byteLength && !Array.isArray(data);
      return (
        hostCall('storage.write', String(name), toBuffer(plain ? stringify(data) : data), offset || 0, size || 0) === 1
      );
    },
    writeJSON: (name: unknown, data: unknown) =>
      hostCall('storage.write', String(name), toBuffer(stringify(data)), 0, 0) === 1,
    erase: (name: unknown) => {
      hostCall('storage.erase', String(name));
    },
    list: (pattern?: { test(name: string): boolean }) => {
      const names = (parse(hostCall('storage.list') as string) as string[]).map((name) => name);
      return pattern ? names.filter((name) => pattern.test(name)) : names;
    },
    hash: () => hostCall('storage.hash'),
    getFree: () => (parse(hostCall('storage.stats') as string) as { freeBytes: number }).freeBytes,
    getStats: () => parse(hostCall('storage.stats') as string) as unknown,
    eraseAll: () => {
      hostCall('storage.eraseAll');
    },
    compact: () => {
      hostCall('storage.compact');
    },
  };
  const cached: Record<string, unknown> = {};
  function load(name: string, code: string | Listener): unknown {
    const module = { exports: {} as unknown };
    const run = typeof code === 'function' ? code : (NativeFunction('exports', 'module', code) as Listener);
    // As the engine does: a module that requires itself in a circle gets what is there so far.
    cached[name] = module.exports;
    run.call(module.exports, module.exports, module);
    cached[name] = module.exports;
    return module.exports;
  }
  root['require'] = (name: unknown) => {
    if (name === 'Storage') return storage;
    const key = String(name);
    if (keys(cached).indexOf(key) >= 0) return cached[key];
    const code = hostCall('module', key);
    if (code === undefined) throw new Error(`Module ${key} not found`);
    return load(key, code as string);
  };
  root['Modules'] = {
    getCached: () => keys(cached),
    removeCached: (name: string) => {
      if (keys(cached).indexOf(name) < 0) throw new Error(`Module ${name} not found`);
      delete cached[name];
    },
    removeAllCached: () => keys(cached).forEach((name) => delete cached[name]),
    addCached: (name: string, code: string | Listener) => {
      load(name, code);
    },
  };

  // As the engine does (2v29): a part is found also where the text ends in its beginning.
  const indexOf = String.prototype.indexOf;
  String.prototype.indexOf = function (this: string, part: string, from?: number): number {
    const text = String(this);
    const sought = String(part);
    const at = indexOf.call(text, sought, from);
    if (at >= 0 || sought.length < 2 || sought.length > text.length) return at;
    for (let end = Math.max(text.length - sought.length + 1, from || 0); end < text.length; end++) {
      if (indexOf.call(sought, text.slice(end)) === 0) return end;
    }
    return -1;
  };
  String.prototype.includes = function (this: string, part: string, from?: number): boolean {
    return this.indexOf(part, from) >= 0;
  };

  facts.missing.forEach((path) => {
    const names = path.split('.');
    const last = names.pop() as string;
    const owner = names.reduce<Loose | undefined>((object, name) => object && (object[name] as Loose), root);
    if (owner) delete owner[last];
  });

  /** Calls from the host: what happened, to whom, with what. */
  function deliver(kind: string, name: string, value: unknown): void {
    if (kind === 'timer') {
      const found = timers[name];
      if (!found) return;
      if (found.everyMs < 0) delete timers[name];
      found.call(...found.values);
    } else if (kind === 'data') (serials[name]['emit'] as Listener)('data', toText(value));
    else if (kind === 'pin') pinChanged(name, value as number);
  }
  function emit(event: string, _name: string, value: unknown): void {
    (engine['emit'] as Listener)(event, value);
  }
  /** true: somebody takes care of what was thrown. */
  function thrown(error: unknown): boolean {
    return (processObject['emit'] as (event: string, error: unknown) => boolean)('uncaughtException', error);
  }
  return { deliver, emit, thrown, show, toJs: engine['toJS'] };
}

/** The prelude as an expression: a function of `hostCall`. */
export function preludeText(facts: EngineFacts): string {
  return `(function(hostCall){return (${enginePrelude.toString()})(hostCall,${JSON.stringify(facts)})})`;
}
