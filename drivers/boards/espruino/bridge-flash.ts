/**
 * The journal's flash as it is beyond the bridge: a copy in memory of what is not blank, so that reads are immediate, while
 * programs and erases are done when the other end says so. A failed one is followed by what the cells hold then.
 */
import type { Bytes } from '../../../hal/bytes';
import type { Done, FlashDevice } from '../../../hal/devices';
import { FAULT_BUSY } from '../../../hal/fault';

const PAGE_BYTES = 256;
const SECTOR_BYTES = 4096;
const PAGES_A_SECTOR = 16;

export interface FlashCopy extends FlashDevice {
  /** The cells of a page, without the blank ones at its end. */
  tell(page: number, bytes: Bytes): void;
  /** The program or erase has ended. */
  finish(fault: number): void;
}

/** `ask` has the other end do it: an erase has no bytes. `later`: as in link. */
export function createFlashCopy(
  sizeBytes: number,
  ask: (address: number, bytes: Bytes) => void,
  later: (callback: () => void) => void,
): FlashCopy {
  const blank = '\xff'.repeat(PAGE_BYTES);
  const pages: (Bytes | undefined)[] = [];
  let running: Done | null = null;
  let at = 0;
  /** Of a program; '' for an erase. */
  let written = '';

  /** A page's bytes from `offset`, blank where it is. */
  function part(page: number, offset: number, lengthBytes: number): Bytes {
    const held = (pages[page] || '').substr(offset, lengthBytes);
    return held + blank.substr(0, lengthBytes - held.length);
  }

  function both(a: Bytes, b: Bytes): Bytes {
    let bytes = '';
    for (let i = 0; i < a.length; i++) bytes += String.fromCharCode(a.charCodeAt(i) & b.charCodeAt(i));
    return bytes;
  }

  function programmed(): void {
    const page = at >> 8;
    const offset = at & 255;
    const before = part(page, offset, written.length);
    const bytes = before === blank.substr(0, before.length) ? written : both(before, written);
    pages[page] = part(page, 0, offset) + bytes + (pages[page] || '').substr(offset + bytes.length);
  }

  function erased(): void {
    for (let page = at >> 8; page < (at >> 8) + PAGES_A_SECTOR; page++) if (pages[page]) pages[page] = '';
  }

  function begin(address: number, bytes: Bytes, done: Done): void {
    if (running) {
      later(() => done(FAULT_BUSY));
      return;
    }
    running = done;
    at = address;
    written = bytes;
    ask(address, bytes);
  }

  return {
    sizeBytes,
    sectorBytes: SECTOR_BYTES,
    pageBytes: PAGE_BYTES,
    read: (address, lengthBytes) => {
      let bytes = '';
      while (bytes.length < lengthBytes) {
        const from = address + bytes.length;
        bytes += part(from >> 8, from & 255, Math.min(PAGE_BYTES - (from & 255), lengthBytes - bytes.length));
      }
      return bytes;
    },
    program: begin,
    erase: (address, done) => begin(address, '', done),
    tell: (page, bytes) => {
      pages[page] = bytes;
    },
    finish: (fault) => {
      const done = running;
      if (!fault && written) programmed();
      else if (!fault) erased();
      running = null;
      written = '';
      if (done) done(fault);
    },
  };
}
