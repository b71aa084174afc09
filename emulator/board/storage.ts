/**
 * Espruino's Storage on a code flash, byte for byte as the engine does it (2v29, jsflash.h and jsflash.c): files one after
 * the other, each with a header of 32 bytes (length, little-endian; a name of 28), filled up to words. Writing clears bits
 * only; an erased file is one whose name begins with four zeros, and it takes its place until everything is compacted,
 * which moves what is left towards the beginning and is not safe from power cuts.
 */
import type { CodeFlash } from './code-flash';
import { PAGE_BYTES } from './code-flash';

const HEADER_BYTES = 32;
const NAME_AT = 4;
export const LONGEST_NAME = 28;

const aligned = (length: number): number => (length + 3) & ~3;

interface Found {
  /** Of the header. */
  readonly at: number;
  readonly sizeBytes: number;
  /** Compressed or appended files have flags; plain ones none. */
  readonly flags: number;
}

export interface StorageStats {
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly fileBytes: number;
  readonly fileCount: number;
  readonly trashBytes: number;
  readonly trashCount: number;
}

export class Storage {
  constructor(readonly flash: CodeFlash) {}

  private header(at: number): Found | null {
    const { bytes, sizeBytes: end } = this.flash;
    if (at + HEADER_BYTES > end) return null;
    const word = (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
    const sizeBytes = word & 0xffffff;
    if (word === 0xffffffff || word === 0 || at + HEADER_BYTES + sizeBytes > end) return null;
    return { at, sizeBytes, flags: word >>> 24 };
  }

  private after(file: Found): number {
    return file.at + HEADER_BYTES + aligned(file.sizeBytes);
  }

  /** Headers in a row; where they end in a page's middle, the next page's beginning is tried. */
  private *headers(): Generator<Found> {
    let file = this.header(0);
    while (file) {
      yield file;
      const next = this.after(file);
      file = this.header(next) ?? this.header(nextPage(next));
    }
  }

  private isErased(at: number, length: number): boolean {
    return this.flash.bytes.subarray(at, at + length).every((byte) => byte === 0xff);
  }

  private isTrash(file: Found): boolean {
    return this.isZero(file.at + NAME_AT, 4);
  }

  private isZero(at: number, length: number): boolean {
    return this.flash.bytes.subarray(at, at + length).every((byte) => byte === 0);
  }

  private nameOf(file: Found): string {
    const from = file.at + NAME_AT;
    const name = Buffer.from(this.flash.bytes.subarray(from, from + LONGEST_NAME)).toString('latin1');
    const end = name.indexOf('\0');
    return end < 0 ? name : name.slice(0, end);
  }

  private find(name: string): Found | null {
    for (const file of this.headers()) if (!this.isTrash(file) && this.nameOf(file) === name) return file;
    return null;
  }

  /** undefined where there is no such file. */
  read(name: string, offset = 0, length = 0): Uint8Array | undefined {
    const file = this.find(name.slice(0, LONGEST_NAME));
    if (!file) return undefined;
    const from = Math.min(Math.max(offset, 0), file.sizeBytes);
    const to = length > 0 ? Math.min(from + length, file.sizeBytes) : file.sizeBytes;
    const at = file.at + HEADER_BYTES;
    return this.flash.bytes.slice(at + from, at + to);
  }

  /** Throws an Error with the engine's words where it refuses. `sizeBytes` 0: the data is the whole file. */
  write(name: string, data: Uint8Array, offset = 0, sizeBytes = 0): boolean {
    if (offset < 0 || sizeBytes < 0) return false;
    const wanted = sizeBytes === 0 ? data.length : sizeBytes;
    if (wanted === 0) throw new Error("Can't create zero length file");
    const short = name.slice(0, LONGEST_NAME);
    let file = this.find(short);
    if (offset === 0 && (!file || file.flags !== 0 || file.sizeBytes !== wanted || !this.bodyIsErased(file))) {
      if (file && this.holds(file, data, wanted)) return true;
      if (file) this.eraseFile(file);
      file = this.create(short, wanted);
    }
    if (!file) throw new Error('Unable to find or create file');
    if (offset + data.length > file.sizeBytes) throw new Error('Too much data for file size');
    const at = file.at + HEADER_BYTES + offset;
    if (!this.isErased(at, data.length)) throw new Error('File already written with different data');
    this.flash.program(at, data);
    return true;
  }

  private bodyIsErased(file: Found): boolean {
    return this.isErased(file.at + HEADER_BYTES, file.sizeBytes);
  }

  private holds(file: Found, data: Uint8Array, wanted: number): boolean {
    if (file.flags !== 0 || file.sizeBytes !== wanted || data.length !== wanted) return false;
    const at = file.at + HEADER_BYTES;
    return data.every((byte, i) => this.flash.bytes[at + i] === byte);
  }

  private eraseFile(file: Found): void {
    this.flash.program(file.at + NAME_AT, new Uint8Array(4));
  }

  erase(name: string): void {
    const file = this.find(name.slice(0, LONGEST_NAME));
    if (file) this.eraseFile(file);
  }

  private create(name: string, sizeBytes: number): Found | null {
    const required = aligned(sizeBytes) + HEADER_BYTES;
    let at = this.place(required);
    if (at < 0) {
      const { freeBytes, trashBytes } = this.stats();
      if (required >= freeBytes + trashBytes || !this.compact()) return null;
      at = this.place(required);
      if (at < 0) return null;
    }
    const header = new Uint8Array(HEADER_BYTES);
    header.set([sizeBytes & 255, (sizeBytes >> 8) & 255, (sizeBytes >> 16) & 255, 0]);
    header.set(Buffer.from(name, 'latin1'), NAME_AT);
    this.flash.program(at, header);
    return this.header(at);
  }

  /** Where the files end and so many bytes are left, or -1. */
  private place(required: number): number {
    let at = 0;
    for (const file of this.headers()) at = this.after(file);
    return at + required <= this.flash.sizeBytes ? at : -1;
  }

  list(): string[] {
    return [...this.headers()].filter((file) => !this.isTrash(file)).map((file) => this.nameOf(file));
  }

  stats(): StorageStats {
    let end = 0;
    const stats = { fileBytes: 0, fileCount: 0, trashBytes: 0, trashCount: 0 };
    for (const file of this.headers()) {
      const bytes = HEADER_BYTES + aligned(file.sizeBytes);
      end = file.at + bytes;
      if (this.isTrash(file)) {
        stats.trashBytes += bytes;
        stats.trashCount++;
      } else {
        stats.fileBytes += bytes;
        stats.fileCount++;
      }
    }
    return { totalBytes: this.flash.sizeBytes, freeBytes: this.flash.sizeBytes - end, ...stats };
  }

  eraseAll(): void {
    for (let at = 0; at < this.flash.sizeBytes; at += PAGE_BYTES) {
      if (!this.isErased(at, PAGE_BYTES)) this.flash.erasePage(at);
    }
  }

  /** Page after page is read into memory, erased and written again: who loses power here loses files. */
  compact(): boolean {
    const files = [...this.headers()];
    if (!files.some((file) => this.isTrash(file))) return false;
    const last = files[files.length - 1];
    const used = last ? this.after(last) : 0;
    const kept = Buffer.concat(
      files
        .filter((file) => !this.isTrash(file) && file.flags === 0)
        .map((file) => this.flash.bytes.slice(file.at, this.after(file))),
    );
    for (let at = 0; at < used; at += PAGE_BYTES) {
      const page = kept.subarray(at, at + PAGE_BYTES);
      if (
        Buffer.compare(page, Buffer.from(this.flash.bytes.subarray(at, at + page.length))) === 0 &&
        page.length === PAGE_BYTES
      )
        continue;
      this.flash.erasePage(at);
      this.flash.program(at, page);
    }
    return true;
  }
}

function nextPage(at: number): number {
  return Math.floor(at / PAGE_BYTES) * PAGE_BYTES + PAGE_BYTES;
}
