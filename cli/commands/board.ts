/**
 * `cupos board`: a reference board, or the PIN pad's own, without the board. Its console is on a TCP port or a pseudo terminal for the flashing tool,
 * its Storage in the state directory; what was flashed runs, and the page shows the terminal around it.
 */
import { join } from 'node:path';
import type { Command } from 'commander';
import { makeDirectory } from '../../host/make-directory';
import { CliError } from '../cli-error';
import { openPty, openTcpPort, type DevicePort } from '../devices/device-ports';
import { MERCHANT_ID, TERMINAL_ID } from '../foreign-options';
import { listenAddress, oneOf, portNumber, wholeNumber } from '../option-values';
import {
  addWiredPortOptions,
  closeParts,
  openWantedParts,
  readWiredPorts,
  type WantedParts,
  type WiredPortOptions,
} from '../real-part-options';
import { serveUntilInterrupted } from '../serve-live';

interface BoardOptions extends WiredPortOptions {
  readonly board: string;
  readonly tcp?: string;
  readonly pty?: string;
  readonly host: string;
  readonly port: string;
  readonly data: string;
  readonly storage?: string;
  readonly cutAfter?: string;
}

const SMALLEST_STORAGE = 8192;

async function openConsole(options: BoardOptions, onBytes: (bytes: Buffer) => void): Promise<DevicePort> {
  if (options.pty !== undefined) return openPty(options.pty, onBytes);
  const port = wholeNumber(options.tcp ?? '', '--tcp', 0, 65535);
  return openTcpPort(listenAddress(options.host), port, onBytes);
}

type Started = import('../../emulator/server/start-live').StartedLive;
type BoardOptionsOf = import('../../emulator/board/emulated-board').EmulatedBoardOptions;

/** The end of the board that the console's cable and the Storage are at. */
interface Running {
  readonly board: Pick<
    import('../../emulator/board/emulated-board').EmulatedBoard,
    'flash' | 'plug' | 'receive' | 'storage' | 'wiring'
  >;
  readonly started: Started;
}

type LiveOptions = import('../../emulator/server/start-live').StartLiveOptions;

/** A terminal whose firmware the board runs. */
async function startTerminalBoard(options: BoardOptionsOf, live: LiveOptions): Promise<Running> {
  const { EmulatedBoard } =
    require('../../emulator/board/emulated-board') as typeof import('../../emulator/board/emulated-board');
  const { startLive } =
    require('../../emulator/server/start-live') as typeof import('../../emulator/server/start-live');
  const board = await EmulatedBoard.create(options);
  const started = startLive({ ...live, firmware: board.firmware });
  board.solderTo(started.inside);
  return { board, started };
}

/** A terminal whose PIN pad the board is; it gets its TMK whenever it has started without one. */
async function startPadBoard(options: BoardOptionsOf, live: LiveOptions): Promise<Running> {
  const { createPadBoard, EmulatedPinPad } =
    require('../../emulator/board/emulated-pad') as typeof import('../../emulator/board/emulated-pad');
  const { loadTmk } =
    require('../../emulator/devices/key-loader') as typeof import('../../emulator/devices/key-loader');
  const { startLive } =
    require('../../emulator/server/start-live') as typeof import('../../emulator/server/start-live');
  const board = await createPadBoard(options);
  const started = startLive({
    ...live,
    pad: (world) => {
      const pad = new EmulatedPinPad(world, board);
      pad.onStarted = () => {
        const { tmk, tampered } = pad.battery;
        if (tmk === '' && !tampered) loadTmk(pad, { tmk: live.terminal.tmk });
      };
      return pad;
    },
  });
  return { board, started };
}

/** A Storage's file is made for one board and size; beside it lies all the rest that a terminal keeps. */
function storageFile(data: string, board: string): string {
  try {
    makeDirectory(data, 0o700);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(`nothing can be kept in ${data} (${code ?? 'no folder'}): name another folder with --data`, 1);
  }
  return join(data, `storage-${board}.bin`);
}

function readSizes(options: BoardOptions): { storageBytes?: number; cutAfter?: number } {
  const { storage, cutAfter } = options;
  const storageBytes = storage === undefined ? undefined : wholeNumber(storage, '--storage', SMALLEST_STORAGE, 1 << 24);
  if (storageBytes !== undefined && storageBytes % 4096 !== 0)
    throw new CliError('--storage takes pages of 4096 bytes');
  return {
    storageBytes,
    cutAfter: cutAfter === undefined ? undefined : wholeNumber(cutAfter, '--cut-after', 0, 0x7fffffff),
  };
}

