/**
 * A cable to an emulated board in the same process: the board's own World goes on only while somebody reads, so that a run over
 * the bridge takes virtual time and is the same every time.
 */
import type { Bytes } from '../../hal/bytes';
import type { EmulatedBoard } from '../board/emulated-board';
import type { TerminalWorld } from '../terminal-world';
import type { Cable } from './cable';

export class EmulatedCable implements Cable {
  readonly where = 'the emulated board';
  private waiting = '';

  constructor(
    private readonly board: EmulatedBoard,
    /** What the board is soldered to. */
    private readonly desk: TerminalWorld,
  ) {
    this.plug();
  }

  /** Puts the cable back where something else was plugged in. */
  plug(): void {
    this.board.plug({ onData: (bytes) => (this.waiting += bytes), onGone: () => undefined });
  }

  write(bytes: Bytes): void {
    this.board.receive(bytes);
  }

  read(waitMs: number): Bytes {
    const { world } = this.desk;
    const endUs = world.nowUs + waitMs * 1000;
    while (this.waiting === '' && world.nextAtUs() <= endUs) world.step();
    if (this.waiting === '' && world.nowUs < endUs) world.nowUs = endUs;
    const bytes = this.waiting;
    this.waiting = '';
    return bytes;
  }

  nowMs(): number {
    return this.desk.world.nowUs / 1000;
  }

  cyclePower(): void {
    this.board.plug(null);
    this.desk.cutPower();
    this.waiting = '';
    this.plug();
  }
}
