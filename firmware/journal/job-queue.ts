/** Runs jobs one after the other in the order of asking; a few may wait, the next one is told `FAULT_BUSY`. */
import type { Clock } from '../../hal/bus';
import { FAULT_BUSY } from '../../hal/fault';

const WAITING_LIMIT = 8;

export type Finish = (fault: number) => void;
/** Starts something that calls `finish` once, never from inside the call. */
export type Job = (finish: Finish) => void;

export interface JobQueue {
  /** `done` gets what the job finished with, never from inside the call. */
  add(job: Job, done: Finish): void;
}

export function createJobQueue(clock: Clock): JobQueue {
  const jobs: Job[] = [];
  const dones: Finish[] = [];
  let running = false;

  function startNext(): void {
    if (running || jobs.length === 0) return;
    const job = jobs.shift() as Job;
    const done = dones.shift() as Finish;
    running = true;
    // From an alarm, and on from another: the callers' frames, and the flash's, are gone by then, and the small engine's
    // stack is short.
    clock.alarm(0, () => {
      job((fault) => {
        clock.alarm(0, () => {
          running = false;
          done(fault);
          startNext();
        });
      });
    });
  }

  return {
    add: (job, done) => {
      if (jobs.length >= WAITING_LIMIT) {
        clock.alarm(0, () => done(FAULT_BUSY));
        return;
      }
      jobs.push(job);
      dones.push(done);
      startNext();
    },
  };
}
