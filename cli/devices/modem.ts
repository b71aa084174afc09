/**
 * `cupos device modem`: a fake modem for other people's programs, on a TCP port, a pseudo terminal or a serial port. Calls and connections
 * lead to a host of one's own (`--to`), or to one that sends everything back.
 */
import type { Command } from 'commander';
import type { ForeignAddress } from '../../emulator/foreign-host';
import { CliError } from '../cli-error';
import { oneOf, wholeNumber } from '../option-values';
import { addPlaceOptions, checkPlace, openPlace, type PlaceOptions } from './device-place';
import type { ModemWorld } from './modem-world';
import { interrupted, typedLines } from './until-interrupted';

interface ModemOptions extends PlaceOptions {
  readonly type: string;
  readonly to?: string;
  readonly speed: string;
}

function addressOf(text: string): ForeignAddress {
  const parts = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text);
  if (!parts) throw new CliError(`--to takes HOST:PORT, not "${text}"`);
  return { host: parts[1] ?? parts[2], port: wholeNumber(parts[3], 'the port of --to', 1, 65535) };
}

async function serve(options: ModemOptions): Promise<void> {
  const { modemNames } = require('../../emulator/parts') as typeof import('../../emulator/parts');
  const type = oneOf(options.type, '--type', modemNames);
  const to = options.to === undefined ? null : addressOf(options.to);
  checkPlace(options);
  const speed = wholeNumber(options.speed, '--speed', 1, 100);
  const { createModemWorld } = require('./modem-world') as typeof import('./modem-world');
  const { CrossedLines } =
    require('../../emulator/serial/crossed-lines') as typeof import('../../emulator/serial/crossed-lines');
  const say = (line: string): void => void process.stdout.write(`Cupos: ${line}\n`);
  const ended = interrupted();
  let modem: ModemWorld | null = null;
  const feed = (bytes: Buffer): void => modem?.feed(bytes.toString('latin1'));
  const wire = await openPlace(options, 'modem', feed, say);
  const onSend = (bytes: string): void => wire.write(Buffer.from(bytes, 'latin1'));
  const running = createModemWorld({
    type,
    to,
    onSend,
    speed,
    control: wire.line && (await CrossedLines.of(wire.line)),
  });
  modem = running;
  const far = to ? `${to.host}:${to.port}` : 'a host that sends everything back';
  say(`the ${type} modem is at ${wire.where}; calls lead to ${far} (Ctrl-C ends)`);
  const typed = typedLines((line) => say(running.fault(line)));
  try {
    await Promise.race([ended, running.failed, wire.failed]);
  } finally {
    typed.close();
    running.close();
    await wire.close();
  }
}

export function register(device: Command): void {
  const command = device
    .command('modem')
    .description(
      'modem on a TCP port, a pseudo terminal or a serial port. A line typed is a fault: phoneLine unplug 1, signal 5',
    )
    .option('--type <name>', 'sim800, ec20 or pstn', 'sim800')
    .option('--speed <factor>', "the modem's seconds in one of ours, 1 to 100", '1')
    .option('--to <host:port>', 'where calls and connections lead');
  addPlaceOptions(command).action((options: ModemOptions) => serve(options));
}
