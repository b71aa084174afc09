/**
 * The console face (`cupos run --tui`): the terminal in a window of text, for those who work over ssh. The keyboard is
 * the terminal's, or the PIN pad's while that asks; letters are what a hand does to the desk. terminal-kit reads keys
 * and sends only the cells that changed.
 */
import termkit from 'terminal-kit';
import type { LiveTerminal } from '../server/live-terminal';
import type { State, TimelineRow } from '../server/messages';
import type { TerminalWorld } from '../terminal-world';
import { bold, Canvas, dim, padColumns, plain } from './canvas';
import { padKeyOf, terminalKeyOf } from './key-map';
import { drawBox, drawLcd, drawLcdDots, drawPad, drawPaper, drawTimeline, LCD_BRAILLE, PAPER_COLUMNS } from './panes';
import { faultChoices, help, hintOf, labelOf, say, type Language } from './words';

const TICK_MS = 20;
const DRAW_EVERY_TICKS = 3;
const SMALLEST = { width: 80, height: 24 };
const POWER_HOLD_MS = 2600;
const KEPT_ROWS = 400;
/** The glass in dots, status, three lines of timeline and the foot. */
const DOTS_ROWS = LCD_BRAILLE.height + 9;
/** Times the wall clock; 0 is as fast as it goes. */
const speeds = [1, 10, 0];

export interface TuiOptions {
  readonly live: LiveTerminal;
  readonly inside: TerminalWorld;
  readonly language: Language;
  /** Where it draws and reads keys; default: the process's own console. */
  readonly console?: { readonly stdin: NodeJS.ReadStream; readonly stdout: NodeJS.WriteStream };
}

/** Something that lies over the desk until a key closes it. */
interface Overlay {
  readonly title: string;
  readonly lines: readonly string[];
  chosen: number;
  /** Called with the line that Enter chose; absent: there is nothing to choose. */
  readonly choose?: (index: number) => void;
}

type Mode = 'desk' | 'timeline' | 'search';

export class Tui {
  private readonly terminal: termkit.Terminal;
  private readonly canvas: Canvas;
  private readonly rows: TimelineRow[];
  private overlay: Overlay | null = null;
  private mode: Mode = 'desk';
  private selected = -1;
  private search = '';
  private dots = false;
  private paperBack = 0;
  /** What Tab chose; null: the pad while it asks, else the terminal. */
  private keyboard: 'terminal' | 'pad' | null = null;
  private message = '';
  private nowMs = 0;
  private redDueMs = 0;
  private stale = true;
  private lastPicture = '';

  constructor(
    private readonly options: TuiOptions,
    private readonly quit: () => void,
  ) {
    const { stdin, stdout } = options.console ?? { stdin: process.stdin, stdout: process.stdout };
    const kind = process.env.TERM ?? '';
    this.terminal = termkit.createTerminal({
      stdin,
      stdout,
      // It names a file of the library: only a plain name may.
      generic: /^[a-z0-9-]{1,30}$/.test(kind) ? kind : 'xterm-256color',
      appId: '',
      appName: '',
    });
    this.rows = options.live.lastRows().slice();
    this.canvas = new Canvas(this.terminal);
  }

  open(): void {
    this.terminal.fullscreen(true);
    this.terminal.hideCursor(true);
    this.terminal.grabInput({});
    this.terminal.on('key', (name: string) => this.onKey(name));
    this.terminal.on('resize', (width: number, height: number) => {
      this.canvas.resize(width, height);
      this.stale = true;
    });
  }

  close(): void {
    this.terminal.grabInput(false);
    this.terminal.hideCursor(false);
    this.terminal.styleReset();
    this.terminal.fullscreen(false);
  }

  tick(nowMs: number): void {
    const { live } = this.options;
    this.nowMs = nowMs;
    live.tick(nowMs);
    if (this.redDueMs > 0 && nowMs >= this.redDueMs) {
      this.redDueMs = 0;
      live.act({ do: 'power-key', held: false });
    }
    const rows = live.takeRows();
    if (rows.length === 0) return;
    this.rows.push(...rows);
    const over = this.rows.length - KEPT_ROWS;
    if (over > 0) {
      this.rows.splice(0, over);
      if (this.selected >= 0) this.selected = Math.max(0, this.selected - over);
    }
  }

