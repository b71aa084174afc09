/** Takes a board's console apart: frames of the bridge, and lines that its program printed. */
import type { Bytes } from '../../hal/bytes';
import { FRAME_MARK } from '../../drivers/boards/espruino/bridge-messages';

/** A line without an end is cut here: no frame is so long. */
const LONGEST_LINE = 4096;
/** What the console paints around its prompt, and whatever else would steer the screen that shows the line. */
const PAINT = /\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
const BASE64 = /^[A-Za-z0-9+/=]*/;

export class ConsoleReader {
  private rest = '';

  constructor(
    private readonly onFrame: (text: Bytes) => void,
    private readonly onText: (line: string) => void,
  ) {}

  take(bytes: Bytes): void {
    const lines = (this.rest + bytes).split('\n');
    const rest = lines.pop() as string;
    this.rest = rest.slice(-LONGEST_LINE);
    for (const line of lines) this.takeLine(line);
  }

  /** Two frames stand in one line where its end was lost; text may stand before a frame where the prompt did. */
  private takeLine(line: string): void {
    const [before, ...frames] = line.split(FRAME_MARK);
    this.tell(before);
    for (const frame of frames) {
      const text = (BASE64.exec(frame) as RegExpExecArray)[0];
      this.onFrame(text);
      this.tell(frame.slice(text.length));
    }
  }

  private tell(text: string): void {
    const line = text.replace(PAINT, '').replace(/^>+/, '').trim();
    if (line !== '') this.onText(line);
  }
}
