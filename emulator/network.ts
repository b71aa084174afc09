/**
 * The network between modems and hosts: TCP connections as the two ends see them. A segment in flight is an event of the
 * World, so it still arrives when the terminal lost its power meanwhile, and a fork of the World carries it along.
 * Segments of one direction never overtake each other.
 */
import type { Bytes } from '../hal/bytes';
import type { World, WorldDevice } from './world/world';

/** A host behind an address. Called when a segment or the news of it arrives; `id` names the connection. */
export interface NetworkEndpoint {
  /** 'later': the host decides by `Network.decide` whether it takes the connection. */
  onConnect(id: number): void | 'later';
  onBytes(id: number, bytes: Bytes): void;
  onClose(id: number): void;
}

/** The side that connects: a fake modem. Must be a device of the World, since a snapshot names it by its number. */
export interface NetworkClient extends WorldDevice {
  onConnected(id: number, accepted: boolean): void;
  onReceived(id: number, bytes: Bytes): void;
  onClosed(id: number): void;
}

interface Connection {
  readonly client: number;
  readonly address: string;
  /** The client's end still exists. */
  clientOpen: boolean;
  /** The host accepted and has not closed. */
  hostOpen: boolean;
  /** The host has not decided yet. */
  undecided?: boolean;
  /** When the last segment of each direction arrives. */
  upAtUs: number;
  downAtUs: number;
}

interface NetworkFaults {
  /** Every segment is lost, and nobody can connect. */
  down: boolean;
  /** The next connections are refused, or their packets vanish. */
  refuse: number;
  unreachable: number;
  /** The next segments towards the host or the client are lost. */
  dropUp: number;
  dropDown: number;
  /** The next segment to the client is late by so many ms; is sent twice; waits for the one after it. */
  delayMs: number;
  duplicate: number;
  merge: number;
  /** Segments are cut into pieces of so many bytes; 0 leaves them whole. */
  splitBytes: number;
  /** The connection ends after so many more bytes to the host or the client; -1 never. */
  cutUpBytes: number;
  cutDownBytes: number;
}

interface NetworkState {
  latencyUs: number;
  nextId: number;
  connections: Record<string, Connection>;
  /** Segments held back until the next one, by connection. */
  held: Record<string, Bytes>;
  faults: NetworkFaults;
}

const EVENT_OPEN = 0;
const EVENT_OPENED = 1;
const EVENT_REFUSED = 2;
const EVENT_UP = 3;
const EVENT_DOWN = 4;
const EVENT_UP_CLOSE = 5;
const EVENT_DOWN_CLOSE = 6;
const EVENT_RELEASE = 7;

/** How long `merge` waits for another segment. */
const HOLD_US = 200_000;
/** When a host notices that the other end is gone. */
const KEEP_ALIVE_US = 120_000_000;

function noFaults(): NetworkFaults {
  return {
    down: false,
    refuse: 0,
    unreachable: 0,
    dropUp: 0,
    dropDown: 0,
    delayMs: 0,
    duplicate: 0,
    merge: 0,
    splitBytes: 0,
    cutUpBytes: -1,
    cutDownBytes: -1,
  };
}

export class Network implements WorldDevice {
  readonly name = 'network';
  state: NetworkState;
  private readonly target: number;
  private readonly endpoints: Record<string, NetworkEndpoint> = {};
  private anywhere: NetworkEndpoint | undefined;

  constructor(
    private readonly world: World,
    options: { latencyMs?: number } = {},
  ) {
    this.state = {
      latencyUs: (options.latencyMs ?? 60) * 1000,
      nextId: 1,
      connections: {},
      held: {},
      faults: noFaults(),
    };
    this.target = world.add(this);
  }

  /** Puts a host behind an address; part of the World's shape, not of its state. */
  listen(host: string, port: number, endpoint: NetworkEndpoint): void {
    this.endpoints[`${host.toLowerCase()}:${port}`] = endpoint;
  }

  /** Puts a host behind every address that has none. */
  listenAnywhere(endpoint: NetworkEndpoint): void {
    this.anywhere = endpoint;
  }

  /** One way, in µs. */
  get latencyUs(): number {
    return this.state.latencyUs;
  }

  /** The client asks for a connection; `onConnected` follows, unless the packets vanish. */
  connect(client: NetworkClient, host: string, port: string): number {
    const { faults, latencyUs } = this.state;
    const id = this.state.nextId++;
    const nowUs = this.world.nowUs;
    this.state.connections[id] = {
      client: this.world.devices.indexOf(client),
      address: `${host.toLowerCase()}:${port}`,
      clientOpen: true,
      hostOpen: false,
      upAtUs: nowUs,
      downAtUs: nowUs,
    };
    if (faults.unreachable > 0) faults.unreachable--;
    else if (!faults.down) this.world.after(latencyUs, this.target, EVENT_OPEN, id);
    return id;
  }

