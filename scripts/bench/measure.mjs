// Timing of short calls on a machine that does other things too.

const WARM_UP_ROUNDS = 10;
const ROUNDS = 41;

let sink;

function timeUs(call, count) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < count; i++) sink = call();
  return Number(process.hrtime.bigint() - start) / 1000 / count;
}

export function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/** `subjects`: `[call, calls a round]`. Rounds of all subjects in turn; the median time of a call of each, in µs. */
export function medianRounds(subjects) {
  const times = subjects.map(() => []);
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    subjects.forEach(([call, count], i) => {
      const us = timeUs(call, count);
      if (round >= 0) times[i].push(us);
    });
  }
  if (sink === undefined) throw new Error('a call returned nothing');
  return times.map(median);
}
