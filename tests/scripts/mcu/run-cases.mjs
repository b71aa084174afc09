// Runs cases.mjs and prints the results as JSON: the build steps are ES modules, which Jest does not load.
import { checkModule } from '../../../scripts/mcu/check.mjs';
import { hoist } from '../../../scripts/mcu/hoist.mjs';
import { lower } from '../../../scripts/mcu/lower.mjs';
import { Refused } from '../../../scripts/mcu/transpile.mjs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import { root } from '../../../scripts/lint/rooms.mjs';
import { checkCases, hoistCases, traps } from './cases.mjs';

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

async function problemsOf(id) {
  try {
    return (await lower([id])).problems;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return [error.message];
  }
}

/** Each trap as a source of its own through the whole of the lowering: its problems. */
const folder = mkdtempSync(path.join(tmpdir(), 'cupos-traps-'));
const trapped = [];
for (const [index, [what, statement, expected]] of traps.entries()) {
  const file = path.join(folder, `trap${index}.ts`);
  writeFileSync(file, `/** A trap. */\nexport function f(x: any): any {\n  ${statement}\n}\n`);
  const id = path.relative(root, file).slice(0, -3).replaceAll(path.sep, '/');
  trapped.push([what, expected, await problemsOf(id)]);
}
rmSync(folder, { recursive: true });

process.stdout.write(
  JSON.stringify({
    trapped,
    hoist: hoistCases.map(([what, code, expected]) => [what, expected, hoist(code)]),
    check: checkCases.map(([what, code, expected]) => [what, expected, checkModule('hal/a', code)]),
    withLines,
    lowered: { ids: lowered.modules.map((module) => module.id), problems: lowered.problems },
  }),
);
