/**
 * The fake dial modem: a Hayes-compatible V.22 bis part on an analogue line. ITU-T V.250 (V.25 ter) for commands, results
 * and the escape; EIA-232 lines /DTR, /DCD and /RING, and the line sense of its line interface (/LINE, /PHONE).
 * Stricter than many: with &D2 it does not dial while /DTR is high, and any byte from the terminal ends a dial.
 */
import type { Bytes } from '../../hal/bytes';
import type { LineUser, PhoneLine } from '../phone-line';
import type { GpioDevice, GpioLines } from '../world/gpio-lines';
import type { UartDevice } from '../world/uart-wire';
import type { World } from '../world/world';
import type { ModemWire } from './gprs-modem';
import { LATER, obeyLine } from './pstn-modem-commands';
import * as pstn from './pstn-modem-state';

const LINE_LIMIT_BYTES = 256;
const COMMAND_US = 3_000;
const READY_US = 500_000;
const TONE_LIMIT_US = 5_000_000;
const TONE_POLL_US = 100_000;
const HANG_UP_US = 60_000;
const SECOND_US = 1_000_000;

const EVENT_REPLY = 0;
const EVENT_READY = 1;
const EVENT_TONE = 2;
const EVENT_DIALLED = 3;
const EVENT_S7 = 4;
const EVENT_LOST = 5;
const EVENT_ESCAPE = 6;
const EVENT_DTR_OFF = 7;

const DCD = 1;
const RING = 2;
const LINE = 4;
const PHONE = 8;
const ALL_HIGH = 0xf;

export class PstnModem implements LineUser, UartDevice, GpioDevice {
  readonly name = 'modem';
  state: pstn.PstnModemState;
  private readonly target: number;
  private wire: ModemWire | null = null;
  private status: Pick<GpioLines, 'drive'> | null = null;

  constructor(
    private readonly world: World,
    private readonly line: PhoneLine,
    /** Without control lines (a pty) /DTR counts as low. */
    options: { readonly off?: boolean; readonly dtr?: boolean } = {},
  ) {
    this.state = {
      ...pstn.freshPstnSession(),
      powered: !options.off,
      listening: !options.off,
      dtr: options.dtr === true,
      life: 0,
      faults: pstn.noPstnFaults(),
    };
    this.target = world.add(this);
    line.connect(this);
  }

  connect(wire: ModemWire): void {
    this.wire = wire;
  }

  /** Plugs the control lines in. */
  wireControl(dtr: Pick<GpioLines, 'connect'>, status: Pick<GpioLines, 'drive'>): void {
    dtr.connect(this);
    this.status = status;
    this.drive();
  }

  lights(): { power: boolean; network: boolean; online: boolean } {
    const { powered, carrier } = this.state;
    return { power: powered, network: powered && this.line.hasVoltage(), online: carrier };
  }

  onUart(bytes: Bytes, wire: ModemWire): void {
    this.wire = wire;
    const { state } = this;
    if (!state.powered || !state.listening || state.faults.silent) return;
    let at = 0;
    while (at < bytes.length) {
      if (state.mode === pstn.MODE_ONLINE) {
        this.takeData(bytes.slice(at));
        return;
      }
      at = this.takeCommand(bytes, at);
    }
  }

  onGpio(levels: number): void {
    const on = (levels & 1) === 0;
    const { state } = this;
    if (on === state.dtr) return;
    state.dtr = on;
    if (!on && state.powered) this.world.after(this.register(25) * 10_000, this.target, EVENT_DTR_OFF, state.life);
  }

  onPower(on: boolean): void {
    if (on === this.state.powered) return;
    this.end();
    this.state.powered = on;
    this.drive();
    if (on) this.later(EVENT_READY, READY_US);
  }

  onEvent(kind: number, value: number, bytes: Bytes): void {
    const { state } = this;
    if (kind === EVENT_REPLY || kind === EVENT_READY || kind === EVENT_DTR_OFF) {
      if (value !== state.life || !state.powered) return;
      if (kind === EVENT_REPLY) this.wire?.send(bytes);
      else if (kind === EVENT_READY) state.listening = true;
      else this.dtrOff();
    } else if (value === state.attempt && state.powered) this.callEvent(kind, bytes);
  }

  // --- the line -------------------------------------------------------------------------------------------------------

