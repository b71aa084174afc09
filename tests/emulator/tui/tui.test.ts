/** The console face, seen through a real terminal emulator and driven by the bytes a keyboard sends. */
import { LiveTerminal } from '../../../emulator/server/live-terminal';
import { TerminalWorld } from '../../../emulator/terminal-world';
import { Tui } from '../../../emulator/tui/tui';
import type { Language } from '../../../emulator/tui/words';
import { testCards } from '../../../host/center/test-cards';
import { TextConsole } from '../../support/text-console';

// Many screens are drawn and read; how long that takes is the machine's affair.
jest.setTimeout(60_000);
// terminal-kit keeps listeners of the process for each terminal that it was ever given.
process.setMaxListeners(60);

const ENTER = '\r';
const LONGEST_MS = 100_000;

class Desk {
  readonly inside: TerminalWorld;
  readonly live: LiveTerminal;
  readonly console: TextConsole;
  readonly tui: Tui;
  ended = false;
  private nowMs = 0;

  constructor(
    readonly language: Language = 'zh',
    columns = 100,
    rows = 40,
  ) {
    this.inside = new TerminalWorld({ seed: 3, settings: { english: language === 'en' } });
    this.live = new LiveTerminal(this.inside, null, 0);
    this.console = new TextConsole(columns, rows);
    const { live, inside, console } = this;
    this.tui = new Tui({ live, inside, language, console }, () => (this.ended = true));
    this.tui.open();
  }

  async look(): Promise<string> {
    this.tui.draw();
    await this.console.settled();
    return this.console.text();
  }

  async pass(durationMs: number): Promise<string> {
    for (const endMs = this.nowMs + durationMs; this.nowMs < endMs; this.nowMs += 20) this.tui.tick(this.nowMs);
    return this.look();
  }

  async until(text: string): Promise<string> {
    for (let ms = 0; ms < LONGEST_MS; ms += 200) {
      const screen = await this.pass(200);
      if (screen.includes(text)) return screen;
    }
    throw new Error(`never saw "${text}":\n${await this.look()}`);
  }

  /** A person keys one after the other. */
  async keys(text: string): Promise<void> {
    for (const key of text) {
      this.console.type(key);
      await this.console.settled();
      await this.pass(140);
    }
  }

  async toIdle(): Promise<void> {
    await this.keys('p');
    await this.until(this.language === 'zh' ? '操作员号' : 'OPERATOR');
    await this.keys(`01${ENTER}0000${ENTER}`);
    await this.until(this.language === 'zh' ? '请刷卡或按确认键' : 'SWIPE OR CONFIRM');
  }

  close(): void {
    this.tui.close();
    this.inside.store?.close();
  }
}

let desk: Desk;
afterEach(() => desk.close());

test('a sale from the first key to the second slip, by the keyboard alone', async () => {
  desk = new Desk();
  expect(await desk.look()).toContain('按 p 开机');
  await desk.toIdle();
  await desk.keys(`1`);
  await desk.until('请输入金额');
  await desk.keys(`1234${ENTER}c1`);
  await desk.until('请核对卡号');
  await desk.keys(ENTER);
  expect(await desk.until('请持卡人输密码')).toContain('键盘输入到 密码键盘');
  await desk.keys(testCards.debit.pin + ENTER);
  await desk.until('请撕下持卡人存根');
  await desk.keys(ENTER);
  const screen = await desk.until('请刷卡或按确认键');
  expect(screen).toContain('持卡人签名');
  expect(desk.inside.center.ledger().map((row) => row.amountFen)).toEqual([-1234]);
});

test('no PIN and no card number ever reaches the console in clear', async () => {
  desk = new Desk('en');
  await desk.toIdle();
  await desk.keys(`1100${ENTER}c1`);
  await desk.until('CHECK THE NUMBER');
  await desk.keys(ENTER);
  await desk.pass(2000);
  await desk.keys(`918273${ENTER}`);
  await desk.pass(20_000);
  await desk.keys('t');
  await desk.look();
  expect(desk.console.raw).not.toContain('918273');
  expect(desk.console.raw).not.toContain(testCards.debit.pan);
  expect(desk.console.raw).toContain(testCards.debit.pan.slice(0, 6));
});

test('the power is cut, the printer loses its paper: everything on the desk can be broken', async () => {
  desk = new Desk();
  await desk.toIdle();
  await desk.keys('b1');
  expect(await desk.pass(300)).toContain('! 缺纸');
  await desk.keys('x');
  expect(await desk.pass(300)).toContain('○ 电源');
});

