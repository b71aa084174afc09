/**
 * A terminal whose processor is a board at the far end of a cable: `firmware` goes into the World's options, `solderTo` takes
 * the World. While the terminal is on, the World goes at the cable's pace and stands while the board takes in what it was told;
 * a power cut resets the board. One World after another may be soldered to the same bridge.
 */
import { HEAR_HELLO, HEAR_STARTED, TELL_SETTING, TELL_START } from '../../drivers/boards/espruino/bridge-messages';
import type { ReferenceBus } from '../../drivers/boards/reference';
import { byte, type Bytes } from '../../hal/bytes';
import { defaultSettings, type TerminalSettings } from '../../firmware/settings';
import { boardWirings } from '../board/wiring';
import type { TerminalWorld } from '../terminal-world';
import type { WorldDevice } from '../world/world';
import { BoardConsole } from './board-console';
import { BridgeError, type Cable } from './cable';
import { FarEnd, type WiredPorts } from './far-end';
import { HostLink } from './host-link';
import { messageOf, MessageReader } from './messages';

const TICK_US = 2000;
/** Ticks between two looks at what changes by itself. */
const LOOK_TICKS = 20;
const HELLO_LIMIT_MS = 20_000;
const START_LIMIT_MS = 60_000;
const SILENCE_MS = 10_000;
/** Further behind, the World gives up catching up with the cable. */
const MOST_BEHIND_MS = 1000;
const WAIT_MS = 20;
/** A program that polls without a pause is not waited for longer. */
const MOST_STILL_MS = 5000;

export interface BridgeOptions {
  /** `pico2` or `esp32-s3`; without it any board that is known. */
  readonly board?: string;
  /** Whatever the board says that it is. */
  readonly anyBoard?: boolean;
  readonly wired?: WiredPorts;
  /** A line that the board printed. */
  readonly onLine?: (line: string) => void;
}

/** What the board said of itself. */
export interface BoardIdentity {
  readonly engine: string;
  readonly version: string;
  readonly build: string;
}

export class Bridge implements WorldDevice {
  readonly name = 'bridge';
  state = {};
  /** What went wrong with the board last. */
  trouble: BridgeError | null = null;
  /** Of the board that was started last. */
  identity: BoardIdentity | null = null;
  /** Frames that had to be sent or asked for once more, in all lives. */
  repeats = 0;
  /** Times the firmware was started. */
  starts = 0;
  private readonly console: BoardConsole;
  private desk: TerminalWorld | null = null;
  private target = 0;
  private session = 0;
  /** Counts the processor's lives; an event of an old one is nothing. */
  private life = 0;
  private isAlive = false;
  private link: HostLink | null = null;
  private farEnd: FarEnd | null = null;
  /** The World's time and the cable's, at one moment. */
  private pace = { worldUs: 0, cableMs: 0 };
  private ticks = 0;

  constructor(
    private readonly cable: Cable,
    private readonly options: BridgeOptions = {},
  ) {
    this.console = new BoardConsole(cable, options.onLine);
  }

  /** Tells the bridge about the World whose microcontroller it stands for; before its first power-on. */
  solderTo(desk: TerminalWorld): void {
    this.dark();
    this.desk = desk;
    this.target = desk.world.add(this);
    desk.mcu.attach({ hostPowerLost: () => this.dark() });
  }

  /** Runs whenever the World gives the microcontroller power. */
  readonly firmware = (bus: ReferenceBus, settings: TerminalSettings): void => {
    const { desk } = this;
    if (!desk) throw new Error('the bridge is soldered to no terminal');
    const life = ++this.life;
    this.guarded(() => this.begin(bus, desk, settings));
    if (life !== this.life || !this.isAlive) return;
    this.pace = { worldUs: desk.world.nowUs, cableMs: this.cable.nowMs() };
    desk.world.after(TICK_US, this.target, 0, life);
  };

  /** Throws a `BridgeError` where no board answers, or one without our firmware. */
  check(): void {
    this.guarded(() => {
      this.open(() => undefined);
      this.dark();
    });
  }

  /** The flashed firmware runs again as after power-on. */
  release(): void {
    this.dark();
    this.console.release();
  }

  /** The supply went: what the board still says is of no account. */
  dark(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.repeats += this.link?.repeats ?? 0;
    this.link = this.farEnd = null;
    this.console.stop();
    this.cable.cyclePower?.();
  }

