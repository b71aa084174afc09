/** What one says of a real serial port, and what went wrong with one, in a sentence that names it and the remedy. */

/** Who stops the other: nobody, the lines RTS and CTS, or the characters XON and XOFF (printers only). */
export type FlowControl = 'none' | 'rtscts' | 'xonxoff';
export const flowControls: readonly FlowControl[] = ['none', 'rtscts', 'xonxoff'];

/** A serial port of this machine and how it is set: 8 data bits, no parity, one stop bit. */
export interface PortSettings {
  /** `/dev/ttyUSB0`, `/dev/serial/by-id/…`, `COM3`, or a pseudo terminal. */
  readonly path: string;
  /** Bits a second. */
  readonly baud: number;
  /** Default `none`. */
  readonly flow?: FlowControl;
}

export const LOWEST_BAUD = 300;
export const HIGHEST_BAUD = 4_000_000;

/** An error of serialport, or of the system below it, for people. */
export function whyNoPort(path: string, error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const { code = '' } = (error ?? {}) as { code?: string };
  const is = (pattern: RegExp): boolean => pattern.test(`${code} ${text}`);
  if (code === 'MODULE_NOT_FOUND' || is(/No native build|ERR_DLOPEN_FAILED/))
    return 'serial ports need the package serialport, which was not installed: npm install serialport';
  if (is(/ENOENT|No such file|File not found|cannot find/i))
    return `there is no port ${path}: is its cable plugged in?`;
  if (is(/EACCES|EPERM|Permission denied|not permitted/i))
    return `the port ${path} may not be used: on Linux its group, often dialout, may (sudo usermod -aG dialout $USER)`;
  if (is(/Cannot lock|EBUSY|busy|Access denied|temporarily unavailable/i))
    return `the port ${path} is in use by another program`;
  if (is(/ioctl|Is a directory|EISDIR|ENOTTY|ENXIO|No such device/i)) return `${path} is no serial port`;
  if (is(/baud/i)) return `the port ${path} does not know this speed`;
  return `the port ${path} cannot be opened: ${text.replace(/\s+/g, ' ').slice(0, 120)}`;
}
