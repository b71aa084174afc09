/** The engine's Storage: what it refuses, what a power cut leaves of it. The engine's own words are those of its 2v29. */
import { CodeFlash, PowerLost } from '../../emulator/board/code-flash';
import { Storage } from '../../emulator/board/storage';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const text = (data: Uint8Array | undefined): string | undefined => data && Buffer.from(data).toString('latin1');

function fresh(pages = 4): Storage {
  return new Storage(new CodeFlash(pages * 4096));
}

test('a file lies there as the engine writes it: length, name of 28 bytes, content, filled up to a word', () => {
  const storage = fresh();
  storage.write('a', bytes('hello'));
  const image = storage.flash.bytes;
  expect([...image.subarray(0, 6)]).toEqual([5, 0, 0, 0, 97, 0]);
  expect(text(image.slice(32, 41))).toBe('hello\xff\xff\xff\xff');
  storage.write('b', bytes('x'));
  expect(image[40]).toBe(1);
  expect(storage.list()).toEqual(['a', 'b']);
});

test('a file may come in pieces, each place once', () => {
  const storage = fresh();
  storage.write('a', bytes('abc'), 0, 6);
  storage.write('a', bytes('def'), 3);
  expect(text(storage.read('a'))).toBe('abcdef');
  expect(text(storage.read('a', 2, 3))).toBe('cde');
  expect(() => storage.write('a', bytes('x'), 3)).toThrow('File already written with different data');
  expect(() => storage.write('a', bytes('x'), 6)).toThrow('Too much data for file size');
  expect(() => storage.write('c', bytes('x'), 3)).toThrow('Unable to find or create file');
  expect(() => storage.write('c', bytes(''))).toThrow("Can't create zero length file");
});

test('a file written again leaves trash behind; the same content does not', () => {
  const storage = fresh();
  storage.write('a', bytes('one'));
  storage.write('a', bytes('one'));
  expect(storage.stats().trashCount).toBe(0);
  storage.write('a', bytes('two!'));
  expect(text(storage.read('a'))).toBe('two!');
  expect(storage.stats()).toMatchObject({ fileCount: 1, trashCount: 1, trashBytes: 36 });
});

test('what does not fit is refused; trash is tidied up when that helps', () => {
  const storage = fresh(2);
  storage.write('old', new Uint8Array(5000).fill(1));
  expect(() => storage.write('new', new Uint8Array(5000).fill(2))).toThrow('Unable to find or create file');
  storage.erase('old');
  storage.write('new', new Uint8Array(5000).fill(2));
  expect(storage.list()).toEqual(['new']);
  expect(storage.read('new')?.every((byte) => byte === 2)).toBe(true);
});

test('power lost at any byte of a write leaves the other files as they were', () => {
  for (let cut = 0; cut < 40; cut++) {
    const storage = fresh();
    storage.write('a', bytes('first'));
    storage.flash.cutAt = storage.flash.worked + cut;
    expect(() => storage.write('b', bytes('second!!'))).toThrow(PowerLost);
    expect(text(storage.read('a'))).toBe('first');
    expect(text(storage.read('b'))).not.toBe('second!!');
  }
});

test('a Storage kept in a file is there again; a file of another size is refused by its name', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'cupos-storage-')), 'storage.bin');
  const first = new CodeFlash(8192, file);
  new Storage(first).write('kept', bytes('content'));
  first.close();
  const second = new CodeFlash(8192, file);
  expect(text(new Storage(second).read('kept'))).toBe('content');
  second.close();
  writeFileSync(file, 'no image');
  expect(() => new CodeFlash(8192, file)).toThrow(file);
});
