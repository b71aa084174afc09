/**
 * The World's queue: a binary heap ordered by time, then by order of scheduling. Events are data, never closures, so
 * that a snapshot is a copy of the array and a fork of a World can run on from it.
 */
import type { Bytes } from '../../hal/bytes';

export interface WorldEvent {
  readonly atUs: number;
  /** Ties go to the event that was scheduled first. */
  readonly order: number;
  /** Number of the device that handles it. */
  readonly target: number;
  /** Meaning known to the target alone. */
  readonly kind: number;
  readonly value: number;
  readonly bytes: Bytes;
}

function before(a: WorldEvent, b: WorldEvent): boolean {
  return a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order);
}

export class EventQueue {
  private heap: WorldEvent[] = [];

  get size(): number {
    return this.heap.length;
  }

  peek(): WorldEvent | undefined {
    return this.heap[0];
  }

  push(event: WorldEvent): void {
    const heap = this.heap;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (!before(event, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  pop(): WorldEvent | undefined {
    const heap = this.heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && before(right, heap[child])) child++;
      const below = heap[child];
      if (!before(below, last)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    return first;
  }

  snapshot(): WorldEvent[] {
    return this.heap.slice();
  }

  restore(events: readonly WorldEvent[]): void {
    this.heap = events.slice();
  }
}
