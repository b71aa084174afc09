/**
 * The fake mobile modem with a TCP/IP stack of its own, as the manuals of its family describe it: SIM800
 * (sim800-fake.ts) or EC20 (ec20-fake.ts); one connection, not transparent. Stricter than the real parts in one thing:
 * bytes after the prompt of a send command with a length are data, whatever they are; nothing cancels it.
 */
import type { Bytes } from '../../hal/bytes';
import type { Network, NetworkClient } from '../network';
import type { UartDevice } from '../world/uart-wire';
import type { World } from '../world/world';
import { commandOf } from './gprs-modem-commands';
import type { FakeDialect } from './gprs-modem-dialect';
import { applyModemFault } from './gprs-modem-faults';
import * as ip from './gprs-modem-state';
import { sim800Fake } from './sim800-fake';

/** Where the modem's answers go: a `UartWire`, or a real serial port. */
export interface ModemWire {
  send(bytes: Bytes): void;
}

export interface GprsModemOptions {
  /** Its family; default SIM800. */
  readonly dialect?: FakeDialect;
  /** `ready` (default), `absent`, or `pin`: it wants a PIN nobody knows. */
  readonly sim?: ip.SimState;
  /** 0–31, 99 unknown; default 21. */
  readonly signal?: number;
  /** As in +CREG: 1 home (default), 5 roaming, 0 and 2 not (yet), 3 denied. */
  readonly registration?: number;
  /** Begins without supply; otherwise it is on and has found its network. */
  readonly off?: boolean;
}

/** Longest command line. */
const LINE_LIMIT_BYTES = 556;
/** Most data behind one +IPD header. */
const SEGMENT_BYTES = 1460;

// Times of a module in good radio conditions; the manual gives limits only.
const COMMAND_US = 3_000;
const PROMPT_US = 8_000;
const CLOSE_US = 20_000;
const SIM_US = 400_000;
const REGISTER_US = 1_800_000;

const EVENT_REPLY = 0;
const EVENT_READY = 1;
const EVENT_SIM = 2;
const EVENT_REGISTERED = 3;
const EVENT_BEARER = 4;
const EVENT_CONNECT_TIMEOUT = 5;
const EVENT_PROMPT = 6;
const EVENT_SHUT = 7;

export class GprsModem implements NetworkClient, UartDevice {
  readonly name = 'modem';
  state: ip.GprsModemState;
  readonly dialect: FakeDialect;
  private readonly target: number;
  private wire: ModemWire | null = null;

  constructor(
    private readonly world: World,
    private readonly network: Network,
    options: GprsModemOptions = {},
  ) {
    this.dialect = options.dialect ?? sim800Fake;
    this.state = {
      ...ip.freshSession(),
      powered: !options.off,
      listening: !options.off,
      searching: !!options.off,
      sim: options.sim ?? 'ready',
      signal: options.signal ?? 21,
      registration: options.registration ?? 1,
      faults: ip.noModemFaults(),
      life: 0,
      attempt: 0,
    };
    this.target = world.add(this);
  }

  /** Plugs the terminal's wire in (the wire is told of the modem by its own `connect`). */
  connect(wire: ModemWire): void {
    this.wire = wire;
  }

  /** What the lights on the modem show. */
  lights(): { power: boolean; network: boolean; online: boolean } {
    const { powered } = this.state;
    return { power: powered, network: powered && this.isRegistered(), online: this.state.ip === ip.IP_CONNECTED };
  }

  onUart(bytes: Bytes, wire: ModemWire): void {
    this.wire = wire;
    const { state } = this;
    if (!state.powered || !state.listening || state.faults.silent) return;
    let at = 0;
    while (at < bytes.length) at = state.promptLeft > 0 ? this.takeData(bytes, at) : this.takeCommand(bytes, at);
  }

  onPower(on: boolean): void {
    if (on === this.state.powered) return;
    this.end();
    this.state.powered = on;
    if (on) this.later(EVENT_READY, this.dialect.readyUs);
  }

  /** Faults: see `applyModemFault`. */
  onFault(fault: string, value: number): void {
    applyModemFault(this, fault, value);
  }

  onEvent(kind: number, life: number, bytes: Bytes): void {
    const { state } = this;
    if (life !== state.life || !state.powered) return;
    if (kind === EVENT_REPLY) this.wire?.send(bytes);
    else if (kind === EVENT_PROMPT) {
      state.promptLeft = state.promptBytes;
      this.wire?.send('\r\n> ');
    } else if (kind === EVENT_BEARER) this.bearerDone();
    else if (kind === EVENT_SHUT) this.shut(bytes);
    else if (kind === EVENT_CONNECT_TIMEOUT) this.connectTimeout(bytes);
    else this.startUp(kind);
  }

  onConnected(id: number, accepted: boolean): void {
    const { state } = this;
    if (id !== state.connection || state.ip !== ip.IP_CONNECTING) return;
    if (accepted) {
      state.ip = ip.IP_CONNECTED;
      this.reply(this.dialect.opened, 0);
    } else this.connectFailed();
  }

