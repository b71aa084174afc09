// Writes images for the tests of flashing into a folder: `full`, the Pico 2's firmware, and `small-a` to `small-c`, versions of
// a few modules. The build steps are ES modules, which Jest does not load.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { boards, buildImage, describeFile } from '../../scripts/mcu/board-image.mjs';
import { bootNames, buildOf, manifestNames, manifestText, moduleFiles } from '../../scripts/mcu/image.mjs';
import { parseEs5, shortNameEdits } from '../../scripts/mcu/short-names.mjs';
import { tokenise } from '../../scripts/mcu/tokenise.mjs';
import { applyEdits } from '../../scripts/mcu/transpile.mjs';
import { untokenise } from '../../scripts/mcu/untokenise.mjs';

const folder = process.argv[2];
const full = await buildImage('pico2');

function write(name, { build, files }) {
  const at = path.join(folder, name);
  mkdirSync(path.join(at, 'files'), { recursive: true });
  for (const file of files) writeFileSync(path.join(at, 'files', file.name), file.bytes, 'latin1');
  const description = { board: 'pico2', ...boards.pico2, build, lcd: full.lcd, files: files.map(describeFile) };
  writeFileSync(path.join(at, 'image.json'), JSON.stringify(description));
}

/** Version c brings the boot file of another build: what it calls by the names of a build has others in it. */
function bootOfAnotherBuild() {
  const text = untokenise(full.files.find(({ name }) => name === bootNames[1]).bytes);
  const others = new Map([...full.names.values()].map((name) => [name, `${name}Z`]));
  return tokenise(applyEdits(text, shortNameEdits('boot', parseEs5(text), others)));
}
const otherBoot = bootOfAnotherBuild();

/** `version` shows in what it prints; one module of two is the same in every version. */
function small(version) {
  const idOf = (end) => full.files.find(({ id }) => id?.endsWith(end)).id;
  const loader = full.files.find(({ id }) => id === idOf('/loader'));
  const modules = moduleFiles([
    { id: 'firmware/settings', code: 'exports.defaultSettings={}' },
    { id: idOf('/pico2'), code: `exports.text="${'same '.repeat(120)}"` },
    { id: 'part', code: `exports.text="${version} `.padEnd(700, version) + '"' },
    {
      id: idOf('/start'),
      code: 'exports.startBoard=function(){print("small "+require("part").text.substr(0,1)+" runs")}',
    },
  ]);
  const files = [...modules, loader];
  const boots = full.files
    .filter(({ name }) => bootNames.includes(name))
    .map(({ name, bytes }) => ({ name, bytes: version === 'c' ? otherBoot : bytes }));
  const build = buildOf([...files, { id: 'boot', name: version }]);
  return { build, files: [...files, { name: manifestNames[0], bytes: manifestText(files, 1, build) }, ...boots] };
}

write('full', full);
for (const version of ['a', 'b', 'c']) write(`small-${version}`, small(version));
