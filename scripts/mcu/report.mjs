// `npm run report:engine [-- --json] [-- --in-memory]`: what the firmware costs on the small engine. Engine variables are
// counted by walking the heap of the lowered modules (census.mjs), at idle and at the peak of a sale. `--in-memory` prices
// string literals as where they are no flash strings, to compare with the engine's Linux port. `--quickjs` is the test's.
import { lowerTerminal, runInQuickJs, runUnderCensus } from './run-terminal.mjs';

/** Gates: the resident core and a stripe sale on a board of 12,000 variables, code that fits twice into its flash. */
export const gates = { residentVariables: 4000, salePeakVariables: 6000, codeBytes: 192 * 1024, callDepth: 15 };

const options = new Set(process.argv.slice(2));
const lowered = await lowerTerminal();
const { idle, salePeak, peak, after, deepestCalls } = runUnderCensus(lowered, {
  inFlash: !options.has('--in-memory'),
});
const report = {
  'engine.resident.variables': idle.total,
  'engine.salePeak.variables': salePeak.total,
  'engine.peak.variables': peak.total,
  'engine.afterSale.variables': after.total,
  'engine.callDepth': deepestCalls.length,
  'engine.code.bytes': lowered.modules.reduce((sum, module) => sum + module.code.length, 0),
  'engine.modules': lowered.modules.length,
  'engine.problems': lowered.problems.length,
};

function print() {
  const lines = [
    `resident at idle      ${report['engine.resident.variables']} variables (gate ${gates.residentVariables})`,
    `peak of a sale        ${report['engine.salePeak.variables']} (gate ${gates.salePeakVariables})`,
    `peak of everything    ${report['engine.peak.variables']} (reversal, boot, reprint)`,
    `back at idle          ${report['engine.afterSale.variables']}`,
    `deepest call          ${report['engine.callDepth']} (gate ${gates.callDepth})`,
    `code                  ${report['engine.code.bytes']} bytes in ${report['engine.modules']} modules (gate ${gates.codeBytes})`,
    '',
    'resident, by module:',
    ...Object.entries(idle.byModule).map(([id, variables]) => `${String(variables).padStart(6)}  ${id}`),
    '',
    'deepest calls:',
    ...deepestCalls.map((label) => `        ${label}`),
    '',
    'peak of a sale, by module:',
    ...Object.entries(salePeak.byModule).map(([id, variables]) => `${String(variables).padStart(6)}  ${id}`),
    ...lowered.problems.map((problem) => `PROBLEM ${problem}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

if (options.has('--quickjs')) {
  const quickjs = await runInQuickJs(lowered);
  process.stdout.write(`${JSON.stringify({ report, gates, problems: lowered.problems, quickjs })}\n`);
} else if (options.has('--json')) process.stdout.write(`${JSON.stringify(report)}\n`);
else print();
