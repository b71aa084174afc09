// Counts the work of a sale twice and prints both reports as JSON: the build steps are ES modules, which Jest does not load.
import { buildImage } from '../../scripts/mcu/board-image.mjs';
import { tokenise } from '../../scripts/mcu/tokenise.mjs';
import { untokenise } from '../../scripts/mcu/untokenise.mjs';
import { createMeter } from '../../scripts/mcu/meter.mjs';
import { kindNames } from '../../scripts/mcu/work-kinds.mjs';
import { bootReport, fullJournalSales, workOfBoot } from '../../scripts/mcu/work-of-boot.mjs';
import { reportOf, workOfSale } from '../../scripts/mcu/work-of-sale.mjs';
import { programs } from './programs.mjs';

/** What a small program returns, and what it counts. */
function run(code) {
  const meter = createMeter([{ id: 'm', code: untokenise(tokenise(code)) }], { globals: { E: { CRC32: () => 7 } } });
  const module = meter.require('m');
  meter.take();
  const result = module.f(3);
  const counts = {};
  for (const row of meter.take().values())
    row.forEach((count, k) => (counts[kindNames[k]] = (counts[kindNames[k]] ?? 0) + count));
  return { result, counts };
}

const image = await buildImage('pico2');
const sale = () => reportOf(workOfSale(image));
process.stdout.write(
  JSON.stringify({
    first: sale(),
    second: sale(),
    start: bootReport(workOfBoot(image, fullJournalSales)),
    programs: programs.map(([name, code]) => [name, run(code)]),
  }),
);
