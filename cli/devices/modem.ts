/**
 * `cupos device modem`: a fake modem for other people's programs, on a TCP port or a pseudo terminal. Calls and connections
 * lead to a host of one's own (`--to`), or to one that sends everything back.
 */
import type { Command } from 'commander';
import type { ForeignAddress } from '../../emulator/foreign-host';
import { CliError } from '../cli-error';
import { listenAddress, oneOf, wholeNumber } from '../option-values';
import type { ModemWorld } from './modem-world';

interface ModemOptions {
  readonly type: string;
  readonly tcp?: string;
  readonly pty?: string;
  readonly host: string;
  readonly to?: string;
  readonly speed: string;
}

function interrupted(): Promise<void> {
  return new Promise((ended) => {
    process.once('SIGINT', () => ended());
    process.once('SIGTERM', () => ended());
  });
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
  if ((options.tcp === undefined) === (options.pty === undefined)) {
    throw new CliError('give --tcp PORT or --pty PATH, one of them');
  }
  const speed = wholeNumber(options.speed, '--speed', 1, 100);
  const host = listenAddress(options.host);
  const port = wholeNumber(options.tcp ?? '0', '--tcp', 0, 65535);
  const { createModemWorld } = require('./modem-world') as typeof import('./modem-world');
  const { openPty, openTcpPort } = require('./modem-ports') as typeof import('./modem-ports');
  const say = (line: string): void => void process.stdout.write(`Cupos: ${line}\n`);
  const ended = interrupted();
  let modem: ModemWorld | null = null;
  const feed = (bytes: Buffer): void => modem?.feed(bytes.toString('latin1'));
  const wire = options.pty === undefined ? await openTcpPort(host, port, feed) : await openPty(options.pty, feed);
  const onSend = (bytes: string): void => wire.write(Buffer.from(bytes, 'latin1'));
  const running = createModemWorld({ type, to, onSend, speed });
  modem = running;
  const far = to ? `${to.host}:${to.port}` : 'a host that sends everything back';
  say(`the ${type} modem is at ${wire.where}; calls lead to ${far} (Ctrl-C ends)`);
  const typed = (await import('node:readline')).createInterface({ input: process.stdin });
  typed.on('line', (line) => say(running.fault(line)));
  try {
    await Promise.race([ended, wire.failed]);
  } finally {
    typed.close();
    running.close();
    await wire.close();
  }
}

export function register(device: Command): void {
  device
    .command('modem')
    .description('modem on a TCP port or a pseudo terminal. A line typed is a fault: phoneLine unplug 1, signal 5')
    .option('--type <name>', 'sim800, ec20 or pstn', 'sim800')
    .option('--tcp <port>', 'port to listen on; 0 takes a free one')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--pty <path>', 'path for a pseudo terminal instead (needs socat)')
    .option('--speed <factor>', "the modem's seconds in one of ours, 1 to 100", '1')
    .option('--to <host:port>', 'where calls and connections lead')
    .action((options: ModemOptions) => serve(options));
}
