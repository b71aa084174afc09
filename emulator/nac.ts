/**
 * The network access controller between phone lines and the center: answers calls with a modem, opens a connection to
 * its host for each and passes the bytes of both directions on. A real one ends synchronous HDLC frames and puts the
 * length in front itself; this one takes the length and TPDU from the terminal, as a TCP line does (docs/protocol/line.md).
 */
import type { Bytes } from '../hal/bytes';
import type { Network, NetworkClient } from './network';
import type { LineHost, PhoneLine } from './phone-line';
import type { World } from './world/world';

/** Bytes that may wait until the host's connection stands. */
const WAITING_LIMIT_BYTES = 8192;

interface NacState {
  /** The network's number of the connection of the running call; 0 none. */
  connection: number;
  open: boolean;
  waiting: Bytes;
  /** Answers, reads, and passes nothing on. */
  silent: boolean;
}

export class Nac implements NetworkClient, LineHost {
  readonly name = 'nac';
  state: NacState = { connection: 0, open: false, waiting: '', silent: false };

  constructor(
    world: World,
    private readonly line: PhoneLine,
    private readonly network: Network,
    private readonly host: { readonly address: string; readonly port: number },
  ) {
    world.add(this);
  }

  onEvent(): void {}

  onCall(): void {
    this.onCallEnd();
    this.state.connection = this.network.connect(this, this.host.address, String(this.host.port));
  }

  onCallBytes(bytes: Bytes): void {
    const { state } = this;
    if (state.connection === 0 || state.silent) return;
    if (state.open) this.network.sendUp(state.connection, bytes);
    else if (state.waiting.length + bytes.length <= WAITING_LIMIT_BYTES) state.waiting += bytes;
  }

  onCallEnd(): void {
    const { state } = this;
    if (state.connection !== 0) this.network.closeUp(state.connection);
    this.forget();
  }

  onConnected(id: number, accepted: boolean): void {
    const { state } = this;
    if (id !== state.connection) return;
    if (!accepted) {
      this.forget();
      this.line.clear();
      return;
    }
    state.open = true;
    const waiting = state.waiting;
    state.waiting = '';
    if (waiting !== '') this.network.sendUp(id, waiting);
  }

  onReceived(id: number, bytes: Bytes): void {
    if (id === this.state.connection && !this.state.silent) this.line.sendDown(bytes);
  }

  onClosed(id: number): void {
    if (id !== this.state.connection) return;
    this.forget();
    this.line.clear();
  }

  /** `silent` (0/1): answers calls and passes nothing on. `hangUp`: ends the running call. */
  onFault(fault: string, value: number): void {
    if (fault === 'silent') this.state.silent = value !== 0;
    else if (fault === 'hangUp') {
      this.onCallEnd();
      this.line.clear();
    } else if (fault === 'well') this.state.silent = false;
    else throw new Error(`the network access controller has no fault ${fault}`);
  }

  private forget(): void {
    this.state.connection = 0;
    this.state.open = false;
    this.state.waiting = '';
  }
}
