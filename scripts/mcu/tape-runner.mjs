// Puts an image, a tape and its player into the Storage of a Linux build of the engine (`ESPRUINO=/path`) and runs it there.
// The build must have its Storage in memory, as a board has: the stock one opens a file for each 16 bytes of code.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import { hoist } from './hoist.mjs';
import { bootNames } from './image.mjs';
import { storageImage } from './intel-hex.mjs';
import { ports } from './tape.mjs';
import { tokenise } from './tokenise.mjs';

/** Size of the file in which a Linux build keeps its Storage. */
const storageFileBytes = 256 * 1024;

/** The player for an image: its names in place of `_name`; `codec`: source of a function that times what the tape does not. */
function playerCode(image, codec) {
  const short = (name) => image.names.get(name) ?? name;
  const wires = Object.entries(ports).flatMap(([kind, names]) => names.map((name, port) => [short(name), kind, port]));
  const source = readFileSync(new URL('tape-player.js', import.meta.url), 'latin1')
    .replace('$wires.', () => `${JSON.stringify(wires)}.`)
    .replace('$codec(', () => `(${codec})(`)
    .replace(/\b_([a-z]\w*)/gi, (_match, name) => short(name));
  const compilerOptions = { target: ts.ScriptTarget.ES5, module: ts.ModuleKind.CommonJS, removeComments: true };
  return hoist(ts.transpileModule(source, { compilerOptions }).outputText);
}

/** The Storage file's bytes: image (without its boot files, which would run at once), tape, player. */
export function storageFile(image, tape, codec = 'function () {}') {
  const files = [
    ...image.files.filter(({ name }) => !bootNames.includes(name)),
    { name: 'tape.e', bytes: `${tape.events.join('\n')}\n` },
    { name: 'tape.r', bytes: tape.results },
    { name: 'tape.c', bytes: tape.checks },
    { name: 'player', bytes: tokenise(playerCode(image, codec)) },
  ];
  const stored = storageImage(files);
  if (stored.length > storageFileBytes) throw new Error(`${stored.length} bytes do not fit into the engine's Storage`);
  return Buffer.concat([stored, Buffer.alloc(storageFileBytes - stored.length, 0xff)]);
}

/** Whether a program is an Espruino that runs here. */
export function isEngine(program) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cupos-engine-'));
  try {
    writeFileSync(path.join(folder, 'ask.js'), 'print(E.getFlags !== undefined, process.env.VERSION);quit();\n');
    const options = { cwd: folder, encoding: 'latin1', timeout: 20_000, input: '', stdio: ['pipe', 'pipe', 'ignore'] };
    return /^true \dv\d/m.test(execFileSync(program, ['ask.js'], options));
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the player once in the engine; gives its lines. `checked`: compare each call with the tape instead of timing. */
export function play(engine, storage, checked) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cupos-tape-'));
  try {
    writeFileSync(path.join(folder, 'espruino.flash'), storage);
    writeFileSync(
      path.join(folder, 'run.js'),
      `require('player').play(${checked});clearInterval();E.removeAllListeners();quit();\n`,
    );
    const output = execFileSync(engine, ['run.js'], { cwd: folder, encoding: 'latin1', timeout: 120_000, input: '' });
    return output.split(/\r?\n/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Throws where the run differs from the tape. */
export function check(engine, storage, tape) {
  const lines = play(engine, storage, true);
  const differs = lines.find((line) => line.startsWith('DIFFERS'));
  const wanted = differs && tape.calls[parseInt(differs.split(' ')[1], 10)];
  if (differs)
    throw new Error(`the engine goes another way than Node: ${differs}, on the tape ${JSON.stringify(wanted)}`);
  const end = `END ${tape.results.length} of ${tape.results.length}, ${tape.calls.length} of ${tape.calls.length}`;
  if (!lines.includes(end)) throw new Error(`the tape was not played to its end:\n${lines.slice(-20).join('\n')}`);
}
