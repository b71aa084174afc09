// `npm run report:engine [-- --json] [-- --in-memory]`: what the firmware costs on the small engine. Engine variables are
// counted by walking the heap of the Pico 2's image (census.mjs), at idle and at the peak of each job. `--in-memory` prices
// string literals as where they are no flash strings, to compare with the engine's Linux port. `--pad`: the PIN pad's image alone, with
// the time that its cryptography would take. `--quickjs` is the test's.
import { buildImage } from './board-image.mjs';
import { padReportOf, runPadUnderCensus } from './pad-census.mjs';
import { boardFactor, workOfPad } from './pad-work.mjs';
import { highest, lowerTerminal, runInQuickJs, runUnderCensus } from './run-terminal.mjs';

/** Gates: the resident core and a stripe sale on a board of 12,000 variables, code that fits twice into its flash. */
export const gates = { residentVariables: 3000, salePeakVariables: 4500, codeBytes: 128 * 1024, callDepth: 12 };

/**
 * Of the PIN pad: half of what the smallest boards have; milliseconds at 150 MHz for a PIN block, for a sale's MAC and its answer's;
 * for any of them by machine code; and without it for an answer's, which is 300 at the 240 MHz of who has none, and for X9.9 with a key of
 * 16 bytes.
 */
export const padGates = {
  peakVariables: 3000,
  callDepth: 15,
  codeBytes: 64 * 1024,
  pinBlockMs: 300,
  macMs: 300,
  answerMs: 300,
  codeMs: 60,
  plainAnswerMs: 330,
  plain3desMs: 560,
  plain3desAnswerMs: 735,
};

const options = new Set(process.argv.slice(2));

const byModule = (count) =>
  Object.entries(count.byModule).map(([id, variables]) => `${String(variables).padStart(6)}  ${id}`);

async function reportPad() {
  const image = await buildImage('pad-pico2');
  const found = runPadUnderCensus(image, { inFlash: !options.has('--in-memory') });
  const msOf = (us) => Math.round((us * boardFactor) / 1000);
  const work = [
    ...Object.entries(await workOfPad()).map(([name, us]) => [`pad.ms.${name}`, msOf(us)]),
    ...Object.entries(await workOfPad({ hasCode: false })).map(([name, us]) => [`pad.plainMs.${name}`, msOf(us)]),
  ];
  const report = { ...padReportOf(image, found), ...Object.fromEntries(work) };
  return { report, found, gates: padGates, problems: image.problems };
}

function padLines({ report, found, problems }) {
  return [
    `PIN pad: resident     ${report['pad.resident.variables']} variables, peak ${report['pad.peak.variables']} (gate ${padGates.peakVariables})`,
    `deepest call          ${report['pad.callDepth']} (gate ${padGates.callDepth})`,
    `code                  ${report['pad.code.bytes']} bytes in ${report['pad.modules']} modules (gate ${padGates.codeBytes})`,
    'ms at 150 MHz, by count of work, with machine code for DES and without:',
    ...Object.keys(report).flatMap((key) => {
      const [, name] = /^pad\.(?:ms|plainMs)\.(.*)$/.exec(key) ?? [];
      // What both have stands at the first.
      if (name === undefined || (key.startsWith('pad.plainMs.') && `pad.ms.${name}` in report)) return [];
      const column = (kind) => String(report[`pad.${kind}.${name}`] ?? '–').padStart(6);
      return [`${column('ms')}${column('plainMs')}  ${name}`];
    }),
    'resident, by module:',
    ...byModule(found.idle),
    ...problems.map((problem) => `PROBLEM ${problem}`),
  ];
}

if (options.has('--pad')) {
  const pad = await reportPad();
  process.stdout.write(options.has('--json') ? `${JSON.stringify(pad)}\n` : `${padLines(pad).join('\n')}\n`);
  process.exit(0);
}

const image = await buildImage('pico2');
const { idle, after, peaks, deepestCalls } = runUnderCensus(image, { inFlash: !options.has('--in-memory') });
const salePeak = peaks.sale;
const peak = highest(peaks);
const report = {
  'engine.resident.variables': idle.total,
  'engine.salePeak.variables': salePeak.total,
  'engine.peak.variables': peak.total,
  'engine.afterSale.variables': after.total,
  'engine.callDepth': deepestCalls.length,
  'engine.code.bytes': image.bytes,
  'engine.modules': image.modules.length,
  'engine.problems': image.problems.length,
};

function print() {
  const lines = [
    `resident at idle      ${report['engine.resident.variables']} variables (gate ${gates.residentVariables})`,
    `peak of a sale        ${report['engine.salePeak.variables']} (gate ${gates.salePeakVariables})`,
    `peak of everything    ${report['engine.peak.variables']}`,
    `back at idle          ${report['engine.afterSale.variables']}`,
    `deepest call          ${report['engine.callDepth']} (gate ${gates.callDepth})`,
    `code                  ${report['engine.code.bytes']} bytes in ${report['engine.modules']} modules (gate ${gates.codeBytes})`,
    '',
    'peak of each job:',
    ...Object.entries(peaks).map(([job, { total }]) => `${String(total).padStart(6)}  ${job}`),
    '',
    'resident, by module:',
    ...Object.entries(idle.byModule).map(([id, variables]) => `${String(variables).padStart(6)}  ${id}`),
    '',
    'deepest calls:',
    ...deepestCalls.map((label) => `        ${label}`),
    '',
    'peak of a sale, by module:',
    ...Object.entries(salePeak.byModule).map(([id, variables]) => `${String(variables).padStart(6)}  ${id}`),
    ...image.problems.map((problem) => `PROBLEM ${problem}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

if (options.has('--quickjs')) {
  const quickjs = await runInQuickJs(await lowerTerminal());
  process.stdout.write(`${JSON.stringify({ report, gates, problems: image.problems, quickjs })}\n`);
} else if (options.has('--json')) process.stdout.write(`${JSON.stringify(report)}\n`);
else print();
