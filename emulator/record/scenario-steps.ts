/**
 * What somebody did at a terminal, as the steps of a scenario. Waits go by what the screen said when it was done, not by the
 * clock, so that the story still holds when something takes longer; only what was aimed at a moment (a cut, a fault) keeps
 * its distance from the screen it was aimed at.
 */
import { KEY_CANCEL } from '../../hal/devices';
import { testCardList } from '../../host/center/test-cards';
import { swipeUs } from '../devices/stripe-flux';
import { keyNames, keyNamed } from '../key-names';
import { deviceFaults, isCenterFault } from '../scenario/faults';
import { swipeOptions } from '../scenario/vocabulary';
import type { Seen } from './observations';

/** Times of emulator/terminal.ts: how long its actions take. */
const KEY_US = 120_000;
const AFTER_SWIPE_US = 100_000;
const POWER_ON_US = 3_220_000;
/** A finger that stays this long holds the key. */
const HOLD_US = 500_000;
const SWITCHES_ON_US = 2_000_000;
/** A pause that is worth telling though the screen stayed the same. */
const PAUSE_US = 4_000_000;
/** Stands in for a card of one's own: the center knows neither. */
const PLACEHOLDER = 'unknown';

interface Step {
  /** YAML behind the dash. */
  readonly text: string;
  /** How long it takes by itself. */
  readonly takesUs: number;
  /** It was aimed at a moment. */
  readonly isAimed: boolean;
}

const keyNameOf = (code: number): string => keyNames.find((name) => keyNamed(name) === code) ?? '';

function quoted(text: string): string {
  return /^[\w\u4e00-\u9fff][\w \u4e00-\u9fff]*$/.test(text) && !/^[\d.]+$/.test(text) ? text : JSON.stringify(text);
}

export function durationText(us: number): string {
  const ms = Math.max(0, Math.round(us / 100) / 10);
  return ms >= 10_000 ? `${(ms / 1000).toFixed(3).replace(/\.?0+$/, '')}s` : `${ms}ms`;
}

/** Of a row that a person would wait for: words rather than figures, which may be others the next time, or labels of keys. */
function isTelling(row: string): boolean {
  return !/ {3}/.test(row) && /[a-z\u4e00-\u9fff]{2}/i.test(row) && !/\d/.test(row) && !row.includes('*');
}

function figureless(rows: readonly string[]): string {
  return rows.map((row) => row.replace(/[\d*.]+/g, '').trim()).join('\n');
}

export class StepWriter {
  readonly lines: string[] = [];
  /** Cards of one's own were replaced. */
  replaced = false;
  private last: Seen | null = null;
  private lastStep: Step | null = null;
  private redDownUs = -1;
  private typed = '';
  private pin: string[] = [];
  private pinNeedsPlaceholder = false;

  constructor(private readonly idleRow: string) {}

  add(seen: Seen): void {
    const { door, what, args } = seen.input;
    if (door === 'pad') {
      this.endTyping();
      this.addPadKey(seen, keyNameOf(args[0] as number));
      return;
    }
    this.endPin();
    const key = door === 'keys' && what === 'press' ? keyNameOf(args[0] as number) : '';
    if (/^\d$/.test(key)) {
      this.addDigit(seen, key);
      return;
    }
    this.endTyping();
    if (door === 'keys' && what === 'down') {
      this.waitFor(seen, false);
      this.redDownUs = seen.input.atUs;
      this.remember(seen, { text: '', takesUs: 0, isAimed: false });
      return;
    }
    const step = this.stepOf(seen);
    if (!step) return;
    // Of a red key that goes up the wait was told when it went down.
    if (!(door === 'keys' && what === 'up')) this.waitFor(seen, step.isAimed);
    if (step.text !== '') this.lines.push(step.text);
    // What came on the screen while a key was held is news to whoever lets go of it.
    const isRelease = door === 'keys' && what === 'up' && this.last !== null;
    this.remember(isRelease ? { ...(this.last as Seen), input: seen.input } : seen, step);
  }

  end(): void {
    this.endPin();
    this.endTyping();
  }

  private remember(seen: Seen, step: Step): void {
    this.last = seen;
    this.lastStep = step;
  }

