/**
 * A screen of cells over terminal-kit's screen buffer: text clipped by what it takes in columns (a Chinese character
 * takes two), frames, and only changed cells sent. Everything drawn is made harmless first: control characters of
 * whatever came from a device must not reach somebody's console.
 */
import termkit from 'terminal-kit';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Attributes = NonNullable<termkit.ScreenBuffer.PutOptions['attr']>;

export const plain: Attributes = { color: 'default', bgColor: 'default' };
export const dim: Attributes = { color: 'default', bgColor: 'default', dim: true };
export const bold: Attributes = { color: 'default', bgColor: 'default', bold: true };
export const inverse: Attributes = { color: 'default', bgColor: 'default', inverse: true };

/** `text` filled up with blanks to `columns` columns. */
export function padColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - termkit.stringWidth(text)));
}

/** `text` in at most `columns` columns, without control characters. */
export function clip(text: string, columns: number): string {
  const harmless = text.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ');
  return columns <= 0 ? '' : termkit.truncateString(harmless, columns);
}

export class Canvas {
  private buffer: termkit.ScreenBuffer;
  width: number;
  height: number;

  constructor(private readonly terminal: termkit.Terminal) {
    this.width = terminal.width;
    this.height = terminal.height;
    this.buffer = this.newBuffer();
  }

  private newBuffer(): termkit.ScreenBuffer {
    return new termkit.ScreenBuffer({ dst: this.terminal, width: this.width, height: this.height });
  }

  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
    this.buffer = this.newBuffer();
    this.terminal.clear();
  }

  clear(): void {
    this.buffer.fill({ attr: plain, char: ' ' });
  }

  /** Text from a cell on, at most `columns` of them. */
  text(x: number, y: number, text: string, attr: Attributes = plain, columns = this.width - x): void {
    if (y < 0 || y >= this.height || x >= this.width) return;
    this.buffer.put({ x, y, attr, wrap: false, dx: 1, dy: 0 }, clip(text, columns));
  }

  /** Text filled up with blanks to `columns`. */
  bar(x: number, y: number, text: string, attr: Attributes, columns: number): void {
    this.text(x, y, padColumns(clip(text, columns), columns), attr, columns);
  }

  frame({ x, y, width, height }: Rectangle, title = '', attr: Attributes = dim): void {
    const line = '─'.repeat(Math.max(0, width - 2));
    this.text(x, y, `┌${line}┐`, attr, width);
    for (let row = y + 1; row < y + height - 1; row++) {
      this.text(x, row, '│', attr, 1);
      this.text(x + width - 1, row, '│', attr, 1);
    }
    this.text(x, y + height - 1, `└${line}┘`, attr, width);
    if (title !== '') this.text(x + 2, y, ` ${title} `, bold, width - 4);
  }

  /** Sends what changed since the last time. */
  show(): void {
    this.buffer.draw({ delta: true });
    // The library forgets to note the right half of a wide character as drawn, and would later take what lay under it
    // for still being there.
    const { buffer, lastBuffer } = this.buffer as unknown as { buffer: Buffer; lastBuffer: Buffer };
    buffer.copy(lastBuffer);
  }
}
