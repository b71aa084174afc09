/**
 * The headless face at wall speed: a terminal whose printer, modem or PIN pad may be real parts on serial ports, and whose
 * host may be a foreign one. What a person does is a method that resolves when it is done; what a person sees is on
 * `terminal` (screen, paper, timeline), whose own methods must not be called: they run virtual time.
 */
import { keyNamed } from '../key-names';
import { startTerminal, type StripeCard, type SwipeOptions, type Terminal, type TerminalOptions } from '../terminal';
import { swipeUs } from '../devices/stripe-flux';
import type { PortSettings } from './port-settings';
import { closeRealParts, openRealParts, type RealPartName, type RealParts } from './real-parts';
import { WallClock } from './wall-clock';

/** Those of `startTerminal`, and the ports. */
export interface WallSpeedOptions extends Omit<TerminalOptions, 'realParts'> {
  /** Real parts by the port they are on; what is not named is emulated. */
  readonly ports?: { readonly [Part in RealPartName]?: PortSettings };
}

const KEY_MS = 120;
const POWER_HOLD_MS = 2_600;
const LONGEST_WAIT_MS = 60_000;

/** A terminal at wall speed: what a person does is a method that resolves when it is done. */
export class WallTerminal {
  private readonly clock: WallClock;

  constructor(
    /** What can be seen. */
    readonly terminal: Terminal,
    private readonly parts: RealParts,
  ) {
    this.clock = new WallClock(terminal.world);
  }

  async wait(durationMs: number): Promise<void> {
    await this.clock.until(() => false, durationMs);
  }

  /** Resolves when `reached`; rejects with a `TerminalError` where that takes too long. */
  async until(reached: () => boolean, what: string, limitMs = LONGEST_WAIT_MS): Promise<void> {
    if (!(await this.clock.until(reached, limitMs))) this.terminal.fail(what);
  }

  async waitFor(text: string, limitMs?: number): Promise<void> {
    await this.until(() => this.terminal.lcd.text().includes(text), `the screen never said "${text}"`, limitMs);
  }

  async waitForIdle(limitMs?: number): Promise<void> {
    await this.until(() => this.terminal.isIdle(), 'the idle screen never came', limitMs);
  }

  /** Holds the red key until the supply is on. */
  async powerOn(): Promise<void> {
    const { inside } = this.terminal;
    inside.keys.hold(keyNamed('cancel'), POWER_HOLD_MS);
    await this.until(() => this.terminal.isOn, 'the supply never came on');
    await this.wait(KEY_MS);
  }

  /** Presses keys by name: `confirm`, `1`, … */
  async press(...names: string[]): Promise<void> {
    for (const name of names) {
      this.terminal.inside.keys.press(keyNamed(name));
      await this.wait(KEY_MS);
    }
  }

  /** Keys digits; a point is left out. */
  async type(text: string): Promise<void> {
    if (!/^[0-9.]*$/.test(text)) throw new Error('digits and a point only can be typed on this keypad');
    await this.press(...text.replace(/\./g, ''));
  }

  async swipe(card: StripeCard, options: SwipeOptions = {}): Promise<void> {
    this.terminal.inside.head.swipe(card, options);
    await this.wait(swipeUs(options) / 1000);
  }

  /** Keys a PIN at the emulated pad, once it asks; a real one has keys of its own. */
  async enterPin(pin: string): Promise<void> {
    if (this.parts.pinpad) throw new Error('the PIN pad is a real one: press its own keys');
    const { pad } = this.terminal.inside;
    await this.until(() => pad.isAsking(), 'the PIN pad never asked');
    for (const key of [...pin, 'confirm']) {
      pad.pressKey(keyNamed(key));
      await this.wait(KEY_MS);
    }
  }

  /** Stops the time and gives the ports back. */
  async close(): Promise<void> {
    this.clock.stop();
    this.terminal.inside.foreignHost?.close();
    this.terminal.close();
    await closeRealParts(this.parts);
  }
}

/** Opens the ports and puts a dark terminal there. Rejects with an Error of one sentence where a port cannot be had. */
export async function startAtWallSpeed({ ports = {}, ...options }: WallSpeedOptions = {}): Promise<WallTerminal> {
  const realParts = await openRealParts(ports);
  try {
    return new WallTerminal(startTerminal({ ...options, realParts }), realParts);
  } catch (error) {
    await closeRealParts(realParts);
    throw error;
  }
}
