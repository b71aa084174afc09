/** An emulated board with the whole firmware in its Storage, and terminals of other Worlds that run on it over a cable. */
import { EmulatedBoard, type EmulatedBoardOptions } from '../../emulator/board/emulated-board';
import { Bridge, type BridgeOptions } from '../../emulator/bridge/bridge';
import { BridgeError, type Cable } from '../../emulator/bridge/cable';
import { EmulatedCable } from '../../emulator/bridge/emulated-cable';
import { startTerminal, type Terminal, type TerminalOptions } from '../../emulator/terminal';
import { SeededRandom } from '../../emulator/world/seeded-random';
import { install } from '../board/board-rig';

/** A cable on which things go wrong as a test says. */
export class TestCable implements Cable {
  /** Nothing comes from the board any more. */
  isMute = false;
  isPulled = false;
  /** Of a million bytes, lost or flipped each way. */
  noise = 0;
  private readonly random = new SeededRandom(5);

  constructor(private readonly inner: EmulatedCable) {}

  get where(): string {
    return this.inner.where;
  }

  private spoil(bytes: string): string {
    if (this.noise === 0) return bytes;
    let out = '';
    for (const char of bytes) {
      if (this.random.below(1_000_000) < this.noise) continue;
      out += this.random.below(1_000_000) < this.noise ? String.fromCharCode(char.charCodeAt(0) ^ 4) : char;
    }
    return out;
  }

  write(bytes: string): void {
    if (!this.isPulled) this.inner.write(this.spoil(bytes));
  }

  read(waitMs: number): string {
    if (this.isPulled) throw new BridgeError(`${this.where}: the connection was lost: its cable was pulled out`, true);
    const bytes = this.inner.read(waitMs);
    return this.isMute ? '' : this.spoil(bytes);
  }

  nowMs(): number {
    return this.inner.nowMs();
  }

  /** Something else was plugged in meanwhile. */
  replug(): void {
    this.inner.plug();
  }
}

export interface Rig {
  readonly board: EmulatedBoard;
  /** What the board is soldered to. */
  readonly boardDesk: Terminal;
  readonly cable: TestCable;
  readonly bridge: Bridge;
  /** What the board printed. */
  readonly printed: string[];
  /** A terminal in a new World whose processor is the board. */
  terminal(options?: TerminalOptions): Terminal;
}

/** `image` '' leaves the Storage empty. */
export async function bridgeRig(
  image: string,
  options: BridgeOptions = {},
  boardOptions: EmulatedBoardOptions = {},
): Promise<Rig> {
  const board = await EmulatedBoard.create({ board: 'pico2', ...boardOptions });
  const boardDesk = startTerminal({ firmware: board.firmware, record: false });
  board.solderTo(boardDesk.inside);
  if (image !== '') install(board, image);
  const cable = new TestCable(new EmulatedCable(board, boardDesk.inside));
  const printed: string[] = [];
  const bridge = new Bridge(cable, { onLine: (line) => printed.push(line), ...options });
  return {
    board,
    boardDesk,
    cable,
    bridge,
    printed,
    terminal: (terminalOptions = {}) => {
      const terminal = startTerminal({ ...terminalOptions, firmware: bridge.firmware });
      bridge.solderTo(terminal.inside);
      return terminal;
    },
  };
}