  /** From the client to the host. */
  sendUp(id: number, bytes: Bytes): void {
    const connection = this.state.connections[id];
    if (!connection || !connection.clientOpen || bytes === '') return;
    const { faults } = this.state;
    if (faults.down || this.spend('dropUp')) return;
    const whole = bytes.length;
    if (faults.cutUpBytes >= 0) {
      bytes = bytes.slice(0, faults.cutUpBytes);
      faults.cutUpBytes -= bytes.length;
    }
    this.travelUp(connection, id, bytes);
    if (bytes.length < whole) {
      faults.cutUpBytes = -1;
      this.world.after(0, this.target, EVENT_DOWN_CLOSE, id);
      this.world.at(this.arriveUp(connection), this.target, EVENT_UP_CLOSE, id);
    }
  }

  /** From the host to the client. */
  send(id: number, bytes: Bytes): void {
    const connection = this.state.connections[id];
    if (!connection || !connection.hostOpen || bytes === '') return;
    const { faults, held } = this.state;
    if (faults.down || this.spend('dropDown')) return;
    if (this.spend('merge')) {
      held[id] = (held[id] ?? '') + bytes;
      this.world.after(HOLD_US, this.target, EVENT_RELEASE, id);
      return;
    }
    bytes = this.takeHeld(id) + bytes;
    const lateUs = faults.delayMs * 1000;
    faults.delayMs = 0;
    this.travelDown(connection, id, bytes, lateUs);
    if (this.spend('duplicate')) this.travelDown(connection, id, bytes, 0);
  }

  /** The host closes. */
  close(id: number): void {
    const connection = this.state.connections[id];
    if (!connection || !connection.hostOpen) return;
    const rest = this.takeHeld(id);
    if (rest !== '') this.travelDown(connection, id, rest, 0);
    connection.hostOpen = false;
    if (!this.state.faults.down) this.world.at(this.arriveDown(connection, 0), this.target, EVENT_DOWN_CLOSE, id);
  }

  /** The client closes. */
  closeUp(id: number): void {
    const connection = this.state.connections[id];
    if (!connection || !connection.clientOpen) return;
    if (this.state.faults.down) this.abandon(id);
    else {
      connection.clientOpen = false;
      this.world.at(this.arriveUp(connection), this.target, EVENT_UP_CLOSE, id);
    }
  }

  /** The client is gone without a word (its supply failed): the host finds out by itself, much later. */
  abandon(id: number): void {
    const connection = this.state.connections[id];
    if (!connection || !connection.clientOpen) return;
    connection.clientOpen = false;
    this.world.after(KEEP_ALIVE_US, this.target, EVENT_UP_CLOSE, id);
  }

  onEvent(kind: number, id: number, bytes: Bytes): void {
    const connection = this.state.connections[id];
    if (!connection) return;
    if (kind === EVENT_OPEN) this.opened(connection, id);
    else if (kind === EVENT_UP) {
      if (!connection.hostOpen) return;
      this.record(id, 'out', bytes);
      this.endpointOf(connection)?.onBytes(id, bytes);
    } else if (kind === EVENT_DOWN) {
      this.record(id, 'in', bytes);
      if (connection.clientOpen) this.clientOf(connection).onReceived(id, bytes);
    } else if (kind === EVENT_UP_CLOSE) {
      const wasOpen = connection.hostOpen || connection.undecided;
      delete this.state.connections[id];
      delete this.state.held[id];
      if (wasOpen) this.world.note('network', `connection ${id} closed by the terminal`);
      if (wasOpen) this.endpointOf(connection)?.onClose(id);
    } else if (kind === EVENT_RELEASE) this.release(connection, id);
    else this.answered(kind, connection, id);
  }

  /**
   * Lasting: `latency` (ms, one way), `down` (0/1), `split` (bytes a piece, 0 whole). Counts of what comes next:
   * `refuse`, `unreachable` (connections), `dropUp`, `dropDown`, `duplicate`, `merge` (segments). `delay` (ms, the next
   * segment to the terminal), `cutUp`, `cutDown` (bytes until the connection ends), `close` (all connections, now),
   * `garbage` (random bytes to every terminal, now), `well` (ends them all).
   */
  onFault(fault: string, value: number): void {
    const { faults } = this.state;
    if (fault === 'latency') this.state.latencyUs = value * 1000;
    else if (fault === 'down') faults.down = value !== 0;
    else if (fault === 'split') faults.splitBytes = value;
    else if (fault === 'delay') faults.delayMs = value;
    else if (fault === 'cutUp') faults.cutUpBytes = value;
    else if (fault === 'cutDown') faults.cutDownBytes = value;
    else if (fault === 'well') this.state.faults = noFaults();
    else if (fault === 'close') for (const id of Object.keys(this.state.connections)) this.breakOff(Number(id));
    else if (fault === 'garbage') {
      for (const id of Object.keys(this.state.connections)) this.send(Number(id), this.world.random.bytes(value || 16));
    } else if (isCount(fault)) faults[fault] = value > 0 ? value : 1;
    else throw new Error(`the network has no fault ${fault}`);
  }

