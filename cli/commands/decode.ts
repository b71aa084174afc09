/** `cupos decode`: a captured frame as JSON or as a table, masked unless asked otherwise. */
import type { Command } from 'commander';
import { CliError } from '../cli-error';
import type { CodecError, DecodedMessage } from '../../host/iso8583';
import { filterLines } from '../line-filter';
import type { LineResult } from '../line-filter';

interface Options {
  json?: boolean;
  unmask?: boolean;
}

type Codec = typeof import('../../host/iso8583');

function decodeHex(codec: Codec, hex: string, options: Options): DecodedMessage {
  const parsed = codec.parseHex(hex);
  return parsed.error ? parsed : codec.decodeMessage(parsed.bytes, { unmask: options.unmask === true });
}

function tooLong(): { error: CodecError } {
  return { error: { code: 'too_long', field: 0, offset: 0, message: 'the line is longer than any message' } };
}

/** Answers one line of a stream; `null` is a line too long to be kept. */
export function decodeLine(codec: Codec, line: string | null, options: Options): LineResult {
  const decoded = line === null ? tooLong() : decodeHex(codec, line, options);
  const failed = decoded.error !== undefined;
  if (options.json) return { text: JSON.stringify(decoded), failed };
  return { text: decoded.error ? codec.describeError(decoded.error) : codec.summarizeMessage(decoded), failed };
}

async function decodeStream(codec: Codec, options: Options): Promise<void> {
  const failures = await filterLines(process.stdin, process.stdout, (line) => decodeLine(codec, line, options));
  if (failures > 0) process.exitCode = 1;
}

function decodeOne(codec: Codec, hex: string, options: Options): void {
  const decoded = decodeHex(codec, hex, options);
  if (decoded.error && !options.json) {
    throw new CliError(codec.describeError(decoded.error), 1);
  }
  process.stdout.write(`${decoded.error || options.json ? JSON.stringify(decoded) : codec.describeMessage(decoded)}\n`);
  if (decoded.error) process.exitCode = 1;
}

export function register(program: Command): void {
  program
    .command('decode')
    .description('show ISO 8583 messages; card data is masked')
    .argument('[hex...]', 'one message as hex; "-" or nothing: one message a line from standard input')
    .option('--json', 'print JSON only, one object a message')
    .option('--unmask', 'show PANs, tracks and PIN blocks as they are')
    .addHelpText('after', '\nExit status: 0 all decoded, 1 a message was broken, 2 wrong use.')
    .action(async (hex: string[], options: Options) => {
      const codec = require('../../host/iso8583') as Codec;
      const text = hex.join('');
      if (hex.length === 0 || text === '-') await decodeStream(codec, options);
      else decodeOne(codec, text, options);
    });
}