  onReceived(id: number, bytes: Bytes): void {
    const { state } = this;
    if (id !== state.connection || state.ip !== ip.IP_CONNECTED || state.faults.stall) return;
    for (let from = 0; from < bytes.length; from += SEGMENT_BYTES) {
      const piece = bytes.slice(from, from + SEGMENT_BYTES);
      this.wire?.send(this.dialect.dataHeader(piece.length, state.head) + piece);
    }
  }

  onClosed(id: number): void {
    const { state } = this;
    if (id !== state.connection || state.ip !== ip.IP_CONNECTED) return;
    state.ip = ip.IP_CLOSED;
    state.connection = 0;
    if (!state.faults.stall) this.urc(this.dialect.closedLine);
  }

  // --- for the commands ---------------------------------------------------------------------------------------------

  /** The final result of a command, between CR LF. */
  reply(text: Bytes, afterUs = COMMAND_US): void {
    this.sendAfter(afterUs, `\r\n${text}\r\n`);
    this.busyFor(this.state.replyFreeUs - this.world.nowUs);
  }

  ok(): void {
    this.reply('OK');
  }

  refuse(): void {
    this.reply('ERROR');
  }

  /** An information line and OK. */
  tell(line: Bytes): void {
    this.reply(`${line}\r\n\r\nOK`);
  }

  /** As in +CREG. */
  registration(): number {
    const { searching, sim, registration } = this.state;
    return searching || sim !== 'ready' ? 2 : registration;
  }

  isRegistered(): boolean {
    const { searching, sim, registration } = this.state;
    return !searching && sim === 'ready' && (registration === 1 || registration === 5);
  }

  beginBearer(): void {
    this.state.ip = ip.IP_CONFIG;
    this.busyFor(this.dialect.bearerUs);
    this.later(EVENT_BEARER, this.dialect.bearerUs);
  }

  beginConnection(host: string, port: string): void {
    const { state, network } = this;
    this.ok();
    state.ip = ip.IP_CONNECTING;
    state.connection = 0;
    state.attempt++;
    if (this.spend('refuse')) {
      this.connectFailed();
      return;
    }
    if (!this.spend('connectSilent')) state.connection = network.connect(this, host, port);
    const limitUs = this.dialect.connectTimeoutUs;
    this.world.after(limitUs, this.target, EVENT_CONNECT_TIMEOUT, state.life, String(state.attempt));
  }

  beginPrompt(lengthBytes: number): void {
    this.state.promptBytes = lengthBytes;
    if (this.spend('noPrompt')) return;
    this.busyFor(PROMPT_US);
    this.later(EVENT_PROMPT, PROMPT_US);
  }

  closeConnection(done: Bytes): void {
    this.network.closeUp(this.state.connection);
    this.state.connection = 0;
    this.state.ip = ip.IP_CLOSED;
    this.reply(done, CLOSE_US);
  }

  /** Ends connection and bearer, then says so. */
  beginShut(done: Bytes, afterUs: number): void {
    this.busyFor(afterUs);
    this.world.after(afterUs, this.target, EVENT_SHUT, this.state.life, done);
  }

  /** Restarts once the answer is out. */
  restartSoon(): void {
    this.wire?.send('\r\nOK\r\n');
    this.restart();
  }

  powerDown(): void {
    this.wire?.send(`\r\nOK\r\n\r\n${this.dialect.poweredDownLine}\r\n`);
    this.onPower(false);
  }

  // --- for the faults -----------------------------------------------------------------------------------------------

  randomBytes(lengthBytes: number): Bytes {
    return this.world.random.bytes(lengthBytes);
  }

  /** Bytes on the wire that are no answer to anything. */
  noise(bytes: Bytes): void {
    if (this.state.powered) this.wire?.send(bytes);
  }

  /** A line by itself. */
  urc(line: Bytes): void {
    if (this.state.powered && this.state.listening) this.wire?.send(`\r\n${line}\r\n`);
  }

  setSim(sim: ip.SimState): void {
    const { state } = this;
    if (sim === state.sim) return;
    state.sim = sim;
    if (sim !== 'ready') this.dropBearer();
    else if (state.listening) {
      state.searching = true;
      this.later(EVENT_REGISTERED, REGISTER_US);
    }
  }

  setRegistration(registration: number): void {
    this.state.registration = registration;
    if (!this.isRegistered()) this.dropBearer();
  }

  dropBearer(): void {
    const { state } = this;
    const was = state.ip;
    if (state.connection !== 0) this.network.abandon(state.connection);
    state.ip = ip.IP_INITIAL;
    state.connection = 0;
    if (was >= ip.IP_GPRS) this.urc(this.dialect.bearerLostLine);
  }

  remoteClose(): void {
    const { state } = this;
    if (state.ip !== ip.IP_CONNECTED) return;
    this.network.closeUp(state.connection);
    state.ip = ip.IP_CLOSED;
    state.connection = 0;
    this.urc(this.dialect.closedLine);
  }

  restart(): void {
    this.end();
    this.later(EVENT_READY, this.dialect.readyUs);
  }

