/** What a person saw at each moment of a run: the screen when something was done, and since when it said so. */
import type { TerminalWorld } from '../terminal-world';
import type { Input } from './inputs';

export interface Seen {
  readonly input: Input;
  /** The four rows, trimmed. */
  readonly rows: readonly string[];
  readonly lit: boolean;
  readonly on: boolean;
  readonly padAsks: boolean;
  /** When each row came to say what it says, by its text. */
  readonly sinceUs: Readonly<Record<string, number>>;
}

/** Listens to a World's screen; cheap, since the text is read only when the screen has changed. */
export class Observer {
  readonly seen: Seen[] = [];
  private changes = -1;
  private sinceUs: Record<string, number> = {};
  private readonly stop: () => void;

  constructor(private readonly inside: TerminalWorld) {
    this.stop = inside.world.timeline.listen(({ atUs }) => this.look(atUs));
  }

  /** Call before an input takes effect. */
  note(input: Input): void {
    const { inside } = this;
    this.look(inside.world.nowUs);
    this.seen.push({
      input,
      rows: this.rows(),
      lit: inside.lcd.lit(),
      on: inside.power.state.supplyOn,
      padAsks: inside.pad.isAsking(),
      sinceUs: { ...this.sinceUs },
    });
  }

  end(): void {
    this.stop();
  }

  private rows(): string[] {
    return this.inside.lcd.text().map((row) => row.trim());
  }

  private look(nowUs: number): void {
    const changes = this.inside.lcd.changes();
    if (changes === this.changes) return;
    this.changes = changes;
    const since: Record<string, number> = {};
    for (const row of this.rows()) if (row !== '') since[row] = this.sinceUs[row] ?? nowUs;
    this.sinceUs = since;
  }
}
