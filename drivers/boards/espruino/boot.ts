/**
 * The boot file (`.bootPowerOn`, and once more `.bootcde`): finds the whole firmware in the engine's Storage and starts it.
 * There are two places for a manifest, `cupos.a` and `cupos.b`; each says which stored file is which module and ends in its
 * own checksum, and a file's name is the checksum of its bytes. The whole one with the higher number runs, so an update takes
 * place with the last byte of its manifest. With none the LCD and the console say what is wrong, and the console stays ready
 * for another update.
 */
import type { Bytes } from '../../../hal/bytes';
import type { Engine, Require, Storage } from './engine';
import type { LcdWires } from './last-words';

declare const E: Engine;
declare const global: { require: Require; cupos?: boolean };
declare function print(...what: unknown[]): void;
declare function setTimeout(callback: () => void, delayMs: number): number;

/** `m` and the eight digits of a CRC-32. */
const NAME_LENGTH = 9;
const CRC_LENGTH = 8;
/** All that a boot file knows of a firmware, which may be of another version: two modules and what they export. */
const LOADER = ',drivers/boards/espruino/loader=';
const START = 'drivers/boards/espruino/start';
/** `CUPOS1 000001 0123456789ab,` */
const HEAD_LENGTH = 27;
/** Time to read on the LCD why the older version starts. */
const READING_MS = 3000;

function crcText(bytes: Bytes): string {
  return (E.CRC32(bytes) >>> 0).toString(16).padStart(CRC_LENGTH, '0');
}

/** What is wrong with the manifest of this name, or with a file it names; '' for nothing. */
function problemOf(storage: Storage, name: string): string {
  const text = storage.read(name);
  if (text === undefined) return 'not there';
  const end = text.length - CRC_LENGTH;
  if (text.substr(0, 7) !== 'CUPOS1 ' || end < HEAD_LENGTH) return 'no manifest';
  if (crcText(text.substr(0, end)) !== text.substr(end)) return 'damaged';
  for (let at = text.indexOf('='); at >= 0; at = text.indexOf('=', at + 1)) {
    const file = text.substr(at + 1, NAME_LENGTH);
    const bytes = storage.read(file);
    if (bytes === undefined) return file + ' gone';
    if ('m' + crcText(bytes) !== file) return file + ' bad';
  }
  return '';
}

function start(board: string): void {
  const load = global.require;
  (load(START) as { startBoard: (board: string) => void }).startBoard(board);
}

/** `board`: module id of the board file. `openLcd`: its way to the LCD. `native`: the engine's own `require`. */
export function boot(
  board: string,
  openLcd: () => LcdWires,
  lastWords: (lcd: LcdWires, reason: Bytes) => void,
  native: Require,
): void {
  const storage = native('Storage') as Storage;
  const number = (name: string): number => parseInt((storage.read(name) || '').substr(7, 6), 10) || 0;
  const newest = number('cupos.a') >= number('cupos.b') ? 'cupos.a' : 'cupos.b';
  let name = newest;
  const problem = problemOf(storage, name);
  if (problem) {
    print('Cupos: ' + newest + ': ' + problem);
    name = newest === 'cupos.a' ? 'cupos.b' : 'cupos.a';
    const other = problemOf(storage, name);
    if (other) {
      print('Cupos: ' + name + ': ' + other + '. No firmware runs: flash it again (npm run flash)');
      global.cupos = true;
      lastWords(openLcd(), problem);
      return;
    }
    lastWords(openLcd(), problem);
  }
  const manifest = storage.read(name) || '';
  print('Cupos ' + manifest.substr(7, HEAD_LENGTH - 8));
  const loader = manifest.substr(manifest.indexOf(LOADER) + LOADER.length, NAME_LENGTH);
  (native(loader) as { install: (manifest: Bytes, native: Require) => void }).install(manifest, native);
  if (problem) setTimeout(() => start(board), READING_MS);
  else start(board);
}
