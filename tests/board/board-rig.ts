/** Images for the emulated board, the board itself on a desk and on a TCP port, and the flashing command. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openTcpPort, type DevicePort } from '../../cli/devices/device-ports';
import { EmulatedBoard, type EmulatedBoardOptions } from '../../emulator/board/emulated-board';
import { startTerminal, type Terminal } from '../../emulator/terminal';

const run = promisify(execFile);
const root = join(__dirname, '../..');

/** Makes the images of make-images.mjs; gives the folder. */
export async function makeImages(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'cupos-board-'));
  await run(process.execPath, [join(__dirname, 'make-images.mjs'), folder]);
  return folder;
}

export interface Desk {
  readonly board: EmulatedBoard;
  readonly terminal: Terminal;
}

export async function boardOnDesk(options: EmulatedBoardOptions = {}): Promise<Desk> {
  const board = await EmulatedBoard.create(options);
  const terminal = startTerminal({ firmware: board.firmware });
  board.solderTo(terminal.inside);
  return { board, terminal };
}

/** Puts an image into the Storage without any tool. */
export function install(board: Pick<EmulatedBoard, 'storage'>, image: string): void {
  const { files } = JSON.parse(readFileSync(join(image, 'image.json'), 'utf8')) as { files: { name: string }[] };
  for (const { name } of files) board.storage.write(name, readFileSync(join(image, 'files', name)));
}

/** The board's console on a free port; its cable is plugged in. */
export async function serve(board: Pick<EmulatedBoard, 'plug' | 'receive'>): Promise<DevicePort> {
  const port = await openTcpPort('127.0.0.1', 0, (bytes) => board.receive(bytes.toString('latin1')));
  board.plug({
    onData: (bytes) => port.write(Buffer.from(bytes, 'latin1')),
    onGone: () => port.hangUp(),
  });
  return port;
}

export interface Flashed {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** `npm run flash` with these arguments. */
export async function flash(...args: string[]): Promise<Flashed> {
  const script = join(root, 'scripts/flash.mjs');
  try {
    const { stdout, stderr } = await run(process.execPath, [script, ...args]);
    return { status: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, out: stdout, err: stderr };
  }
}
