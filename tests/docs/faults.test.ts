/** Every fault that a scenario may name stands in the table of docs/world.md, in a row of its device; no other one does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deviceFaults } from '../../emulator/scenario/faults';

const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/world.md'), 'utf8');
const centerPage = readFileSync(join(root, 'docs/center.md'), 'utf8');

const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

/** A row without a device belongs to the one above. */
function tableOf(section: string): Map<string, string[]> {
  const faults = new Map<string, string[]>();
  let devices: string[] = [];
  for (const row of section.split('\n').filter((line) => line.startsWith('| '))) {
    const [, device, names] = row.split('|');
    if (device.trim() !== '') devices = quoted(device);
    for (const name of devices) faults.set(name, [...(faults.get(name) ?? []), ...quoted(names)]);
  }
  return faults;
}

const table = tableOf(page.slice(page.indexOf('\n## Faults')));

test.each(Object.entries(deviceFaults))('docs/world.md explains the faults of %s', (device, faults) => {
  const explained = table.get(device) ?? [];
  // What the center can be made to do wrong has a page of its own.
  const text = device === 'center' ? centerPage : '';
  expect(faults.filter((fault) => !explained.includes(fault) && !text.includes(`\`${fault}\``))).toEqual([]);
  expect(explained.filter((fault) => !faults.includes(fault))).toEqual([]);
});

test('docs/world.md names no other device', () => {
  expect([...table.keys()].filter((device) => !(device in deviceFaults))).toEqual([]);
});
