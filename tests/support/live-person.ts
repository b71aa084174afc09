/** Somebody at a live terminal whose wall clock the test turns: looks at the screen, then presses, draws cards, waits. */
import type { Recording } from '../../emulator/record/start-recorded';
import type { Action } from '../../emulator/server/messages';

/** Uneven, as a server's timer is: what is noted must not depend on it. */
const TICKS_MS = [13, 20, 17, 14, 29];

export class LivePerson {
  private nowMs = Date.now();
  private ticks = 0;

  constructor(private readonly recording: Pick<Recording, 'live' | 'inside'>) {}

  wait(durationMs: number): this {
    const endMs = this.nowMs + durationMs;
    while (this.nowMs < endMs) {
      this.nowMs += Math.min(endMs - this.nowMs, TICKS_MS[this.ticks++ % TICKS_MS.length]);
      this.recording.live.tick(this.nowMs);
    }
    return this;
  }

  act(action: Action): this {
    this.recording.live.act(action);
    return this;
  }

  screen(): string {
    return this.recording.inside.lcd.text().join('\n');
  }

  /** Until the screen says so, and a moment more, since nobody reads at once. */
  until(text: string, thenMs = 600): this {
    for (let i = 0; i < 4000 && !this.screen().includes(text); i++) this.wait(20);
    if (!this.screen().includes(text)) throw new Error(`the screen never said ${text}:\n${this.screen()}`);
    return this.wait(thenMs);
  }

  press(...keys: string[]): this {
    for (const key of keys) this.act({ do: 'press', key }).wait(250);
    return this;
  }

  keyPin(pin: string): this {
    for (let i = 0; i < 1000 && !this.recording.inside.pad.isAsking(); i++) this.wait(20);
    for (const key of [...pin, 'confirm']) this.act({ do: 'pad', key }).wait(200);
    return this;
  }

  powerOn(): this {
    return this.act({ do: 'power-key', held: true }).wait(2700).act({ do: 'power-key', held: false });
  }

  signIn(): this {
    this.until('操作员号').press('0', '1', 'confirm').until('密码').press('0', '0', '0', '0', 'confirm');
    return this.until('请刷卡或按确认键');
  }

  /** Amount and card; then the card's number is on the screen and confirmed. */
  beginSale(amountFen: string, card: Action): this {
    this.press('1')
      .until('请输入金额')
      .press(...amountFen, 'confirm')
      .until('请刷卡')
      .act(card);
    return this.until('请核对卡号').press('confirm');
  }
}
