/**
 * What may happen to a terminal: clerks who sell, people who press anything, plugs pulled, devices, line and center that
 * fail. Every seed draws a mood first, which of these troubles it knows at all: a storm of everything at once hides what
 * two troubles alone would show.
 */
import { centerFaults } from '../../host/center/forced';
import { testCardList } from '../../host/center/test-cards';
import { keyNames } from '../key-names';
import type { ModemName } from '../parts';
import { deviceFaults } from '../scenario/faults';
import type { Action } from '../scenario/scenario';
import type { Terminal } from '../terminal';
import { SeededRandom } from '../world/seeded-random';

const DEVICES = ['network', 'modem', 'pinpad', 'printer'];
const DIAL_UP_DEVICES = [...DEVICES, 'phoneLine', 'nac'];
/** What `heal` of storm.ts cannot undo. */
const FOR_GOOD = ['tamper', 'repair'];
/** What a mobile modem does not know, and what a dial modem does not. */
const DIAL_UP_ONLY = ['deafToDtr'];
const MOBILE_ONLY = [
  ...['simAbsent', 'simPin', 'registration', 'signal', 'autobaud', 'pdpFail', 'refuse', 'connectSilent', 'sendFail'],
  ...['noPrompt', 'pdpDrop', 'badIpd', 'sms', 'undervoltage'],
];
/** Messages a fault of the center may wait for. */
const MTIS = ['*', '0200', '0400', '0800'];
const DAY_MS = 24 * 3_600_000;

/** A lost answer, and every reversal too: the terminal locks. */
const NO_WAY_BACK: readonly Action[] = [
  { do: 'centerFault', fault: 'silence', count: 1, mti: '0200' },
  { do: 'centerFault', fault: 'lost', count: 3, mti: '0400' },
];

type Move =
  'sell' | 'balance' | 'wait' | 'cut' | 'press' | 'swipe' | 'pad' | 'fault' | 'center' | 'newKeys' | 'nextDay';

export class Moves {
  private readonly random: SeededRandom;
  private readonly moves: readonly Move[];
  private readonly faults: readonly (readonly [string, string])[];
  private readonly cuts: boolean;

  constructor(seed: number, modem: ModemName) {
    this.random = new SeededRandom(seed * 7919);
    const { random } = this;
    const everything = random.below(8) === 0;
    const has = (): boolean => everything || random.below(2) === 0;
    this.cuts = has();
    const moves: Move[] = ['sell', 'sell', 'sell', 'sell', 'wait', 'wait'];
    if (this.cuts) moves.push('cut');
    if (has()) moves.push('press', 'press', 'swipe', 'pad');
    if (has()) moves.push('center', 'center', 'center');
    const devices = (modem === 'pstn' ? DIAL_UP_DEVICES : DEVICES).filter(has);
    const foreign = modem === 'pstn' ? MOBILE_ONLY : DIAL_UP_ONLY;
    this.faults = devices
      .flatMap((device) => deviceFaults[device].map((name): [string, string] => [device, name]))
      .filter(([device, name]) => !FOR_GOOD.includes(name) && !(device === 'modem' && foreign.includes(name)))
      .concat(devices.length > 1 ? [['flash', 'stuckBusy']] : []);
    if (devices.length > 0) moves.push('fault', 'fault');
    if (random.below(4) === 0) moves.push('newKeys');
    if (random.below(8) === 0) moves.push('nextDay');
    if (has()) moves.push('balance');
    this.moves = moves;
  }

  /** How the day begins: some storms begin at the log-in, and sign in within. */
  opening(): Action[] {
    const signIn: Action = { do: 'signIn', operator: '01', password: '0000' };
    return [{ do: 'power', what: 'on' }, ...(this.random.below(3) === 0 ? [] : [signIn])];
  }

  next(terminal: Terminal): readonly Action[] {
    if (!terminal.isOn) return this.switchOn();
    switch (this.pick(this.moves)) {
      case 'sell':
        return this.sell();
      case 'balance':
        return this.balance();
      case 'wait':
        return [this.waitMs(this.pick([10, 300, 2_000, 15_000, 65_000]) + this.random.below(1000))];
      case 'cut':
        return [{ do: 'power', what: 'cut' }];
      case 'press':
        return [
          { do: 'press', keys: [this.pick(keyNames), this.pick(keyNames), this.pick(['confirm', 'cancel', '1'])] },
        ];
      case 'swipe':
        return this.swipe();
      case 'pad':
        return [
          { do: 'pressPad', keys: [this.pick([...'0123456789']), this.pick(['1', 'clear', 'confirm', 'cancel'])] },
        ];
      case 'fault':
        return this.fault();
      case 'center':
        return this.centerFault();
      case 'newKeys':
        return terminal.center.terminals()[0]?.state === 'signedIn' ? [{ do: 'loseKeys' }] : [];
      case 'nextDay':
        return [this.waitMs(DAY_MS)];
    }
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.random.below(list.length)];
  }

  private waitMs(forMs: number): Action {
    return { do: 'wait', forMs };
  }

  /** Nobody may be there at the start: what it asks is then asked again at the next one. */
  private switchOn(): Action[] {
    const { random } = this;
    const alone: Action[] = random.below(3) === 0 ? [this.waitMs(70_000 + random.below(60_000))] : [];
    return [
      this.waitMs(random.below(5000)),
      { do: 'power', what: 'on' },
      ...alone,
      { do: 'clerkToIdle', withinMs: 300_000 },
    ];
  }

  private swipe(): Action[] {
    const { track2, track3 } = this.pick(testCardList);
    const options = { reverse: this.random.below(3) === 0, scratched: this.random.below(5) === 0 };
    return [{ do: 'swipe', track2, track3, options }];
  }

  private fault(): Action[] {
    const [device, fault] = this.pick(this.faults);
    const value = this.pick([0, 1, 2, 30]);
    return [{ do: 'fault', device, fault, value, afterMs: this.random.below(2) * this.random.below(8000) }];
  }

  private centerFault(): readonly Action[] {
    const { random } = this;
    if (random.below(8) === 0) return [{ do: 'fault', device: 'center', fault: 'silent', value: 1, afterMs: 0 }];
    if (random.below(6) === 0) return NO_WAY_BACK;
    const fault = this.pick(centerFaults);
    return [{ do: 'centerFault', fault, count: 1 + random.below(3), mti: this.pick(MTIS) }];
  }

  /** A clerk who has patience or not, with a cut in the middle now and then. */
  private sell(): Action[] {
    const { random } = this;
    const card = this.pick(testCardList).id;
    const amount = `${1 + random.below(90)}.${10 + random.below(89)}`;
    return [
      ...this.cutWithin(),
      { do: 'clerkToIdle', withinMs: 20_000 },
      { do: 'clerkSells', amount, card, withinMs: this.pick([5_000, 90_000, 90_000]) },
    ];
  }

  private balance(): Action[] {
    return [
      ...this.cutWithin(),
      { do: 'clerkToIdle', withinMs: 20_000 },
      { do: 'clerkAsksBalance', card: this.pick(testCardList).id, withinMs: this.pick([5_000, 90_000]) },
    ];
  }

  private cutWithin(): Action[] {
    if (!this.cuts || this.random.below(3) !== 0) return [];
    return [{ do: 'fault', device: 'power', fault: 'cut', value: 0, afterMs: this.random.below(12_000) }];
  }
}
