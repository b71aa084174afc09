/**
 * `cupos device printer`: the printer on a TCP port, as network printers listen on port 9100, on a pseudo terminal or on a
 * serial port: what arrives is printed, what the printer answers goes back, and every slip becomes a PNG file.
 */
import type { Command } from 'commander';
import { CliError } from '../cli-error';
import { listenAddress, wholeNumber } from '../option-values';
import { addPlaceOptions, checkPlace, openPlace, type PlaceOptions } from './device-place';
import type { PrinterOnLine } from './printer-on-line';
import { interrupted, typedLines } from './until-interrupted';

interface PrinterOptions extends PlaceOptions {
  readonly out: string;
}

const RAW_PORT = '9100';

const say = (line: string): void => void process.stdout.write(`Cupos: ${line}\n`);

async function serveTcp(tcp: string, options: PrinterOptions): Promise<void> {
  const port = wholeNumber(tcp, '--tcp', 0, 65535);
  const host = listenAddress(options.host);
  const { servePrinter } = require('./printer-server') as typeof import('./printer-server');
  const ended = interrupted();
  const server = await servePrinter({ port, host, outDir: options.out, say });
  say(`the printer listens on ${host}:${server.port}; slips go to ${options.out} (Ctrl-C ends)`);
  const typed = typedLines((line) => say(server.fault(line)));
  try {
    await Promise.race([ended, server.failed]);
  } finally {
    typed.close();
    await server.close();
  }
}

async function serveOnLine(options: PrinterOptions): Promise<void> {
  const { createPrinterOnLine } = require('./printer-on-line') as typeof import('./printer-on-line');
  const ended = interrupted();
  let printer: PrinterOnLine | null = null;
  const place = await openPlace(options, 'printer', (bytes) => printer?.feed(bytes.toString('latin1')), say);
  try {
    const wire = {
      send: (bytes: string): void => place.write(Buffer.from(bytes, 'latin1')),
      goOn: (on: boolean): void => (on ? place.line?.resume() : place.line?.pause()),
    };
    const running = createPrinterOnLine(wire, options.out, say);
    printer = running;
    say(`the printer is at ${place.where}; slips go to ${options.out} (Ctrl-C ends)`);
    const typed = typedLines((line) => say(running.fault(line)));
    try {
      await Promise.race([ended, running.failed, place.failed]);
    } finally {
      typed.close();
      running.close();
    }
  } finally {
    await place.close();
  }
}

async function serve(options: PrinterOptions): Promise<void> {
  if (options.out.trim() === '') throw new CliError('--out takes a directory, not nothing');
  const isLine = options.pty !== undefined || options.serial !== undefined;
  if (isLine || options.baud !== undefined || options.flow !== undefined) checkPlace(options);
  await (isLine ? serveOnLine(options) : serveTcp(options.tcp ?? RAW_PORT, options));
}

export function register(device: Command): void {
  const command = device
    .command('printer')
    .description(
      '58 mm ESC/POS printer on a TCP port (9100), a pseudo terminal or a serial port; slips become PNG files. A line ' +
        'typed is a fault: paper 3, refill',
    )
    .option('--out <dir>', 'directory of the slips', './slips');
  addPlaceOptions(command).action((options: PrinterOptions) => serve(options));
}