  // --- inside -------------------------------------------------------------------------------------------------------

  private takeCommand(bytes: Bytes, from: number): number {
    const { state } = this;
    const at = bytes.indexOf('\r', from);
    const piece = bytes.slice(from, at < 0 ? bytes.length : at);
    if (state.line.length <= LINE_LIMIT_BYTES) state.line += piece;
    if (state.echo) this.wire?.send(at < 0 ? piece : `${piece}\r`);
    if (at < 0) return bytes.length;
    const line = state.line;
    state.line = '';
    if (line.length > LINE_LIMIT_BYTES) this.refuse();
    else if (line !== '' && this.world.nowUs >= state.busyUntilUs) this.obey(line);
    return at + 1;
  }

  /** Finds the command behind whatever noise came before it. */
  private obey(line: Bytes): void {
    const called = commandOf(line);
    if (called === null || this.spend('mute')) return;
    if (this.spend('error')) {
      this.refuse();
      return;
    }
    const command = this.dialect.commands.get(called.name);
    if (command) command(this, called.argument);
    else this.refuse();
  }

  private takeData(bytes: Bytes, from: number): number {
    const { state, network } = this;
    const piece = bytes.slice(from, from + state.promptLeft);
    state.data += piece;
    state.promptLeft -= piece.length;
    if (state.promptLeft > 0) return from + piece.length;
    const data = state.data;
    state.data = '';
    if (this.spend('sendFail')) this.reply('SEND FAIL');
    else if (state.ip !== ip.IP_CONNECTED) this.refuse();
    else {
      if (!state.faults.stall) network.sendUp(state.connection, data);
      this.reply('SEND OK', this.dialect.sendOkIsAcknowledged ? 2 * network.latencyUs : COMMAND_US);
    }
    return from + piece.length;
  }

  private startUp(kind: number): void {
    const { state } = this;
    if (kind === EVENT_READY) {
      state.listening = true;
      for (const line of this.dialect.startLines) if (line !== 'RDY' || !state.faults.autobaud) this.urc(line);
      this.later(EVENT_SIM, SIM_US);
    } else if (kind === EVENT_SIM) {
      const { simReadyLines, noSimLine } = this.dialect;
      if (state.sim !== 'ready') this.urc(state.sim === 'pin' ? '+CPIN: SIM PIN' : noSimLine);
      else for (const line of simReadyLines) this.urc(line);
      if (state.sim === 'ready') this.later(EVENT_REGISTERED, REGISTER_US);
    } else if (kind === EVENT_REGISTERED) {
      state.searching = false;
      for (const line of this.dialect.registeredLines) this.urc(line);
    }
  }

  private bearerDone(): void {
    const { state } = this;
    if (state.ip !== ip.IP_CONFIG) return;
    const fails = this.spend('pdpFail') || !this.isRegistered() || !state.attached;
    state.ip = fails ? ip.IP_INITIAL : ip.IP_GPRS;
    if (fails) this.refuse();
    else this.ok();
  }

  private shut(done: Bytes): void {
    const { state } = this;
    if (state.connection !== 0) this.network.closeUp(state.connection);
    state.ip = ip.IP_INITIAL;
    state.connection = 0;
    this.reply(done, 0);
  }

  private connectTimeout(attempt: string): void {
    const { state } = this;
    if (state.ip !== ip.IP_CONNECTING || attempt !== String(state.attempt)) return;
    if (state.connection !== 0) this.network.closeUp(state.connection);
    this.connectFailed();
  }

  private connectFailed(): void {
    this.state.ip = ip.IP_CLOSED;
    this.state.connection = 0;
    this.reply(this.dialect.openFailed, 0);
  }

  /** Whatever ran is over; answers that were on their way never leave. */
  private end(): void {
    const { state } = this;
    if (state.connection !== 0) this.network.abandon(state.connection);
    Object.assign(state, ip.freshSession());
    state.life++;
  }

  private spend(fault: ip.CountedFault): boolean {
    const { faults } = this.state;
    if (faults[fault] <= 0) return false;
    faults[fault]--;
    return true;
  }

  /** A command line that comes before the last one's final result is lost. */
  private busyFor(us: number): void {
    this.state.busyUntilUs = Math.max(this.state.busyUntilUs, this.world.nowUs + us);
  }

  private later(kind: number, delayUs: number): void {
    this.world.after(delayUs, this.target, kind, this.state.life);
  }

  /** Results leave in the order of their causes; what comes by itself does not wait for them. */
  private sendAfter(delayUs: number, bytes: Bytes): void {
    const { state, world } = this;
    const dueUs = world.nowUs + delayUs + (delayUs > 0 ? state.faults.slowMs * 1000 : 0);
    if (dueUs <= world.nowUs && state.replyFreeUs <= world.nowUs) {
      this.wire?.send(bytes);
      return;
    }
    state.replyFreeUs = Math.max(dueUs, state.replyFreeUs);
    world.at(state.replyFreeUs, this.target, EVENT_REPLY, state.life, bytes);
  }
}
