/**
 * The headless face: a terminal on the desk of whoever writes a test. What a person does is a method, what a person sees
 * is a property; every action runs the World far enough that the terminal has noticed it, `waitFor` runs it on until the
 * screen says something. Time is virtual: a minute's wait costs nothing. Whatever does not come true throws a
 * `TerminalError` with the screen, the masked timeline and the seed.
 *
 *     const terminal = startTerminal();
 *     terminal.powerOn().signIn();
 *     terminal.press('1').type('100.00').press('confirm').swipe(cards.debit).press('confirm');
 *     terminal.pinpad.enter('123456');
 *     terminal.takeSlips();
 *     terminal.paper.lastSlip();
 */
import { createHash } from 'node:crypto';
import iconv from 'iconv-lite';
import { T_LCD_AMOUNT, T_LCD_BRAND, T_LCD_CARD_CONFIRM, T_LCD_IDLE_HINT } from '../firmware/texts/ids';
import { T_LCD_OPERATOR, T_LCD_SAME_AGAIN, T_LCD_SHUTDOWN_ASK, T_LCD_TEAR } from '../firmware/texts/ids';
import { testCards, type TestCard } from '../host/center/test-cards';
import { slipText, type Slip } from './devices/paper';
import type { StripeCard, SwipeOptions } from './devices/stripe-card';
import { swipeUs } from './devices/stripe-flux';
import { createCenterFace, type CenterFace } from './headless/center-face';
import { checkOptions } from './headless/check-options';
import { createScreenTexts, type ScreenTexts } from './headless/screen-texts';
import { TerminalError } from './headless/terminal-error';
import { keyNamed } from './key-names';
import { faultWhenMessage } from './message-trigger';
import { valueUnsaid } from './scenario/faults';
import { TerminalWorld, type TerminalWorldOptions } from './terminal-world';
import { TimelineRecorder } from './timeline-view/recorder';

/** A person's pace: long enough for debounce and for the firmware to answer, in virtual time. */
const KEY_MS = 120;
/** Behind a card's way through the slot. */
const AFTER_SWIPE_MS = 100;
const LONGEST_WAIT_MS = 300_000;
const POWER_HOLD_MS = 2_600;
const SHOWN_PIECES = 25;

/** The test cards by name, as the center knows them: `cards.debit`, `cards.credit`, `cards.expired`, … */
export const cards = testCards;
export { TerminalError };
export type { CenterFace, Slip, StripeCard, SwipeOptions, TestCard };

/** How a terminal and its World begin; all of it optional. */
export interface TerminalOptions extends TerminalWorldOptions {
  /** Keep the last pieces on the wires for error messages; default true. `timeline.start()` begins it later. */
  readonly record?: boolean;
}

/** What `sell` does otherwise than by default. */
export interface SaleOptions {
  /** Keyed in place of the card's own PIN; '' presses confirm without one. */
  readonly pin?: string;
}

/** A terminal on the desk: what a person does is a method, what a person sees a property. Made by `startTerminal`. */
export class Terminal {
  /** Faults of `faultWhen` whose message has not gone by, in their order. */
  readonly owedFaults = new Set<{ readonly when: string; readonly device: string; readonly fault: string }>();
  /** What crossed the wires, decoded and masked. */
  readonly timeline: TimelineRecorder;
  /** The acquiring center: accounts, ledger, exchanges, and ways to make it fail. */
  readonly center: CenterFace;
  private readonly texts: ScreenTexts;
  private tornSlips: readonly Slip[] = [];

  constructor(
    /** Everything under the hood: the World, each fake device, the store. */
    readonly inside: TerminalWorld,
    options: { readonly record?: boolean } = {},
  ) {
    this.timeline = new TimelineRecorder(inside.world.timeline, inside.lcd);
    if (options.record !== false) this.timeline.start();
    this.center = createCenterFace(inside.center, inside.settings.terminalId);
    this.texts = createScreenTexts(inside.settings.english);
  }

  get world(): TerminalWorld['world'] {
    return this.inside.world;
  }

  get isOn(): boolean {
    return this.inside.power.state.supplyOn;
  }

  /** Lets time pass. */
  wait(durationMs: number): this {
    this.world.run(durationMs);
    return this;
  }

  /** Holds the red key until the supply is on, and waits for the first screen. */
  powerOn(): this {
    if (this.isOn) this.fail('the terminal is on already');
    return this.hold('cancel', POWER_HOLD_MS).wait(500);
  }

  /** Holds the red key at the idle screen and confirms the shutdown page. */
  powerOff(): this {
    if (!this.isOn) this.fail('the terminal is off already');
    this.hold('cancel', POWER_HOLD_MS).waitFor(this.texts(T_LCD_SHUTDOWN_ASK)).press('confirm');
    if (!this.reach(() => !this.isOn, LONGEST_WAIT_MS)) this.fail('the supply never went off');
    return this;
  }

