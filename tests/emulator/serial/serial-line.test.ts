/** A real serial port, over pairs of pseudo terminals: what is no port, is busy, is pulled out and comes back. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyNoPort } from '../../../emulator/serial/port-settings';
import { openSerialLine, type SerialLine } from '../../../emulator/serial/serial-line';
import { Cable } from '../../support/cable';
import { describeWithTool } from '../../support/foreign-tool';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cupos-serial-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

test.each([
  ['Error: No such file or directory, cannot open /dev/ttyUSB9', /there is no port P: is its cable plugged in/],
  ['Opening COM9: File not found', /there is no port P/],
  ['Error: Permission denied, cannot open /dev/ttyUSB0', /may not be used: on Linux its group, often dialout/],
  ['Error: Operation not permitted, cannot open', /may not be used/],
  ['Error Resource temporarily unavailable Cannot lock port', /in use by another program/],
  ['Opening COM3: Access denied', /in use by another program/],
  ['Error: Inappropriate ioctl for device setting custom baud rate of 115200', /P is no serial port/],
  ['Error: Is a directory, cannot open /tmp', /P is no serial port/],
  ['Error: Invalid argument || while setting custom baud rate of 12345', /does not know this speed/],
  ['No native build was found for platform=x arch=y', /need the package serialport/],
  ['something\nelse', /cannot be opened: something else/],
])('one sentence for "%s"', (text, sentence) => {
  const why = whyNoPort('P', new Error(text));
  expect(why).toMatch(sentence);
  expect(why).not.toContain('\n');
});

test('no such port, a directory, a file: a sentence each, and no port is left open', async () => {
  const open = (path: string): Promise<SerialLine> => openSerialLine({ path, baud: 9600 });
  writeFileSync(join(dir, 'file'), '');
  mkdirSync(join(dir, 'folder'));
  await expect(open(join(dir, 'nothing'))).rejects.toThrow(/there is no port .*nothing/);
  await expect(open(join(dir, 'file'))).rejects.toThrow(/file is no serial port/);
  await expect(open(join(dir, 'folder'))).rejects.toThrow(/folder is no serial port/);
});

describeWithTool('over a cable', 'socat', 'socat', () => {
  let cable: Cable;

  beforeEach(async () => {
    cable = new Cable(dir, 'cable');
    await cable.plug();
  });

  afterEach(() => cable.remove());

  test('every byte value, in order, both ways', async () => {
    const near = await cable.open(cable.near, { flow: 'rtscts' });
    const far = await cable.open(cable.far);
    const all = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
    let there = '';
    let back = '';
    far.onBytes = (bytes) => {
      there += bytes;
      far.write(bytes);
    };
    near.onBytes = (bytes) => (back += bytes);
    for (let i = 0; i < 40; i++) near.write(all);
    await cable.settled();
    expect(there).toBe(all.repeat(40));
    expect(back).toBe(all.repeat(40));
  });

  test('speed and flow control are the port’s: the system holds CTS and XOFF against us, not we', async () => {
    await cable.open(cable.near, { baud: 38_400, flow: 'rtscts' });
    await cable.open(cable.far, { baud: 9600, flow: 'xonxoff' });
    const settingsOf = (path: string): string =>
      spawnSync('stty', [process.platform === 'linux' ? '-F' : '-f', path, '-a'], { encoding: 'utf8' }).stdout;
    expect(settingsOf(cable.near)).toMatch(/speed 38400 baud[^]* crtscts[^]* -ixon -ixoff/);
    expect(settingsOf(cable.far)).toMatch(/speed 9600 baud[^]* -crtscts[^]* ixon ixoff/);
  });

  test('a second program finds the port in use', async () => {
    await cable.open(cable.near);
    await expect(openSerialLine({ path: cable.near, baud: 9600 })).rejects.toThrow('in use by another program');
  });

  test('a far end that takes nothing: a bounded heap of bytes, the rest is counted as lost', async () => {
    const near = await cable.open(cable.near);
    const far = await cable.open(cable.far);
    far.pause();
    for (let i = 0; i < 100; i++) near.write('x'.repeat(10_000));
    await new Promise(setImmediate);
    expect(near.unsentBytes()).toBeLessThanOrEqual(65_536);
    expect(near.lostBytes).toBeGreaterThan(700_000);
    // Closing does not wait for it.
    await near.close();
  });

  test('pulled out: said once, what is written is lost; plugged in: open again, said once', async () => {
    const near = await cable.open(cable.near);
    const far = await cable.open(cable.far);
    const said: string[] = [];
    near.onChange = (_isOpen, sentence) => said.push(sentence);
    await cable.pull();
    near.write('lost');
    expect(near.unsentBytes()).toBe(0);
    await cable.plug();
    expect(said).toEqual([`the port ${cable.near} is gone`, `the port ${cable.near} is back`]);
    let heard = '';
    far.onBytes = (bytes) => (heard += bytes);
    near.write('here again');
    await cable.settled();
    expect(heard).toBe('here again');
  });

  test('given back while it is lost: it is not taken again', async () => {
    const near = await cable.open(cable.near);
    await cable.pull();
    await near.close();
    await cable.remove();
    await cable.plug();
    const other = await openSerialLine({ path: cable.near, baud: 9600 });
    expect(near.isOpen).toBe(false);
    await other.close();
  });

  test('a pseudo terminal has no control lines, and DTR is no error there', async () => {
    const near = await cable.open(cable.near);
    near.setDtr(false);
    near.setDtr(true);
    expect(await near.controlLines()).toBeNull();
    expect(near.isOpen).toBe(true);
  });
});