  /** Whoever runs the story makes its own words of what is thrown. */
  private guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (error instanceof BridgeError) this.trouble = error;
      throw error;
    }
  }

  /** Brings the board to the beginning of a life: the bridge runs, the firmware does not yet. */
  private open(hear: (kind: number, data: Bytes) => void): HostLink {
    const { cable, console } = this;
    this.isAlive = true;
    console.reset();
    this.session = (this.session % 255) + 1;
    let hello = '';
    const reader = new MessageReader((kind, data) => {
      if (!this.isAlive) return;
      if (kind === HEAR_HELLO) hello = data;
      else hear(kind, data);
    });
    const link = new HostLink(
      this.session,
      cable.nowMs(),
      (text) => console.statement(text),
      (bytes) => reader.take(bytes),
    );
    this.link = link;
    console.onFrame = (text) => link.receive(text);
    console.start(this.session);
    this.waitFor(() => hello !== '' || console.refusal() !== '', HELLO_LIMIT_MS, 'the bridge does not start');
    if (console.refusal() !== '') throw new BridgeError(console.refusal());
    this.identify(hello);
    return link;
  }

  private begin(bus: ReferenceBus, desk: TerminalWorld, settings: TerminalSettings): void {
    let isStarted = false;
    const link = this.open((kind, data) => {
      if (kind === HEAR_STARTED) isStarted = true;
      else this.farEnd?.hear(kind, data);
    });
    const tell = (kind: number, data: Bytes): void => link.send(messageOf(kind, data));
    this.farEnd = new FarEnd(bus, desk.flash, this.options.wired ?? {}, tell);
    this.farEnd.introduce();
    this.tellSettings(settings, tell);
    tell(TELL_START, '');
    this.waitFor(() => isStarted || !this.isAlive, START_LIMIT_MS, 'the firmware does not start');
    this.starts++;
  }

  private identify(hello: Bytes): void {
    const [engine, version, build, fields] = hello.split(' ');
    const { board, anyBoard } = this.options;
    this.identity = { engine, version, build };
    const { where } = this.cable;
    if (!anyBoard) {
      const found = boardWirings.find((one) => one.engine === engine);
      if (!found) throw new BridgeError(`${where}: this is ${engine}, none of our boards (--any-board takes it)`);
      if (board !== undefined && found.name !== board)
        throw new BridgeError(`${where}: this is ${found.title}, not ${board}`);
    }
    if (fields !== String(Object.keys(defaultSettings).length))
      throw new BridgeError(
        `${where}: the firmware on the board is of another version: npm run flash -- --port ${where}`,
      );
  }

  private tellSettings(settings: TerminalSettings, tell: (kind: number, data: Bytes) => void): void {
    (Object.keys(defaultSettings) as (keyof TerminalSettings)[]).forEach((name, place) => {
      const value = settings[name];
      if (value === defaultSettings[name]) return;
      const form = typeof value === 'string' ? 's' : typeof value === 'number' ? 'n' : 'b';
      tell(TELL_SETTING, byte(place) + form + (form === 'b' ? (value ? '1' : '0') : String(value)));
    });
  }

  /** Serves the cable until something has come true; the World stands. */
  private waitFor(isTrue: () => boolean, limitMs: number, otherwise: string): void {
    const endMs = this.cable.nowMs() + limitMs;
    while (!isTrue()) {
      this.serve(WAIT_MS);
      if (this.cable.nowMs() < endMs) continue;
      const said = this.console.lastLines();
      throw new BridgeError(`${this.cable.where}: ${otherwise}${said ? `: ${said}` : ''}`);
    }
  }

  private serve(waitMs: number): void {
    const { cable, console } = this;
    console.listen(waitMs);
    if (console.trouble !== '') throw new BridgeError(`${cable.where}: ${console.trouble}`);
    this.link?.tick(cable.nowMs());
  }

  onEvent(_kind: number, life: number): void {
    this.guarded(() => this.tick(life));
  }

  private tick(life: number): void {
    const { desk, cable } = this;
    if (life !== this.life || !this.isAlive || !desk) return;
    const { world } = desk;
    const alive = (): boolean => this.isAlive && life === this.life;
    const dueMs = this.pace.cableMs + (world.nowUs - this.pace.worldUs) / 1000;
    if (cable.nowMs() - dueMs > MOST_BEHIND_MS) this.pace.cableMs += cable.nowMs() - dueMs;
    do this.serve(Math.max(0, Math.ceil(dueMs - cable.nowMs())));
    while (alive() && cable.nowMs() < dueMs);
    if (!alive()) return;
    this.standStill(alive);
    if (!alive()) return;
    this.farEnd?.carry();
    if (++this.ticks % LOOK_TICKS === 0) this.farEnd?.look();
    world.after(TICK_US, this.target, 0, life);
  }

  /** The World's clock stands while the board is busy with what it was told, and with what follows from that at once. */
  private standStill(alive: () => boolean): void {
    const { cable } = this;
    const beganMs = cable.nowMs();
    while (alive() && this.link && !this.link.isSettled) {
      if (this.link.isTaken && cable.nowMs() - beganMs > MOST_STILL_MS) break;
      this.serve(WAIT_MS);
      this.checkSilence();
    }
    if (alive()) this.checkSilence();
    this.pace.cableMs += cable.nowMs() - beganMs;
  }

  private checkSilence(): void {
    if (!this.link || this.cable.nowMs() - this.link.heardMs < SILENCE_MS) return;
    throw new BridgeError(
      `${this.cable.where}: the board has said nothing for ${SILENCE_MS / 1000} s: it hangs, or the cable is out`,
    );
  }
}