  private shownRows(): TimelineRow[] {
    const wanted = this.search.toLowerCase();
    if (wanted === '') return this.rows;
    return this.rows.filter((row) => `${row.wire} ${row.text}`.toLowerCase().includes(wanted));
  }

  draw(): void {
    const { live, inside, language } = this.options;
    const state = live.state();
    const picture = JSON.stringify([
      { ...state, atMs: Math.floor(state.atMs / 100) },
      this.rows.at(-1)?.id,
      this.message,
    ]);
    if (!this.stale && picture === this.lastPicture) return;
    this.lastPicture = picture;
    this.stale = false;
    const { canvas } = this;
    if (canvas.height < DOTS_ROWS) this.dots = false;
    canvas.clear();
    if (canvas.width < SMALLEST.width || canvas.height < SMALLEST.height) {
      canvas.text(0, 0, say(language, 'tooSmall'), bold);
      canvas.show();
      return;
    }
    this.drawStatus(state);
    const leftWidth = this.dots ? LCD_BRAILLE.width + 2 : 38;
    const paperX = canvas.width - PAPER_COLUMNS - 2;
    const showPaper = paperX >= leftWidth + 1;
    const deskHeight = this.dots ? LCD_BRAILLE.height + 2 : canvas.height - 11;
    if (this.dots) {
      drawLcdDots(canvas, { x: 0, y: 1, width: leftWidth, height: deskHeight }, inside.lcd.pixels(), state.light);
    } else {
      drawLcd(canvas, { x: 0, y: 1, width: 18, height: 6 }, inside.lcd.text(), state.light);
      drawPad(
        canvas,
        { x: 19, y: 1, width: 18, height: 4 },
        state.padText.split('\n'),
        state.padAsking,
        say(language, 'pinpad'),
      );
      this.drawHints(state);
    }
    if (showPaper) {
      const lines = inside.printer.slips().flatMap((slip) => slip.lines);
      const at = { x: paperX, y: 1, width: PAPER_COLUMNS + 2, height: deskHeight };
      this.paperBack = Math.min(this.paperBack, drawPaper(canvas, at, lines, this.paperBack, language));
    }
    const timelineY = 1 + deskHeight;
    const searching = this.mode === 'search' || this.search !== '' ? `  / ${this.search}` : '';
    drawTimeline(
      canvas,
      { x: 0, y: timelineY, width: canvas.width, height: canvas.height - 1 - timelineY },
      this.shownRows(),
      this.mode === 'timeline' ? this.selected : -1,
      say(language, 'timeline') + searching,
    );
    canvas.text(0, canvas.height - 1, this.message === '' ? say(language, 'footer') : this.message, dim);
    const { overlay } = this;
    if (overlay) {
      drawBox(canvas, overlay.title, overlay.lines, overlay.chosen, say(language, overlay.choose ? 'choose' : 'close'));
    }
    canvas.show();
  }

  private drawStatus(state: State): void {
    const { language } = this.options;
    const lamps = [
      `${state.supply ? '●' : '○'} ${say(language, 'on')}`,
      `${state.modem.online ? '●' : '○'} ${say(language, 'line')}`,
      ...(state.paperOut ? [`! ${say(language, 'noPaperLeft')}`] : []),
    ];
    const pace = state.paused
      ? say(language, 'paused')
      : state.speed === 0
        ? say(language, 'fastest')
        : `×${state.speed}`;
    this.canvas.text(0, 0, say(language, 'title'), bold);
    this.canvas.text(26, 0, `${(state.atMs / 1000).toFixed(1)} s  ${pace}   ${lamps.join('  ')}`, plain);
  }

  private drawHints(state: State): void {
    const { language, inside } = this.options;
    const { canvas } = this;
    canvas.text(0, 8, state.paused ? say(language, 'pausedHint') : hintOf(language, state.next), bold, 38);
    const target = this.keyboardOf(state) === 'pad' ? 'pinpad' : 'terminal';
    canvas.text(0, 9, `${say(language, 'typing')} ${say(language, target)}`, dim, 38);
    const card = this.options.live.hello().cards.find((one) => one.id === state.card);
    if (card) {
      const pin = card.pin === '' ? say(language, 'noPin') : `${say(language, 'pin')} ${card.pin}`;
      canvas.text(0, 10, `${language === 'zh' ? card.zh : card.en}  ${pin}`, plain, 38);
    }
    if (inside.buzzer.count() > 0) canvas.text(19, 5, `♪ ${inside.buzzer.count()}`, dim, 18);
  }

