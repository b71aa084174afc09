/** Serial ports as options say them: path, speed, flow control. */
import type { FlowControl, PortSettings } from '../emulator/serial/port-settings';
import type { RealPartName } from '../emulator/serial/real-parts';
import { CliError } from './cli-error';
import { oneOf, wholeNumber } from './option-values';

/** What a board's own ports do (drivers/boards/reference.ts). */
const usual: Readonly<Record<RealPartName | 'keyLoader', { readonly baud: number; readonly flow: FlowControl }>> = {
  printer: { baud: 115_200, flow: 'rtscts' },
  modem: { baud: 115_200, flow: 'rtscts' },
  pinpad: { baud: 19_200, flow: 'none' },
  keyLoader: { baud: 9_600, flow: 'none' },
};

export interface PortWords {
  /** The option that names the port: `--printer`. */
  readonly name: string;
  readonly path: string;
  readonly baud?: string;
  readonly flow?: string;
}

export function readPortSettings({ name, path, baud, flow }: PortWords, part: keyof typeof usual): PortSettings {
  const { flowControls, HIGHEST_BAUD, LOWEST_BAUD } =
    require('../emulator/serial/port-settings') as typeof import('../emulator/serial/port-settings');
  // Not text of an option that lost its value, and nothing that could not be in a path.
  if (path.trim() === '' || path.startsWith('-') || /[\x00-\x1f\x7f]/.test(path)) {
    throw new CliError(`${name} takes a serial port, such as /dev/ttyUSB0 or COM3`);
  }
  // Messages hold any byte: XON and XOFF among them would be taken out.
  const flows = part === 'printer' ? flowControls : flowControls.filter((one) => one !== 'xonxoff');
  return {
    path,
    baud: baud === undefined ? usual[part].baud : wholeNumber(baud, 'the speed', LOWEST_BAUD, HIGHEST_BAUD),
    flow: flow === undefined ? usual[part].flow : oneOf(flow, 'the flow control', flows),
  };
}
