/**
 * The analogue line of the shop and the exchange behind it, as a modem sees them: feeding voltage, dial tone, busy tone,
 * ringing, a far end that answers, and a carrier of 2400 bit/s (ITU-T V.22 bis) without error correction. One line, one
 * call at a time. Signals and times as in ITU-T Q.35 and E.180; docs/devices/pstn.md.
 */
import type { Bytes } from '../hal/bytes';
import type { World, WorldDevice } from './world/world';

/** The modem at the shop's end. */
export interface LineUser {
  /** Voltage or a lifted phone changed. */
  onSense(): void;
  onBusyTone(): void;
  /** The far end's bell rings (true); somebody lifted, or nobody will. */
  onRingback(on: boolean): void;
  onCarrier(): void;
  onCarrierLost(): void;
  onBytes(bytes: Bytes): void;
  /** A ring of an incoming call begins (true) or ends. */
  onRing(on: boolean): void;
}

/** Whoever answers with a modem at the other end. */
export interface LineHost {
  onCall(): void;
  onCallBytes(bytes: Bytes): void;
  onCallEnd(): void;
}

export const LINE_BITS_PER_SECOND = 2400;
/** Ten bits a byte, start and stop with it. */
const BYTE_US = 10_000_000 / LINE_BITS_PER_SECOND;

/** Off the hook until the exchange hums. */
const TONE_US = 300_000;
const ROUTE_US = 700_000;
/** Long enough to be sure of a busy tone's cadence. */
const CADENCE_US = 1_500_000;
const ANSWER_US = 1_600_000;
/** Answer tone and training of V.22 bis. */
const TRAINING_US = 4_200_000;
const PROPAGATION_US = 15_000;
const RING_US = 1_000_000;
const RING_PAUSE_US = 4_000_000;

const ON_HOOK = 0;
const OFF_HOOK = 1;
const RINGING = 2;
const SILENT = 3;
const TRAINING = 4;
const CARRIER = 5;

const EVENT_ROUTED = 0;
const EVENT_BUSY = 1;
const EVENT_ANSWERED = 2;
const EVENT_TRAINED = 3;
const EVENT_UP = 4;
const EVENT_DOWN = 5;
const EVENT_CLEARED = 6;
const EVENT_HOST_LOST = 7;
const EVENT_RING = 8;
const EVENT_RING_END = 9;

interface LineFaults {
  /** The exchange gives no dial tone. */
  noTone: boolean;
  /** The next calls meet a busy tone, nobody, or a voice. */
  busy: number;
  noAnswer: number;
  noCarrier: number;
  /** The next bursts have one wrong byte each. */
  noise: number;
  trainingMs: number;
  /** The carrier is lost after so many more bytes; -1 never. */
  cutUpBytes: number;
  cutDownBytes: number;
}

interface PhoneLineState {
  plugged: boolean;
  /** Another phone on the same line is off the hook. */
  lifted: boolean;
  phase: number;
  offHookAtUs: number;
  digits: string;
  /** Number of the seizure: events of an earlier one are void. */
  call: number;
  leaving: { startUs: number; bytes: Bytes }[];
  upFreeUs: number;
  downFreeUs: number;
  ringsLeft: number;
  faults: LineFaults;
}

function noLineFaults(): LineFaults {
  return {
    noTone: false,
    busy: 0,
    noAnswer: 0,
    noCarrier: 0,
    noise: 0,
    trainingMs: 0,
    cutUpBytes: -1,
    cutDownBytes: -1,
  };
}

export class PhoneLine implements WorldDevice {
  readonly name = 'phoneLine';
  state: PhoneLineState = {
    plugged: true,
    lifted: false,
    phase: ON_HOOK,
    offHookAtUs: 0,
    digits: '',
    call: 0,
    leaving: [],
    upFreeUs: 0,
    downFreeUs: 0,
    ringsLeft: 0,
    faults: noLineFaults(),
  };
  private readonly target: number;
  private readonly hosts: Record<string, LineHost> = {};
  private anyone: LineHost | undefined;
  private user: LineUser | null = null;

  constructor(
    private readonly world: World,
    /** Digits that an office exchange wants for a line to the outside; '' on a line of its own. */
    private readonly outsideLine = '',
  ) {
    this.target = world.add(this);
  }

  connect(user: LineUser): void {
    this.user = user;
  }

  /** Puts a host behind a number; part of the World's shape, not of its state. */
  listen(number: string, host: LineHost): void {
    this.hosts[number] = host;
  }

  /** Puts a host behind every number. */
  listenEverywhere(host: LineHost): void {
    this.anyone = host;
  }

  // --- the modem's side -----------------------------------------------------------------------------------------------

  hasVoltage(): boolean {
    return this.state.plugged;
  }

  isLifted(): boolean {
    return this.state.plugged && this.state.lifted;
  }

