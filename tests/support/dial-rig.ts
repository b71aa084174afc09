/** A World with a dial modem on a UART and its control lines, a phone line, an access controller and one host. */
import { createPstnModem } from '../../drivers/pstn-modem';
import { CenterEndpoint, type FrameReply } from '../../emulator/center-endpoint';
import { PstnModem } from '../../emulator/devices/pstn-modem';
import { Nac } from '../../emulator/nac';
import { Network } from '../../emulator/network';
import { PhoneLine } from '../../emulator/phone-line';
import { GpioLines } from '../../emulator/world/gpio-lines';
import { Mcu } from '../../emulator/world/mcu';
import { UartWire } from '../../emulator/world/uart-wire';
import { World } from '../../emulator/world/world';
import type { DialRequest, Link, Modem } from '../../hal/devices';
import { DIAL, HOST, PORT } from './line-rig';

export interface DialRigOptions {
  readonly seed?: number;
  readonly off?: boolean;
  /** What the office exchange wants first; '' for a line of its own. */
  readonly outsideLine?: string;
  /** The host: gets each frame without its length. Default: sends it back. */
  readonly handle?: (frame: Buffer) => FrameReply[];
}

export class DialRig {
  readonly world: World;
  readonly mcu: Mcu;
  readonly wire: UartWire;
  readonly network: Network;
  readonly line: PhoneLine;
  readonly nac: Nac;
  readonly fake: PstnModem;
  readonly frames: Buffer[] = [];
  /** Text written to the modem. */
  written = '';
  modem!: Modem;
  private readonly dtr: GpioLines;
  private readonly status: GpioLines;

  constructor(options: DialRigOptions = {}) {
    this.world = new World(options.seed ?? 1);
    this.mcu = new Mcu(this.world);
    this.wire = new UartWire(this.world, this.mcu, 'modem', 115_200);
    this.dtr = new GpioLines(this.world, this.mcu, 'modemDtr', { outputs: 1, inputs: 0 });
    this.status = new GpioLines(this.world, this.mcu, 'modemStatus', { outputs: 0, inputs: 0xf });
    this.network = new Network(this.world);
    this.line = new PhoneLine(this.world, options.outsideLine);
    this.nac = new Nac(this.world, this.line, this.network, { address: HOST, port: PORT });
    this.line.listen('5551', this.nac);
    this.line.listen('5552', this.nac);
    this.fake = new PstnModem(this.world, this.line, { off: options.off });
    this.wire.connect(this.fake);
    this.fake.connect(this.wire);
    this.fake.wireControl(this.dtr, this.status);
    const handle = (frame: Uint8Array): FrameReply[] => {
      this.frames.push(Buffer.from(frame));
      return options.handle ? options.handle(Buffer.from(frame)) : [{ frame, delayMs: 0 }];
    };
    this.network.listen(HOST, PORT, new CenterEndpoint(this.world, this.network, { handle }));
    this.world.timeline.listen((entry) => {
      if (entry.wire === 'modem' && entry.direction === 'out') this.written += entry.bytes;
    });
    this.boot();
  }

  boot(): void {
    this.mcu.boot((clock) => {
      this.modem = createPstnModem(this.wire.host, this.dtr.host, this.status.host, clock);
    });
  }

  dial(request: Partial<DialRequest> = {}): { fault: number; link: Link | null; tookMs: number } {
    const from = this.world.nowUs;
    const whole = { ...DIAL, ...request };
    let result: { fault: number; link: Link | null } | undefined;
    this.modem.start(whole, (fault, link) => (result = { fault, link }));
    if (result) throw new Error('done was called from inside start');
    if (!this.world.runUntilReached(() => result !== undefined, whole.timeoutMs + 1000)) throw new Error('no end');
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