  private keyboardOf(state: State): 'terminal' | 'pad' {
    return this.keyboard ?? (state.padAsking ? 'pad' : 'terminal');
  }

  private onKey(name: string): void {
    this.stale = true;
    this.message = '';
    try {
      if (name === 'CTRL_C') this.quit();
      else if (name === 'CTRL_L') this.canvas.resize(this.canvas.width, this.canvas.height);
      else if (this.overlay) this.onOverlayKey(this.overlay, name);
      else if (this.mode === 'search') this.onSearchKey(name);
      else if (this.mode === 'timeline') this.onTimelineKey(name);
      else this.onDeskKey(name);
    } catch (error) {
      this.message = error instanceof Error ? error.message : String(error);
    }
  }

  private onOverlayKey(overlay: Overlay, name: string): void {
    const { choose, lines } = overlay;
    if (name === 'UP') overlay.chosen = Math.max(0, overlay.chosen - 1);
    else if (name === 'DOWN') overlay.chosen = Math.min(lines.length - 1, overlay.chosen + 1);
    else if (!choose || name === 'ESCAPE' || name === 'q') this.overlay = null;
    else if (name === 'ENTER' || name === 'KP_ENTER') {
      this.overlay = null;
      choose(overlay.chosen);
    } else if (/^[1-9]$/.test(name) && parseInt(name, 10) <= lines.length) {
      this.overlay = null;
      choose(parseInt(name, 10) - 1);
    }
  }

  private onSearchKey(name: string): void {
    if (name === 'ESCAPE') this.search = '';
    if (name === 'ESCAPE' || name === 'ENTER') this.mode = 'desk';
    else if (name === 'BACKSPACE') this.search = this.search.slice(0, -1);
    else if ([...name].length === 1 && this.search.length < 30) this.search += name;
  }

  private onTimelineKey(name: string): void {
    const rows = this.shownRows();
    if (name === 'ESCAPE' || name === 't' || name === 'q') this.mode = 'desk';
    else if (name === '/') this.mode = 'search';
    else if (name === 'UP') this.selected = Math.max(0, this.selected - 1);
    else if (name === 'DOWN') this.selected = Math.min(rows.length - 1, this.selected + 1);
    else if (name === 'PAGE_UP') this.selected = Math.max(0, this.selected - 10);
    else if (name === 'PAGE_DOWN') this.selected = Math.min(rows.length - 1, this.selected + 10);
    else if (name === 'ENTER') this.openEntry(rows[this.selected]);
  }

  private openEntry(row: TimelineRow | undefined): void {
    if (!row) return;
    const { hex } = this.options.live.openRow(row.id);
    const detail = (row.detail ?? '').split('\n').filter((line) => line !== '');
    const lines = [row.text, `${row.lengthBytes} bytes`, ...hexDump(hex), ...detail];
    this.overlay = { title: `${row.wire} ${(row.atMs / 1000).toFixed(3)} s`, lines, chosen: 0 };
  }

  private onDeskKey(name: string): void {
    const { live } = this.options;
    const state = live.state();
    switch (name) {
      case 'q':
        this.quit();
        return;
      case '?':
        this.overlay = { title: 'Cupos', lines: help[this.options.language], chosen: 0 };
        return;
      case 'c':
        this.openCards();
        return;
      case 'b':
        this.openFaults();
        return;
      case 'x':
        live.act({ do: 'cut' });
        return;
      case 'g':
        live.act({ do: 'tear' });
        return;
      case 'p':
        this.holdRed(state);
        return;
      case 'v':
        this.showDots();
        return;
      case 't':
        this.mode = 'timeline';
        this.selected = this.shownRows().length - 1;
        return;
      case '/':
        this.mode = 'search';
        return;
      case ' ':
        live.act({ do: 'pause', paused: !state.paused });
        return;
      case 'n':
        live.act({ do: 'step' });
        return;
      case '+':
      case '-':
        this.changeSpeed(state.speed, name === '+' ? 1 : -1);
        return;
      case 'PAGE_UP':
        this.paperBack += 8;
        return;
      case 'PAGE_DOWN':
        this.paperBack = Math.max(0, this.paperBack - 8);
        return;
      case 'TAB':
        this.keyboard = this.keyboardOf(state) === 'pad' ? 'terminal' : 'pad';
        return;
      default:
        this.pressKey(name, state);
    }
  }

