/** Options of `cupos run` and `cupos board` that put a serial port of this machine at a wire in place of a fake. */
import type { Command } from 'commander';
import type { PortSettings } from '../emulator/serial/port-settings';
import type { RealPartName, RealParts } from '../emulator/serial/real-parts';
import { CliError } from './cli-error';
import { readPortSettings } from './port-options';

export interface RealPartOptions {
  readonly printer?: string;
  readonly printerBaud?: string;
  readonly printerFlow?: string;
  readonly modemPort?: string;
  readonly modemBaud?: string;
  readonly modemFlow?: string;
  readonly pinpadPort?: string;
  readonly pinpadBaud?: string;
}

export type WantedParts = { readonly [Part in RealPartName]?: PortSettings };

export function addRealPartOptions(command: Command): Command {
  return command
    .option('--printer <port>', 'a real printer on a serial port, /dev/ttyUSB0 or COM3 (docs/devices/real-ports.md)')
    .option('--printer-baud <number>', 'its speed (115200)')
    .option('--printer-flow <how>', 'its flow control: rtscts, xonxoff or none (rtscts)')
    .option('--modem-port <port>', 'a real modem of the kind of --modem on a serial port; needs --center')
    .option('--modem-baud <number>', 'its speed (115200)')
    .option('--modem-flow <how>', 'its flow control: rtscts, or none for a cable of three wires (rtscts)')
    .option('--pinpad-port <port>', 'a real PIN pad on a serial port')
    .option('--pinpad-baud <number>', 'its speed (19200)');
}

/** Of an emulated board: ports of this machine at which its UARTs end. */
export interface WiredPortOptions {
  readonly pinpadPort?: string;
  readonly printerPort?: string;
  readonly modemPort?: string;
}

export function addWiredPortOptions(command: Command): Command {
  return command
    .option('--pinpad-port <port>', 'serial port, or pseudo terminal, at which the UART of the PIN pad ends')
    .option('--printer-port <port>', "the printer's")
    .option('--modem-port <port>', "the modem's");
}

/** Checked options; nothing is opened. Speeds are the board's, and who is at the far end is always ready. */
export function readWiredPorts({ pinpadPort, printerPort, modemPort }: WiredPortOptions): WantedParts {
  const parts: { -readonly [Part in RealPartName]?: PortSettings } = {};
  const one = (part: RealPartName, path: string | undefined): void => {
    if (path !== undefined) parts[part] = readPortSettings({ name: `--${part}-port`, path, flow: 'none' }, part);
  };
  one('pinpad', pinpadPort);
  one('printer', printerPort);
  one('modem', modemPort);
  refuseSharing(parts);
  return parts;
}

function refuseSharing(parts: WantedParts): void {
  const paths = Object.values(parts).map(({ path }) => path);
  if (new Set(paths).size < paths.length) throw new CliError('two parts cannot share one port');
}

/** Checked options; nothing is opened. */
export function readRealParts(options: RealPartOptions, hasCenter: boolean): WantedParts {
  const { printer, printerBaud, printerFlow, modemPort, modemBaud, modemFlow, pinpadPort, pinpadBaud } = options;
  const parts: { -readonly [Part in RealPartName]?: PortSettings } = {};
  const one = (part: RealPartName, name: string, path: string | undefined, baud: string | undefined, flow?: string) => {
    if (path !== undefined) {
      parts[part] = readPortSettings({ name: `--${name}`, path, baud, flow }, part);
      return;
    }
    const lonely = baud !== undefined ? 'baud' : flow !== undefined ? 'flow' : '';
    if (lonely !== '') throw new CliError(`--${part}-${lonely} needs --${name}`);
  };
  one('printer', 'printer', printer, printerBaud, printerFlow);
  one('modem', 'modem-port', modemPort, modemBaud, modemFlow);
  one('pinpad', 'pinpad-port', pinpadPort, pinpadBaud);
  refuseSharing(parts);
  if (parts.modem && !hasCenter) {
    throw new CliError('--modem-port needs --center HOST:PORT: the host that the real modem is to reach');
  }
  return parts;
}

/** Opens the ports; each must be there. */
export async function openWantedParts(wanted: WantedParts): Promise<RealParts> {
  const { openRealParts } = require('../emulator/serial/real-parts') as typeof import('../emulator/serial/real-parts');
  try {
    return await openRealParts(wanted);
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error), 1);
  }
}

export async function closeParts(parts: RealParts): Promise<void> {
  const { closeRealParts } = require('../emulator/serial/real-parts') as typeof import('../emulator/serial/real-parts');
  await closeRealParts(parts);
}

/** For whoever starts it; '' without real parts. */
export function announceParts(wanted: WantedParts): string {
  const list = Object.entries(wanted).map(
    ([part, { path }]) => `the ${part === 'pinpad' ? 'PIN pad' : part} on ${path}`,
  );
  if (list.length === 0) return '';
  return `${list.join(', ')} ${list.length === 1 ? 'is real' : 'are real'}: the terminal runs at wall speed and cannot be replayed`;
}
