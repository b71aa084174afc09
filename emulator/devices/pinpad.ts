/**
 * The fake PIN pad: a secure element on two serial ports that speaks docs/protocol/pinpad.md and computes as
 * docs/protocol/security.md says, with OpenSSL. Its battery keeps the keys without supply; card and PIN live in RAM. A
 * person presses its keys with `pressKey` and reads its `rows`.
 */
import type { Bytes } from '../../hal/bytes';
import { byte } from '../../hal/bytes';
import { KEY_CANCEL, KEY_CLEAR, KEY_CONFIRM } from '../../hal/devices';
import * as pad from '../../hal/pad-commands';
import type { World } from '../world/world';
import { card, type PadCard } from './pad-card';
import { encryptTrack, pinBlock, shortestTrack, sm4PinBlock } from './pad-crypto';
import {
  acceptTmk,
  freshBattery,
  keyStatus,
  keyStatusWithCheckValue,
  loadWorkingKeys,
  seal,
  unseal,
  type PadBattery,
} from './pad-keys';
import type { PadWire, PinPadDevice } from './pad-device';
import { addToMac, beginMac, endMac, knowsMode, type PadMac } from './pad-mac';
import { freshPort, PadPort, type PortFaults, type PortState } from './pad-port';
import { chineseWords, englishWords, pinRows, shownRows, type PadRows, type PadWords } from './pad-screen';

const PROTOCOL_VERSION = 1;
const MAIN_BYTE_US = 10_000_000 / 19_200;
const LOADER_BYTE_US = 10_000_000 / 9_600;
const CARD_HELD_US = 180_000_000;

const EVENT_RESEND_MAIN = 0;
const EVENT_RESEND_LOADER = 1;
const EVENT_PIN_TIMEOUT = 2;
const EVENT_SLOW_COMMAND = 3;
const EVENT_STARTED = 4;

interface PinEntry {
  sequence: number;
  flags: number;
  shortest: number;
  longest: number;
  amount: string;
  /** PAN at the start, '' for a block without one. */
  pan: string;
  digits: string;
}

interface PadState {
  powered: boolean;
  battery: PadBattery;
  main: PortState;
  loader: PortState;
  card: PadCard | null;
  cardUntilUs: number;
  pin: PinEntry | null;
  /** Number of the newest PIN entry; older time-outs are void. */
  entries: number;
  /** null when no MAC runs. */
  mac: PadMac | null;
  rows: PadRows;
  /** The terminal that greeted it is an English one. */
  english: boolean;
  faults: PortFaults;
  slowMs: number;
}

export interface FakePinPadOptions {
  /** Eight ASCII characters. */
  readonly serial?: string;
}

const noFaults: PortFaults = { silent: false, garble: 0, nak: 0, drop: 0, dropAck: 0, duplicate: 0 };

/** Commands that a pad whose case was opened still takes. */
function isHarmless(command: number): boolean {
  return (
    command === pad.PAD_HELLO || command === pad.PAD_CANCEL || command === pad.PAD_KEY_STATUS || command === pad.PAD_END
  );
}

export class FakePinPad implements PinPadDevice {
  readonly name = 'pinpad';
  state: PadState;
  private readonly target: number;
  private readonly serial: string;
  private readonly mainPort: PadPort;
  private readonly loaderPort: PadPort;
  private mainWire: PadWire | null = null;
  private loaderWire: PadWire | null = null;

  constructor(
    private readonly world: World,
    options: FakePinPadOptions = {},
  ) {
    this.serial = (options.serial ?? 'CUPPAD01').padEnd(8).slice(0, 8);
    this.state = {
      powered: true,
      battery: freshBattery(world.random.bytes(32)),
      main: freshPort(),
      loader: freshPort(),
      card: null,
      cardUntilUs: 0,
      pin: null,
      entries: 0,
      mac: null,
      rows: [...chineseWords.idle],
      english: false,
      faults: { ...noFaults },
      slowMs: 0,
    };
    this.target = world.add(this);
    this.mainPort = new PadPort(
      this.owner(EVENT_RESEND_MAIN, (bytes) => this.mainWire?.send(bytes)),
      () => this.state.main,
      MAIN_BYTE_US,
    );
    this.loaderPort = new PadPort(
      this.owner(EVENT_RESEND_LOADER, (bytes) => this.loaderWire?.send(bytes)),
      () => this.state.loader,
      LOADER_BYTE_US,
    );
  }