test('a search leaves what it finds; an entry opens to what it says', async () => {
  desk = new Desk('en');
  await desk.toIdle();
  await desk.keys('/');
  await desk.keys(`0800${ENTER}`);
  const found = await desk.look();
  expect(found).toContain('0800');
  expect(found).not.toContain('AT+CIPCLOSE');
  await desk.keys(`t${ENTER}`);
  const opened = await desk.look();
  expect(opened).toMatch(/0000 {2}([0-9a-f]{2} ){16}/);
  expect(opened).toContain('F41');
  await desk.keys(' ');
  await desk.keys('t');
  await desk.keys('/\x7f\x7f\x7f\x7f');
  await desk.keys(ENTER);
  expect(await desk.look()).toContain('AT+CIPCLOSE');
});

test('what lay under a list of Chinese words is there again when the list has closed', async () => {
  desk = new Desk('zh', 80, 24);
  await desk.toIdle();
  await desk.keys(' ');
  const before = await desk.look();
  await desk.keys('c');
  expect(await desk.look()).toContain('刷哪张卡');
  await desk.keys('q');
  expect(await desk.look()).toBe(before);
});

test('names of cards stand below each other, whatever their PINs look like', async () => {
  desk = new Desk('zh');
  await desk.keys('c');
  const line = (text: string) => (desk.console.screen().find((one) => one.includes(text)) ?? '').split(text)[0];
  await desk.look();
  const columns = (text: string) => [...text].reduce((sum, one) => sum + (one > '\u2e80' ? 2 : 1), 0);
  expect(columns(line('信用卡（免密）'))).toBe(columns(line('余额不足的卡')));
});

test('Ctrl-L draws everything anew', async () => {
  desk = new Desk('en');
  await desk.keys(' ');
  const before = await desk.look();
  desk.console.scribble('garbage of another program');
  expect(await desk.look()).not.toBe(before);
  await desk.keys('\x0c');
  expect(await desk.look()).toBe(before);
});

test('a window that is too small says how large it must be, and serves again when it has grown', async () => {
  desk = new Desk('zh', 60, 20);
  expect(await desk.look()).toContain('80×24');
  desk.console.resize(90, 30);
  expect(await desk.look()).toContain('按 p 开机');
});

test('eighty columns and twenty-four rows are enough for everything', async () => {
  desk = new Desk('en', 80, 24);
  await desk.toIdle();
  const screen = await desk.look();
  expect(screen).toContain('PIN pad');
  expect(screen).toContain('Timeline');
  expect(screen).toContain('q quit');
  for (const line of desk.console.screen()) expect(line.length).toBeLessThanOrEqual(80);
});

test('dots show the glass as it is, where the window has the rows', async () => {
  desk = new Desk('zh', 100, 40);
  await desk.toIdle();
  await desk.keys('v');
  expect(await desk.look()).toMatch(/[\u2801-\u28ff]{8}/);
  desk.console.resize(100, 24);
  expect(await desk.look()).toContain('密码键盘');
  await desk.keys('v');
  expect(await desk.look()).toContain('点阵');
});

test('control characters of a device do not reach the console', async () => {
  desk = new Desk('en');
  await desk.toIdle();
  desk.inside.world.note('printer', 'evil \x1b]0;owned\x07 \x9b31m title');
  const before = desk.console.raw.length;
  await desk.pass(200);
  const written = desk.console.raw.slice(before);
  expect(written).toContain('owned');
  expect(written).not.toContain('\x1b]0;');
  expect(written).not.toContain('\x9b');
});

test('time stands still, goes on, and runs faster', async () => {
  desk = new Desk('en');
  await desk.toIdle();
  await desk.keys(' ');
  const atUs = desk.inside.world.nowUs;
  expect(await desk.pass(500)).toContain('paused: space goes on');
  expect(desk.inside.world.nowUs).toBe(atUs);
  await desk.keys(' +');
  expect(await desk.look()).toContain('×10');
});

test('quitting gives the console back as it was', async () => {
  desk = new Desk();
  await desk.keys('q');
  expect(desk.ended).toBe(true);
  desk.tui.close();
  await desk.console.settled();
  expect(desk.console.raw).toContain('\x1b[?1049l');
  expect(desk.console.raw).toContain('\x1b[?25h');
});
