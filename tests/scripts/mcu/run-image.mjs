// Builds the Pico 2's image and tells, as JSON, what became of it: the files, the boot under every kind of damage, the line a
// source map finds, variables over a hundred sales. The build steps are ES modules, which Jest does not load.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { boards, buildImage, describeFile } from '../../../scripts/mcu/board-image.mjs';
import { manifestText } from '../../../scripts/mcu/image.mjs';
import { intelHex, storageImage } from '../../../scripts/mcu/intel-hex.mjs';
import { leakUnderCensus } from '../../../scripts/mcu/run-terminal.mjs';
import { originsOf } from '../../../scripts/mcu/source-map.mjs';
import { untokenise } from '../../../scripts/mcu/untokenise.mjs';

const { values } = parseArgs({ options: { sales: { type: 'string' }, files: { type: 'string' } } });
const image = await buildImage('pico2');
const stored = image.files.filter(({ id }) => id !== undefined);

const flip = (bytes, at) => bytes.slice(0, at) + String.fromCharCode(bytes.charCodeAt(at) ^ 1) + bytes.slice(at + 1);

/** Runs the boot files over a Storage and gives what was said, on which row of the LCD, and which module ran. */
function boot(change) {
  const files = new Map(image.files.map(({ name, bytes }) => [name, bytes]));
  change(files);
  const printed = [];
  const lcd = [];
  const required = [];
  const timers = [];
  const pin = { read: () => true, write: () => undefined };
  const port = { setup: () => undefined, write: (bytes) => lcd.push(bytes) };
  const globals = {
    E: { CRC32: (bytes) => Number.parseInt(describeFile({ bytes }).crc32, 16) },
    SPI2: port,
    D9: pin,
    D10: pin,
    D11: pin,
    print: (...what) => printed.push(what.join(' ')),
    setTimeout: (callback, _delayMs, ...values) => timers.push(() => callback(...values)),
  };
  globals.global = globals;
  const loader = stored.find(({ id }) => id.endsWith('/loader')).name;
  const native = (name) => {
    if (name === 'Storage') return { read: (file) => files.get(file) };
    required.push(name);
    // In place of the loader and of the firmware, which are other tests'.
    const install = () => {
      globals.require = Object.assign((id) => native(id), { loaded: () => true });
    };
    return { install, startBoard: () => undefined };
  };
  const keys = Object.keys(globals);
  for (const name of ['.bootPowerOn', '.bootcde']) {
    if (!files.has(name)) continue;
    const require = globals.require ?? native;
    Function('require', ...keys, untokenise(files.get(name)))(require, ...keys.map((key) => globals[key]));
  }
  return {
    printed,
    said: lcdRows(lcd),
    loaded: required.includes(loader),
    boots: required.filter((name) => name.endsWith('/start')).length,
    waits: timers.length,
  };
}

/** Rows of the LCD from the nibbles of the ST7920's serial mode. */
function lcdRows(writes) {
  const rows = [];
  for (const bytes of writes) {
    let data = '';
    for (let at = 1; at < bytes.length; at += 2) {
      data += String.fromCharCode(bytes.charCodeAt(at) | (bytes.charCodeAt(at + 1) >> 4));
    }
    if (bytes.startsWith('\xfa')) rows.push(new TextDecoder('gbk').decode(Buffer.from(data, 'latin1')).trim());
  }
  return rows;
}

const newer = (files, change = (text) => text) => {
  const text = manifestText(stored, 2, 'aaaaaaaaaaaa');
  files.set('cupos.b', change(text));
};
const one = stored.find(({ id }) => id === 'firmware/flows/sale');
const stories = {
  whole: boot(() => undefined),
  newer: boot((files) => newer(files)),
  torn: boot((files) => newer(files, (text) => text.slice(0, -20) + '\xff'.repeat(20))),
  erased: boot((files) => newer(files, (text) => '\xff'.repeat(text.length))),
  damaged: boot((files) => files.set(one.name, flip(one.bytes, 100))),
  gone: boot((files) => files.delete(one.name)),
  newerWithDamage: boot((files) => {
    const other = { id: 'other', name: 'm00000000', bytes: 'x' };
    files.set('cupos.b', manifestText([...stored, other], 2, 'aaaaaaaaaaaa'));
    files.set(other.name, other.bytes);
  }),
  foreign: boot((files) => {
    files.set('cupos.a', 'somebody else wrote this');
  }),
  empty: boot((files) => files.delete('cupos.a')),
  onlySecondBootFile: boot((files) => files.delete('.bootPowerOn')),
};

/** Where the map says that a word of a stored module stands in its source. */
const probe = stored.find(({ id }) => id === 'firmware/iso8583/message');
const at = probe.bytes.indexOf('Int16Array');
const found = originsOf(image.maps.get(probe.name), probe.bytes)(at);

if (values.files) {
  for (const { name, bytes } of image.files) writeFileSync(`${values.files}/${name}`, bytes, 'latin1');
}
process.stdout.write(
  JSON.stringify({
    problems: image.problems,
    bytes: image.bytes,
    late: image.late.length,
    files: image.files.map(({ name, bytes, id }) => ({
      ...describeFile({ name, bytes, id }),
      start: bytes.slice(0, 60),
    })),
    hex: intelHex(storageImage(image.files), boards.pico2.storageAddress),
    stories,
    found,
    ...(values.sales && { leak: leakUnderCensus(image, Number(values.sales)) }),
  }),
);