async function runBoard(options: BoardOptions): Promise<void> {
  if ((options.tcp === undefined) === (options.pty === undefined)) {
    throw new CliError('say where the console is: --tcp PORT or --pty PATH, one of them');
  }
  const pagePort = portNumber(options.port);
  const host = listenAddress(options.host);
  const { storageBytes, cutAfter } = readSizes(options);
  const { boardNames } = require('../../emulator/board/wiring') as typeof import('../../emulator/board/wiring');
  const { padBoardNames } =
    require('../../emulator/board/pad-wiring') as typeof import('../../emulator/board/pad-wiring');
  const name = oneOf(options.board, '--board', [...boardNames, ...padBoardNames]);
  const wired = readWiredPorts(options);
  if (padBoardNames.includes(name)) refuseOnPad(wired);
  const { makeKeys } = require('../make-keys') as typeof import('../make-keys');
  const { data } = options;
  const file = storageFile(data, name);
  const keys = makeKeys({ data, tid: TERMINAL_ID, mid: MERCHANT_ID });
  const terminal = keys.terminals.find((one) => one.terminalId === TERMINAL_ID);
  if (!terminal) throw new CliError(`no test key of terminal ${TERMINAL_ID} in ${data}`, 1);
  const start = padBoardNames.includes(name) ? startPadBoard : startTerminalBoard;
  const realParts = await openWantedParts(wired);
  let running: Running | null = null;
  let port: DevicePort | null = null;
  try {
    running = await start(
      { board: name, storageFile: file, storageBytes },
      { dataDir: data, seed: 1, english: false, terminal: { ...terminal, merchantId: MERCHANT_ID }, realParts },
    );
    const { board, started } = running;
    for (const wire of started.inside.serialWires)
      wire.onChange = (sentence) => void process.stdout.write(`Cupos: ${sentence}\n`);
    port = await openConsole(options, (bytes) => board.receive(bytes.toString('latin1')));
    const open = port;
    if (cutAfter !== undefined) board.flash.cutAt = cutAfter;
    board.plug({
      onData: (bytes) => open.write(Buffer.from(bytes, 'latin1')),
      onGone: () => {
        open.hangUp();
        if (board.flash.worked < board.flash.cutAt) return;
        process.stdout.write(`Cupos: the power went in the middle of the Storage, ${board.flash.worked} bytes on\n`);
        board.flash.cutAt = Infinity;
      },
    });
    const serving = serveUntilInterrupted(started.live, { host, port: pagePort }, (url) => {
      process.stdout.write(`Cupos: ${board.wiring.title} with its console at ${consoleName(open, options)}\n`);
      process.stdout.write(`Cupos: the terminal is at ${url} (state in ${data}; Ctrl-C ends)\n`);
      if (board.storage.list().length === 0) {
        const which = name === 'pico2' ? '' : ` --board ${name}`;
        const flash = `npm run flash --${which} --port ${consoleName(open, options)}`;
        process.stdout.write(`Cupos: nothing is flashed yet: ${flash}\n`);
      }
      for (const [part, { path }] of Object.entries(wired))
        process.stdout.write(`Cupos: the UART of the ${spoken[part as keyof WantedParts]} ends at ${path}\n`);
    });
    await Promise.race([serving, open.failed]);
  } finally {
    await port?.close();
    running?.started.close();
    running?.board.flash.close();
    await closeParts(realParts);
  }
}

const spoken: Readonly<Record<keyof WantedParts, string>> = { pinpad: 'PIN pad', printer: 'printer', modem: 'modem' };

/** The far end of a pad's UART is its own terminal. */
function refuseOnPad(wired: WantedParts): void {
  const [part] = Object.keys(wired);
  if (part !== undefined) throw new CliError(`--${part}-port is of a terminal's board, not of a PIN pad's`);
}

function consoleName(port: DevicePort, options: BoardOptions): string {
  return options.pty === undefined ? `tcp://${port.where}` : port.where;
}

async function run(options: BoardOptions): Promise<void> {
  try {
    await runBoard(options);
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(error instanceof Error ? error.message : String(error), 1);
  }
}

export function register(program: Command): void {
  const command = program
    .command('board')
    .description('run an emulated board: flash it through its console, and the terminal works by what was flashed')
    .option('--board <name>', 'pico2, esp32-s3, or the PIN pad of a terminal: pad-pico2, pad-esp32-s3', 'pico2')
    .option('--tcp <port>', 'console on a TCP port; 0 takes a free one')
    .option('--pty <path>', 'console on a pseudo terminal with a link at this path')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port of the page; 0 takes a free one', '8583')
    .option('--data <dir>', 'state directory', './.cupos')
    .option('--storage <bytes>', "size of the Storage, if not the board's own")
    .option('--cut-after <bytes>', 'lose power after so many bytes were written or erased in the Storage');
  addWiredPortOptions(command).action((options: BoardOptions) => run(options));
}
