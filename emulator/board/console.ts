/**
 * The engine's console (2v29, jsinteractive.c), byte by byte: a prompt and an edited line for people, DLE for a line without
 * echo, Ctrl-C, and packets: DLE SOH, two bytes of kind and length, data, answered by ACK or NAK. What is printed while the
 * prompt stands takes its place; the prompt comes back when the console is idle.
 */

const SOH = 0x01;
const CTRL_C = 0x03;
const ENQ = 0x05;
const ACK = '\x06';
const DLE = 0x10;
const NAK = '\x15';
const ESC = 0x1b;

const PACKET_KINDS = 0xe000;
const PACKET_SIZE = 0x1fff;
const PACKET_EVAL = 0x2000;
const PACKET_FILE_SEND = 0x6000;
const PACKET_DATA = 0x8000;
const PACKET_FILE_RECV = 0xa000;
const FILE_PIECE_BYTES = 1024;
/** A line without an end is not kept for ever: no board has more memory for it. */
const LONGEST_LINE = 64 * 1024;

export interface ConsoleEngine {
  /** As the engine's `evaluate`. */
  evaluate(code: string, done: (value: { shown: string; json: string } | null) => void): void;
  readFile(name: string): Uint8Array | undefined;
  /** Throws an Error with the engine's words. */
  writeFile(name: string, bytes: string, offset: number, sizeBytes: number): void;
  /** Ctrl-C: whatever waits is left. */
  identity(): string;
}

interface FileOnItsWay {
  readonly name: string;
  readonly sizeBytes: number;
  offset: number;
}

export class Console {
  /** Whether the person's or tool's bytes are shown. */
  echo = true;
  private line = '';
  private quietLine = false;
  private promptShown = false;
  private hadDle = false;
  private hadReturn = false;
  private escape = '';
  /** null: no packet is on its way. */
  private packet: string | null = null;
  private file: FileOnItsWay | null = null;

  constructor(
    private readonly engine: ConsoleEngine,
    private readonly send: (bytes: string) => void,
  ) {}

  /** A new life: nothing of what was typed is left. */
  restart(): void {
    this.line = this.escape = '';
    this.quietLine = this.promptShown = this.hadDle = this.hadReturn = false;
    this.packet = this.file = null;
    this.echo = true;
  }

  private shows(): boolean {
    return this.echo && !this.quietLine;
  }

  /** What the program prints. */
  print(text: string): void {
    if (this.promptShown) {
      if (this.shows()) this.send('\r\x1b[J');
      this.promptShown = false;
    }
    this.send(text.replace(/\n/g, '\r\n'));
  }

  /** The engine has nothing to do: the prompt stands again. */
  idle(): void {
    if (this.promptShown || !this.shows() || this.packet !== null) return;
    this.send(`>${this.line.replace(/\n/g, '\r\n:')}`);
    this.promptShown = true;
  }

  receive(bytes: string): void {
    for (let i = 0; i < bytes.length; i++) this.take(bytes.charCodeAt(i));
    this.idle();
  }

  private take(code: number): void {
    if (this.packet !== null) {
      this.takePacket(code);
      return;
    }
    const wasDle = this.hadDle;
    const wasReturn = this.hadReturn;
    this.hadDle = this.hadReturn = false;
    if (this.escape !== '') this.takeEscape(code);
    else if (code === SOH) {
      if (wasDle) this.packet = '';
    } else if (code === CTRL_C) this.clearLine();
    else if (code === ENQ) {
      if (this.line === '') this.send(`${this.engine.identity()}\r\n`);
    } else if (code === DLE) {
      if (this.line === '') this.quietLine = true;
      this.hadDle = true;
    } else if (code === ESC) this.escape = '\x1b';
    else if (code === 13 || code === 10) {
      this.hadReturn = code === 13;
      if (!(code === 10 && wasReturn)) this.endLine();
    } else if (code === 8 || code === 127) this.rubOut();
    else if ((code >= 32 || code === 9) && this.line.length < LONGEST_LINE) {
      const char = code === 9 ? '    ' : String.fromCharCode(code);
      this.line += char;
      if (this.shows()) this.send(char);
    }
  }

