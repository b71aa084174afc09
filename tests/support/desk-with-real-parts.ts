/**
 * A live terminal whose printer, modem or PIN pad is at the far end of a cable, and a World of its own there with the fake.
 * Both follow one clock, which stands still while bytes are on a cable: what the test sees does not depend on how fast
 * the machine is, and a minute's wait takes no minute.
 */
import { join } from 'node:path';
import type { WorldDevice } from '../../emulator/world/world';
import { World } from '../../emulator/world/world';
import { putFakeOnLine, type FakeWire } from '../../emulator/serial/fake-on-line';
import type { RealPartName } from '../../emulator/serial/real-parts';
import type { SerialLine } from '../../emulator/serial/serial-line';
import { startLive, type StartedLive, type StartLiveOptions } from '../../emulator/server/start-live';
import { TEST_TERMINAL } from '../../host/center/test-data';
import { Cable } from './cable';

const STEP_MS = 10;
const LIMIT_MS = 200_000;

type Hears = WorldDevice & { onUart(bytes: string, wire: FakeWire): void };

export class DeskWithRealParts {
  readonly farWorld = new World(2);
  readonly cables = new Map<RealPartName, Cable>();
  readonly farLines = new Map<RealPartName, SerialLine>();
  /** Sockets or the like that the far side waits for: called between two steps. */
  idle: () => Promise<unknown> = () => new Promise((go) => setImmediate(go));
  started!: StartedLive;
  private nowMs = Date.now();

  constructor(private readonly dir: string) {}

  /** Plugs a cable in; the fake, made in `farWorld`, hears what comes out of it. Gives the wire to send on. */
  async plug(part: RealPartName, fake: Hears): Promise<FakeWire> {
    const cable = new Cable(this.dir, part);
    this.cables.set(part, cable);
    await cable.plug();
    const far = await cable.open(cable.far);
    this.farLines.set(part, far);
    return putFakeOnLine((bytes, wire) => fake.onUart(bytes, wire), far);
  }

  async start(options: Partial<StartLiveOptions> = {}): Promise<void> {
    const realParts: { -readonly [Part in RealPartName]?: SerialLine } = {};
    for (const [part, cable] of this.cables) realParts[part] = await cable.open(cable.near);
    this.started = startLive({
      dataDir: join(this.dir, 'state'),
      seed: 1,
      english: true,
      terminal: TEST_TERMINAL,
      startsAt: '20260115093000',
      realParts: realParts,
      ...options,
    });
  }

  async step(): Promise<void> {
    this.started.live.tick((this.nowMs += STEP_MS));
    this.farWorld.run(STEP_MS);
    await this.idle();
    for (const cable of this.cables.values()) if (!cable.isQuiet()) await cable.settled();
  }

  async pass(durationMs: number): Promise<void> {
    for (let ms = 0; ms < durationMs; ms += STEP_MS) await this.step();
  }

  async until(reached: () => boolean, what = ''): Promise<void> {
    for (let ms = 0; !reached(); ms += STEP_MS) {
      if (ms > LIMIT_MS) {
        const { next, lcdText } = this.started.live.state();
        throw new Error(`it never came: ${what}; ${next}, ${JSON.stringify(lcdText)}`);
      }
      await this.step();
    }
  }

  next(step: string): Promise<void> {
    return this.until(() => this.started.live.state().next === step, step);
  }

  get screen(): string {
    return this.started.inside.lcd.text().join('\n');
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      this.started.live.act({ do: 'press', key });
      await this.pass(200);
    }
  }

  async powerOn(): Promise<void> {
    const { live } = this.started;
    live.act({ do: 'power-key', held: true });
    await this.until(() => live.state().supply, 'power');
    live.act({ do: 'power-key', held: false });
  }

  async signIn(): Promise<void> {
    await this.powerOn();
    await this.next('operator');
    await this.press(...'01', 'confirm', ...'0000', 'confirm');
    await this.next('idle');
  }

  /** From idle until a PIN is asked for. */
  async sellUpToPin(amount: string): Promise<void> {
    await this.press('1');
    await this.next('amount');
    await this.press(...amount, 'confirm');
    await this.next('swipe');
    this.started.live.act({ do: 'swipe', card: 'debit' });
    await this.next('check');
    await this.press('confirm');
    await this.until(() => this.screen.includes('PIN:'), 'the question for a PIN');
  }

  async pin(digits: string): Promise<void> {
    for (const key of [...digits, 'confirm']) {
      this.started.live.act({ do: 'pad', key });
      await this.pass(50);
    }
  }

  async remove(): Promise<void> {
    this.started?.close();
    for (const cable of this.cables.values()) await cable.remove();
  }
}