  /** The supply fails at once. */
  powerCut(): this {
    this.inside.cutPower();
    return this;
  }

  /**
   * Presses keys by name: `confirm`, `cancel`, `clear`, `1`, … (emulator/key-names.ts). A dark screen (30 s without a
   * key) takes the first one as a wish for light, as a real one does: see `wake`.
   */
  press(...names: string[]): this {
    for (const name of names) {
      this.inside.keys.press(keyNamed(name));
      this.wait(KEY_MS);
    }
    return this;
  }

  /** Holds one key down. */
  hold(name: string, durationMs: number): this {
    this.inside.keys.hold(keyNamed(name), durationMs);
    return this.wait(durationMs + KEY_MS);
  }

  /** Keys digits; the point of an amount is not keyed, the terminal sets it. */
  type(text: string): this {
    if (!/^[0-9.]*$/.test(text)) throw new Error('digits and a point only can be typed on this keypad');
    for (const character of text) if (character !== '.') this.press(character);
    return this;
  }

  /** Presses clear where the screen went dark: that key lights it and does nothing else. */
  wake(): this {
    return this.isOn && !this.lcd.isLit() ? this.press('clear') : this;
  }

  /** Logs the clerk in; the terminal then signs in with the center by itself, where the day needs it. */
  signIn(operator = '01', password = '0000'): this {
    this.waitFor(this.texts(T_LCD_OPERATOR)).wake();
    this.type(operator).press('confirm').type(password).press('confirm');
    return this.waitForIdle();
  }

  /** Plugs the key loader into the PIN pad, which gets the TMK that the center has. */
  loadKey(): this {
    this.inside.keyLoader.load();
    return this;
  }

  /** Draws a card through the slot: a test card, or tracks of your own; `options` turn, scratch or spoil it. */
  swipe(card: StripeCard, options: SwipeOptions = {}): this {
    this.inside.head.swipe(card, options);
    return this.wait(swipeUs(options) / 1000 + AFTER_SWIPE_MS);
  }

  /**
   * A whole sale from idle to idle: amount, card, PIN where the card has one, each slip torn off as it comes. Says
   * nothing about its outcome: look at slips, screen and center.
   */
  sell(amount: string, card: TestCard, options: SaleOptions = {}): this {
    const pin = options.pin ?? card.pin;
    this.waitForIdle().wake().press('1');
    this.waitForOr(this.texts(T_LCD_AMOUNT), 'the sale did not begin');
    this.type(amount).press('confirm').swipe(card);
    this.waitForOr(this.texts(T_LCD_CARD_CONFIRM), 'the card was not taken').press('confirm');
    this.allowSecondSwipe();
    if (pin === '') this.pinpad.waitFor().pinpad.press('confirm');
    else this.pinpad.enter(pin);
    return this.takeSlips();
  }

  /** Tears off what hangs out of the printer. It stays in `paper.slips()`. */
  tear(): this {
    this.tornSlips = this.paper.slips();
    this.inside.printer.takePaper();
    return this;
  }

  /** Runs until idle, tearing slips off as the terminal asks for it. */
  takeSlips(limitMs = LONGEST_WAIT_MS): this {
    const tear = this.texts(T_LCD_TEAR);
    return this.untilIdle(limitMs, () => this.inside.lcd.row(0) === tear);
  }

  /** The customer's side. Its actions give the terminal back. */
  readonly pinpad = {
    /** Waits until the pad asks for the PIN. */
    waitFor: (limitMs = LONGEST_WAIT_MS): Terminal => {
      if (!this.reach(() => this.inside.pad.isAsking(), limitMs)) this.fail('the PIN pad never asked');
      return this;
    },
    press: (...names: string[]): Terminal => {
      for (const name of names) {
        this.inside.pad.pressKey(keyNamed(name));
        this.wait(KEY_MS);
      }
      return this;
    },
    /** Waits for the question, keys the PIN and confirms. */
    enter: (pin: string): Terminal => {
      this.pinpad.waitFor();
      return this.pinpad.press(...pin, 'confirm');
    },
    /** The pad's two rows, decoded. */
    rows: (): string[] => this.inside.pad.rows().map((row) => iconv.decode(Buffer.from(row, 'latin1'), 'gbk')),
  };

  readonly lcd = {
    /** The four rows, decoded, without trailing blanks; empty ones while the panel is off. */
    rows: (): string[] => this.inside.lcd.text(),
    text: (): string => this.inside.lcd.text().join('\n'),
    /** False once the back light went out. */
    isLit: (): boolean => this.inside.lcd.lit(),
    /** 16 hex digits that stand for all 128 × 64 pixels: equal screens have equal ones. */
    fingerprint: (): string => createHash('sha256').update(this.inside.lcd.pixels()).digest('hex').slice(0, 16),
  };