  seize(): void {
    const { state } = this;
    state.phase = OFF_HOOK;
    this.world.note(this.name, 'off hook');
    state.offHookAtUs = this.world.nowUs;
    state.digits = '';
    state.call++;
    state.ringsLeft = 0;
  }

  hasDialTone(): boolean {
    const { plugged, lifted, phase, offHookAtUs, faults } = this.state;
    return plugged && !lifted && !faults.noTone && phase === OFF_HOOK && this.world.nowUs >= offHookAtUs + TONE_US;
  }

  /** The last digit went out. `digits` with `,` where the modem paused. */
  dialled(digits: string): void {
    this.state.digits = digits;
    this.world.note(this.name, `dialled ${digits}`);
    this.later(EVENT_ROUTED, ROUTE_US);
  }

  sendUp(bytes: Bytes): void {
    const { state, world } = this;
    if (state.phase !== CARRIER) return;
    const startUs = Math.max(world.nowUs, state.upFreeUs);
    state.upFreeUs = Math.ceil(startUs + bytes.length * BYTE_US);
    state.leaving.push({ startUs, bytes });
    world.at(state.upFreeUs + PROPAGATION_US, this.target, EVENT_UP, state.call);
  }

  /** On hook, or dead: what is on its way to the far end still arrives, up to the last whole byte. */
  release(): void {
    const { state, world } = this;
    if (state.phase === ON_HOOK) return;
    if (state.phase === CARRIER) {
      for (const { startUs, bytes } of state.leaving.splice(0)) {
        const sent = Math.floor((world.nowUs - startUs) / BYTE_US);
        if (sent > 0) this.host()?.onCallBytes(bytes.slice(0, sent));
      }
      this.world.after(PROPAGATION_US, this.target, EVENT_HOST_LOST, 0, this.number());
    }
    state.phase = ON_HOOK;
    state.call++;
    this.world.note(this.name, 'on hook');
  }

  // --- the far end's side ---------------------------------------------------------------------------------------------

  sendDown(bytes: Bytes): void {
    const { state, world } = this;
    if (state.phase !== CARRIER) return;
    const startUs = Math.max(world.nowUs, state.downFreeUs);
    state.downFreeUs = Math.ceil(startUs + bytes.length * BYTE_US);
    world.at(state.downFreeUs + PROPAGATION_US, this.target, EVENT_DOWN, state.call, bytes);
  }

  /** The far end hangs up once everything it sent is through. */
  clear(): void {
    const { state, world } = this;
    const atUs = Math.max(world.nowUs, state.downFreeUs) + PROPAGATION_US;
    if (state.phase === CARRIER) world.at(atUs, this.target, EVENT_CLEARED, state.call);
  }

  // --- inside ---------------------------------------------------------------------------------------------------------

  onEvent(kind: number, call: number, bytes: Bytes): void {
    if (kind === EVENT_HOST_LOST) (this.hosts[bytes] ?? this.anyone)?.onCallEnd();
    else if (kind === EVENT_RING) this.ring();
    else if (kind === EVENT_RING_END) this.user?.onRing(false);
    else if (call !== this.state.call) return;
    else if (kind === EVENT_ROUTED) this.routed();
    else if (kind === EVENT_BUSY) this.user?.onBusyTone();
    else if (kind === EVENT_ANSWERED) this.answered();
    else if (kind === EVENT_TRAINED) this.trained();
    else if (kind === EVENT_UP) this.arriveUp();
    else if (kind === EVENT_DOWN) this.arriveDown(bytes);
    else if (kind === EVENT_CLEARED) this.loseCarrier(false);
  }

  /**
   * Lasting, 0 ends it: `unplug`, `lift` (another phone), `noTone`, `training` (ms more). Counts of what comes next:
   * `busy`, `noAnswer`, `noCarrier` (calls), `noise` (bursts with a wrong byte). `cutUp`, `cutDown` (bytes until the
   * carrier is lost), `carrierLoss` (now), `ring` (an incoming call of so many rings), `well` (ends them all).
   */
  onFault(fault: string, value: number): void {
    const { state } = this;
    const { faults } = state;
    if (fault === 'unplug') this.sense(value === 0, state.lifted);
    else if (fault === 'lift') this.sense(state.plugged, value !== 0);
    else if (fault === 'noTone') faults.noTone = value !== 0;
    else if (fault === 'training') faults.trainingMs = value;
    else if (fault === 'cutUp') faults.cutUpBytes = value;
    else if (fault === 'cutDown') faults.cutDownBytes = value;
    else if (fault === 'carrierLoss') this.loseCarrier(true);
    else if (fault === 'ring') {
      state.ringsLeft = value > 0 ? value : 1;
      this.ring();
    } else if (fault === 'well') {
      state.faults = noLineFaults();
      this.sense(true, false);
    } else if (fault === 'busy' || fault === 'noAnswer' || fault === 'noCarrier' || fault === 'noise') {
      faults[fault] = value > 0 ? value : 1;
    } else throw new Error(`the phone line has no fault ${fault}`);
  }

