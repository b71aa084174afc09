/**
 * The flashed image where memory goes, or something throws, in the middle of a sale: what runs is cut off at that place and
 * nothing of it can be caught; alarms and listeners live on. The board restarts by itself, the journal holds, what is owed
 * goes out, and every money rule holds. The whole sweep is in out-of-memory.slow.test.ts.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryRig, starveThroughASale } from './memory-rig';
import { makeImages } from './board-rig';

let images: string;

beforeAll(async () => {
  images = await makeImages();
}, 120_000);

afterAll(() => rmSync(images, { recursive: true, force: true }));

const signedIn = (): Promise<MemoryRig> => MemoryRig.signedIn(join(images, 'full'));

test('memory goes at one call of a sale after the other: the money rules hold', async () => {
  const { wrong, restarts } = await starveThroughASale(join(images, 'full'), 10);
  expect(wrong).toEqual([]);
  expect(restarts).toBeGreaterThan(5);
}, 120_000);

test('a call that throws: nothing of the firmware runs on, console and log say why, the board restarts', async () => {
  const rig = await signedIn();
  rig.throwAtCall(700);
  expect(rig.sell()).toBe(false);
  expect(rig.board.printed).toMatch(/\w+: \w.*\n( +at .*\n)+\s*Cupos: stopped by an error, restarting\nCupos 000001/);
  expect([rig.restarts(), rig.board.bites]).toEqual([1, 0]);
  expect(rig.verdict()).toEqual([]);
}, 60_000);

test('no memory for the restart either: the watchdog bites', async () => {
  const rig = await signedIn();
  rig.board.starve(-Infinity);
  rig.terminal.wait(20_000);
  expect([rig.restarts(), rig.board.bites]).toEqual([1, 1]);
  expect(rig.verdict()).toEqual([]);
}, 60_000);

test('reset() at the console takes the firmware away; the watchdog lets whoever flashes the board work', async () => {
  const rig = await signedIn();
  rig.board.plug({ onData: () => undefined, onGone: () => undefined });
  rig.board.receive('reset()\n');
  rig.terminal.wait(60_000);
  expect([rig.restarts(), rig.board.bites]).toEqual([1, 0]);
  expect(rig.board.isOn()).toBe(true);
  expect(rig.board.printed.match(/^Cupos 000001/gm)).toHaveLength(1);
}, 60_000);
