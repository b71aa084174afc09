/** A board whose memory goes, or whose calls fail, at a place of one's choice in a sale, and the verdict about the money. */
import type { EmulatedBoard } from '../../emulator/board/emulated-board';
import { clerkSells } from '../../emulator/sweep/robot-clerk';
import { Witness } from '../../emulator/sweep/witness';
import { cards, type Terminal } from '../../emulator/terminal';
import { boardOnDesk, install } from './board-rig';

/** The pause before a restart, or the watchdog's patience, and the boot. */
const RESTART_MS = 15_000;

/** The watchdog is kicked by the way, at each read of the flash. */
const isNoPlace = (call: string): boolean => call === 'kick';

export class MemoryRig {
  private readonly witness: Witness;
  private readonly bootsBefore: number;

  private constructor(
    readonly board: EmulatedBoard,
    readonly terminal: Terminal,
  ) {
    this.witness = new Witness(terminal);
    terminal.powerOn().signIn();
    this.bootsBefore = this.boots();
  }

  static async signedIn(image: string): Promise<MemoryRig> {
    const { board, terminal } = await boardOnDesk();
    install(board, image);
    return new MemoryRig(board, terminal);
  }

  private boots(): number {
    return this.terminal.inside.mcu.state.bootCount;
  }

  restarts(): number {
    return this.boots() - this.bootsBefore;
  }

  private atCall(wanted: number, run: () => void): void {
    const { board } = this;
    let calls = 0;
    board.onCall = (name) => {
      if (isNoPlace(name) || ++calls !== wanted) return;
      board.onCall = null;
      run();
    };
  }

  starveAtCall(call: number, bytes: number): void {
    this.atCall(call, () => this.board.starve(bytes));
  }

  throwAtCall(call: number): void {
    this.atCall(call, () => {
      throw new Error('broken');
    });
  }

  /** A sale, as whoever stands there makes it: also after a restart. Gives whether there was none. */
  sell(amount = '12.34'): boolean {
    const before = this.boots();
    const { terminal } = this;
    clerkSells(terminal, amount, cards.debit);
    // The screen of a board that has stopped stays as it was.
    for (let ms = 0; ms < RESTART_MS && this.boots() === before; ms += 250) terminal.wait(250);
    return this.boots() === before;
  }

  /** What is wrong when the terminal has come to rest. */
  verdict(): readonly string[] {
    const { unrest, wrong } = this.witness.settleAndCheck();
    return [...unrest, ...wrong];
  }
}

/** Calls of the program to the outside in a sale. */
async function callsOfASale(image: string): Promise<number> {
  const { board, terminal } = await MemoryRig.signedIn(image);
  let calls = 0;
  board.onCall = (name) => {
    if (!isNoPlace(name)) calls++;
  };
  terminal.sell('12.34', cards.debit).waitForIdle();
  return calls;
}

/** What memory is left, in turns: nothing, a little, enough for a while. */
const LEFT_BYTES = [0, 400, 2000];

interface Starved {
  wrong: string[];
  restarts: number;
  /** Places where QuickJS itself fell over, which no engine of a board is; the next call was tried for each. */
  fallen: number;
}

async function starveAt(image: string, call: number, bytes: number, into: Starved): Promise<void> {
  const rig = await MemoryRig.signedIn(image);
  rig.starveAtCall(call, bytes);
  // What was left may have been enough for this one.
  for (const amount of ['12.34', '7.00', '8.00']) if (!rig.sell(amount)) break;
  into.wrong.push(...rig.verdict().map((what) => `${bytes} bytes left at call ${call}: ${what}`));
  into.restarts += rig.restarts();
  if (rig.terminal.isOn) rig.terminal.powerCut();
}

/** Takes the memory away at so many calls of a sale, each in a World of its own. */
export async function starveThroughASale(image: string, places: number): Promise<Starved> {
  const calls = await callsOfASale(image);
  const starved: Starved = { wrong: [], restarts: 0, fallen: 0 };
  for (let n = 0; n < places; n++) {
    const bytes = LEFT_BYTES[n % LEFT_BYTES.length];
    for (let call = Math.floor(((n + 0.5) * calls) / places); ; call++) {
      const { fallen } = starved;
      try {
        await starveAt(image, call, bytes, starved);
      } catch (error) {
        // Out of its bounds: a fault of QuickJS where an allocation fails. Its memory is of no use any more.
        if (!(error instanceof Error) || !error.message.includes('memory access out of bounds')) throw error;
        starved.fallen++;
      }
      if (starved.fallen === fallen) break;
    }
  }
  return starved;
}

/** Lets so many calls of a sale fail, each in a World of its own. */
export async function throwThroughASale(image: string, places: number): Promise<{ wrong: string[]; restarts: number }> {
  const calls = await callsOfASale(image);
  const wrong: string[] = [];
  let restarts = 0;
  for (let n = 0; n < places; n++) {
    const rig = await MemoryRig.signedIn(image);
    const call = Math.floor(((n + 0.5) * calls) / places);
    rig.throwAtCall(call);
    rig.sell();
    wrong.push(...rig.verdict().map((what) => `thrown at call ${call}: ${what}`));
    restarts += rig.restarts();
    if (rig.terminal.isOn) rig.terminal.powerCut();
  }
  return { wrong, restarts };
}
