/**
 * The PIN pad's program, lowered, on a real Espruino: what happened to a pad in the World is played to it (pad-player.js), and
 * it says, shows and keeps the same as in Node, byte for byte, with the engine's native look-ups and without, and with the machine
 * code of the Pico 2's pad where the engine is one for it.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTmk } from '../../emulator/devices/key-loader';
import { startPad } from '../../firmware/pinpad/pad';
import { byte, toHex } from '../../hal/bytes';
import { KEY_CANCEL, KEY_CLEAR, KEY_CONFIRM } from '../../hal/devices';
import * as pad from '../../hal/pad-commands';
import { example, padRig, pinRequest, sm4Example, swipe, type } from '../drivers/pad-rig';
import { describeOnEngine, enginePath } from './espruino';

/** ms, kind, value: as pad-player.js takes them. */
type Step = readonly [number, number, string | number];

const player = fs.readFileSync(join(__dirname, 'pad-player.js'), 'utf8');
const nativeDes = 'drivers/boards/espruino/native-des';
const root = join(__dirname, '../..');

const lookUps = 'crc32:E.CRC32,array:E.toUint8Array,lookUp:E.mapInPlace,sum:E.sum,dot:E.convolve';

/** A day of a pad: keys of both algorithms, card, PINs, tracks, MACs of every mode, seals, noise, lost and doubled frames, an opened case. */
function recorded(): Step[] {
  const rig = padRig('firmware', 9, false);
  const steps: Step[] = [];
  const { fake, world } = rig;
  const note = (kind: number, value: string | number): void =>
    void steps.push([Math.floor(world.nowUs / 1000), kind, value]);
  const { onUart, pressKey } = fake;
  fake.onUart = (bytes, wire) => {
    note(wire === rig.wire ? 0 : 1, toHex(bytes));
    onUart.call(fake, bytes, wire);
  };
  fake.pressKey = (key) => {
    note(2, key);
    pressKey.call(fake, key);
  };
  rig.ask(pad.PAD_HELLO, byte(pad.PAD_IN_ENGLISH));
  loadTmk(fake, { tmk: example.tmk, tmkIndex: 3 });
  rig.ask(pad.PAD_LOAD_KEYS, example.f62.slice(0, 59) + '\0');
  rig.ask(pad.PAD_LOAD_KEYS, example.f62);
  rig.ask(pad.PAD_KEY_STATUS, '\x01');
  swipe(rig, '6225881234567890=27122010000012345', `99${'6225881234567890'}=${'1'.repeat(80)}`);
  for (const [flags, digits] of [
    [pad.PIN_WITH_PAN, '123456'],
    [0, '123456789012'],
    [pad.PIN_MAY_BYPASS, ''],
  ] as const) {
    rig.begin(pad.PAD_PIN, pinRequest(flags), 70_000);
    world.run(50);
    type(rig, digits);
    fake.pressKey(KEY_CLEAR);
    type(rig, digits.slice(-1));
    fake.pressKey(KEY_CONFIRM);
    world.run(100);
  }
  rig.begin(pad.PAD_PIN, pinRequest(0, '999999999999', 2), 70_000);
  world.run(3000);
  rig.begin(pad.PAD_PIN, pinRequest(0), 70_000);
  world.run(50);
  type(rig, '12');
  fake.pressKey(KEY_CANCEL);
  world.run(50);
  rig.ask(pad.PAD_TRACKS);
  for (const mode of [0, 1, 2]) {
    rig.ask(pad.PAD_MAC, byte(1 | (mode << 2)) + 'a message of 21 bytes');
    rig.ask(pad.PAD_MAC, '\x02 and what comes behind it');
  }
  loadTmk(fake, { tmk: sm4Example.tmk, tmkIndex: 4, algorithm: pad.PAD_ALGORITHM_SM4 });
  rig.ask(pad.PAD_KEY_STATUS, '\x01');
  rig.ask(pad.PAD_LOAD_KEYS, example.f62);
  rig.ask(pad.PAD_LOAD_KEYS, sm4Example.f62);
  for (const flags of [pad.PIN_WITH_PAN, 0]) {
    rig.begin(pad.PAD_PIN, pinRequest(flags), 70_000);
    world.run(50);
    type(rig, '123456');
    fake.pressKey(KEY_CONFIRM);
    world.run(100);
  }
  rig.ask(pad.PAD_TRACKS);
  for (const mode of [0, 3, 4]) {
    rig.ask(pad.PAD_MAC, byte(1 | (mode << 2)) + 'a message of 21 bytes');
    rig.ask(pad.PAD_MAC, '\x02 and what comes behind it');
  }
  const { answer } = rig.ask(pad.PAD_SEAL, 'sealed');
  fake.onFault('drop', 1);
  rig.ask(pad.PAD_UNSEAL, answer);
  fake.onFault('nak', 1);
  rig.ask(pad.PAD_SHOW, '\xbb\xb6\xd3\xad and what is cut off');
  rig.uart.write('\x02\x00\x09noise\x06\x06\x15\x15\x02\xff' + 'x'.repeat(100));
  world.run(300);
  rig.ask(pad.PAD_END);
  note(3, 1);
  fake.onFault('tamper', 1);
  rig.ask(pad.PAD_MAC, '\x03x');
  rig.ask(pad.PAD_HELLO);
  return steps;
}

