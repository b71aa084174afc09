// Runs cases.mjs and prints the results as JSON: the build steps are ES modules, which Jest does not load.
import { checkModule } from '../../../scripts/mcu/check.mjs';
import { hoist } from '../../../scripts/mcu/hoist.mjs';
import { lower } from '../../../scripts/mcu/lower.mjs';
import ts from 'typescript';
import { checkCases, hoistCases } from './cases.mjs';

/** A source with a label in its fourth line, and the tree of the check told where it came from. */
const labelled = ts.transpileModule('export const a = 1;\n\nexport function f() {\n  b: for (;;) break b;\n}\n', {
  compilerOptions: {
    target: ts.ScriptTarget.ES5,
    module: ts.ModuleKind.CommonJS,
    sourceMap: true,
    ignoreDeprecations: '5.0',
  },
});
const withLines = checkModule('hal/a', labelled.outputText, JSON.parse(labelled.sourceMapText));

const lowered = await lower(['firmware/line/judge', 'firmware/iso8583/message']);

process.stdout.write(
  JSON.stringify({
    hoist: hoistCases.map(([what, code, expected]) => [what, expected, hoist(code)]),
    check: checkCases.map(([what, code, expected]) => [what, expected, checkModule('hal/a', code)]),
    withLines,
    lowered: { ids: lowered.modules.map((module) => module.id), problems: lowered.problems },
  }),
);
