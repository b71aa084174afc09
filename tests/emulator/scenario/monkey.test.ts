/**
 * A monkey at every key, slot and plug, with devices, line and center failing as they like. Whatever it does: once all is
 * well again and a clerk has sold something, books, flash, paper and line tell one story (emulator/sweep/rules.ts).
 */
import { deviceFaults, isCenterFault } from '../../../emulator/scenario/faults';
import { FrameLog } from '../../../emulator/sweep/frame-log';
import { clerkSells, clerkToIdle } from '../../../emulator/sweep/robot-clerk';
import { balances, violations } from '../../../emulator/sweep/rules';
import { keyNames } from '../../../emulator/key-names';
import { cards, startTerminal, type Terminal, type TestCard } from '../../../emulator/terminal';
import { SeededRandom } from '../../../emulator/world/seeded-random';
import type { CenterFault } from '../../../host/center/types';

const ACTS = 40;
const SEEDS = parseInt(process.env['MONKEY_SEEDS'] ?? '40', 10);
const FIRST_SEED = parseInt(process.env['MONKEY_FIRST'] ?? '1', 10);
const cardList: readonly TestCard[] = Object.values(cards);
/** Not undone by what `heal` does, or no accident. */
const LASTING = ['flash', 'lcd', 'keypad', 'power'];
const FOR_GOOD = ['tamper', 'repair'];

const faults = Object.entries(deviceFaults)
  .filter(([device]) => !LASTING.includes(device))
  .flatMap(([device, names]) => names.map((name): [string, string] => [device, name]))
  .filter(([, name]) => !FOR_GOOD.includes(name))
  .concat([['flash', 'stuckBusy']]);

class Monkey {
  readonly done: string[] = [];
  private readonly random: SeededRandom;

  constructor(
    private readonly terminal: Terminal,
    seed: number,
  ) {
    this.random = new SeededRandom(seed * 7919);
  }

  act(): void {
    const { terminal, random } = this;
    const kind = random.below(13);
    if (kind === 0 && terminal.isOn) this.cut();
    else if (!terminal.isOn) {
      this.done.push('on');
      terminal.wait(random.below(5000)).powerOn();
    } else if (kind <= 2) this.press();
    else if (kind === 3) this.swipe();
    else if (kind <= 5) this.wait();
    else if (kind <= 7) this.fault();
    else if (kind === 8) this.pad();
    else if (kind === 9 && random.below(4) === 0 && terminal.center.terminals()[0]?.state === 'signedIn') {
      this.done.push('new keys');
      terminal.center.loseKeys();
    } else this.sell();
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.random.below(list.length)];
  }

  private cut(): void {
    this.done.push('cut');
    this.terminal.powerCut();
  }

  private press(): void {
    const keys = [this.pick(keyNames), this.pick(keyNames), this.pick(['confirm', 'cancel', '1'])];
    this.done.push(`press ${keys.join(' ')}`);
    this.terminal.press(...keys);
  }

  private swipe(): void {
    const options = { reverse: this.random.below(3) === 0, scratched: this.random.below(5) === 0 };
    const card = this.pick(cardList);
    this.done.push(`swipe ${card.id}`);
    this.terminal.swipe(card, options);
  }

  private wait(): void {
    const waitMs = this.pick([10, 300, 2_000, 15_000, 65_000]) + this.random.below(1000);
    this.done.push(`wait ${waitMs}`);
    this.terminal.wait(waitMs);
  }

  private pad(): void {
    const keys = [this.pick([...'0123456789']), this.pick(['1', 'clear', 'confirm', 'cancel'])];
    this.done.push(`pad ${keys.join(' ')}`);
    this.terminal.pinpad.press(...keys);
  }

  private fault(): void {
    const [device, name] = this.pick(faults);
    const value = this.pick([0, 1, 2, 30]);
    this.done.push(`${device} ${name} ${value}`);
    if (isCenterFault(device, name))
      this.terminal.center.fail(name as CenterFault, { count: 1 + this.random.below(3) });
    else this.terminal.fault(device, name, value, this.random.below(2) * this.random.below(8000));
  }

  /** Like a clerk, with a cut in the middle now and then. */
  private sell(): void {
    const { terminal, random } = this;
    const card = this.pick(cardList);
    const amount = `${1 + random.below(90)}.${10 + random.below(89)}`;
    this.done.push(`sell ${amount} ${card.id}`);
    if (random.below(3) === 0) terminal.world.faultAt(terminal.world.nowUs + random.below(12_000_000), 'power', 'cut');
    clerkToIdle(terminal, 20_000);
    if (terminal.isOn) clerkSells(terminal, amount, card, this.pick([5_000, 90_000]));
  }
}

function heal(terminal: Terminal): void {
  // What was to fail later fails now.
  terminal.wait(10_000);
  for (const device of ['network', 'modem', 'pinpad']) terminal.fault(device, 'well');
  terminal.fault('network', 'latency', 60).fault('modem', 'registration', 1).fault('modem', 'signal', 21);
  for (const fault of ['refill', 'close', 'cool', 'online']) terminal.fault('printer', fault);
  terminal.fault('flash', 'stuckBusy', 0).fault('center', 'silent', 0).center.clearFaults();
  terminal.powerCut().wait(200_000).powerOn();
}

const seeds = Array.from({ length: SEEDS }, (_, i) => FIRST_SEED + i);

test.each(seeds)('seed %d', (seed) => {
  const terminal = startTerminal({ seed, settings: { responseTimeoutMs: 20_000, connectTimeoutMs: 20_000 } });
  const opening = balances(terminal);
  const log = new FrameLog(terminal.world);
  const monkey = new Monkey(terminal, seed);
  terminal.powerOn().signIn();
  try {
    for (let i = 0; i < ACTS; i++) monkey.act();
    heal(terminal);
    if (!clerkToIdle(terminal)) terminal.fail('no idle');
    const approvedBefore = terminal.center.ledger().filter((row) => row.kind === 'sale').length;
    for (let i = 0; i < 3; i++) clerkSells(terminal, '1.00', cards.vip);
    expect(terminal.center.ledger().filter((row) => row.kind === 'sale').length).toBeGreaterThan(approvedBefore);
    // The monkey may have refused to print; frames that broke off hide answers from the log.
    const wrong = violations({ terminal, messages: log.messages, opening }).filter(
      (one) => !/came out|without an answer/.test(one),
    );
    expect(wrong).toEqual([]);
    const seen = JSON.stringify([terminal.timeline.described(), terminal.lcd.rows(), terminal.paper.slips()]);
    for (const card of cardList) expect(seen.includes(card.pan)).toBe(false);
  } catch (error) {
    throw new Error(`${monkey.done.join('; ')}\n${(error as Error).message}`, { cause: error });
  }
});
