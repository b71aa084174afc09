/**
 * The acquiring center as a host of the World's network: cuts the stream into frames and hands each to the one
 * `handle`. Its answers are events, so those that are still on their way survive the terminal's power cut and are part
 * of a snapshot; everything else the center remembers is in its own store.
 */
import type { Bytes } from '../hal/bytes';
import { lengthlessEnd } from '../host/center/frame-reader';
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
  /** false: frames have no length before them, either way. Default true. */
  readonly frameLength?: boolean;
}

export class CenterEndpoint implements WorldDevice, NetworkEndpoint {
  readonly name: string;
  state: CenterEndpointState = { streams: {}, silent: false };
  private readonly target: number;
  private readonly epochMs: number;
  /** Bytes of length before a frame. */
  private readonly lengthBytes: number;

  constructor(
    private readonly world: World,
    private readonly network: Network,
    private readonly center: FrameHandler,
    options: CenterEndpointOptions = {},
  ) {
    this.name = options.name ?? 'center';
    this.epochMs = options.epochMs ?? 0;
    this.lengthBytes = options.frameLength === false ? 0 : 2;
    this.target = world.add(this);
  }

  onConnect(id: number): void {
    this.state.streams[id] = '';
  }

  onBytes(id: number, bytes: Bytes): void {
    let stream = (this.state.streams[id] ?? '') + bytes;
    for (let end = this.frameEnd(stream); end !== 0; end = this.frameEnd(stream)) {
      if (end < 0) {
        delete this.state.streams[id];
        this.network.close(id);
        return;
      }
      if (end > this.lengthBytes) this.handle(id, stream.slice(this.lengthBytes, end));
      stream = stream.slice(end);
    }
    this.state.streams[id] = stream;
  }

  onClose(id: number): void {
    delete this.state.streams[id];
  }

  /** End of the stream's first frame with its length: 0 not there yet, -1 it is no stream of messages. */
  private frameEnd(stream: Bytes): number {
    if (this.lengthBytes === 0) return lengthlessEnd(stream);
    if (stream.length < 2) return 0;
    const end = 2 + ((stream.charCodeAt(0) << 8) | stream.charCodeAt(1));
    if (end > 2 + FRAME_LIMIT_BYTES) return -1;
    return stream.length < end ? 0 : end;
  }

  onEvent(kind: number, id: number, frame: Bytes): void {
    const length = String.fromCharCode(frame.length >> 8, frame.length & 255).slice(0, this.lengthBytes);
    if (frame !== '') this.network.send(id, length + frame);
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