  get battery(): PadBattery {
    return this.state.battery;
  }

  set battery(battery: PadBattery) {
    this.state.battery = battery;
  }

  connectMain(wire: PadWire): void {
    this.mainWire = wire;
  }

  connectLoader(wire: PadWire | null): void {
    this.loaderWire = wire;
    this.state.loader = { ...freshPort(), transmission: this.state.loader.transmission + 1 };
  }

  onUart(bytes: Bytes, wire: PadWire): void {
    if (!this.state.powered) return;
    if (wire === this.loaderWire) this.loaderPort.receive(bytes);
    else {
      this.mainWire = wire;
      this.mainPort.receive(bytes);
    }
  }

  rows(): PadRows {
    return this.state.powered ? [...this.state.rows] : shownRows('');
  }

  isAsking(): boolean {
    return this.state.powered && this.state.pin !== null;
  }

  pressKey(key: number): void {
    const { pin, powered } = this.state;
    if (!pin || !powered) return;
    if (key === KEY_CANCEL) this.endPin(pad.PAD_STATUS_CANCELLED);
    else if (key === KEY_CONFIRM) this.confirmPin(pin);
    else {
      const before = pin.digits.length;
      if (key === KEY_CLEAR) pin.digits = pin.digits.slice(0, -1);
      else if (key >= 48 && key <= 57 && before < pin.longest) pin.digits += String.fromCharCode(key);
      if (pin.digits.length === before) return;
      this.state.rows = pinRows(this.words(), pin.amount, pin.digits.length, pin.longest);
      this.mainPort.event(pad.PAD_EVENT_PROGRESS, byte(pin.digits.length));
    }
  }

  onEvent(kind: number, value: number, bytes: Bytes): void {
    if (!this.state.powered) return;
    if (kind === EVENT_RESEND_MAIN) this.mainPort.resend(value);
    else if (kind === EVENT_RESEND_LOADER) this.loaderPort.resend(value);
    else if (kind === EVENT_PIN_TIMEOUT) {
      if (this.state.pin && value === this.state.entries) this.endPin(pad.PAD_STATUS_TIMEOUT);
    } else if (kind === EVENT_SLOW_COMMAND) {
      const { lastSequence, lastAnswer } = this.state.main;
      if (value === lastSequence && lastAnswer === '') this.run(bytes.charCodeAt(0), bytes.slice(1), value);
    } else if (kind === EVENT_STARTED) this.mainPort.event(pad.PAD_EVENT_STARTED, '');
  }

  onPower(on: boolean): void {
    if (on === this.state.powered) return;
    this.restart();
    this.state.powered = on;
    if (on) this.world.after(0, this.target, EVENT_STARTED);
  }

  /**
   * `silent`; counts of frames: `garble`, `nak`, `drop`, `dropAck`, `duplicate`; `slow` (ms for each command); `noise`
   * (random bytes sent now); `restart` (its supply blinks); `keyloss` (working keys gone); `tamper` (case opened, all
   * keys gone) and `repair`; `well` ends what troubles the line.
   */
  onFault(fault: string, value: number): void {
    const { state } = this;
    const count = value > 0 ? value : 1;
    if (fault === 'silent') state.faults.silent = true;
    else if (
      fault === 'garble' ||
      fault === 'nak' ||
      fault === 'drop' ||
      fault === 'dropAck' ||
      fault === 'duplicate'
    ) {
      state.faults[fault] = count;
    } else if (fault === 'slow') state.slowMs = count;
    else if (fault === 'noise') this.mainWire?.send(this.world.random.bytes(count));
    else if (fault === 'restart') {
      this.onPower(false);
      this.onPower(true);
    } else if (fault === 'keyloss') state.battery = { ...state.battery, pik: '', mak: '', tdk: '' };
    else if (fault === 'tamper') {
      this.endPin(pad.PAD_STATUS_TAMPERED);
      state.battery = { ...freshBattery(''), tampered: true };
      state.mac = null;
      this.forgetCard();
    } else if (fault === 'repair') {
      state.battery = freshBattery(this.world.random.bytes(32));
      state.rows = [...this.words().idle];
    } else if (fault === 'well') {
      state.faults = { ...noFaults };
      state.slowMs = 0;
    } else throw new Error(`the PIN pad has no fault ${fault}`);
  }

