// `npm run flash -- --port PORT [--board pico2] [--image DIR]`: brings the firmware that `npm run build:mcu` made onto a board,
// with the flashing tool of npm (`espruino`). PORT: /dev/ttyACM0, COM3, a pseudo terminal or tcp://host:port.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './lint/rooms.mjs';
import { boards } from './mcu/boards.mjs';
import { FlashError, openSession } from './mcu/flash-session.mjs';
import { bootNames } from './mcu/image.mjs';
import { update } from './mcu/flash-update.mjs';

const usage =
  `npm run flash -- --port PORT [--board ${Object.keys(boards).join('|')}] [--image DIR] [--compact] ` +
  '[--erase] [--any-board] [--json]';
const barLength = 30;

function readOptions() {
  const text = { type: 'string' };
  const flag = { type: 'boolean', default: false };
  const options = {
    port: text,
    board: text,
    image: text,
    compact: flag,
    erase: flag,
    'any-board': flag,
    json: flag,
    help: flag,
  };
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    throw new FlashError(`${error.message.split('\n')[0].replace(/\.?$/, '.')} Usage: ${usage}`, 2);
  }
  if (values.help) {
    process.stdout.write(
      `Usage: ${usage}\nBrings the firmware of npm run build:mcu onto a board: docs/boards/flashing.md\n`,
    );
    process.exit(0);
  }
  if (values.port === undefined) throw new FlashError(`say which port: ${usage}`, 2);
  if (values.board !== undefined && !Object.hasOwn(boards, values.board)) {
    throw new FlashError(`no board "${values.board}"; there are ${Object.keys(boards).join(', ')}`, 2);
  }
  if (values.image !== undefined && values.board !== undefined) {
    throw new FlashError('--image says which board it is for: leave --board out', 2);
  }
  return values;
}

/** The image of a folder, each file compared with what image.json says of it. */
function readImage(folder) {
  const file = path.join(folder, 'image.json');
  let image;
  try {
    image = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error.code === 'ENOENT' ? 'is not there' : 'cannot be read';
    throw new FlashError(`${file} ${why}: make it with npm run build:mcu`, error.code === 'ENOENT' ? 2 : 1);
  }
  const files = (Array.isArray(image.files) ? image.files : []).map((row) => {
    let bytes = '';
    try {
      bytes = readFileSync(path.join(folder, 'files', path.basename(String(row.name))), 'latin1');
    } catch {
      // Its hash differs, then.
    }
    if (createHash('sha256').update(bytes, 'latin1').digest('hex') !== row.sha256) {
      throw new FlashError(
        `${file}: the file ${row.name} is not what it should be: make it anew with npm run build:mcu`,
      );
    }
    return { name: row.name, id: row.module, bytes };
  });
  if (!bootNames.every((name) => files.some((file) => file.name === name)) || typeof image.engine !== 'string') {
    throw new FlashError(`${file} is no image of a board: make it with npm run build:mcu`);
  }
  const lcd = typeof image.lcd === 'string' ? image.lcd : null;
  return { build: image.build, engine: image.engine, title: image.title, lcd, files };
}

/** A bar where a person looks, a line at each tenth where none does: { show(done, all, name), end() }. */
function createProgress(out) {
  let tenth = -1;
  let isOpen = false;
  const end = () => {
    if (isOpen) out.write('\n');
    isOpen = false;
  };
  const show = (done, all, name) => {
    const percent = all === 0 ? 100 : Math.floor((done * 100) / all);
    if (out.isTTY) {
      const full = Math.round((percent * barLength) / 100);
      const bar = '#'.repeat(full) + '.'.repeat(barLength - full);
      out.write(`\r\x1b[K[${bar}] ${String(percent).padStart(3)} % ${name}`);
      isOpen = true;
    } else if (Math.floor(percent / 10) !== tenth) {
      tenth = Math.floor(percent / 10);
      out.write(`flash: ${percent} %, ${done.toLocaleString('en')} of ${all.toLocaleString('en')} bytes\n`);
    }
  };
  return { show, end };
}

const modules = (number) => (number === 1 ? '1 module' : `${number} modules`);

async function main() {
  const options = readOptions();
  const image = readImage(path.resolve(options.image ?? path.join(root, 'dist-mcu', options.board ?? 'pico2')));
  const out = options.json ? process.stderr : process.stdout;
  const progress = createProgress(out);
  const say = (line) => {
    progress.end();
    out.write(`flash: ${line}\n`);
  };
  const beganAt = Date.now();
  const session = await openSession(options.port, { info: { name: image.title, builtin_modules: [] } });
  try {
    say(`${session.environment.BOARD} with Espruino ${session.environment.VERSION} at ${options.port}`);
    const result = await update(session, image, {
      erase: options.erase,
      compact: options.compact,
      anyBoard: options['any-board'],
      say,
      progress: progress.show,
    });
    const seconds = ((Date.now() - beganAt) / 1000).toFixed(1);
    if (result.isThere) say(`build ${image.build} is there already, and runs as number ${result.number}`);
    else
      say(`build ${image.build} runs as number ${result.number}: ${modules(result.written)} written in ${seconds} s`);
    if (options.json)
      process.stdout.write(`${JSON.stringify({ build: image.build, ...result, seconds: Number(seconds) })}\n`);
  } catch (error) {
    progress.end();
    if (error instanceof FlashError && session.isGone()) {
      const left = options.erase || options.compact ? '' : ' it has the old firmware or the new one,';
      throw new FlashError(`the board went away (power, cable or reset):${left} run this again`);
    }
    throw error;
  } finally {
    await session.close();
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof FlashError)) throw error;
  process.stderr.write(`flash: ${error.message}\n`);
  process.exitCode = error.status;
}