  onSense(): void {
    this.drive();
  }

  onBusyTone(): void {
    const { mode, profile } = this.state;
    if (mode !== pstn.MODE_CALLING) return;
    if (profile.level >= 3) this.fail(pstn.RESULT_BUSY);
  }

  onRingback(on: boolean): void {
    this.state.ringback = on;
  }

  onCarrier(): void {
    const { state } = this;
    if (state.mode !== pstn.MODE_CALLING) return;
    state.mode = pstn.MODE_ONLINE;
    state.carrier = true;
    state.attempt++;
    state.escapes = 0;
    state.lastDataUs = this.world.nowUs;
    this.drive();
    this.result(state.profile.level === 0 ? pstn.RESULT_CONNECT : pstn.RESULT_CONNECT_2400);
  }

  onCarrierLost(): void {
    if (this.state.carrier) this.laterCall(EVENT_LOST, this.register(10) * 100_000);
  }

  onBytes(bytes: Bytes): void {
    const { mode, faults } = this.state;
    if (mode === pstn.MODE_ONLINE && !faults.stall) this.wire?.send(bytes);
  }

  onRing(on: boolean): void {
    const { state } = this;
    if (!state.powered || !state.listening) return;
    state.ringing = on;
    this.drive();
    if (on && state.mode === pstn.MODE_COMMAND) this.result(pstn.RESULT_RING);
  }

  // --- for the commands -----------------------------------------------------------------------------------------------

  /** An information line. */
  tell(text: Bytes): void {
    this.sendAfter(COMMAND_US, this.state.profile.verbose ? `\r\n${text}\r\n` : `${text}\r\n`);
  }

