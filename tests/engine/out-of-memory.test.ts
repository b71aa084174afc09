/**
 * A real Espruino that runs out of memory, for which its code gets no exception: what runs is cut off wherever it is, alarms
 * and listeners live on. Variables are taken away until it happens, at idle and in the middle of a sale: the board restarts by
 * itself, the journal holds, what is owed goes out, and every money rule holds.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { clerkSells } from '../../emulator/sweep/robot-clerk';
import { Witness } from '../../emulator/sweep/witness';
import { cards, startTerminal, type Terminal } from '../../emulator/terminal';
import { makeImages } from '../board/board-rig';
import { describeOnSmallEngine, smallEnginePath } from './espruino';
import { RealEngine, type Life } from './real-engine';

/** The pause before a restart, or the watchdog's patience, and the boot. */
const RESTART_MS = 15_000;

describeOnSmallEngine('a real Espruino without memory', () => {
  let images = '';
  let engine: RealEngine;
  let terminal: Terminal;
  let witness: Witness;

  beforeAll(async () => {
    images = await makeImages();
  }, 120_000);

  afterAll(() => rmSync(images, { recursive: true, force: true }));
  afterEach(() => engine.end());

  function signedIn(onTurn?: (life: Life, turn: number) => void): void {
    engine = new RealEngine({ engine: smallEnginePath, image: join(images, 'full'), ...(onTurn && { onTurn }) });
    terminal = startTerminal({ firmware: engine.firmware });
    engine.solderTo(terminal.inside);
    witness = new Witness(terminal);
    terminal.powerOn().signIn();
  }

  /** A sale, as whoever stands there makes it: also after a restart. Gives whether there was none. */
  function sell(amount = '12.34'): boolean {
    const before = engine.restarts;
    clerkSells(terminal, amount, cards.debit);
    // The screen of a board that has stopped stays as it was.
    for (let ms = 0; ms < RESTART_MS && engine.restarts === before; ms += 250) terminal.wait(250);
    return engine.restarts === before;
  }

  test.each([20, 60, 120, 250, 400, 550, 700, 850, 1000, 1100, 1200, 1300, 1400, 1500, 1600])(
    '%i variables are left when a sale begins',
    (free) => {
      signedIn();
      engine.life().starve(free);
      sell();
      expect(witness.settleAndCheck()).toEqual({ unrest: [], wrong: [] });
    },
    60_000,
  );

  test('memory goes in the middle of a sale, at one callback after the other', () => {
    const turns = turnsOfASale();
    const restarts: number[] = [];
    const wrong: string[] = [];
    for (let at = 3; at < turns; at += Math.ceil(turns / 24)) {
      let first = Infinity;
      signedIn((life, turn) => {
        if (turn === first + at) life.starve([0, 30, 90, 200][restarts.length % 4]);
      });
      first = engine.turns;
      // What was left may have been enough for this one.
      if (sell()) sell('7.00');
      const verdict = witness.settleAndCheck();
      wrong.push(...[...verdict.unrest, ...verdict.wrong].map((what) => `callback ${at}: ${what}`));
      restarts.push(engine.restarts);
      engine.end();
    }
    expect(wrong).toEqual([]);
    expect(restarts.filter((count) => count > 0).length).toBeGreaterThan(restarts.length / 2);
  }, 300_000);

  function turnsOfASale(): number {
    signedIn();
    const before = engine.turns;
    terminal.sell('12.34', cards.debit).waitForIdle();
    const turns = engine.turns - before;
    engine.end();
    return turns;
  }

  test('a callback that throws: the board restarts, a sale is reversed', () => {
    let first = Infinity;
    signedIn((life, turn) => {
      if (turn === first + 200) life.evaluate('setTimeout(function(){throw new Error("broken");},0)');
    });
    first = engine.turns;
    expect(sell()).toBe(false);
    expect(engine.printed()).toContain('Cupos: stopped by an error, restarting');
    expect([engine.restarts, engine.bites]).toEqual([1, 0]);
    expect(witness.settleAndCheck()).toEqual({ unrest: [], wrong: [] });
  }, 60_000);

  test('calls without end: the stack is no memory either; the board restarts', () => {
    signedIn();
    engine.life().evaluate('setTimeout(function(){(function f(){f();})();},0)');
    terminal.wait(RESTART_MS);
    expect(engine.restarts).toBe(1);
    expect(witness.settleAndCheck()).toEqual({ unrest: [], wrong: [] });
  }, 60_000);

  test('no alarm comes any more: the watchdog restarts the board', () => {
    signedIn();
    engine.life().evaluate('clearTimeout()');
    terminal.wait(RESTART_MS);
    expect([engine.restarts, engine.bites]).toEqual([1, 1]);
    expect(witness.settleAndCheck()).toEqual({ unrest: [], wrong: [] });
  }, 60_000);
});
