/** The live terminal without a server or browser: what is planned happens at its moment, nothing secret leaves, paper stays. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LiveTerminal } from '../../emulator/server/live-terminal';
import type { Action, State, TimelineRow } from '../../emulator/server/messages';
import { StateFiles } from '../../emulator/server/state-files';
import { TerminalWorld } from '../../emulator/terminal-world';
import { testCardList } from '../../host/center/test-cards';
import { TEST_TERMINAL } from '../../host/center/test-data';

let dataDir: string;
let wallMs = 0;
let inside: TerminalWorld;
let live: LiveTerminal;
let told: Action[];
let rows: TimelineRow[];

function open(): void {
  inside = new TerminalWorld({ seed: 1 });
  wallMs = 0;
  live = new LiveTerminal(inside, new StateFiles(dataDir, TEST_TERMINAL.tmk), wallMs);
  told = [];
  rows = [];
  live.onAction((action) => told.push(action));
}

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'cupos-live-'));
  open();
});

afterEach(() => {
  inside.store?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Lets wall time pass, 20 ms a tick as the server does. */
function pass(durationMs: number): void {
  for (const endMs = wallMs + durationMs; wallMs < endMs;) live.tick((wallMs += 20));
  rows.push(...live.takeRows());
}

function until(reached: (state: State) => boolean): void {
  for (let ticks = 0; !reached(live.state()); ticks++) {
    if (ticks > 4000) throw new Error(`it never came; the screen says ${live.state().lcdText}`);
    pass(20);
  }
}

const next = (step: State['next']): void => until((state) => state.next === step);

function press(...keys: string[]): void {
  for (const key of keys) live.act({ do: 'press', key });
}

function switchOn(): void {
  live.act({ do: 'speed', factor: 10 });
  live.act({ do: 'power-key', held: true });
  until((state) => state.supply);
  pass(40);
  live.act({ do: 'power-key', held: false });
}

function logIn(): void {
  switchOn();
  next('operator');
  press(...'01', 'confirm', ...'0000', 'confirm');
  next('idle');
}

function sell(amount: string, swipe: Action = { do: 'swipe', card: 'debit' }): void {
  press('1');
  next('amount');
  press(...amount, 'confirm');
  next('swipe');
  live.act(swipe);
  next('check');
  press('confirm');
  next('pin');
  for (const key of [...'123456', 'confirm']) live.act({ do: 'pad', key });
}

test('power cut planned for the moment when the 0200 goes out: booked, dark, reversed after the boot', () => {
  logIn();
  live.act({ do: 'schedule', when: { sent: '0200' }, what: { do: 'cut' } });
  expect(live.state().waiting).toMatchObject([{ sent: '0200', what: { do: 'cut' } }]);
  sell('5000');
  next('hold');
  pass(100);
  expect(live.state()).toMatchObject({ waiting: [], tour: { sale: false, cut: true, recovered: false } });
  expect(inside.center.ledger().map((row) => row.kind)).toEqual(['sale']);
  logIn();
  expect(live.ledger(true)?.rows.map((row) => row.kind)).toEqual(['sale', 'reversal']);
  expect(live.state().tour).toMatchObject({ sale: true, cut: true, recovered: true });
  // Listeners hear of it when it happens, as of a cut by hand.
  expect(told.filter((action) => action.do === 'cut' || action.do === 'schedule')).toEqual([{ do: 'cut' }]);
});

test('a fault in 3 virtual seconds comes after 3, at any speed', () => {
  switchOn();
  next('operator');
  for (const factor of [1, 10, 100]) {
    live.act({ do: 'speed', factor });
    live.act({ do: 'fault', device: 'printer', fault: 'refill', value: 0 });
    const nowUs = inside.world.nowUs;
    let atUs = -1;
    const forget = live.onAction((_action, us) => (atUs = us));
    live.act({ do: 'schedule', when: { in: 3 }, what: { do: 'fault', device: 'printer', fault: 'paper', value: 0 } });
    until((state) => state.paperOut);
    forget();
    expect(atUs - nowUs).toBe(3_000_000);
  }
});

test('a planned fault that cannot happen is told on the timeline, and the terminal goes on', () => {
  switchOn();
  live.act({ do: 'schedule', when: { in: 1 }, what: { do: 'fault', device: 'keypad', fault: 'stuck', value: 7 } });
  pass(500);
  next('operator');
  expect(rows.some((row) => row.text.includes('a planned fault could not happen'))).toBe(true);
});