function inNode(steps: readonly Step[]): string[] {
  const lines: string[] = [];
  const exported = {} as { play: (...values: unknown[]) => void };
  (Function('exports', player) as (exports: object) => void)(exported);
  exported.play(startPad, {}, steps, (line: string) => lines.push(line));
  return lines;
}

/** The lowered modules and the player, each behind what it requires; the board file is only there for the names it gives. */
function loweredModules(): string[] {
  const script =
    "import('./scripts/mcu/lower.mjs').then(({ lower }) => lower(['firmware/pinpad/pad', 'drivers/boards/espruino/pad-board', 'drivers/boards/espruino/native-des']))" +
    '.then(({ modules, problems }) => process.stdout.write(JSON.stringify({ problems, modules })))';
  const lowered = JSON.parse(execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' })) as {
    problems: string[];
    modules: { id: string; code: string; requires: string[] }[];
  };
  expect(lowered.problems).toEqual([]);
  const cached: string[] = [];
  const cache = (id: string, code: string): void =>
    void cached.push(`Modules.addCached(${JSON.stringify(id)},${JSON.stringify(code)});`);
  const known = new Set<string>();
  /** The engine runs a module when it is put into the cache: what it requires comes first. */
  const add = (wanted: string): void => {
    const found = lowered.modules.find(({ id }) => id === wanted);
    if (!found || known.has(wanted)) return;
    known.add(wanted);
    found.requires.forEach(add);
    cache(wanted, found.code);
  };
  add('firmware/pinpad/pad');
  add(nativeDes);
  cache('player', player);
  return cached;
}

/** One program for the engine. */
function programOf(modules: readonly string[], steps: readonly Step[], natives: string): string {
  return [
    ...modules,
    `var steps=${JSON.stringify(steps)};`,
    `require("player").play(require("firmware/pinpad/pad").startPad,${natives},steps,function(line){print("="+line)});`,
    'quit();',
  ].join('\n');
}

describeOnEngine("the PIN pad's program on a real Espruino", () => {
  let modules: string[] = [];

  beforeAll(() => {
    modules = loweredModules();
  }, 60_000);

  test.each([
    ['without native look-ups', '{}'],
    ['with them', `{${lookUps}}`],
    ['with machine code', `{${lookUps},des:require("${nativeDes}").openNativeDes()}`],
  ])(
    '%s: the same as in Node, byte for byte',
    (_name, natives) => {
      const steps = recorded();
      const expected = inNode(steps);
      const folder = fs.mkdtempSync(join(tmpdir(), 'cupos-pad-'));
      try {
        fs.writeFileSync(join(folder, 'pad.js'), programOf(modules, steps, natives));
        const output = execFileSync(enginePath, ['pad.js'], { cwd: folder, encoding: 'latin1', timeout: 60_000 });
        const lines = output.split(/\r?\n/).flatMap((line) => (line.startsWith('=') ? [line.slice(1)] : []));
        expect(output).not.toMatch(/Uncaught|MEMORY|rror:/);
        expect(lines).toEqual(expected);
        expect(expected.length).toBeGreaterThan(150);
        for (const block of ['2a38ba3309d6d4e8', 'e686e98caf0a7676a94a2596ee746a0c'])
          expect(expected.join('\n')).toContain(block);
      } finally {
        fs.rmSync(folder, { recursive: true, force: true });
      }
    },
    60_000,
  );
});
