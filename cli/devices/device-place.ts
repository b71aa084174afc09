/** Where a fake device is served: on a TCP port, a pseudo terminal, or a real serial port of this machine. */
import type { Command } from 'commander';
import type { SerialLine } from '../../emulator/serial/serial-line';
import { CliError } from '../cli-error';
import { listenAddress, wholeNumber } from '../option-values';
import { readPortSettings } from '../port-options';
import { openPty, openTcpPort, type DevicePort } from './device-ports';

export interface PlaceOptions {
  readonly tcp?: string;
  readonly pty?: string;
  readonly serial?: string;
  readonly host: string;
  readonly baud?: string;
  readonly flow?: string;
}

export interface DevicePlace extends DevicePort {
  /** The port itself, where it is a real one. */
  readonly line: SerialLine | null;
}

export function addPlaceOptions(command: Command): Command {
  return command
    .option('--tcp <port>', 'port to listen on; 0 takes a free one')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--pty <path>', 'path for a pseudo terminal instead (needs socat)')
    .option('--serial <port>', 'a serial port of this machine instead: /dev/ttyUSB0, COM3')
    .option('--baud <number>', 'with --serial: its speed')
    .option('--flow <how>', 'with --serial: flow control: rtscts, none, or for a printer xonxoff');
}

/** Throws a `CliError` for what cannot be meant; opens nothing. */
export function checkPlace(options: PlaceOptions): void {
  const given = [options.tcp, options.pty, options.serial].filter((one) => one !== undefined);
  if (given.length !== 1) throw new CliError('give --tcp PORT, --pty PATH or --serial PORT, one of them');
  const lonely = options.baud !== undefined ? '--baud' : options.flow !== undefined ? '--flow' : '';
  if (lonely !== '' && options.serial === undefined) throw new CliError(`${lonely} needs --serial`);
}

/** `say` is told when a real port is lost or comes back. */
export async function openPlace(
  options: PlaceOptions,
  part: 'printer' | 'modem' | 'pinpad' | 'keyLoader',
  onBytes: (bytes: Buffer) => void,
  say: (line: string) => void,
): Promise<DevicePlace> {
  checkPlace(options);
  if (options.pty !== undefined) return { ...(await openPty(options.pty, onBytes)), line: null };
  if (options.serial === undefined) {
    const host = listenAddress(options.host);
    return { ...(await openTcpPort(host, wholeNumber(options.tcp ?? '', '--tcp', 0, 65535), onBytes)), line: null };
  }
  const { serial: path, baud, flow } = options;
  const settings = readPortSettings({ name: '--serial', path, baud, flow }, part);
  const { openSerialLine } =
    require('../../emulator/serial/serial-line') as typeof import('../../emulator/serial/serial-line');
  let line: SerialLine;
  try {
    line = await openSerialLine(settings);
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error), 1);
  }
  line.onBytes = (bytes) => onBytes(Buffer.from(bytes, 'latin1'));
  line.onChange = (_isOpen, sentence) => say(sentence);
  return {
    where: path,
    failed: new Promise<never>(() => undefined),
    line,
    write: (bytes) => line.write(bytes.toString('latin1')),
    hangUp: () => undefined,
    close: () => line.close(),
  };
}
