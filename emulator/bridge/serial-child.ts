/**
 * A serial port between standard input and output, in a process of its own: the package polls its port in the main thread of a
 * process, and that of the bridge waits. What is to be told of it goes to the error stream, a line each: `open`, or why not.
 */
import { whyNoPort } from '../serial/port-settings';

const [, , path, baud] = process.argv;

function leave(why: string): void {
  process.stderr.write(`${why}\n`, () => process.exit(1));
}

try {
  const { SerialPort } = require('serialport') as typeof import('serialport');
  const serial = new SerialPort({ path, baudRate: parseInt(baud, 10), autoOpen: false });
  serial.on('data', (bytes: Buffer) => process.stdout.write(bytes));
  serial.on('error', (error: Error) => leave(error.message));
  serial.on('close', () => leave('its cable was pulled out'));
  process.stdin.on('data', (bytes: Buffer) => serial.write(bytes));
  process.stdin.on('end', () => serial.drain(() => process.exit(0)));
  serial.open((error) => (error ? leave(whyNoPort(path, error)) : process.stderr.write('open\n')));
} catch (error) {
  leave(whyNoPort(path, error));
}
