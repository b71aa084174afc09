/** `cupos encode`: JSON messages, as `cupos decode --json --unmask` prints them, back into hex. */
import type { Command } from 'commander';
import { filterLines } from '../line-filter';
import type { LineResult } from '../line-filter';

type Codec = typeof import('../../host/iso8583');

function parseJson(text: string): unknown {
  try {
    // What a shell redirects may start with a byte order mark, which trimming takes off.
    return JSON.parse(text.trim());
  } catch {
    return undefined;
  }
}

/** Answers one line of a stream with hex, or with the error as JSON; `null` is a line too long to be kept. */
export function encodeLine(codec: Codec, line: string | null): LineResult {
  if (line === null) {
    const error = { code: 'too_long', field: 0, offset: 0, message: 'the line is longer than any message' };
    return { text: JSON.stringify({ error }), failed: true };
  }
  const encoded = codec.encodeMessage(parseJson(line));
  if (encoded.error) return { text: JSON.stringify({ error: encoded.error }), failed: true };
  return { text: Buffer.from(encoded.bytes).toString('hex').toUpperCase(), failed: false };
}

export function register(program: Command): void {
  program
    .command('encode')
    .description('make ISO 8583 messages from JSON; bitmap and length are computed')
    .argument('[json]', 'one message; "-" or nothing: one message a line from standard input')
    .addHelpText('after', '\nPrints hex, or {"error": …}. Exit status: 0 all encoded, 1 a message was refused.')
    .action(async (json: string | undefined) => {
      const codec = require('../../host/iso8583') as Codec;
      const stream = json === undefined || json === '-';
      const failures = await filterLines(stream ? process.stdin : [json], process.stdout, (line) =>
        encodeLine(codec, line),
      );
      if (failures > 0) process.exitCode = 1;
    });
}
