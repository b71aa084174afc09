// `npm run bench:mcu [-- --json] [--functions] [--kinds]`: the work of a stripe sale on the small engine, step by step, counted
// on the Pico 2's image as it is stored. The unit is a microsecond of the engine's -O3 Linux build, but nothing is timed: the
// same sources give the same numbers on every machine. What it counts and how far it errs: docs/performance.md.
import { tokenizer } from 'acorn';
import { buildImage } from './mcu/board-image.mjs';
import { originsOf } from './mcu/source-map.mjs';
import { kindMeanings, kindNames, prices } from './mcu/work-kinds.mjs';
import { bootReport, fullJournalSales, workOfBoot } from './mcu/work-of-boot.mjs';
import { gather, reportOf, workOf, workOfSale } from './mcu/work-of-sale.mjs';

const flags = ['--json', '--functions', '--kinds'];
const modulesShown = 20;
const functionsShown = 40;

const args = process.argv.slice(2);
if (args.includes('--help')) {
  process.stdout.write(`Usage: npm run bench:mcu -- [${flags.join('] [')}]\n`);
  process.exit(0);
}
const unknown = args.find((arg) => !flags.includes(arg));
if (unknown !== undefined) {
  process.stderr.write(`bench:mcu: unknown option ${unknown}; use --json, --functions, --kinds or nothing\n`);
  process.exit(2);
}

const column = (us) => us.toLocaleString('en').padStart(9);
const shown = (ns) => column(Math.round(ns / 1000));

/** `module:line` of a place, by the source maps of the lowered modules. */
function createNames(image) {
  const moduleOfId = new Map(image.modules.map((module) => [module.id, module]));
  const byName = new Map(image.files.map(({ name, id }) => [name, { id, module: moduleOfId.get(id) }]));
  const moduleOf = (place) => byName.get(place.split('#')[0])?.id ?? 'boot file';
  const functionOf = (place) => {
    const [name, number] = place.split('#');
    const { id, module } = byName.get(name) ?? {};
    if (!id || !module?.map || number === '0') return `${id ?? name} (itself)`;
    const start = [...tokenizer(module.code, { ecmaVersion: 5 })][Number(number)].start;
    const from = originsOf(module.map, module.code)(start);
    return from ? `${from.source}:${from.line + 1}` : `${id} (${number})`;
  };
  return { moduleOf, functionOf };
}

function print(image, steps, sale, start) {
  const { moduleOf, functionOf } = createNames(image);
  const lines = steps.map((step) => `${column(workOf([step]))}  ${step.step}`);
  lines.push(`${column(workOf(sale))}  the whole sale`, '');
  lines.push(`${column(start.all)}  a start with a journal of ${fullJournalSales} sales, ${start.sectors} sectors`);
  lines.push(`${column(start.longest)}  its longest piece`, '', 'the sale, by module:');
  for (const [id, , ns] of gather(sale, moduleOf).slice(0, modulesShown)) lines.push(`${shown(ns)}  ${id}`);
  if (args.includes('--functions')) {
    lines.push('', 'the sale, by function, with its calls:');
    for (const [place, row, ns] of gather(sale, functionOf).slice(0, functionsShown)) {
      lines.push(`${shown(ns)}  ${String(row[kindNames.indexOf('call')]).padStart(5)}  ${place}`);
    }
  }
  if (args.includes('--kinds')) {
    lines.push('', 'the sale, by kind of work:');
    const [[, row]] = gather(sale, () => '');
    kindNames.forEach((kind, index) => {
      const counted = row[index].toLocaleString('en').padStart(9);
      lines.push(`${shown(row[index] * prices[index])}  ${counted}  ${kindMeanings[kind]}`);
    });
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

const image = await buildImage('pico2');
for (const problem of image.problems) process.stderr.write(`bench:mcu: ${problem}\n`);
if (image.problems.length > 0) process.exitCode = 1;
const steps = workOfSale(image);
const start = workOfBoot(image, fullJournalSales);
if (args.includes('--json')) process.stdout.write(`${JSON.stringify({ ...reportOf(steps), ...bootReport(start) })}\n`);
else
  print(
    image,
    steps,
    steps.filter(({ isSale }) => isSale),
    start,
  );
