/**
 * The recorded timeline of every wire on one clock. Recording costs nothing while nobody listens. An entry holds the
 * raw bytes of a wire: whoever shows or stores one masks it first (emulator/timeline-view).
 */
import type { Bytes } from '../../hal/bytes';

/** `out` is from the terminal to a device, `in` the other way, `note` a happening without bytes (power, fault). */
export type Direction = 'out' | 'in' | 'note';

export interface TimelineEntry {
  readonly atUs: number;
  /** Name of the wire or device: `modem`, `pinpad`, `printer`, `lcd`, `flash`, `network`, `power`, … */
  readonly wire: string;
  readonly direction: Direction;
  readonly bytes: Bytes;
  /** Of a note: what happened, without data of any card. Of a segment on the network: its connection's number. */
  readonly text: string;
}

export class Timeline {
  private listeners: ((entry: TimelineEntry) => void)[] = [];

  /** True while somebody listens: a caller may skip preparing an entry otherwise. */
  get active(): boolean {
    return this.listeners.length > 0;
  }

  /** Adds a listener; returns the function that removes it. */
  listen(listener: (entry: TimelineEntry) => void): () => void {
    this.listeners.push(listener);
    return () => {
      this.listeners = this.listeners.filter((other) => other !== listener);
    };
  }

  record(atUs: number, wire: string, direction: Direction, bytes: Bytes, text = ''): void {
    for (const listener of this.listeners) listener({ atUs, wire, direction, bytes, text });
  }
}
