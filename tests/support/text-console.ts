/**
 * A console for the console face: what is written goes to a real terminal emulator (xterm.js without a window), whose
 * cells can be read; keys are bytes as a keyboard sends them.
 */
import { PassThrough, Writable } from 'node:stream';
import { Terminal as Xterm } from '@xterm/headless';

export class TextConsole {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Every byte that was ever written. */
  raw = '';
  private readonly xterm: Xterm;
  private readonly input = new PassThrough();

  constructor(
    public columns = 100,
    public rows = 40,
  ) {
    this.xterm = new Xterm({ cols: columns, rows, allowProposedApi: true });
    this.stdin = Object.assign(this.input, { isTTY: true, setRawMode: () => undefined, ref() {}, unref() {} }) as never;
    const output = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.raw += chunk.toString('utf8');
        this.xterm.write(chunk, done);
      },
    });
    this.stdout = Object.assign(output, { isTTY: true, columns, rows }) as never;
  }

  type(keys: string): void {
    this.input.write(keys);
  }

  /** Another program writes on the same screen. */
  scribble(text: string): void {
    this.xterm.write(`\x1b[H${text}`);
  }

  /** The window's border is drawn. */
  resize(columns: number, rows: number): void {
    Object.assign(this.stdout, { columns, rows });
    this.xterm.resize(columns, rows);
    this.stdout.emit('resize');
  }

  /** Until everything written so far stands on the screen. */
  async settled(): Promise<void> {
    // The stream hands chunks on from ticks of the event loop; no time passes.
    for (let i = 0; i < 4; i++) await new Promise<void>((done) => setImmediate(done));
    await new Promise<void>((done) => this.xterm.write('', done));
  }

  screen(): string[] {
    const { active } = this.xterm.buffer;
    const lines: string[] = [];
    for (let y = 0; y < this.xterm.rows; y++)
      lines.push(active.getLine(active.baseY + y)?.translateToString(true) ?? '');
    return lines;
  }

  text(): string {
    return this.screen().join('\n');
  }
}
