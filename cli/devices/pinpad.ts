/**
 * `cupos device pinpad`: a fake PIN pad for a terminal elsewhere, on a serial port, a pseudo terminal or a TCP port. What
 * one types is its keypad. Its keys are kept, sealed, in the state directory.
 */
import { join } from 'node:path';
import type { Command } from 'commander';
import { CliError } from '../cli-error';
import { TERMINAL_ID } from '../foreign-options';
import { oneOf } from '../option-values';
import { addPlaceOptions, checkPlace, openPlace, type DevicePlace, type PlaceOptions } from './device-place';
import type { PinPadWorld } from './pinpad-world';
import { ALGORITHM_HELP, algorithmOf } from './tmk-algorithm';
import { tmkOf } from './tmk-of';
import { interrupted, typedLines } from './until-interrupted';

interface PinPadOptions extends PlaceOptions {
  readonly type: string;
  readonly data: string;
  readonly tid: string;
  readonly empty?: boolean;
  readonly algorithm?: string;
  readonly loader?: string;
  readonly loaderBaud?: string;
}

const say = (line: string): void => void process.stdout.write(`Cupos: ${line}\n`);
const latin1 = (bytes: string): Buffer => Buffer.from(bytes, 'latin1');

async function openLoader(options: PinPadOptions, feed: (bytes: Buffer) => void): Promise<DevicePlace | null> {
  if (options.loader === undefined) {
    if (options.loaderBaud !== undefined) throw new CliError('--loader-baud needs --loader');
    return null;
  }
  const place = { host: options.host, serial: options.loader, baud: options.loaderBaud };
  return openPlace(place, 'keyLoader', feed, say);
}

async function serve(options: PinPadOptions): Promise<void> {
  const { padNames } = require('../../emulator/parts') as typeof import('../../emulator/parts');
  const type = oneOf(options.type, '--type', padNames);
  checkPlace(options);
  if (options.empty && options.algorithm !== undefined)
    throw new CliError('--algorithm says what its key is for: not with --empty, which leaves it without');
  const algorithm = options.algorithm === undefined ? undefined : algorithmOf(options.algorithm);
  const { StateFiles } =
    require('../../emulator/server/state-files') as typeof import('../../emulator/server/state-files');
  const { createPinPadWorld } = require('./pinpad-world') as typeof import('./pinpad-world');
  const tmk = tmkOf(options);
  const ended = interrupted();
  let pad: PinPadWorld | null = null;
  let loader: DevicePlace | null = null;
  const place = await openPlace(options, 'pinpad', (bytes) => pad?.feed(bytes.toString('latin1')), say);
  try {
    loader = await openLoader(options, (bytes) => pad?.feedLoader(bytes.toString('latin1')));
    const files = new StateFiles(join(options.data, `pinpad-${type}-${options.tid}`), tmk);
    const running = createPinPadWorld({
      type,
      battery: options.empty ? null : files.loadBattery(),
      tmk: options.empty ? '' : tmk,
      algorithm,
      onSend: (bytes) => place.write(latin1(bytes)),
      onLoaderSend: (bytes) => loader?.write(latin1(bytes)),
      onRows: (rows) => process.stdout.write(`  [${rows.join(' | ')}]\n`),
      save: (battery) => files.saveBattery(battery),
    });
    pad = running;
    say(`the PIN pad is at ${place.where}${loader ? `, its loader port at ${loader.where}` : ''} (Ctrl-C ends)`);
    say('type a PIN and Enter to key it in; confirm, clear or cancel; a fault: tamper, silent 1');
    const typed = typedLines((line) => {
      const answer = running.typed(line);
      if (answer !== '') say(answer);
    });
    try {
      await Promise.race([ended, running.failed, place.failed]);
    } finally {
      typed.close();
      running.close();
      files.close();
    }
  } finally {
    await loader?.close();
    await place.close();
  }
}

export function register(device: Command): void {
  const command = device
    .command('pinpad')
    .description('PIN pad on a serial port, a pseudo terminal or a TCP port; what one types is its keypad')
    .option('--type <name>', 'openssl (the fake) or firmware (the program of a pad board)', 'openssl')
    .option('--data <dir>', 'state directory: the TEST key, and what the pad keeps', './.cupos')
    .option('--tid <id>', 'the terminal whose TEST key it holds', TERMINAL_ID)
    .option('--algorithm <name>', `${ALGORITHM_HELP}; as it is kept, or 3des`)
    .option('--empty', 'it holds no key: a key loader brings it')
    .option('--loader <port>', 'a serial port that is its loader port')
    .option('--loader-baud <number>', 'its speed (9600)');
  addPlaceOptions(command).action((options: PinPadOptions) => serve(options));
}