  private sense(plugged: boolean, lifted: boolean): void {
    const { state } = this;
    state.plugged = plugged;
    state.lifted = lifted;
    // A second phone takes the carrier down as surely as a pulled plug.
    if (!plugged || lifted) this.loseCarrier(true);
    this.user?.onSense();
  }

  private routed(): void {
    const { state } = this;
    if (!state.plugged) return;
    if (this.spend('busy')) this.later(EVENT_BUSY, CADENCE_US);
    else if (this.host() === undefined && !this.isOutside()) this.later(EVENT_BUSY, CADENCE_US);
    else {
      state.phase = RINGING;
      this.user?.onRingback(true);
      if (!this.spend('noAnswer')) this.later(EVENT_ANSWERED, ANSWER_US);
    }
  }

  /** An announcement ("the number you dialled…") or a person is as good as silence. */
  private answered(): void {
    const { state } = this;
    const isVoice = this.host() === undefined || this.spend('noCarrier');
    state.phase = isVoice ? SILENT : TRAINING;
    this.user?.onRingback(false);
    if (!isVoice) this.later(EVENT_TRAINED, TRAINING_US + state.faults.trainingMs * 1000);
  }

  private trained(): void {
    const { state, world } = this;
    if (state.phase !== TRAINING || !state.plugged || state.lifted) return;
    state.phase = CARRIER;
    this.world.note(this.name, `carrier, ${LINE_BITS_PER_SECOND} bit/s`);
    state.leaving = [];
    state.upFreeUs = world.nowUs;
    state.downFreeUs = world.nowUs;
    this.user?.onCarrier();
    this.host()?.onCall();
  }

  private arriveUp(): void {
    const { state } = this;
    const burst = state.leaving.shift();
    if (!burst) return;
    const { bytes, rest } = this.cut(this.disturb(burst.bytes), 'cutUpBytes');
    if (bytes !== '') this.host()?.onCallBytes(bytes);
    if (rest) this.loseCarrier(true);
  }

  private arriveDown(arrived: Bytes): void {
    const { bytes, rest } = this.cut(this.disturb(arrived), 'cutDownBytes');
    if (bytes !== '') this.user?.onBytes(bytes);
    if (rest) this.loseCarrier(true);
  }

  private disturb(bytes: Bytes): Bytes {
    if (!this.spend('noise')) return bytes;
    const at = this.world.random.bytes(2);
    const index = ((at.charCodeAt(0) << 8) | at.charCodeAt(1)) % bytes.length;
    const wrong = String.fromCharCode(bytes.charCodeAt(index) ^ (1 << (at.charCodeAt(1) & 7)));
    return bytes.slice(0, index) + wrong + bytes.slice(index + 1);
  }

  private cut(bytes: Bytes, direction: 'cutUpBytes' | 'cutDownBytes'): { bytes: Bytes; rest: boolean } {
    const { faults } = this.state;
    const leftBytes = faults[direction];
    if (leftBytes < 0) return { bytes, rest: false };
    faults[direction] = bytes.length < leftBytes ? leftBytes - bytes.length : -1;
    return { bytes: bytes.slice(0, leftBytes), rest: bytes.length >= leftBytes };
  }

  /** Both ends, or only ours where the far end has hung up, notice that the carrier is gone. */
  private loseCarrier(both: boolean): void {
    const { state } = this;
    if (state.phase !== CARRIER) {
      if (state.phase > OFF_HOOK && both) state.phase = SILENT;
      return;
    }
    state.phase = SILENT;
    this.world.note(this.name, 'carrier lost');
    state.leaving = [];
    if (both) this.world.after(PROPAGATION_US, this.target, EVENT_HOST_LOST, 0, this.number());
    this.user?.onCarrierLost();
  }

  private ring(): void {
    const { state, world } = this;
    if (state.ringsLeft <= 0 || !state.plugged || state.lifted || state.phase !== ON_HOOK) return;
    state.ringsLeft--;
    this.user?.onRing(true);
    world.after(RING_US, this.target, EVENT_RING_END);
    world.after(RING_US + RING_PAUSE_US, this.target, EVENT_RING);
  }

  /** The number that the public exchange got: an office exchange swallows its digits, and what comes too soon. */
  private number(): string {
    const { digits } = this.state;
    if (this.outsideLine === '') return digits.replace(/,/g, '');
    return digits.startsWith(`${this.outsideLine},`) ? digits.slice(this.outsideLine.length).replace(/,/g, '') : '';
  }

  private isOutside(): boolean {
    return this.number() !== '';
  }

  private host(): LineHost | undefined {
    return this.hosts[this.number()] ?? this.anyone;
  }

  private later(kind: number, delayUs: number): void {
    this.world.after(delayUs, this.target, kind, this.state.call);
  }

  private spend(fault: 'busy' | 'noAnswer' | 'noCarrier' | 'noise'): boolean {
    const { faults } = this.state;
    if (faults[fault] <= 0) return false;
    faults[fault]--;
    return true;
  }
}