  /** Sequences of cursor keys are taken in and not followed; one erases the line; Escape and line feed make it several. */
  private takeEscape(code: number): void {
    const char = String.fromCharCode(code);
    if (this.escape === '\x1b' && code === 10) {
      this.continueLine();
      this.escape = '';
    } else if (this.escape === '\x1b[2' && char === 'H') {
      this.clearLine();
      this.escape = '';
    } else if ((this.escape === '\x1b' && (char === '[' || char === 'O')) || /[0-9]/.test(char)) this.escape += char;
    else this.escape = '';
  }

  private clearLine(): void {
    if (this.line !== '' && this.shows()) this.send('\r\x1b[J');
    this.line = '';
    this.quietLine = this.promptShown = false;
  }

  private rubOut(): void {
    if (this.line === '') return;
    this.line = this.line.slice(0, -1);
    if (this.shows()) this.send('\b \b');
  }

  private continueLine(): void {
    this.line += '\n';
    if (this.shows()) this.send('\r\n:');
  }

  private endLine(): void {
    if (openBrackets(this.line) > 0) {
      this.continueLine();
      return;
    }
    const code = this.line.trimEnd();
    const wasQuiet = this.quietLine;
    this.line = '';
    if (this.shows()) {
      this.send('\r\n');
      this.promptShown = false;
    }
    this.engine.evaluate(code, (value) => {
      if (value && code !== '' && !wasQuiet && this.echo) this.print(`=${value.shown}\n`);
    });
    this.quietLine = false;
  }

  private takePacket(code: number): void {
    this.packet += String.fromCharCode(code);
    const packet = this.packet ?? '';
    if (packet.length < 2) return;
    const head = (packet.charCodeAt(0) << 8) | packet.charCodeAt(1);
    if (packet.length < 2 + (head & PACKET_SIZE)) return;
    this.quietLine = false;
    this.print('');
    this.handlePacket(head & PACKET_KINDS, packet.slice(2));
    this.packet = null;
  }

  private handlePacket(kind: number, data: string): void {
    if (kind === PACKET_EVAL) {
      this.engine.evaluate(`(${data}\n)`, (value) => {
        if (!value) this.send(NAK);
        else this.send(ACK + packetOf(0, value.json));
      });
    } else if (kind === PACKET_FILE_SEND) this.send(this.beginFile(data) ? ACK : NAK);
    else if (kind === PACKET_DATA) this.send(this.addToFile(data) ? ACK : NAK);
    else if (kind === PACKET_FILE_RECV) this.sendFile(data);
    else this.send(NAK);
  }

  private beginFile(data: string): boolean {
    const wanted = looseObject(data);
    const { fn, s } = wanted;
    if (typeof fn !== 'string' || typeof s !== 'number' || s <= 0 || wanted['c'] || wanted['fs']) return false;
    this.file = { name: fn, sizeBytes: s, offset: 0 };
    return true;
  }

  private addToFile(data: string): boolean {
    const { file } = this;
    if (!file) return false;
    try {
      this.engine.writeFile(file.name, data, file.offset, file.sizeBytes);
    } catch (error) {
      // The engine says so and acknowledges the packet all the same.
      this.print(`Uncaught Error: ${error instanceof Error ? error.message : ''}\n`);
    }
    file.offset += data.length;
    if (file.offset >= file.sizeBytes) this.file = null;
    return true;
  }

  private sendFile(data: string): void {
    const { fn } = looseObject(data);
    const found = typeof fn === 'string' ? this.engine.readFile(fn) : undefined;
    if (!found) {
      this.send(NAK);
      return;
    }
    this.send(ACK);
    const bytes = Buffer.from(found).toString('latin1');
    for (let at = 0; at < bytes.length; at += FILE_PIECE_BYTES) {
      this.send(packetOf(PACKET_DATA, bytes.slice(at, at + FILE_PIECE_BYTES)));
    }
    this.send(packetOf(PACKET_DATA, ''));
  }
}

function packetOf(kind: number, data: string): string {
  const head = kind | data.length;
  return `\x10\x01${String.fromCharCode(head >> 8, head & 255)}${data}`;
}

function looseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Brackets that a line has opened and not closed; those in strings and comments do not count. */
function openBrackets(line: string): number {
  let open = 0;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const char = line[i];
    if (quote !== '') {
      if (char === '\\') i++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'" || char === '`') quote = char;
    else if (char === '/' && line[i + 1] === '/') {
      const end = line.indexOf('\n', i);
      i = end < 0 ? line.length : end;
    } else if ('([{'.includes(char)) open++;
    else if (')]}'.includes(char)) open--;
  }
  return open;
}
