/**
 * The headless face: a terminal on the desk of whoever writes a test. What a person does is a method, what a person sees
 * is a property; every action runs the World far enough that the terminal has noticed it, `waitFor` runs it on until the
 * screen says something. Time is virtual: a minute's wait costs nothing.
 *
 *     const terminal = startTerminal();
 *     terminal.powerOn().signIn();
 *     terminal.type('100.00').press('confirm').swipe(cards.debit).press('confirm');
 *     terminal.pinpad.enter('123456');
 *     terminal.waitForSlips(2);
 *     terminal.paper.lastSlip();
 */
import iconv from 'iconv-lite';
import { KEY_CANCEL } from '../hal/devices';
import { testCards, type TestCard } from '../host/center/test-cards';
import type { Slip } from './devices/escpos-printer';
import type { SwipeOptions } from './devices/stripe-head';
import { keyNamed } from './key-names';
import { TerminalWorld, type TerminalWorldOptions } from './terminal-world';
import { TimelineRecorder } from './timeline-view/recorder';

/** A person's pace: long enough for debounce and for the firmware to answer, in virtual time. */
const KEY_MS = 120;
const LONGEST_WAIT_MS = 300_000;
const POWER_HOLD_MS = 2_600;

export const cards = testCards;
export type { TestCard };

export class Terminal {
  readonly timeline: TimelineRecorder;

  constructor(readonly inside: TerminalWorld) {
    this.timeline = new TimelineRecorder(inside.world.timeline);
  }

  get world(): TerminalWorld['world'] {
    return this.inside.world;
  }

  get center(): TerminalWorld['center'] {
    return this.inside.center;
  }

  /** Lets time pass. */
  wait(durationMs: number): this {
    this.world.run(durationMs);
    return this;
  }

  /** Holds the red key until the supply is on, and waits for the first screen. */
  powerOn(): this {
    this.inside.keys.hold(KEY_CANCEL, POWER_HOLD_MS);
    return this.wait(POWER_HOLD_MS + 500);
  }

  /** The supply fails at once. */
  powerCut(): this {
    this.inside.cutPower();
    return this;
  }

  /** Presses keys by name: `confirm`, `cancel`, `1`, … */
  press(...names: string[]): this {
    for (const name of names) {
      this.inside.keys.press(keyNamed(name));
      this.wait(KEY_MS);
    }
    return this;
  }

  /** Keys digits; the point of an amount is not keyed, the terminal sets it. */
  type(text: string): this {
    if (!/^[0-9.]*$/.test(text)) throw new Error(`"${text}" cannot be keyed: digits and a point only`);
    for (const character of text) if (character !== '.') this.press(character);
    return this;
  }

  /** Logs the clerk in and confirms; the terminal then signs in with the center by itself. */
  signIn(operator = '01', password = '0000'): this {
    this.waitFor('操作员');
    this.type(operator).press('confirm').type(password).press('confirm');
    return this.waitForIdle();
  }

  swipe(card: Pick<TestCard, 'track2' | 'track3'>, options: SwipeOptions = {}): this {
    this.inside.head.swipe(card, options);
    return this.wait(KEY_MS);
  }

  /** A whole sale: amount, card, PIN where the card has one, both slips torn off; ends at idle. */
  sell(amount: string, card: TestCard): this {
    this.waitForIdle();
    this.press('1').type(amount).press('confirm').swipe(card).waitFor('确认').press('confirm');
    this.pinpad.waitFor();
    if (card.pin) this.pinpad.enter(card.pin);
    else this.pinpad.press('confirm');
    return this.waitForIdle();
  }

  readonly pinpad = {
    /** Waits until the pad asks for the PIN. */
    waitFor: (limitMs = LONGEST_WAIT_MS): this => {
      if (!this.world.runUntilReached(() => this.inside.pad.isAsking(), limitMs)) this.fail('the PIN pad never asked');
      return this;
    },
    press: (...names: string[]): this => {
      for (const name of names) {
        this.inside.pad.pressKey(keyNamed(name));
        this.wait(KEY_MS);
      }
      return this;
    },
    /** Waits for the question, keys the PIN and confirms. */
    enter: (pin: string): this => {
      this.pinpad.waitFor();
      return this.pinpad.press(...pin, 'confirm');
    },
    /** The pad's two rows, decoded. */
    rows: (): string[] => this.inside.pad.rows().map((row) => iconv.decode(Buffer.from(row, 'latin1'), 'gbk')),
  };

  readonly lcd = {
    /** The four rows, decoded, without trailing blanks. */
    rows: (): string[] => this.inside.lcd.text(),
    text: (): string => this.inside.lcd.text().join('\n'),
  };

  readonly paper = {
    slips: (): readonly Slip[] => this.inside.printer.slips(),
    /** Text of the slip that came out last; '' when there is none. */
    lastSlip: (): string => {
      const slips = this.inside.printer.slips();
      const last = slips[slips.length - 1];
      return last ? last.lines.map((line) => line.text).join('\n') : '';
    },
  };

  /** Runs until the screen holds `text`; throws with screen, timeline and seed when it never does. */
  waitFor(text: string, limitMs = LONGEST_WAIT_MS): this {
    if (!this.world.runUntilReached(() => this.lcd.text().includes(text), limitMs)) {
      this.fail(`the screen never said "${text}"`);
    }
    return this;
  }

  /** Runs until the idle screen is back, pressing nothing. */
  waitForIdle(limitMs = LONGEST_WAIT_MS): this {
    return this.waitFor('请刷卡', limitMs);
  }

  waitForSlips(count: number, limitMs = LONGEST_WAIT_MS): this {
    if (!this.world.runUntilReached(() => this.paper.slips().length >= count, limitMs)) {
      this.fail(`${this.paper.slips().length} slips came out, not ${count}`);
    }
    return this;
  }

  /** Makes a device fail, now or after `afterMs`. */
  fault(device: string, fault: string, value = 0, afterMs = 0): this {
    if (afterMs > 0) this.world.faultAt(this.world.nowUs + afterMs * 1000, device, fault, value);
    else this.world.fault(device, fault, value);
    return this;
  }

  private fail(what: string): never {
    throw new Error(
      `${what}\n--- screen\n${this.lcd.text()}\n--- last on the wires\n${this.timeline.tail(25)}\n--- seed ${this.world.seed}`,
    );
  }
}

/** A terminal in a World of its own, dark, with the test center at the far end. */
export function startTerminal(options: TerminalWorldOptions = {}): Terminal {
  return new Terminal(new TerminalWorld(options));
}