  /** The text of a segment is its connection's number: whoever follows a stream needs it. */
  private record(id: number, direction: 'out' | 'in', bytes: Bytes): void {
    const { timeline, nowUs } = this.world;
    if (timeline.active) timeline.record(nowUs, 'network', direction, bytes, String(id));
  }

  private spend(fault: CountFault): boolean {
    if (this.state.faults[fault] <= 0) return false;
    this.state.faults[fault]--;
    return true;
  }

  private opened(connection: Connection, id: number): void {
    const endpoint = this.endpointOf(connection);
    const accepted = endpoint !== undefined && !this.spend('refuse');
    connection.hostOpen = accepted;
    if (accepted && endpoint.onConnect(id) === 'later') {
      connection.hostOpen = false;
      connection.undecided = true;
    } else this.answer(connection, id, accepted);
  }

  /** A host that asked for time takes the connection or refuses it. */
  decide(id: number, accepted: boolean): void {
    const connection = this.state.connections[id];
    if (!connection?.undecided) return;
    connection.undecided = false;
    connection.hostOpen = accepted;
    this.answer(connection, id, accepted);
  }

  private answer(connection: Connection, id: number, accepted: boolean): void {
    this.world.note('network', `connection ${id} to ${connection.address} ${accepted ? 'open' : 'refused'}`);
    this.world.at(this.arriveDown(connection, 0), this.target, accepted ? EVENT_OPENED : EVENT_REFUSED, id);
  }

  private answered(kind: number, connection: Connection, id: number): void {
    const open = connection.clientOpen;
    if (kind !== EVENT_OPENED) connection.clientOpen = false;
    if (!connection.clientOpen && !connection.hostOpen) delete this.state.connections[id];
    if (kind === EVENT_DOWN_CLOSE) this.world.note('network', `connection ${id} closed by the host`);
    if (!open) return;
    if (kind === EVENT_DOWN_CLOSE) this.clientOf(connection).onClosed(id);
    else this.clientOf(connection).onConnected(id, kind === EVENT_OPENED);
  }

  private release(connection: Connection, id: number): void {
    const rest = this.takeHeld(id);
    if (rest !== '') this.travelDown(connection, id, rest, 0);
  }

  private takeHeld(id: number): Bytes {
    const rest = this.state.held[id];
    if (rest === undefined) return '';
    delete this.state.held[id];
    return rest;
  }

  private travelUp(connection: Connection, id: number, bytes: Bytes): void {
    const step = this.state.faults.splitBytes > 0 ? this.state.faults.splitBytes : bytes.length;
    for (let from = 0; from < bytes.length; from += step) {
      this.world.at(this.arriveUp(connection), this.target, EVENT_UP, id, bytes.slice(from, from + step));
    }
  }

  private travelDown(connection: Connection, id: number, bytes: Bytes, lateUs: number): void {
    const { faults } = this.state;
    const whole = bytes.length;
    if (faults.cutDownBytes >= 0) {
      bytes = bytes.slice(0, faults.cutDownBytes);
      faults.cutDownBytes -= bytes.length;
    }
    const step = faults.splitBytes > 0 ? faults.splitBytes : bytes.length;
    for (let from = 0; from < bytes.length; from += step) {
      const piece = bytes.slice(from, from + step);
      this.world.at(this.arriveDown(connection, lateUs), this.target, EVENT_DOWN, id, piece);
    }
    if (bytes.length === whole) return;
    faults.cutDownBytes = -1;
    this.breakOff(id);
  }

  /** Both ends learn that the connection is gone. */
  private breakOff(id: number): void {
    const connection = this.state.connections[id];
    if (!connection) return;
    const wasHostOpen = connection.hostOpen;
    this.close(id);
    if (!wasHostOpen) return;
    this.endpointOf(connection)?.onClose(id);
  }

  private arriveUp(connection: Connection): number {
    return (connection.upAtUs = Math.max(connection.upAtUs, this.world.nowUs + this.state.latencyUs));
  }

  private arriveDown(connection: Connection, lateUs: number): number {
    return (connection.downAtUs = Math.max(connection.downAtUs, this.world.nowUs + this.state.latencyUs + lateUs));
  }

  private endpointOf(connection: Connection): NetworkEndpoint | undefined {
    return this.endpoints[connection.address] ?? this.anywhere;
  }

  private clientOf(connection: Connection): NetworkClient {
    return this.world.devices[connection.client] as NetworkClient;
  }
}

type CountFault = 'refuse' | 'unreachable' | 'dropUp' | 'dropDown' | 'duplicate' | 'merge';

function isCount(fault: string): fault is CountFault {
  return ['refuse', 'unreachable', 'dropUp', 'dropDown', 'duplicate', 'merge'].includes(fault);
}
