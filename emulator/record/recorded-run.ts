/** A run as it is kept: how its World began, what reached it from outside, what its wires carried. */
import type { TerminalSettings } from '../../firmware/settings';
import type { PadBattery } from '../devices/pad-keys';
import type { PartNames } from '../parts';
import type { ProfileName } from '../processor-profiles';
import type { TerminalWorld } from '../terminal-world';
import type { Input } from './inputs';
import { listenToInputs } from './inputs';
import { WireDigest, type WireRecord } from './wire-digest';

/** What a World begins with besides its seed. */
export interface Beginning {
  readonly seed: number;
  /** 14 digits. */
  readonly startsAt: string;
  readonly parts: PartNames;
  readonly profile: ProfileName;
  /** False: the terminal knows only what is in its own flash and pad. */
  readonly provisioned: boolean;
  readonly settings: Partial<TerminalSettings>;
}

/** What a terminal that was used before remembers, and its center: all of it as bytes in base64. */
export interface FormerState {
  readonly flash: string | null;
  readonly battery: PadBattery | null;
  /** The center's database, and the key that opens it. */
  readonly centerDatabase: string;
  readonly centerKey: string;
}

export interface RecordedRun {
  readonly beginning: Beginning;
  /** null: a new terminal and a new test center. */
  readonly former: FormerState | null;
  readonly inputs: readonly Input[];
  readonly end: { readonly steps: number; readonly atUs: number };
  readonly wires: WireRecord;
}

/** Notes a run from its World's beginning on. */
export class RunRecorder {
  readonly inputs: Input[] = [];
  private readonly wires: WireDigest;
  private readonly stop: () => void;

  /** `hear`: told of every input before it takes effect. */
  constructor(
    private readonly inside: TerminalWorld,
    hear: (input: Input) => void = () => undefined,
  ) {
    this.wires = new WireDigest(inside.world);
    this.stop = listenToInputs(inside, (input) => {
      this.inputs.push(input);
      hear(input);
    });
  }

  end(beginning: Beginning, former: FormerState | null = null): RecordedRun {
    this.stop();
    const { steps, nowUs } = this.inside.world;
    return { beginning, former, inputs: this.inputs, end: { steps, atUs: nowUs }, wires: this.wires.end() };
  }
}

interface CardTracks {
  readonly track1?: string;
  readonly track2?: string;
  readonly track3?: string;
}

/** True when a card was drawn that is none of the test cards: what it holds must not lie about. */
export function holdsOwnCards(inputs: readonly Input[], testCards: readonly CardTracks[]): boolean {
  return inputs.some(({ door, what, args }) => {
    if (door !== 'head') return false;
    if (what !== 'swipe') return true;
    const { track1 = '', track2 = '', track3 = '' } = (args[0] ?? {}) as CardTracks;
    return !testCards.some(
      (card) => card.track2 === track2 && [card.track1, ''].includes(track1) && [card.track3, ''].includes(track3),
    );
  });
}
