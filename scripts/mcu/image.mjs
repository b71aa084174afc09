// What goes into a board's code storage: a file for each module under the name of its own checksum, two places for the
// manifest that says which file is which module, and the boot file that reads it. A file's name proves its content, files
// of two versions never meet under one name, and a new version begins to exist with the last byte of its manifest: the
// old one or the new one, never half of each (docs/decisions/0017-two-manifests.md).
import { createHash } from 'node:crypto';
import * as zlib from 'node:zlib';
import { tokenise } from './tokenise.mjs';

/** Names of the two places for a manifest; the boot file takes the whole one with the higher number. */
export const manifestNames = ['cupos.a', 'cupos.b'];
/**
 * The boot file stands there twice: at power-on the engine runs both, and the first that gets through counts. So one of them
 * is whole while the other is replaced: they are written one after the other, in this order. Neither runs at `reset()`, which
 * is how a flashing tool gets the console to itself (`.boot0` would).
 */
export const bootNames = ['.bootPowerOn', '.bootcde'];

export const crcHex = (bytes) => (crcOf(Buffer.from(bytes, 'latin1')) >>> 0).toString(16).padStart(8, '0');

/** CRC-32 as 32 bits of whatever sign. `zlib.crc32` came with Node 20.15. */
export function crcOf(buffer) {
  if (zlib.crc32) return zlib.crc32(buffer);
  let crc = -1;
  for (const byte of buffer) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc;
}

/** [{ id, name, bytes }] of modules [{ id, code }], tokenised. */
export function moduleFiles(modules) {
  return modules.map(({ id, code }) => {
    const bytes = tokenise(code);
    return { id, name: `m${crcHex(bytes)}`, bytes };
  });
}

/**
 * Text of a manifest: `CUPOS1 number build,id=name,id=name,` and the checksum of all that, eight digits. `number`: 1 to
 * 999999, one more than that of the version before.
 */
export function manifestText(files, number, build) {
  const list = files.map(({ id, name }) => `${id}=${name},`).join('');
  const text = `CUPOS1 ${String(number).padStart(6, '0')} ${build},${list}`;
  return text + crcHex(text);
}

/** Twelve hex digits that name exactly these files. */
export function buildOf(files) {
  const hash = createHash('sha256');
  for (const { id, name } of files) hash.update(`${id}=${name}\n`);
  return hash.digest('hex').slice(0, 12);
}

/** Two modules of one checksum would overwrite each other. */
export function clashes(files) {
  const byName = new Map();
  return files.flatMap((file) => {
    const other = byName.get(file.name);
    byName.set(file.name, file);
    return other && other.bytes !== file.bytes ? [`${file.id} and ${other.id} have the checksum of each other`] : [];
  });
}
