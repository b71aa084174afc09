/** Faults that wait for their moment: a virtual time, or the next message of a type that goes out (message-watch.ts). */
import type { PlannedAction, When, WaitingFault } from './messages';

const MOST_WAITING = 50;
interface Waiting {
  readonly id: number;
  readonly what: PlannedAction;
  /** Virtual time, or Infinity for one that waits for a message. */
  readonly dueUs: number;
  readonly mti: string;
}

export class Schedule {
  private waiting: Waiting[] = [];
  private ready: PlannedAction[] = [];
  private nextId = 1;

  /** Throws an Error when too many wait. */
  add(what: PlannedAction, when: When, nowUs: number): void {
    if (this.waiting.length >= MOST_WAITING) throw new Error(`${MOST_WAITING} faults wait already: remove one first`);
    const dueUs = 'in' in when ? nowUs + when.in * 1e6 : 'at' in when ? when.at * 1e6 : Infinity;
    if (dueUs < nowUs) throw new Error(`"at" is over: it is ${(nowUs / 1e6).toFixed(1)} s now`);
    this.waiting.push({ id: this.nextId++, what, dueUs, mti: 'sent' in when ? when.sent : '' });
  }

  remove(id: number): void {
    if (!this.waiting.some((one) => one.id === id)) throw new Error('that fault does not wait any more');
    this.waiting = this.waiting.filter((one) => one.id !== id);
  }

  list(): WaitingFault[] {
    return this.waiting.map(({ id, what, dueUs, mti }) => ({
      id,
      what,
      ...(mti === '' ? { atMs: Math.round(dueUs / 1000) } : { sent: mti }),
    }));
  }

  /** When the next one is due by the clock, or Infinity. */
  nextUs(): number {
    return this.waiting.reduce((next, one) => Math.min(next, one.dueUs), Infinity);
  }

  messageSent(mti: string): void {
    this.collect((one) => one.mti === mti);
  }

  clockReached(nowUs: number): void {
    this.collect((one) => one.dueUs <= nowUs);
  }

  /** What is to be done now, once. */
  takeReady(): readonly PlannedAction[] {
    const { ready } = this;
    if (ready.length > 0) this.ready = [];
    return ready;
  }

  private collect(isDue: (one: Waiting) => boolean): void {
    const due = this.waiting.filter(isDue);
    if (due.length === 0) return;
    this.waiting = this.waiting.filter((one) => !due.includes(one));
    this.ready.push(...due.map((one) => one.what));
  }
}
