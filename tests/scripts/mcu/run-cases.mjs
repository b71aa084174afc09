// Runs cases.mjs and prints the results as JSON: the build steps are ES modules, which Jest does not load.
import { checkModule } from '../../../scripts/mcu/check.mjs';
import { hoist } from '../../../scripts/mcu/hoist.mjs';
import { lower } from '../../../scripts/mcu/lower.mjs';
import { checkCases, hoistCases } from './cases.mjs';

const lowered = await lower(['firmware/line/judge', 'firmware/iso8583/message']);

process.stdout.write(
  JSON.stringify({
    hoist: hoistCases.map(([what, code, expected]) => [what, expected, hoist(code)]),
    check: checkCases.map(([what, code, expected]) => [what, expected, checkModule('hal/a', code)]),
    lowered: { ids: lowered.modules.map((module) => module.id), problems: lowered.problems },
  }),
);
