/** `cupos device key-loader`: loads the TEST master key of a terminal into a PIN pad through the pad's loader port. */
import type { Command } from 'commander';
import { CliError } from '../cli-error';
import { TERMINAL_ID } from '../foreign-options';
import { readPortSettings } from '../port-options';
import { ALGORITHM_HELP, algorithmOf, forAlgorithm } from './tmk-algorithm';
import { tmkOf } from './tmk-of';

interface KeyLoaderOptions {
  readonly serial: string;
  readonly baud?: string;
  readonly data: string;
  readonly tid: string;
  readonly algorithm: string;
}

async function load(options: KeyLoaderOptions): Promise<void> {
  const settings = readPortSettings({ name: '--serial', path: options.serial, baud: options.baud }, 'keyLoader');
  const { openSerialLine } =
    require('../../emulator/serial/serial-line') as typeof import('../../emulator/serial/serial-line');
  const { loadTmkOverLine } =
    require('../../emulator/serial/load-tmk') as typeof import('../../emulator/serial/load-tmk');
  const { checkValueOf } = require('../keys-file') as typeof import('../keys-file');
  const algorithm = algorithmOf(options.algorithm);
  const tmk = tmkOf(options);
  try {
    const line = await openSerialLine(settings);
    try {
      const serial = await loadTmkOverLine(line, { tmk, algorithm });
      process.stdout.write(
        `Cupos: pad ${serial} holds the TEST key of ${options.tid}${forAlgorithm(algorithm)}, ` +
          `check value ${checkValueOf(tmk, algorithm)}\n`,
      );
    } finally {
      await line.close();
    }
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error), 1);
  }
}

export function register(device: Command): void {
  device
    .command('key-loader')
    .description("load a terminal's TEST master key into a PIN pad through its loader port")
    .requiredOption('--serial <port>', "the serial port that the pad's loader port is on")
    .option('--baud <number>', 'its speed (9600)')
    .option('--data <dir>', 'state directory with the TEST key', './.cupos')
    .option('--tid <id>', 'the terminal whose key it is', TERMINAL_ID)
    .option('--algorithm <name>', ALGORITHM_HELP, '3des')
    .action((options: KeyLoaderOptions) => load(options));
}