  private addDigit(seen: Seen, digit: string): void {
    if (!this.isSamePage(seen)) {
      this.endTyping();
      this.waitFor(seen, false);
    }
    this.typed += digit;
    this.remember(seen, { text: '', takesUs: KEY_US, isAimed: false });
  }

  private endTyping(): void {
    if (this.typed === '') return;
    this.lines.push(this.typed.length === 1 ? `press: '${this.typed}'` : `type: '${this.typed}'`);
    this.typed = '';
  }

  private addPadKey(seen: Seen, key: string): void {
    if (this.pin.length === 0) this.waitForPad(seen);
    this.pin.push(key);
    this.remember(seen, { text: '', takesUs: KEY_US, isAimed: false });
    if (key === 'confirm' || key === 'cancel') this.endPin();
  }

  private waitForPad(seen: Seen): void {
    if (seen.padAsks) this.lines.push('wait for pin');
    else this.waitFor(seen, false);
  }

  private endPin(): void {
    const keys = this.pin;
    this.pin = [];
    if (keys.length === 0) return;
    const before = this.lines[this.lines.length - 1] === 'wait for pin' ? 1 : 0;
    const pin = keys.slice(0, -1).join('');
    const isPlain = before > 0 && keys.at(-1) === 'confirm' && /^\d*$/.test(pin) && (pin === '' || pin.length >= 4);
    if (this.pinNeedsPlaceholder && /\d/.test(keys.join(''))) {
      // What was keyed belongs to a card that is not told either.
      this.lines.splice(this.lines.length - before, before, `pin: ${cardPin(PLACEHOLDER)}`);
    } else if (isPlain) this.lines.splice(-1, 1, pin === '' ? 'pin: none' : `pin: '${pin}'`);
    else if (before > 0 && keys.join() === 'cancel') this.lines.splice(-1, 1, 'pin: cancel');
    else this.lines.push(`press pad: [${keys.map((key) => (/^\d$/.test(key) ? `'${key}'` : key)).join(', ')}]`);
  }

  /** Nothing but figures changed since the last thing done, and that was not long ago. */
  private isSamePage({ rows, input, lit }: Seen): boolean {
    const { last } = this;
    if (!last || !lit || this.typed === '' || input.atUs - last.input.atUs > PAUSE_US) return false;
    return figureless(last.rows) === figureless(rows);
  }

  private waitFor(seen: Seen, isAimed: boolean): void {
    const { last, lastStep } = this;
    const { input, rows, lit, on, sinceUs } = seen;
    const before = last?.rows.join('\n') ?? '';
    const gapUs = last ? input.atUs - last.input.atUs - (lastStep?.takesUs ?? 0) : input.atUs;
    if (!on) {
      if (last?.on) this.lines.push('expect: { power: off, within: 5min }');
      if (gapUs > PAUSE_US) this.lines.push(`wait: ${durationText(gapUs)}`);
      return;
    }
    if (!lit) {
      if (last?.lit !== false) this.lines.push('expect: { lit: false, within: 5min }');
      return;
    }
    const isIdle = rows.includes(this.idleRow);
    const news = rows.filter((row) => isTelling(row) && !before.includes(row));
    const row = isIdle && !before.includes(this.idleRow) ? this.idleRow : news.sort((a, b) => b.length - a.length)[0];
    if (row !== undefined) {
      this.lines.push(row === this.idleRow ? 'wait for idle' : `wait for: ${quoted(row)}`);
      const aimUs = input.atUs - (sinceUs[row] ?? input.atUs);
      if (isAimed && aimUs > 0) this.lines.push(`wait: ${durationText(aimUs)}`);
      return;
    }
    const isWorthTelling = isAimed || gapUs > PAUSE_US || figureless(last?.rows ?? []) !== figureless(rows);
    if (isWorthTelling && gapUs > 0) this.lines.push(`wait: ${durationText(gapUs)}`);
  }

