/**
 * What age does to the cells of a NOR flash: retention loss (programmed cells lose charge and read 1), read disturb
 * (erased cells gain some and read 0), cells that are stuck. Winbond W25Q80DV data sheet, features: 20 years, 100,000 erases.
 */
import { SeededRandom } from '../world/seeded-random';

const PAGE_BYTES = 256;
const ROTTEN_BITS = 3;
const TRIES = 64;

/** A cell that reads 0 whatever is done to it. */
export interface StuckBit {
  readonly sector: number;
  /** In the sector. */
  readonly offset: number;
  readonly mask: number;
}

/**
 * Takes charge from some cells of one page that holds something; `seed` picks page and cells. `writable` gives a sector to
 * change. Returns the number of the page on the chip, -1 when all of it is blank.
 */
export function rotPage(
  sectors: readonly Uint8Array[],
  seed: number,
  writable: (sector: number) => Uint8Array,
): number {
  const random = new SeededRandom(seed);
  const pages: { sector: number; page: number }[] = [];
  sectors.forEach((cells, sector) => {
    for (let page = 0; page < cells.length / PAGE_BYTES; page++) {
      const from = page * PAGE_BYTES;
      if (cells.subarray(from, from + PAGE_BYTES).some((value) => value !== 0xff)) pages.push({ sector, page });
    }
  });
  if (pages.length === 0) return -1;
  const { sector, page } = pages[random.below(pages.length)];
  const cells = writable(sector).subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
  for (let left = ROTTEN_BITS, tries = TRIES * ROTTEN_BITS; left > 0 && tries > 0; tries--) {
    const at = random.below(PAGE_BYTES);
    const mask = 1 << random.below(8);
    if (cells[at] & mask) continue;
    cells[at] |= mask;
    left--;
  }
  return sector * (sectors[sector].length / PAGE_BYTES) + page;
}

export function disturbBit(cells: Uint8Array, offset: number, bit: number): void {
  cells[offset] &= ~(1 << bit);
}

export function forceStuckBits(bits: readonly StuckBit[], sector: number, cells: Uint8Array): void {
  for (const bit of bits) if (bit.sector === sector) cells[bit.offset] &= ~bit.mask;
}
