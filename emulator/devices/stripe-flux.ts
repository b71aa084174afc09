/**
 * A stripe on its way past a read head: the times between the flux transitions of a track (ISO/IEC 7811-2 and -6, two
 * frequency recording: a transition at every bit cell's border and one in the middle of a one; tracks 1 and 3 8.27 bits
 * a millimetre, track 2 2.95; zeros before and behind the data). The card is drawn with constant acceleration.
 */
import type { SeededRandom } from '../world/seeded-random';
import type { SwipeOptions } from './stripe-card';

/** ISO/IEC 7810 ID-1: the card is 85.6 mm long. */
const CARD_MM = 85.6;
const CELLS_PER_MM = [8.27, 2.95, 8.27] as const;
/** Of a card drawn forwards: from its edge to the start sentinel. */
const LEAD_MM = 7.44;
/** The card passes in 350 ms. */
const NORMAL_SPEED_CM_PER_S = 24.457;

/** How long the card is before the head. */
export function swipeUs(options: SwipeOptions): number {
  const from = options.speedCmPerS ?? NORMAL_SPEED_CM_PER_S;
  const to = options.endSpeedCmPerS ?? from;
  return 1000 * Math.round((CARD_MM * 200) / (from + to));
}

/** True where the head meets more than an even, clean swipe. */
export function isUneven(options: SwipeOptions): boolean {
  return (
    options.speedCmPerS !== undefined ||
    options.endSpeedCmPerS !== undefined ||
    (options.jitterPercent ?? 0) > 0 ||
    (options.dropOuts ?? 0) > 0 ||
    (options.spikes ?? 0) > 0
  );
}

/** Where the transitions stand, in half cells from the card's edge. */
function positions(bits: string, cells: number, leadCells: number): number[] {
  const at: number[] = [];
  for (let cell = 0; cell < cells; cell++) {
    at.push(2 * cell);
    if (bits.charCodeAt(cell - leadCells) === 49) at.push(2 * cell + 1);
  }
  at.push(2 * cells);
  return at;
}

/**
 * Times of the transitions of track 1, 2 or 3 in µs from the card's edge, for `bits` in the order in which they pass. A
 * blank track has none.
 */
export function fluxTimes(track: number, bits: string, options: SwipeOptions, random: SeededRandom): number[] {
  if (bits === '') return [];
  const perMm = CELLS_PER_MM[track - 1];
  const allCells = Math.floor(CARD_MM * perMm);
  const lead = Math.round(LEAD_MM * perMm);
  // Drawn from the other end the long run of zeros behind the data comes first.
  const leadCells = options.reverse ? Math.max(4, allCells - lead - bits.length) : lead;
  const cells = Math.max(allCells, leadCells + bits.length + 4);
  const places = positions(bits, cells, leadCells);

  const jitter = (2 * (options.jitterPercent ?? 0)) / 100;
  if (jitter > 0) {
    for (let i = 0; i < places.length; i++) places[i] += jitter * (random.below(20_001) / 10_000 - 1);
  }
  for (let left = options.dropOuts ?? 0; left > 0 && places.length > 2; left--) {
    places.splice(random.below(places.length), 1);
  }
  for (let left = options.spikes ?? 0; left > 0; left--) places.push((2 * cells * random.below(100_001)) / 100_000);
  places.sort((a, b) => a - b);

  // Constant acceleration over the card's length: v² grows evenly with the way.
  const from = options.speedCmPerS ?? NORMAL_SPEED_CM_PER_S;
  const to = options.endSpeedCmPerS ?? from;
  const halfCellUs = 50_000 / perMm / from;
  const growth = (to * to) / (from * from) - 1;
  const end = 2 * cells;
  return places.map((place) => {
    const way = Math.max(0, Math.min(1, place / end));
    if (Math.abs(growth) < 0.001) return place * halfCellUs;
    return (2 * end * halfCellUs * (Math.sqrt(1 + growth * way) - 1)) / growth;
  });
}
