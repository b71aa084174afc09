/**
 * What the board was told of the journal's flash, page by page, against what the cells hold: whatever differs is told. So an
 * operation that failed half-way and cells that rot by themselves are the same case.
 */
import { u16, type Bytes } from '../../hal/bytes';
import { SECTOR_BYTES, type SpiNorFlash } from '../devices/spi-nor';

const PAGE_BYTES = 256;
const BLANK = 0xff;

function trimmed(page: Buffer): Bytes {
  let end = page.length;
  while (end > 0 && page[end - 1] === BLANK) end--;
  return page.toString('latin1', 0, end);
}

export class FlashMirror {
  private readonly told: Buffer[];

  constructor(
    private readonly flash: SpiNorFlash,
    /** Number of a page and what it holds. */
    private readonly tell: (data: Bytes) => void,
  ) {
    const blank = Buffer.alloc(SECTOR_BYTES, BLANK);
    this.told = flash.state.sectors.map(() => blank);
  }

  /** A program or erase that went well: the board knows what it did. */
  done(address: number, bytes: Bytes): void {
    const number = Math.floor(address / SECTOR_BYTES);
    const sector = bytes === '' ? Buffer.alloc(SECTOR_BYTES, BLANK) : Buffer.from(this.told[number]);
    for (let i = 0; i < bytes.length; i++) sector[(address % SECTOR_BYTES) + i] &= bytes.charCodeAt(i);
    this.told[number] = sector;
  }

  /** Tells every page that is not as the board knows it. */
  update(): void {
    this.flash.state.sectors.forEach((cells, number) => {
      const told = this.told[number];
      if (cells === told || cells.equals(told)) return;
      for (let at = 0; at < SECTOR_BYTES; at += PAGE_BYTES) {
        const page = cells.subarray(at, at + PAGE_BYTES);
        if (page.equals(told.subarray(at, at + PAGE_BYTES))) continue;
        this.tell(u16((number * SECTOR_BYTES + at) / PAGE_BYTES) + trimmed(page));
      }
      this.told[number] = Buffer.from(cells);
    });
  }
}