  private owner(resendKind: number, send: (bytes: Bytes) => void): ConstructorParameters<typeof PadPort>[0] {
    return {
      nowUs: () => this.world.nowUs,
      send,
      resendAfter: (delayUs, transmission) => this.world.after(delayUs, this.target, resendKind, transmission),
      faults: () => this.state.faults,
      command: (command, data, sequence) => {
        if (resendKind === EVENT_RESEND_LOADER) this.runLoader(command, data, sequence);
        else if (this.state.slowMs === 0) this.run(command, data, sequence);
        else
          this.world.after(this.state.slowMs * 1000, this.target, EVENT_SLOW_COMMAND, sequence, byte(command) + data);
      },
    };
  }

  /** Forgets what is in RAM. */
  private restart(): void {
    const { state } = this;
    state.main = { ...freshPort(), transmission: state.main.transmission + 1 };
    state.loader = { ...freshPort(), transmission: state.loader.transmission + 1 };
    state.card = null;
    state.pin = null;
    state.entries++;
    state.mac = null;
    state.english = false;
    this.showIdle();
  }

  private words(): PadWords {
    return this.state.english ? englishWords : chineseWords;
  }

  private showIdle(): void {
    const words = this.words();
    this.state.rows = [...(this.state.battery.tampered ? words.tamper : words.idle)];
  }

  private runLoader(command: number, data: Bytes, sequence: number): void {
    const { battery } = this.state;
    let answer = byte(pad.PAD_STATUS_BAD_REQUEST);
    if (command === pad.PAD_HELLO) answer = this.hello();
    else if (command === pad.PAD_KEY_STATUS) answer = byte(pad.PAD_OK) + byte(keyStatus(battery));
    else if (command === pad.PAD_LOAD_TMK) {
      const status = battery.tampered ? pad.PAD_STATUS_TAMPERED : acceptTmk(battery, data);
      answer = byte(status) + (status === pad.PAD_OK ? byte(keyStatus(battery)) : '');
    }
    this.loaderPort.answer(sequence, command, answer);
  }

  private hello(): Bytes {
    return byte(pad.PAD_OK) + byte(PROTOCOL_VERSION) + byte(keyStatus(this.state.battery)) + this.serial;
  }

  private run(command: number, data: Bytes, sequence: number): void {
    const { state } = this;
    let answer: Bytes | null;
    if (command === pad.PAD_HELLO) {
      // A terminal that says hello has just started: nothing it left behind goes on.
      state.pin = null;
      state.english = data.charCodeAt(0) === pad.PAD_IN_ENGLISH;
      this.forgetCard();
      state.mac = null;
      answer = this.hello();
    } else if (command === pad.PAD_CANCEL) {
      if (state.pin) this.endPin(pad.PAD_STATUS_CANCELLED);
      answer = byte(pad.PAD_OK);
    } else if (state.pin) answer = byte(pad.PAD_STATUS_BUSY);
    else if (state.battery.tampered && !isHarmless(command)) answer = byte(pad.PAD_STATUS_TAMPERED);
    else answer = this.perform(command, data, sequence);
    if (answer !== null) this.mainPort.answer(sequence, command, answer);
  }

  /** The answer with its status, or null when it comes later. */
  private perform(command: number, data: Bytes, sequence: number): Bytes | null {
    const { state } = this;
    const { battery } = state;
    switch (command) {
      case pad.PAD_LOAD_KEYS:
        return loadWorkingKeys(battery, data);
      case pad.PAD_KEY_STATUS:
        return byte(pad.PAD_OK) + (data === '' ? byte(keyStatus(battery)) : keyStatusWithCheckValue(battery));
      case pad.PAD_CARD:
        return this.takeCard(data);
      case pad.PAD_PIN:
        return this.askPin(data, sequence);
      case pad.PAD_TRACKS:
        return this.tracks();
      case pad.PAD_END:
        this.forgetCard();
        return byte(pad.PAD_OK);
      case pad.PAD_MAC:
        return this.mac(data);
      case pad.PAD_SEAL:
        return seal(battery, data, this.world.random);
      case pad.PAD_UNSEAL:
        return unseal(battery, data);
      case pad.PAD_SHOW:
        if (data.length > 32) break;
        state.rows = shownRows(data);
        return byte(pad.PAD_OK);
    }
    return byte(pad.PAD_STATUS_BAD_REQUEST);
  }

