/**
 * The acquiring center as a host of the World's network: cuts the stream into frames and hands each to the one
 * `handle`. Its answers are events, so those that are still on their way survive the terminal's power cut and are part
 * of a snapshot; everything else the center remembers is in its own store.
 */
import type { Bytes } from '../hal/bytes';
import type { Network, NetworkEndpoint } from './network';
import type { World, WorldDevice } from './world/world';

/** The part of the center that a shell needs (host/center). */
export interface FrameHandler {
  handle(frame: Uint8Array, nowMs: number): readonly FrameReply[];
}

export interface FrameReply {
  /** TPDU to the last byte, without the length. */
  readonly frame: Uint8Array;
  readonly delayMs: number;
  /** Closes the connection after the frame. */
  readonly close?: boolean;
}

/** Longest frame taken; a longer one is no message and the connection is closed. */
const FRAME_LIMIT_BYTES = 4096;

const EVENT_REPLY = 0;
const EVENT_REPLY_AND_CLOSE = 1;

interface CenterEndpointState {
  /** Bytes of an unfinished frame, by connection. */
  streams: Record<string, Bytes>;
  /** The center is off: it accepts and answers nothing. */
  silent: boolean;
}

export interface CenterEndpointOptions {
  /** Name in the World, where there is more than one. */
  readonly name?: string;
  /** Calendar time at the World's start, in ms since 1970 UTC. */
  readonly epochMs?: number;
}

export class CenterEndpoint implements WorldDevice, NetworkEndpoint {
  readonly name: string;
  state: CenterEndpointState = { streams: {}, silent: false };
  private readonly target: number;
  private readonly epochMs: number;

  constructor(
    private readonly world: World,
    private readonly network: Network,
    private readonly center: FrameHandler,
    options: CenterEndpointOptions = {},
  ) {
    this.name = options.name ?? 'center';
    this.epochMs = options.epochMs ?? 0;
    this.target = world.add(this);
  }

  onConnect(id: number): void {
    this.state.streams[id] = '';
  }

  onBytes(id: number, bytes: Bytes): void {
    let stream = (this.state.streams[id] ?? '') + bytes;
    while (stream.length >= 2) {
      const lengthBytes = (stream.charCodeAt(0) << 8) | stream.charCodeAt(1);
      if (lengthBytes > FRAME_LIMIT_BYTES) {
        delete this.state.streams[id];
        this.network.close(id);
        return;
      }
      if (stream.length < 2 + lengthBytes) break;
      if (lengthBytes > 0) this.handle(id, stream.slice(2, 2 + lengthBytes));
      stream = stream.slice(2 + lengthBytes);
    }
    this.state.streams[id] = stream;
  }

  onClose(id: number): void {
    delete this.state.streams[id];
  }

  onEvent(kind: number, id: number, frame: Bytes): void {
    if (frame !== '') this.network.send(id, String.fromCharCode(frame.length >> 8, frame.length & 255) + frame);
    if (kind !== EVENT_REPLY_AND_CLOSE) return;
    delete this.state.streams[id];
    this.network.close(id);
  }

  /** `silent` (0/1): accepts connections, reads, and answers nothing. */
  onFault(fault: string, value: number): void {
    if (fault !== 'silent') throw new Error(`the center's line has no fault ${fault}`);
    this.state.silent = value !== 0;
  }

  private handle(id: number, frame: Bytes): void {
    if (this.state.silent) return;
    const nowMs = this.epochMs + Math.floor(this.world.nowUs / 1000);
    for (const reply of this.center.handle(Buffer.from(frame, 'latin1'), nowMs)) {
      const kind = reply.close ? EVENT_REPLY_AND_CLOSE : EVENT_REPLY;
      const { buffer, byteOffset, byteLength } = reply.frame;
      const bytes = Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
      this.world.after(reply.delayMs * 1000, this.target, kind, id, bytes);
    }
  }
}