  readonly paper = {
    /** Every slip so far, oldest first. */
    slips: (): readonly Slip[] => [...this.tornSlips, ...this.inside.printer.slips()],
    /** Text of a slip, counted from 1; '' when there is none. */
    slip: (number: number): string => {
      const slip = this.paper.slips()[number - 1];
      return slip ? slipText(slip).join('\n') : '';
    },
    /** Text of the slip that came out last; '' when there is none. */
    lastSlip: (): string => this.paper.slip(this.paper.slips().length),
  };

  /** Runs until the screen holds `text`. */
  waitFor(text: string, limitMs = LONGEST_WAIT_MS): this {
    const said = this.watch(() => this.lcd.text().includes(text));
    if (!this.reach(said, limitMs)) this.fail(`the screen never said "${text}"`);
    return this;
  }

  /** True at the idle screen, in either language; false while the screen is dark. */
  isIdle(): boolean {
    const { lcd } = this.inside;
    return lcd.row(3).trim() === this.texts(T_LCD_IDLE_HINT) && lcd.row(0).trim() === this.texts(T_LCD_BRAND);
  }

  /** Runs until the idle screen is back, answering nothing; lights a dark screen to see it. */
  waitForIdle(limitMs = LONGEST_WAIT_MS): this {
    return this.untilIdle(limitMs, () => false);
  }

  waitForSlips(count: number, limitMs = LONGEST_WAIT_MS): this {
    if (!this.reach(() => this.paper.slips().length >= count, limitMs)) {
      this.fail(`${this.paper.slips().length} slips came out, not ${count}`);
    }
    return this;
  }

  /** Makes a device fail, now or after `afterMs`; each device's `onFault` lists its faults. */
  fault(device: string, fault: string, value = valueUnsaid(fault), afterMs = 0): this {
    if (afterMs > 0) this.world.faultAt(this.world.nowUs + Math.round(afterMs * 1000), device, fault, value);
    else this.world.fault(device, fault, value);
    return this;
  }

  /** Makes a device fail when a message next goes by: `faultWhen('0200 goes out', 'power', 'cut')`. */
  faultWhen(when: string, device: string, fault: string, value = valueUnsaid(fault)): this {
    const wanted = { when, device, fault };
    faultWhenMessage(this.inside, when, device, fault, value, () => this.owedFaults.delete(wanted));
    this.owedFaults.add(wanted);
    return this;
  }

  /** Runs until `reached`, at most `limitMs`; says whether it was. */
  reach(reached: () => boolean, limitMs: number): boolean {
    return this.world.runUntilReached(reached, limitMs);
  }

  /** Throws a `TerminalError` with what can be seen and what went over the wires. */
  fail(what: string): never {
    throw new TerminalError(what, {
      screen: this.lcd.rows(),
      timeline: this.timeline.tail(SHOWN_PIECES).split('\n'),
      seed: this.world.seed,
    });
  }

  /** Frees the center's store; the terminal cannot be used any more. For those who start hundreds. */
  close(): void {
    this.inside.store?.close();
  }

  /** Runs until idle; a screen for which `isAnswered` says so is answered with confirm, a dark one is lit. */
  private untilIdle(limitMs: number, isAnswered: () => boolean): this {
    const endUs = this.world.nowUs + limitMs * 1000;
    const isDark = (): boolean => this.isOn && !this.lcd.isLit();
    const stops = this.watch(() => this.isIdle() || isDark() || isAnswered());
    for (;;) {
      const leftMs = (endUs - this.world.nowUs) / 1000;
      const stopped = leftMs >= 0 && this.reach(stops, leftMs);
      if (!stopped) this.fail('the idle screen never came');
      if (isDark()) this.wake();
      else if (this.isIdle()) return this;
      else this.press('confirm');
    }
  }

  /** The same card and amount as a moment ago is meant where a test says so. */
  private allowSecondSwipe(): void {
    const asks = (): boolean => this.lcd.text().includes(this.texts(T_LCD_SAME_AGAIN));
    const stops = this.watch(() => this.isIdle() || asks());
    this.reach(() => this.inside.pad.isAsking() || stops(), LONGEST_WAIT_MS);
    if (asks()) this.press('confirm');
  }

  /** As `waitFor`, but ends at once when the terminal gives up and goes back to idle. */
  private waitForOr(text: string, otherwise: string): this {
    const said = (): boolean => this.lcd.text().includes(text);
    const ended = this.watch(() => said() || this.isIdle());
    if (!this.reach(ended, LONGEST_WAIT_MS) || !said()) this.fail(otherwise);
    return this;
  }

  /** `seen`, which looks at nothing but the screen, asked anew only when the screen has changed. */
  private watch(seen: () => boolean): () => boolean {
    let changes = -1;
    let answer = false;
    return () => {
      const now = this.inside.lcd.changes();
      if (now !== changes) {
        changes = now;
        answer = seen();
      }
      return answer;
    };
  }
}

/** A terminal in a World of its own, dark, with the test center at the far end. */
export function startTerminal(options: TerminalOptions = {}): Terminal {
  checkOptions(options);
  return new Terminal(new TerminalWorld(options), options);
}
