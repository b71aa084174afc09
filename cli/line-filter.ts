/**
 * A filter over lines, as a pipe wants it: one line in, one line out, a bad line answered and not the end of the run.
 * Memory is bounded by the longest line allowed; a line beyond that is answered without being kept.
 */
import { StringDecoder } from 'node:string_decoder';

/** No frame is longer: 65,537 bytes as hex, or as JSON with every byte escaped. */
export const LONGEST_LINE = 1 << 20;

export interface LineResult {
  /** Without its line end. */
  readonly text: string;
  readonly failed: boolean;
}

/** `null` stands for a line that was too long. */
export type LineConverter = (line: string | null) => LineResult;

export type LineInput = AsyncIterable<Buffer | string> | Iterable<Buffer | string>;

export interface LineOutput {
  write(text: string): boolean;
  once(event: 'drain' | 'error' | 'close', listener: (error?: Error) => void): unknown;
  removeListener(event: 'drain' | 'error' | 'close', listener: (error?: Error) => void): unknown;
}

/** Cuts chunks into lines; `onLine` gets each without its end. */
function createSplitter(onLine: (line: string | null) => void): {
  add(text: string): void;
  end(): void;
  /** The line that has not ended yet is too long already. */
  isTooLong(): boolean;
} {
  let parts: string[] = [];
  /** Of the line so far, kept or not. */
  let length = 0;
  const keep = (part: string): void => {
    length += part.length;
    if (length > LONGEST_LINE) parts = [];
    else parts.push(part);
  };
  const finish = (): void => {
    const line = length > LONGEST_LINE ? null : parts.join('');
    parts = [];
    length = 0;
    onLine(line);
  };
  return {
    add(text) {
      let from = 0;
      for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
        keep(text.slice(from, to));
        finish();
        from = to + 1;
      }
      if (from < text.length) keep(text.slice(from));
    },
    end() {
      if (length > 0) finish();
    },
    isTooLong: () => length > LONGEST_LINE,
  };
}

/** One line after the other, without their ends; `null` stands for one that is too long, as soon as it is. */
export async function* linesOf(input: AsyncIterable<string>): AsyncGenerator<string | null> {
  let lines: (string | null)[] = [];
  const splitter = createSplitter((line) => lines.push(line));
  const taken = (): (string | null)[] => {
    const all = lines;
    lines = [];
    return all;
  };
  for await (const text of input) {
    splitter.add(text);
    yield* taken();
    if (splitter.isTooLong()) yield null;
  }
  splitter.end();
  yield* taken();
}

/** Waits until the output takes more; false: nobody reads it any more. */
function drained(output: LineOutput): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (ok: boolean) => (): void => {
      output.removeListener('drain', onDrain);
      output.removeListener('error', onEnd);
      output.removeListener('close', onEnd);
      resolve(ok);
    };
    const onDrain = done(true);
    const onEnd = done(false);
    output.once('drain', onDrain);
    output.once('error', onEnd);
    output.once('close', onEnd);
  });
}

/** Runs every line that is not blank through `convert`; resolves to the number that failed. */
export async function filterLines(input: LineInput, output: LineOutput, convert: LineConverter): Promise<number> {
  const decoder = new StringDecoder('utf8');
  let failures = 0;
  let answer = '';
  const splitter = createSplitter((line) => {
    if (line !== null && line.trim() === '') return;
    const result = convert(line);
    if (result.failed) failures++;
    answer += result.text + '\n';
  });
  const flush = async (): Promise<boolean> => {
    const text = answer;
    answer = '';
    return text === '' || output.write(text) || drained(output);
  };
  for await (const chunk of input) {
    splitter.add(typeof chunk === 'string' ? chunk : decoder.write(chunk));
    if (!(await flush())) return failures;
  }
  splitter.add(decoder.end());
  splitter.end();
  await flush();
  return failures;
}