test('as fast as it goes: the boot takes no time, then the terminal waits for a person at the pace of the wall', () => {
  live.act({ do: 'speed', factor: 0 });
  live.act({ do: 'power-key', held: true });
  until((state) => state.supply);
  pass(40);
  live.act({ do: 'power-key', held: false });
  next('operator');
  const { atMs } = live.state();
  pass(1000);
  expect(live.state().atMs - atMs).toBeLessThan(1500);
  expect(wallMs).toBeLessThan(10_000);
});

test('paused, a step goes on to the next thing on a wire and no further', () => {
  switchOn();
  pass(100);
  live.act({ do: 'pause', paused: true });
  const { atMs } = live.state();
  pass(500);
  expect(live.state().atMs).toBe(atMs);
  live.act({ do: 'step' });
  live.act({ do: 'step' });
  expect(live.state().atMs).toBeGreaterThan(atMs);
  expect(live.state().atMs).toBeLessThanOrEqual(atMs + 2001);
});

/** Everything a page ever gets of a row: its line, its fields, its bytes as hex and as text. */
function saidOf(row: TimelineRow): string {
  const { hex } = live.openRow(row.id);
  const bytes = Buffer.from(hex, 'hex').toString('latin1');
  return [row.text, row.detail ?? '', hex, bytes].join('\n');
}

test('no row, opened or not, holds a card number, a track, a PIN or a key; bytes stand where they stood', () => {
  logIn();
  sell('1234', { do: 'swipe-own', tracks: ';6210819300001000011=30121200000012345?' });
  next('tear');
  press('confirm');
  next('idle');
  expect(rows.length).toBeGreaterThan(50);
  const { tmk, pik, mak, tdk } = inside.pad.battery;
  for (const row of rows) {
    const said = saidOf(row);
    expect(live.openRow(row.id).hex).toHaveLength(2 * row.lengthBytes);
    for (const { pan, track2, track3 } of testCardList) {
      for (const secret of [pan, track2.replace('=', 'd'), track2, track2.slice(-12), track3.slice(4, 30)]) {
        if (secret !== '') expect(said.includes(secret)).toBe(false);
      }
    }
    for (const key of [tmk, pik, mak, tdk])
      expect(said.includes(Buffer.from(key, 'latin1').toString('hex'))).toBe(false);
  }
  const sale = rows.filter((row) => row.text.startsWith('0200 sale') && row.wire === 'network');
  expect(sale).toHaveLength(1);
  expect(live.openRow(sale[0].id).hex).toMatch(/^[0-9a-f]{4}6000/);
});

test('what listeners are told holds no track of one’s own', () => {
  logIn();
  press('1');
  next('amount');
  live.act({ do: 'swipe-own', tracks: ';6210819300001000011=30121200000012345?' });
  expect(told.at(-1)).toEqual({ do: 'swipe-own', tracks: '' });
});

test('slips: out of the mouth, torn off, thrown away; those that lie there outlive a restart', () => {
  logIn();
  sell('1234');
  next('wait');
  until((state) => state.slips.some((slip) => !slip.cut && slip.version > 3));
  expect(live.slipPng(1)?.subarray(1, 4).toString()).toBe('PNG');
  next('tear');
  expect(live.state().slips).toEqual([{ id: 1, version: 0, cut: true, inMouth: true }]);
  live.act({ do: 'tear' });
  expect(live.state().slips).toMatchObject([{ id: 1, inMouth: false }]);
  press('confirm');
  next('idle');
  expect(live.state().slips).toMatchObject([
    { id: 1, inMouth: false },
    { id: 2, inMouth: true },
  ]);
  const picture = live.slipPng(2);
  inside.store?.close();
  open();
  expect(live.state().slips).toMatchObject([
    { id: 1, inMouth: false },
    { id: 2, inMouth: false },
  ]);
  expect(live.slipPng(2)).toEqual(picture);
  live.act({ do: 'discard', id: 1 });
  expect(live.state().slips).toMatchObject([{ id: 2 }]);
  live.act({ do: 'discard' });
  expect(readdirSync(join(dataDir, 'slips'))).toEqual([]);
  expect(live.slipPng(2)).toBeNull();
});

test('digits of a password are on no row; the screen’s texts are', () => {
  logIn();
  const keys = rows.filter((row) => row.wire === 'keypad').map((row) => row.text);
  expect(keys).toContain('digit');
  expect(keys.join(' ')).not.toMatch(/[0-9]/);
  expect(rows.filter((row) => row.wire === 'lcd').length).toBeGreaterThan(2);
});

test('a row that is gone is told by a sentence', () => {
  expect(() => live.openRow(12)).toThrow('"id": row 12 is not kept any more');
});
