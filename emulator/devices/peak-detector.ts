/**
 * The amplifier behind a read head: of the voltage that a stripe induces it gives the moments of the peaks, one for every
 * flux transition (ISO/IEC 7811-6, readback signal). A peak counts when the signal has gone back from it by a third of the
 * usual height; peaks alternate.
 */

const RETURN_PART = 1 / 3;
/** The height that most peaks reach: a few spikes do not set it. */
const USUAL_HEIGHT_AT = 0.95;

/** Numbers of the samples at which the peaks stand. */
export function peaksOf(samples: readonly number[]): number[] {
  if (samples.length === 0) return [];
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  const heights = samples.map((sample) => Math.abs(sample - mean)).sort((a, b) => a - b);
  const back = RETURN_PART * heights[Math.floor(USUAL_HEIGHT_AT * (heights.length - 1))];
  if (back === 0) return [];
  const peaks: number[] = [];
  /** 1 while it looks for a peak upwards, -1 downwards, 0 before the first. */
  let direction = 0;
  let highest = 0;
  let lowest = 0;
  for (let i = 1; i < samples.length; i++) {
    if (samples[i] > samples[highest]) highest = i;
    if (samples[i] < samples[lowest]) lowest = i;
    if (direction >= 0 && samples[i] < samples[highest] - back) {
      if (direction > 0 || samples[highest] > mean + back) peaks.push(highest);
      direction = -1;
      lowest = i;
    } else if (direction <= 0 && samples[i] > samples[lowest] + back) {
      if (direction < 0 || samples[lowest] < mean - back) peaks.push(lowest);
      direction = 1;
      highest = i;
    }
  }
  return peaks;
}
