/**
 * Driver of a 25-series serial NOR flash (Winbond W25Q80DV data sheet, section 8.2), 4 KB sectors, 256-byte pages,
 * up to 16 MB. A program or erase is started, its end polled from an alarm, and the cells are read back.
 */
import type { Bytes } from '../hal/bytes';
import type { Clock, Spi } from '../hal/bus';
import type { Done, FlashDevice } from '../hal/devices';
import { FAULT_BAD_REQUEST, FAULT_BUSY, FAULT_FLASH, FAULT_NONE } from '../hal/fault';

const PAGE_BYTES = 256;
const SECTOR_BYTES = 4096;

const WRITE_ENABLE = '\x06';
const READ_STATUS = '\x05';
const READ_IDENTITY = '\x9f';
const READ = 0x03;
const PROGRAM = 0x02;
const ERASE = 0x20;

// The data sheet's longest: 3 ms a page, 400 ms a sector.
const PROGRAM_LIMIT_MS = 10;
const ERASE_LIMIT_MS = 500;
const ERASE_FIRST_POLL_MS = 30;
const ERASE_POLL_MS = 5;
/** Status reads before an immediate `read` gives up waiting, where each takes no more than the wire's time. */
const SPIN_LIMIT = 100000;

export function createSpiNor(spi: Spi, clock: Clock): FlashDevice {
  let done: Done | null = null;
  let address = 0;
  /** What a program wrote; '' for an erase. */
  let written = '';
  let deadlineMs = 0;

  function isBusy(): boolean {
    return (spi.transfer(READ_STATUS, 1).charCodeAt(0) & 1) !== 0;
  }

  /** After a processor reset without a power cut the chip may still be at work. */
  function waitReady(): void {
    const endMs = clock.nowMs() + ERASE_LIMIT_MS;
    for (let left = SPIN_LIMIT; left > 0; left--) {
      if (!isBusy() || clock.nowMs() > endMs) return;
    }
  }

  function sizeOf(identity: Bytes): number {
    const power = identity.charCodeAt(2);
    return power >= 16 && power <= 24 ? 1 << power : 0;
  }

  function command(code: number, at: number): Bytes {
    return String.fromCharCode(code, (at >> 16) & 255, (at >> 8) & 255, at & 255);
  }

  function isAsWanted(): boolean {
    if (written.length > 0) return spi.transfer(command(READ, address), written.length) === written;
    const blankPage = '\xff'.repeat(PAGE_BYTES);
    for (let at = address; at < address + SECTOR_BYTES; at += PAGE_BYTES) {
      if (spi.transfer(command(READ, at), PAGE_BYTES) !== blankPage) return false;
    }
    return true;
  }

  function poll(): void {
    if (isBusy()) {
      if (clock.nowMs() >= deadlineMs) finish(FAULT_FLASH);
      else clock.alarm(written.length > 0 ? 1 : ERASE_POLL_MS, poll);
    } else finish(isAsWanted() ? FAULT_NONE : FAULT_FLASH);
  }

  function finish(fault: number): void {
    const call = done;
    done = null;
    written = '';
    if (call) call(fault);
  }

  /** Programs `data`, or erases a sector where it is null. */
  function begin(at: number, data: Bytes | null, call: Done): void {
    const refused =
      data === null
        ? at % SECTOR_BYTES !== 0 || at >= sizeBytes
        : !data.length || (at % PAGE_BYTES) + data.length > PAGE_BYTES || at + data.length > sizeBytes;
    if (done !== null || refused) {
      const fault = done !== null ? FAULT_BUSY : FAULT_BAD_REQUEST;
      clock.alarm(0, () => call(fault));
      return;
    }
    done = call;
    address = at;
    written = data || '';
    deadlineMs = clock.nowMs() + (data ? PROGRAM_LIMIT_MS : ERASE_LIMIT_MS);
    spi.transfer(WRITE_ENABLE, 0);
    spi.transfer(command(data ? PROGRAM : ERASE, at) + written, 0);
    clock.alarm(data ? 1 : ERASE_FIRST_POLL_MS, poll);
  }

  waitReady();
  const sizeBytes = sizeOf(spi.transfer(READ_IDENTITY, 3));

  return {
    sizeBytes,
    sectorBytes: SECTOR_BYTES,
    pageBytes: PAGE_BYTES,
    read: (at, lengthBytes) => {
      if (done !== null) waitReady();
      return spi.transfer(command(READ, at), lengthBytes);
    },
    program: begin,
    erase: (at, call) => begin(at, null, call),
  };
}
