/**
 * The built and tokenised image on a real Espruino, in lockstep with the World (real-engine.ts): what it signs, sells,
 * reverses and forgets; power cuts through a sale; and how many of the engine's variables it takes.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Terminal, cards, startTerminal } from '../../emulator/terminal';
import { Witness } from '../../emulator/sweep/witness';
import { makeImages } from '../board/board-rig';
import { describeOnEngine, enginePath } from './espruino';
import { RealEngine, type RealEngineOptions } from './real-engine';

describeOnEngine('on a real Espruino', () => {
  let images = '';
  let engine: RealEngine;

  beforeAll(async () => {
    images = await makeImages();
  }, 120_000);

  afterAll(() => rmSync(images, { recursive: true, force: true }));
  afterEach(() => engine.end());

  function onEngine(options: Partial<RealEngineOptions> = {}): Terminal {
    engine = new RealEngine({ engine: enginePath, image: join(images, 'full'), ...options });
    const terminal = startTerminal({ firmware: engine.firmware });
    engine.solderTo(terminal.inside);
    return terminal;
  }

  const spentFen = (terminal: Terminal): number => cards.debit.balanceFen - terminal.center.balanceFen('debit');
  const slips = (terminal: Terminal): string[] =>
    terminal.paper.slips().map((slip) => slip.lines.map((line) => line.text).join('\n'));

  test('signs in, sells with a PIN and prints both slips; a wrong PIN sells nothing', () => {
    const terminal = onEngine();
    terminal.powerOn().signIn();
    terminal.sell('12.34', cards.debit).waitForIdle();
    expect(slips(terminal)).toEqual([expect.stringContaining('持卡人存根'), expect.stringContaining('商户存根')]);
    expect(slips(terminal)[0]).toContain('RMB 12.34');
    terminal.sell('5.00', cards.debit, { pin: '000000' }).waitForIdle();
    expect(spentFen(terminal)).toBe(1234);
    expect(engine.printed()).not.toMatch(/Uncaught|MEMORY|Interrupted|rror/);
    expect(engine.restarts).toBe(0);
  }, 60_000);

  test('a lost answer is reversed, slips are printed again, balance and settings asked for: as everywhere', () => {
    const terminal = onEngine();
    terminal.powerOn().signIn();
    terminal.sell('12.34', cards.debit).waitForIdle();
    terminal.center.fail('silence', { mti: '0200' });
    terminal.sell('7.00', cards.debit).waitForIdle();
    expect(spentFen(terminal)).toBe(1234);
    expect(slips(terminal).filter((slip) => slip.includes('7.00') && !slip.includes('冲正'))).toEqual([]);
    terminal.press('confirm', '2', '1').takeSlips();
    expect(slips(terminal).at(-1)).toContain('重打印');
    terminal.press('confirm', '1', '2').wait(500).swipe(cards.debit).press('confirm').wait(500);
    terminal.pinpad.enter(cards.debit.pin).waitFor('余额:').press('confirm').waitForIdle();
    terminal.press('function', '9').waitFor('管理员密码').type('12345678').press('confirm').waitFor('【系统管理】');
    terminal.press('1').waitFor('号码不可修改').press('confirm').waitFor('商户名称');
    terminal.press('2', 'up', 'confirm', 'confirm').waitFor('保存设置?').press('confirm').waitFor('设置已保存');
    expect(engine.printed()).not.toMatch(/Uncaught|MEMORY|Interrupted|rror/);
  }, 60_000);

  test('the power goes while the answer is under way: the next boot reverses, and the accounts say so', () => {
    const terminal = onEngine();
    const witness = new Witness(terminal);
    terminal.powerOn().signIn();
    terminal.press('1').type('9.00').press('confirm').swipe(cards.debit).press('confirm');
    terminal.pinpad.enter(cards.debit.pin).wait(200);
    terminal.powerCut().wait(1000);
    expect(() => engine.life()).toThrow('off');
    terminal.powerOn();
    expect(witness.settleAndCheck()).toEqual({ unrest: [], wrong: [] });
  }, 60_000);

  test('the power goes at every operation of the journal through a sale: every money rule holds', () => {
    const terminal = onEngine();
    const witness = new Witness(terminal);
    const { store, flash } = terminal.inside;
    const told: string[] = [];
    terminal.powerOn().signIn();
    flash.onMutation = (operation) => {
      for (const fraction of [0, 0.35, 0.8, 1]) {
        store?.savepoint('cut');
        const copy = terminal.inside.fork((fork) => {
          if (fraction > 0) fork.flash.applyTorn(operation, fraction, told.length);
        });
        const child = new Terminal(copy, { record: false });
        const ofChild = witness.ofFork(child);
        child.wait(told.length % 3 ? 5_000 : 20).powerOn();
        const { unrest, wrong } = ofChild.settleAndCheck();
        told.push([`${operation.kind}, ${fraction} done:`, ...unrest, ...wrong].join(' '));
        engine.endLives(copy);
        store?.rollback('cut');
      }
    };
    terminal.sell('12.34', cards.debit).waitForIdle();
    flash.onMutation = null;
    expect(told.length).toBeGreaterThanOrEqual(16);
    expect(told.filter((line) => !line.endsWith(':'))).toEqual([]);
    expect(witness.settleAndCheck()).toEqual({ unrest: [], wrong: [] });
  }, 300_000);

  test('a hundred sales leave no variable behind, and idle and sale stay within the gates of the design', () => {
    const peaks: Record<string, number> = {};
    let job = 'boot';
    const terminal = onEngine({
      onTurn: (life) => {
        if (job !== '') peaks[job] = Math.max(peaks[job] ?? 0, life.usage());
      },
    });
    terminal.powerOn();
    job = 'signIn';
    terminal.signIn();
    const idle = engine.life().usage();
    job = 'sale';
    terminal.sell('12.34', cards.debit).waitForIdle();
    job = '';
    const after: number[] = [];
    for (let n = 0; n < 100; n++) {
      // The same card and amount again would be asked about.
      terminal.sell(`1.${String(n).padStart(2, '0')}`, n % 2 ? cards.credit : cards.debit).waitForIdle();
      after.push(engine.life().usage());
    }
    console.info(
      `variables on the real engine: idle ${idle}, after a sale ${after[0]}, peaks ${JSON.stringify(peaks)}`,
    );
    // What is kept of the last sale depends on its card; larger numbers take a variable more.
    after.forEach((usage, n) => expect(Math.abs(usage - after[n % 2])).toBeLessThanOrEqual(20));
    expect(idle).toBeLessThanOrEqual(4000);
    expect(peaks['sale']).toBeLessThanOrEqual(6000);
  }, 300_000);
});