  private heldCard(): PadCard | null {
    const { state } = this;
    if (state.card && this.world.nowUs >= state.cardUntilUs) state.card = null;
    if (state.card) state.cardUntilUs = this.world.nowUs + CARD_HELD_US;
    return state.card;
  }

  private forgetCard(): void {
    this.state.card = null;
    this.showIdle();
  }

  private takeCard(data: Bytes): Bytes {
    this.state.card = card(data);
    this.state.cardUntilUs = this.world.nowUs + CARD_HELD_US;
    return byte(this.state.card ? pad.PAD_OK : pad.PAD_STATUS_BAD_REQUEST);
  }

  private askPin(data: Bytes, sequence: number): Bytes | null {
    const { state } = this;
    const flags = data.charCodeAt(0);
    const shortest = data.charCodeAt(1);
    const longest = data.charCodeAt(2);
    const seconds = data.charCodeAt(3);
    const amount = data.slice(4);
    if (
      !/^[0-9]{12}$/.test(amount) ||
      flags > 3 ||
      shortest < 4 ||
      longest < shortest ||
      longest > 12 ||
      seconds === 0
    ) {
      return byte(pad.PAD_STATUS_BAD_REQUEST);
    }
    if (state.battery.pik === '') return byte(pad.PAD_STATUS_NO_KEY);
    const held = this.heldCard();
    const withPan = (flags & pad.PIN_WITH_PAN) !== 0;
    if (withPan && !held) return byte(pad.PAD_STATUS_NO_CARD);
    state.pin = { sequence, flags, shortest, longest, amount, pan: withPan && held ? held.pan : '', digits: '' };
    state.rows = pinRows(this.words(), amount, 0, longest);
    this.world.after(seconds * 1_000_000, this.target, EVENT_PIN_TIMEOUT, ++state.entries);
    return null;
  }

  private confirmPin(pin: PinEntry): void {
    const count = pin.digits.length;
    const { pik, algorithm } = this.state.battery;
    const blockOf = algorithm === pad.PAD_ALGORITHM_SM4 ? sm4PinBlock : pinBlock;
    if (count === 0 && pin.flags & pad.PIN_MAY_BYPASS) this.endPin(pad.PAD_STATUS_BYPASS);
    else if (count < pin.shortest) return;
    // The key may have been lost since the question.
    else if (pik === '') this.endPin(pad.PAD_STATUS_NO_KEY);
    else this.endPin(pad.PAD_OK, blockOf(pik, pin.digits, pin.pan));
  }

  private endPin(status: number, block: Bytes = ''): void {
    const { pin } = this.state;
    if (!pin) return;
    this.state.pin = null;
    this.state.rows = [...this.words().wait];
    this.mainPort.answer(pin.sequence, pad.PAD_PIN, byte(status) + block);
  }

  private tracks(): Bytes {
    const { tdk, algorithm } = this.state.battery;
    if (tdk === '') return byte(pad.PAD_STATUS_NO_KEY);
    const held = this.heldCard();
    if (!held) return byte(pad.PAD_STATUS_NO_CARD);
    let answer = byte(pad.PAD_OK);
    for (const track of [held.track2, held.track3]) {
      if (track !== '' && track.length < shortestTrack(algorithm)) return byte(pad.PAD_STATUS_BAD_REQUEST);
      answer += byte(track.length) + (track === '' ? '' : encryptTrack(tdk, track, algorithm));
    }
    return answer;
  }

  private mac(data: Bytes): Bytes {
    const { state } = this;
    const { mak, algorithm } = state.battery;
    const flags = data.charCodeAt(0);
    const mode = flags >> pad.MAC_MODE_SHIFT;
    const begins = (flags & pad.MAC_FIRST) !== 0;
    // Only the first part says the mode.
    if (data.length === 0 || data.length > 511 || (mode !== 0 && !begins)) return byte(pad.PAD_STATUS_BAD_REQUEST);
    if (mak === '') return byte(pad.PAD_STATUS_NO_KEY);
    if (begins) state.mac = beginMac(mode, algorithm);
    const { mac } = state;
    if (!mac || !knowsMode(algorithm, mac.mode)) return byte(pad.PAD_STATUS_BAD_REQUEST);
    addToMac(mac, mak, data.slice(1));
    if (!(flags & pad.MAC_LAST)) return byte(pad.PAD_OK);
    state.mac = null;
    return byte(pad.PAD_OK) + endMac(mac, mak);
  }
}
