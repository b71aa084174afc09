/** A scenario as it is run: a World's beginnings and a list of steps, each with the line it stands on. */
import type { TerminalSettings } from '../../firmware/settings';
import type { SwipeOptions } from '../devices/stripe-head';
import type { PartNames } from '../parts';
import type { ProfileName } from '../processor-profiles';
import type { RuleName } from '../sweep/rules';

/** What must be true. Every part that is given counts. */
export interface Expectation {
  /** Runs until all of it is true, at most so long; 0: now. */
  readonly withinMs: number;
  readonly screen: readonly string[];
  readonly noScreen: readonly string[];
  readonly idle?: boolean;
  readonly lit?: boolean;
  readonly power?: 'on' | 'off';
  readonly pinpad: readonly string[];
  /** Fingerprint of all 128 × 64 pixels. */
  readonly pixels?: string;
  /** Beeps begun so far. */
  readonly beeps?: number;
  /** Number of slips so far. */
  readonly slips?: number;
  /** Texts of the last slip, or of slip `slipNumber` (from 1). */
  readonly slip: readonly string[];
  readonly noSlip: readonly string[];
  readonly slipNumber?: number;
  /** Fen by card. */
  readonly balances: readonly (readonly [string, number])[];
  /** All postings since the World began: `sale debit -100.00`. */
  readonly ledger?: readonly string[];
  /** What the center answered, in order: `0200 51`. */
  readonly exchanges?: readonly string[];
  readonly timeline: readonly string[];
  readonly noTimeline: readonly string[];
}

export type Action =
  | { readonly do: 'power'; readonly what: 'on' | 'off' | 'cut' }
  | { readonly do: 'signIn'; readonly operator: string; readonly password: string }
  | { readonly do: 'press'; readonly keys: readonly string[] }
  | { readonly do: 'pressPad'; readonly keys: readonly string[] }
  | { readonly do: 'hold'; readonly key: string; readonly forMs: number }
  | { readonly do: 'type'; readonly text: string }
  | {
      readonly do: 'swipe';
      readonly track1?: string;
      readonly track2: string;
      readonly track3: string;
      readonly options: SwipeOptions;
    }
  | { readonly do: 'pin'; readonly pin: string }
  | { readonly do: 'sell'; readonly amount: string; readonly card: string; readonly pin?: string }
  | { readonly do: 'wait'; readonly forMs: number }
  /** Until the World's clock says so; nothing where it is past. */
  | { readonly do: 'waitUntil'; readonly atMs: number }
  | { readonly do: 'waitScreen'; readonly text: string; readonly withinMs: number }
  | { readonly do: 'waitIdle'; readonly withinMs: number }
  | { readonly do: 'waitPin'; readonly withinMs: number }
  | { readonly do: 'waitSlips'; readonly count: number }
  | { readonly do: 'takeSlips' }
  /** Tears off what hangs out of the printer; it still counts as come out. */
  | { readonly do: 'tear' }
  | { readonly do: 'wake' }
  | {
      readonly do: 'fault';
      readonly device: string;
      readonly fault: string;
      readonly value: number;
      readonly afterMs: number;
      /** `0200 goes out`: when such a message next goes by. */
      readonly when?: string;
    }
  | { readonly do: 'centerFault'; readonly fault: string; readonly count: number; readonly mti: string }
  | { readonly do: 'clearCenterFaults' }
  | { readonly do: 'loseKeys' }
  | { readonly do: 'setBalance'; readonly card: string; readonly balanceFen: number }
  /** A robot clerk answers whatever the screen asks, at most so long; how far it comes is no failure. */
  | { readonly do: 'clerkToIdle'; readonly withinMs: number }
  | { readonly do: 'clerkSells'; readonly amount: string; readonly card: string; readonly withinMs: number }
  | { readonly do: 'clerkAsksBalance'; readonly card: string; readonly withinMs: number }
  /** The terminal comes to rest, sells once more, and every money rule holds, but for those of `except`. */
  | { readonly do: 'checkMoney'; readonly except: readonly RuleName[] }
  | { readonly do: 'expect'; readonly expectation: Expectation };

export interface ScenarioStep {
  readonly line: number;
  /** The step's word as written; never its value, which may be a PIN. */
  readonly word: string;
  readonly action: Action;
}

/** A parsed story: how the World begins, and its steps. */
export interface Scenario {
  readonly file: string;
  readonly name: string;
  readonly seed: number;
  readonly profile: ProfileName;
  readonly startsAt?: string;
  readonly parts: PartNames;
  readonly settings: Partial<TerminalSettings>;
  /** false: straight from the factory. */
  readonly provisioned: boolean;
  readonly steps: readonly ScenarioStep[];
}
