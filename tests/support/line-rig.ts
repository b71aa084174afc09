/** A World with a modem on a UART, a network and one host: what the tests of the line need of a terminal. */
import { ec20 } from '../../drivers/ec20';
import { createGprsModem } from '../../drivers/gprs-modem';
import { sim800 } from '../../drivers/sim800';
import { GprsModem, type GprsModemOptions } from '../../emulator/devices/gprs-modem';
import { CenterEndpoint, type FrameReply } from '../../emulator/center-endpoint';
import { Network } from '../../emulator/network';
import { Mcu, type ProcessorProfile } from '../../emulator/world/mcu';
import { UartWire } from '../../emulator/world/uart-wire';
import { World } from '../../emulator/world/world';
import type { Clock } from '../../hal/bus';
import type { DialRequest, Link, Modem } from '../../hal/devices';

export const HOST = 'center.test';
export const PORT = 8583;
/** Where to connect, by any modem. */
export const WHERE = { host: HOST, port: PORT, apn: 'cmnet', phones: '5551,5552', outsideLine: '', redials: 0 };
export const DIAL: DialRequest = { ...WHERE, timeoutMs: 60_000 };

export interface LineRigOptions extends GprsModemOptions {
  readonly seed?: number;
  readonly latencyMs?: number;
  /** Processor time of each piece of work; default none. */
  readonly profile?: ProcessorProfile;
  /** The host: gets each frame without its length. Default: no answer. */
  readonly handle?: (frame: Buffer, nowMs: number) => FrameReply[];
}

export class LineRig {
  readonly world: World;
  readonly mcu: Mcu;
  readonly wire: UartWire;
  readonly network: Network;
  readonly fake: GprsModem;
  readonly center: CenterEndpoint;
  readonly frames: Buffer[] = [];
  /** Text the terminal wrote to the modem, command by command. */
  readonly written: string[] = [];
  clock!: Clock;
  modem!: Modem;

  constructor(options: LineRigOptions = {}) {
    this.world = new World(options.seed ?? 1);
    this.mcu = new Mcu(this.world, options.profile);
    this.wire = new UartWire(this.world, this.mcu, 'modem', 115_200);
    this.network = new Network(this.world, { latencyMs: options.latencyMs });
    this.fake = new GprsModem(this.world, this.network, options);
    this.wire.connect(this.fake);
    this.fake.connect(this.wire);
    const handler = {
      handle: (frame: Uint8Array, nowMs: number) => {
        this.frames.push(Buffer.from(frame));
        return options.handle ? options.handle(Buffer.from(frame), nowMs) : [];
      },
    };
    this.center = new CenterEndpoint(this.world, this.network, handler);
    this.network.listen(HOST, PORT, this.center);
    this.boot();
  }

  /** Ends what ran on the terminal and starts it anew. */
  boot(): void {
    this.mcu.boot((clock) => {
      this.clock = clock;
      this.modem = createGprsModem(this.wire.host, clock, this.fake.dialect.name === 'ec20' ? ec20 : sim800);
    });
  }

  /** Everything written to the modem from now on goes to `written`. */
  listen(): void {
    this.world.timeline.listen((entry) => {
      if (entry.wire === 'modem' && entry.direction === 'out') this.written.push(entry.bytes);
    });
  }

  /** Dials and runs until the dial ended. */
  dial(request: DialRequest = DIAL): { fault: number; link: Link | null; tookMs: number } {
    const from = this.world.nowUs;
    let result: { fault: number; link: Link | null } | undefined;
    this.modem.start(request, (fault, link) => (result = { fault, link }));
    if (result) throw new Error('done was called from inside start');
    if (!this.world.runUntilReached(() => result !== undefined, request.timeoutMs + 1000)) throw new Error('no end');
    return { ...(result as unknown as { fault: number; link: Link | null }), tookMs: (this.world.nowUs - from) / 1000 };
  }

  send(link: Link, bytes: string): number {
    let result: number | undefined;
    link.send(bytes, (fault) => (result = fault));
    if (result !== undefined) throw new Error('done was called from inside send');
    if (!this.world.runUntilReached(() => result !== undefined, 60_000)) throw new Error('send has no end');
    return result as unknown as number;
  }
}