  /** null: nothing worth telling. */
  private stepOf({ input, on }: Seen): Step | null {
    const { door, what, args, atUs } = input;
    const aimed = (text: string): Step => ({ text, takesUs: 0, isAimed: true });
    switch (`${door}.${what}`) {
      case 'keys.press':
        return { text: `press: ${quoted(keyNameOf(args[0] as number))}`, takesUs: KEY_US, isAimed: false };
      case 'keys.hold':
        return this.held(args[0] as number, (args[1] as number) * 1000, on);
      case 'keys.up': {
        const downUs = this.redDownUs;
        this.redDownUs = -1;
        return downUs < 0 ? null : this.held(args[0] as number, atUs - downUs, this.last?.on ?? on);
      }
      case 'head.swipe':
        return this.swiped(args[0] as CardTracks, (args[1] ?? {}) as Record<string, unknown>);
      case 'inside.cutPower':
        return aimed('power cut');
      case 'printer.takePaper':
        return aimed('tear');
      case 'world.fault':
        return aimed(faultText(args as [string, string, number | undefined], ''));
      case 'world.faultAt': {
        const [dueUs, ...fault] = args as [number, string, string, number | undefined];
        return aimed(faultText(fault, `, in: ${durationText(dueUs - atUs)}`));
      }
      case 'center.setFault': {
        const [, fault, count = 1, mti = '*'] = args as [string, string, number?, string?];
        const type = mti === '*' ? '' : `, mti: '${mti}'`;
        return aimed(`fault: { device: center, fault: ${fault}, count: ${count}${type} }`);
      }
      case 'center.clearFaults':
        return aimed('clear center faults');
      case 'center.replaceKeys':
        return aimed('center replaces keys');
      case 'center.setBalance': {
        const [card, fen] = args as [string, number];
        return aimed(`set balance: { card: ${card}, balance: ${(fen / 100).toFixed(2)} }`);
      }
      default:
        return aimed(`# not told: ${door} ${what}`);
    }
  }

  private held(key: number, heldUs: number, wasOn: boolean): Step {
    if (key === KEY_CANCEL && !wasOn && heldUs >= SWITCHES_ON_US) {
      return { text: 'power on', takesUs: POWER_ON_US - heldUs, isAimed: false };
    }
    if (heldUs < HOLD_US) return { text: `press: ${keyNameOf(key)}`, takesUs: KEY_US, isAimed: false };
    const text = `hold: { key: ${keyNameOf(key)}, for: ${durationText(heldUs)} }`;
    return { text, takesUs: KEY_US, isAimed: false };
  }

  private swiped(tracks: CardTracks, options: Record<string, unknown>): Step {
    const card = testCardList.find((one) => isDrawn(one, tracks));
    const isTestCard = card !== undefined;
    if (!isTestCard) this.replaced = true;
    this.pinNeedsPlaceholder = !isTestCard;
    const id = isTestCard ? card.id : PLACEHOLDER;
    const given = Object.entries(options).filter(
      ([name, value]) => swipeOptions[name] && value !== undefined && value !== false,
    );
    const more = given.map(([name, value]) => `, ${name}: ${String(value)}`).join('');
    const remark = isTestCard ? '' : ' # a card of your own was drawn here: a test card stands in for it';
    const text = more === '' ? `swipe: ${id}${remark}` : `swipe: { card: ${id}${more} }${remark}`;
    return { text, takesUs: swipeUs(options) + AFTER_SWIPE_US, isAimed: false };
  }
}

interface CardTracks {
  readonly track1?: string;
  readonly track2?: string;
  readonly track3?: string;
}

function isDrawn(card: CardTracks, { track1 = '', track2 = '', track3 = '' }: CardTracks): boolean {
  return (card.track1 ?? '') === track1 && card.track2 === track2 && (card.track3 ?? '') === track3;
}

function cardPin(id: string): string {
  return `'${testCardList.find((card) => card.id === id)?.pin ?? ''}'`;
}

function faultText(
  [device, fault, value = 0]: readonly [string, string, (number | undefined)?],
  later: string,
): string {
  if (!deviceFaults[device]?.includes(fault) || isCenterFault(device, fault))
    return `# not told: ${device} ${fault} ${value}`;
  const isKey = device === 'keypad' && (fault === 'stuck' || fault === 'dead');
  const shown = isKey ? quoted(keyNameOf(value)) : String(value);
  return `fault: { device: ${device}, fault: ${fault}, value: ${shown}${later} }`;
}