  private pressKey(name: string, state: State): void {
    const { live } = this.options;
    if (this.keyboardOf(state) === 'pad') {
      const key = padKeyOf(name);
      if (key !== '') live.act({ do: 'pad', key });
      // What Tab chose holds for one entry.
      if (key === 'confirm' || key === 'cancel') this.keyboard = null;
    } else {
      const key = terminalKeyOf(name);
      if (key !== '') live.act({ do: 'press', key });
    }
  }

  private holdRed(state: State): void {
    this.options.live.act({ do: 'power-key', held: true });
    // A hand lives by the wall clock; in a fast World it holds for a shorter while.
    this.redDueMs = this.nowMs + POWER_HOLD_MS / Math.max(1, state.speed);
  }

  private showDots(): void {
    if (!this.dots && this.canvas.height < DOTS_ROWS) throw new Error(say(this.options.language, 'noRoomForDots'));
    this.dots = !this.dots;
  }

  private changeSpeed(now: number, by: number): void {
    const at = Math.max(0, Math.min(speeds.length - 1, speeds.indexOf(now) + by));
    this.options.live.act({ do: 'speed', factor: speeds[at] });
  }

  private openCards(): void {
    const { live, language } = this.options;
    const { cards } = live.hello();
    this.overlay = {
      title: say(language, 'cards'),
      lines: cards.map((card, i) => {
        const pin = card.pin === '' ? say(language, 'noPin') : `${say(language, 'pin')} ${card.pin}`;
        return `${i < 9 ? i + 1 : ' '} ${card.maskedPan.padEnd(20)} ${padColumns(pin, 11)} ${language === 'zh' ? card.zh : card.en}`;
      }),
      chosen: 0,
      choose: (index) => live.act({ do: 'swipe', card: cards[index].id, reverse: false, scratched: false }),
    };
  }

  private openFaults(): void {
    const { live, language } = this.options;
    this.overlay = {
      title: say(language, 'faults'),
      lines: faultChoices.map((choice, i) => `${i < 9 ? i + 1 : ' '} ${labelOf(language, choice)}`),
      chosen: 0,
      choose: (index) =>
        live.act({ do: 'fault', device: faultChoices[index].device, fault: faultChoices[index].fault, value: 0 }),
    };
  }
}

/** Sixteen bytes a line: offset, hex, and what of it is text. */
function hexDump(hex: string): string[] {
  const bytes = Buffer.from(hex, 'hex');
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const pairs = row.toString('hex').replace(/../g, '$& ').padEnd(48);
    lines.push(`${at.toString(16).padStart(4, '0')}  ${pairs} ${row.toString('latin1').replace(/[^ -~]/g, '.')}`);
  }
  return lines;
}

/** Runs until somebody quits; rejects when the World itself failed. Throws where there is no console to draw on. */
export function runTui(options: TuiOptions): Promise<void> {
  const stdout = options.console?.stdout ?? process.stdout;
  const stdin = options.console?.stdin ?? process.stdin;
  if (!stdout.isTTY || !stdin.isTTY)
    throw new Error('--tui needs a console: standard input and output must be a terminal');
  return new Promise((resolve, reject) => {
    const end = (error?: unknown): void => {
      clearInterval(timer);
      process.off('SIGTERM', onSignal);
      process.off('SIGHUP', onHangUp);
      tui.close();
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('the World failed'));
    };
    const onSignal = (): void => end();
    // The window or the ssh connection went away: what is kept is written all the same.
    const onHangUp = (): void => {
      process.exitCode = 129;
      end();
    };
    const tui = new Tui(options, () => end());
    let ticks = 0;
    tui.open();
    process.once('SIGTERM', onSignal);
    process.once('SIGHUP', onHangUp);
    const timer = setInterval(() => {
      try {
        tui.tick(Date.now());
        if (ticks++ % DRAW_EVERY_TICKS === 0) tui.draw();
      } catch (error) {
        end(error);
      }
    }, TICK_MS);
  });
}
