/**
 * The part of a microcontroller's flash in which its engine keeps files: programming clears bits, erasing sets a page of
 * 4096 bytes. Power can be lost at any byte: what was programmed up to there stays, a page is erased up to there. With a
 * file behind it the content outlives the process.
 */
import * as fs from 'node:fs';

export const PAGE_BYTES = 4096;

/** Thrown where the power goes in the middle of an operation; whoever feeds the board catches it. */
export class PowerLost extends Error {
  constructor() {
    super('the power of the emulated board is gone');
  }
}

export class CodeFlash {
  readonly bytes: Uint8Array;
  /** Bytes programmed and erased since the beginning. */
  worked = 0;
  /** The power goes when so many bytes have been worked on; Infinity never. */
  cutAt = Infinity;
  private readonly fd: number;

  /** `file`: where the content is kept; created when it is not there. Throws an Error that names it when it is no image. */
  constructor(
    readonly sizeBytes: number,
    file?: string,
  ) {
    this.bytes = new Uint8Array(sizeBytes).fill(0xff);
    this.fd = file === undefined ? -1 : this.open(file);
  }

  private open(file: string): number {
    const fd = fs.openSync(file, fs.existsSync(file) ? 'r+' : 'w+', 0o600);
    const { size } = fs.fstatSync(fd);
    if (size === 0) fs.writeSync(fd, this.bytes);
    else if (size === this.sizeBytes) fs.readSync(fd, this.bytes, 0, size, 0);
    else {
      fs.closeSync(fd);
      throw new Error(
        `${file} has ${size} bytes, a Storage of this board ${this.sizeBytes}: another board's? Move it away`,
      );
    }
    return fd;
  }

  close(): void {
    if (this.fd >= 0) fs.closeSync(this.fd);
  }

  /** How many of `wanted` bytes are worked on before the power goes. */
  private reach(wanted: number): number {
    const left = Math.min(wanted, this.cutAt - this.worked);
    this.worked += left;
    return left;
  }

  private done(from: number, length: number, wanted: number): void {
    if (this.fd >= 0 && length > 0) fs.writeSync(this.fd, this.bytes, from, length, from);
    if (length < wanted) throw new PowerLost();
  }

  program(at: number, data: Uint8Array): void {
    const length = this.reach(data.length);
    for (let i = 0; i < length; i++) this.bytes[at + i] &= data[i];
    this.done(at, length, data.length);
  }

  erasePage(at: number): void {
    const length = this.reach(PAGE_BYTES);
    this.bytes.fill(0xff, at, at + length);
    this.done(at, length, PAGE_BYTES);
  }
}