  /** A dial string: digits and modifiers. */
  beginDial(text: Bytes): number {
    const { state } = this;
    if (state.mode === pstn.MODE_ESCAPED) return pstn.RESULT_ERROR;
    const dial = text.startsWith('L') ? state.digits : text.replace(/[^0-9*#ABCD,TPW!@;]/g, '');
    if (state.profile.dtrAction === 2 && !state.dtr) return pstn.RESULT_NO_CARRIER;
    state.thenCommand = dial.endsWith(';');
    state.digits = dial.replace(/;/g, '');
    state.mode = pstn.MODE_TONE;
    state.ringback = false;
    state.attempt++;
    this.line.seize();
    const waitsForTone = state.profile.level === 2 || state.profile.level === 4;
    this.laterCall(EVENT_TONE, waitsForTone ? TONE_POLL_US : this.register(6) * SECOND_US, '0');
    return LATER;
  }

  /** Nobody who calls here is a modem. */
  beginAnswer(): number {
    const { state } = this;
    if (state.mode !== pstn.MODE_COMMAND) return pstn.RESULT_ERROR;
    state.mode = pstn.MODE_CALLING;
    state.attempt++;
    this.line.seize();
    this.laterCall(EVENT_S7, this.register(7) * SECOND_US);
    return LATER;
  }

  backOnline(): number {
    const { state } = this;
    if (state.mode !== pstn.MODE_ESCAPED || !state.carrier) return pstn.RESULT_NO_CARRIER;
    state.mode = pstn.MODE_ONLINE;
    state.escapes = 0;
    state.lastDataUs = this.world.nowUs;
    return state.profile.level === 0 ? pstn.RESULT_CONNECT : pstn.RESULT_CONNECT_2400;
  }

  hangUp(): void {
    const { state } = this;
    this.line.release();
    state.mode = pstn.MODE_COMMAND;
    state.carrier = false;
    state.attempt++;
    this.drive();
  }

  /** What the control lines say now. */
  drive(): void {
    const { powered, carrier, ringing, profile } = this.state;
    let levels = ALL_HIGH;
    if (powered) {
      if (carrier || !profile.carrierFollows) levels &= ~DCD;
      if (ringing) levels &= ~RING;
      if (this.line.hasVoltage()) levels &= ~LINE;
      if (this.line.isLifted()) levels &= ~PHONE;
    }
    this.status?.drive(levels);
  }

  /**
   * Lasting, 0 ends it: `silent` (does not listen), `stall` (takes data, hands on nothing), `slow` (ms more per answer),
   * `deafToDtr` (does not hang up by /DTR). Counts: `error` (lines refused), `mute` (lines without an answer). At once:
   * `garbage` (random bytes), `overlong` (bytes without a line end), `ring`, `echo` (echo on), `remoteClose` (the far
   * end hangs up), `reset` (starts anew), `off`, `on`. `well` ends the lasting ones.
   */
  onFault(fault: string, value: number): void {
    const { state } = this;
    const { faults } = state;
    if (fault === 'silent' || fault === 'stall' || fault === 'deafToDtr') faults[fault] = value !== 0;
    else if (fault === 'slow') faults.slowMs = value;
    else if (fault === 'error' || fault === 'mute') faults[fault] = value > 0 ? value : 1;
    else if (fault === 'garbage') this.noise(this.world.random.bytes(value > 0 ? value : 16));
    else if (fault === 'overlong') this.noise('x'.repeat(value > 0 ? value : 1000));
    else if (fault === 'ring') this.line.onFault('ring', value);
    else if (fault === 'echo') state.profile.echo = true;
    else if (fault === 'remoteClose') this.line.clear();
    else if (fault === 'reset') {
      this.end();
      this.drive();
      this.later(EVENT_READY, READY_US);
    } else if (fault === 'off' || fault === 'on') this.onPower(fault === 'on');
    else if (fault === 'well') state.faults = pstn.noPstnFaults();
    else throw new Error(`the dial modem has no fault ${fault}`);
  }

  // --- inside ---------------------------------------------------------------------------------------------------------

  private callEvent(kind: number, bytes: Bytes): void {
    const { state } = this;
    if (kind === EVENT_TONE) this.lookForTone(parseInt(bytes, 10));
    else if (kind === EVENT_DIALLED) this.dialled();
    else if (kind === EVENT_LOST) this.fail(pstn.RESULT_NO_CARRIER);
    else if (kind === EVENT_ESCAPE) {
      if (bytes !== String(state.escapeTry)) return;
      state.mode = pstn.MODE_ESCAPED;
      this.result(pstn.RESULT_OK);
    } else if (kind === EVENT_S7) {
      this.fail(state.ringback ? pstn.RESULT_NO_ANSWER : pstn.RESULT_NO_CARRIER);
    }
  }

  private lookForTone(waitedUs: number): void {
    const { state } = this;
    const { level } = state.profile;
    if ((level === 2 || level === 4) && !this.line.hasDialTone()) {
      if (waitedUs >= TONE_LIMIT_US) this.fail(pstn.RESULT_NO_DIALTONE);
      else this.laterCall(EVENT_TONE, TONE_POLL_US, String(waitedUs + TONE_POLL_US));
      return;
    }
    state.mode = pstn.MODE_DIALLING;
    this.laterCall(EVENT_DIALLED, this.dialUs(state.digits));
  }

  /** A tone and its pause for each digit, or a pulse train; commas are pauses. */
  private dialUs(digits: Bytes): number {
    let us = 0;
    let { pulse } = this.state.profile;
    for (const character of digits) {
      if (character === 'T' || character === 'P') pulse = character === 'P';
      else if (character === ',' || character === 'W' || character === '@') us += this.register(8) * SECOND_US;
      else if (pulse) us += (parseInt(character, 10) || 10) * 100_000 + 700_000;
      else us += 2 * this.register(11) * 1000;
    }
    return us;
  }

  private dialled(): void {
    const { state } = this;
    if (state.thenCommand) {
      state.mode = pstn.MODE_COMMAND;
      this.result(pstn.RESULT_OK);
      return;
    }
    state.mode = pstn.MODE_CALLING;
    this.line.dialled(state.digits.replace(/[TP!]/g, '').replace(/[W@]/g, ','));
    this.laterCall(EVENT_S7, this.register(7) * SECOND_US);
  }

  private dtrOff(): void {
    const { state } = this;
    if (state.dtr || state.faults.deafToDtr || state.profile.dtrAction === 0) return;
    if (state.mode === pstn.MODE_COMMAND) return;
    if (state.profile.dtrAction === 1) {
      if (state.mode === pstn.MODE_ONLINE) state.mode = pstn.MODE_ESCAPED;
    } else this.hangUp();
    this.result(pstn.RESULT_OK, HANG_UP_US);
  }

  /** On hook, with the result that says why. */
  private fail(code: number): void {
    this.hangUp();
    this.result(code);
  }

  private takeData(bytes: Bytes): void {
    const { state, world } = this;
    const guardUs = this.register(12) * 20_000;
    const escape = String.fromCharCode(this.register(2));
    const isQuietBefore = state.escapes > 0 || world.nowUs - state.lastDataUs >= guardUs;
    const isEscape = isQuietBefore && bytes === escape.repeat(bytes.length) && state.escapes + bytes.length <= 3;
    state.escapes = isEscape ? state.escapes + bytes.length : 0;
    state.lastDataUs = world.nowUs;
    // Whatever comes now makes an escape that was waiting for its silence void.
    state.escapeTry++;
    if (state.escapes === 3) this.laterCall(EVENT_ESCAPE, guardUs, String(state.escapeTry));
    if (!state.faults.stall) this.line.sendUp(bytes);
  }

  private takeCommand(bytes: Bytes, from: number): number {
    const { state } = this;
    if (state.mode > pstn.MODE_COMMAND && state.mode < pstn.MODE_ONLINE) {
      if (bytes.charAt(from) !== '\n') this.fail(pstn.RESULT_NO_CARRIER);
      return from + 1;
    }
    const at = bytes.indexOf('\r', from);
    const piece = bytes.slice(from, at < 0 ? bytes.length : at);
    if (state.line.length <= LINE_LIMIT_BYTES) state.line += piece;
    if (state.profile.echo) this.wire?.send(at < 0 ? piece : `${piece}\r`);
    if (at < 0) {
      if (/^\s*a\/$/i.test(state.line)) {
        state.line = '';
        this.obey(state.lastLine);
      }
      return bytes.length;
    }
    const line = state.line;
    state.line = '';
    this.obeyNoisy(line);
    return at + 1;
  }

  /** Finds the command behind whatever noise came before it; a line without one is nothing. */
  private obeyNoisy(line: Bytes): void {
    const start = line.toUpperCase().indexOf('AT');
    if (line.length > LINE_LIMIT_BYTES) this.result(pstn.RESULT_ERROR);
    else if (start >= 0) this.obey(edited(line.slice(start + 2)));
  }

  private obey(text: Bytes): void {
    const { state } = this;
    state.lastLine = text;
    if (this.spend('mute')) return;
    const outcome = this.spend('error') ? pstn.RESULT_ERROR : obeyLine(this, text);
    if (outcome !== LATER) this.result(outcome);
  }

  private result(code: number, afterUs = COMMAND_US): void {
    const { quiet, verbose } = this.state.profile;
    if (quiet) return;
    this.sendAfter(afterUs, verbose ? `\r\n${pstn.RESULT_TEXTS[code]}\r\n` : `${code}\r`);
  }

  private noise(bytes: Bytes): void {
    if (this.state.powered) this.wire?.send(bytes);
  }

  /** Whatever ran is over; answers that were on their way never leave. */
  private end(): void {
    const { state } = this;
    this.line.release();
    const { attempt } = state;
    Object.assign(state, pstn.freshPstnSession());
    state.attempt = attempt + 1;
    state.life++;
  }

  private register(number: number): number {
    return this.state.profile.registers[number] ?? 0;
  }

  private spend(fault: 'error' | 'mute'): boolean {
    const { faults } = this.state;
    if (faults[fault] <= 0) return false;
    faults[fault]--;
    return true;
  }

  private later(kind: number, delayUs: number): void {
    this.world.after(delayUs, this.target, kind, this.state.life);
  }

  private laterCall(kind: number, delayUs: number, bytes: Bytes = ''): void {
    this.world.after(delayUs, this.target, kind, this.state.attempt, bytes);
  }

  /** Results leave in the order of their causes. */
  private sendAfter(delayUs: number, bytes: Bytes): void {
    const { state, world } = this;
    state.replyFreeUs = Math.max(world.nowUs + delayUs + state.faults.slowMs * 1000, state.replyFreeUs);
    world.at(state.replyFreeUs, this.target, EVENT_REPLY, state.life, bytes);
  }
}

/** A command line with its backspaces carried out. */
function edited(line: Bytes): Bytes {
  let text = '';
  for (const character of line) text = character === '\b' ? text.slice(0, -1) : text + character;
  return text;
}
