/**
 * A board's console from the other end of its cable: brings the board to its prompt, starts the firmware over the bridge, and
 * keeps what the board prints. Everything waits for the board; nothing here knows of a World.
 */
import type { Bytes } from '../../hal/bytes';
import { BridgeError, type Cable } from './cable';
import { ConsoleReader } from './console-reader';
import { LINE_START } from './host-link';

const KEPT_LINES = 200;
/** A reset takes effect when the engine is idle. */
const RESET_MS = 300;
const PROBE_MS = 700;
const ANSWER_LIMIT_MS = 20_000;
/** A program that never ends is stopped by Ctrl-C, again and again. Not sooner: two within 5 s end the engine on a PC. */
const STOP_AFTER_MS = 5500;
/** What Ctrl-C stops waits in the engine's debugger, where it has one. */
const DEBUGGER = 'debug>';
/** Last lines in a message. */
const TOLD_LINES = 6;

/** The program that stops says so, or the board begins again. */
const DEATH = /^Cupos: (stopped by an error$|.*, restarting$)/;
const REBIRTH = /espruino\.com$|^Cupos \d{6} [0-9a-f]{12}$/;

/** Finds the manifest that is whole and the newest, and the bridge in it. */
function startText(session: number): string {
  return (
    '(function(){var s=require("Storage"),b="",n=0,i;["cupos.a","cupos.b"].forEach(function(f){var m=s.read(f),e;if(!m)return;' +
    'e=m.length-8;if(e>26&&m.substr(0,7)=="CUPOS1 "&&(E.CRC32(m.substr(0,e))>>>0).toString(16).padStart(8,"0")==m.substr(e)' +
    '&&parseInt(m.substr(7,6),10)>n){n=parseInt(m.substr(7,6),10);b=m}});i=b.indexOf(",bridge=");' +
    `if(i<0)print("hil",b?"old":"none");else require(b.substr(i+8,9)).begin(b,require,${session})})()`
  );
}

export class BoardConsole {
  /** What the board printed lately. */
  readonly lines: string[] = [];
  /** Frames of the bridge. */
  onFrame: (text: Bytes) => void = () => undefined;
  /** Why nothing works any more since the bridge was started; '' while it does. */
  trouble = '';
  private readonly reader: ConsoleReader;
  private answer = '';
  private isStarted = false;
  private tail = '';
  private probes = 0;

  constructor(
    readonly cable: Cable,
    private readonly onLine: (line: string) => void = () => undefined,
  ) {
    this.reader = new ConsoleReader(
      (text) => this.onFrame(text),
      (line) => this.hear(line),
    );
  }

  /** What the board said last, for a message. */
  lastLines(): string {
    return this.lines.slice(-TOLD_LINES).join(' / ');
  }

  /** Takes in what comes, waiting at most so long for the first of it. */
  listen(waitMs: number): void {
    const bytes = this.cable.read(waitMs);
    if (bytes === '') return;
    this.tail = (this.tail + bytes).slice(-DEBUGGER.length);
    this.reader.take(bytes);
  }

  statement(text: Bytes): void {
    this.cable.write(text);
  }

  /** Stops whatever runs, without waiting for it. */
  stop(): void {
    this.isStarted = false;
    this.onFrame = () => undefined;
    this.cable.write(`${LINE_START}reset()\n`);
  }

  /** Returns when the engine is at its prompt with nothing in it. */
  reset(): void {
    const { cable } = this;
    this.stop();
    const beganMs = cable.nowMs();
    let stoppedMs = beganMs;
    while (cable.nowMs() - beganMs < ANSWER_LIMIT_MS) {
      this.listenFor(RESET_MS, () => false);
      // The engine may answer and only then do what it was told before.
      if (this.probe() && !this.listenFor(RESET_MS, () => false) && this.probe()) {
        this.trouble = '';
        this.lines.length = 0;
        return;
      }
      if (this.answer !== '') this.stop();
      else if (cable.nowMs() - stoppedMs > STOP_AFTER_MS) {
        stoppedMs = cable.nowMs();
        cable.write('\x03');
        if (this.listenFor(PROBE_MS, () => this.tail.endsWith(DEBUGGER))) cable.write('quit\n');
        this.stop();
      }
    }
    throw new BridgeError(
      `${cable.where}: no Espruino answers there; is it another device, or a board that hangs? Reset it`,
    );
  }

  /** Whether the engine answers, and has no program. */
  private probe(): boolean {
    const number = ++this.probes;
    this.answer = '';
    this.cable.write(`${LINE_START}print("hil",typeof require.loaded,${number})\n`);
    this.listenFor(PROBE_MS, () => this.answer.endsWith(` ${number}`));
    return this.answer === `hil undefined ${number}`;
  }

  /** Starts the firmware over the bridge; its frames come to `onFrame`. */
  start(session: number): void {
    this.answer = '';
    this.isStarted = true;
    this.cable.write(`${LINE_START}echo(0)\n`);
    this.cable.write(`${LINE_START}${startText(session)}\n`);
  }

  /** A sentence where the board has no firmware that knows the bridge. */
  refusal(): string {
    const { where } = this.cable;
    if (this.answer === 'hil none') return `${where}: no firmware on the board: npm run flash -- --port ${where}`;
    if (this.answer === 'hil old')
      return `${where}: the firmware on the board is older than the bridge: npm run flash -- --port ${where}`;
    return '';
  }

  /** Leaves the board as after power-on: the flashed firmware runs. */
  release(): void {
    this.isStarted = false;
    this.onFrame = () => undefined;
    this.cable.write(`${LINE_START}reset()\n`);
    this.listenFor(RESET_MS, () => false);
    this.cable.write(`${LINE_START}load()\n`);
  }

  private listenFor(limitMs: number, isEnough: () => boolean): boolean {
    const endMs = this.cable.nowMs() + limitMs;
    for (let leftMs = limitMs; leftMs > 0 && !isEnough(); leftMs = endMs - this.cable.nowMs()) this.listen(leftMs);
    return isEnough();
  }

  private hear(line: string): void {
    if (/^hil (none|old|undefined \d+|function \d+)$/.test(line)) {
      this.answer = line;
      return;
    }
    this.lines.push(line);
    if (this.lines.length > KEPT_LINES) this.lines.shift();
    if (this.isStarted) this.onLine(line);
    if (!this.isStarted || this.trouble !== '') return;
    if (DEATH.test(line)) this.trouble = `the firmware stopped: ${this.lastLines()}`;
    else if (REBIRTH.test(line)) this.trouble = 'the board began anew by itself: a reset, its watchdog or its supply';
  }
}
