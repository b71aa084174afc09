/**
 * `cupos device printer`: the printer on a TCP port, as network printers listen on port 9100: what arrives is printed, what
 * the printer answers goes back, and every slip becomes a PNG file.
 */
import type { Command } from 'commander';
import { CliError } from '../cli-error';
import { listenAddress, wholeNumber } from '../option-values';

interface PrinterOptions {
  readonly tcp: string;
  readonly host: string;
  readonly out: string;
}

function interrupted(): Promise<void> {
  return new Promise((ended) => {
    process.once('SIGINT', () => ended());
    process.once('SIGTERM', () => ended());
  });
}

async function serve(options: PrinterOptions): Promise<void> {
  const port = wholeNumber(options.tcp, '--tcp', 0, 65535);
  const host = listenAddress(options.host);
  if (options.out.trim() === '') throw new CliError('--out takes a directory, not nothing');
  const { servePrinter } = require('./printer-server') as typeof import('./printer-server');
  const say = (line: string): void => void process.stdout.write(`Cupos: ${line}\n`);
  const ended = interrupted();
  const server = await servePrinter({ port, host, outDir: options.out, say });
  say(`the printer listens on ${host}:${server.port}; slips go to ${options.out} (Ctrl-C ends)`);
  const typed = (await import('node:readline')).createInterface({ input: process.stdin });
  typed.on('line', (line) => say(server.fault(line)));
  try {
    await Promise.race([ended, server.failed]);
  } finally {
    typed.close();
    await server.close();
  }
}

export function register(device: Command): void {
  device
    .command('printer')
    .description(
      '58 mm ESC/POS printer on a TCP port; slips become PNG files. A line typed is a fault: paper 3, refill',
    )
    .option('--tcp <port>', 'port to listen on; 0 takes a free one', '9100')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--out <dir>', 'directory of the slips', './slips')
    .action((options: PrinterOptions) => serve(options));
}
