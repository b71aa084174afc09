// Runs every case of cases.mjs through ESLint's own Linter with the parser of eslint.config.mjs, and prints
// [[rule, file, code, expected ids, found ids], …]. A process of its own: ESLint's configuration is ES modules.
import path from 'node:path';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { lateModules } from '../../../scripts/lint/late-modules.mjs';
import plugin from '../../../scripts/lint/plugin.mjs';
import { root } from '../../../scripts/lint/rooms.mjs';
import { cases } from './cases.mjs';

const typed = ['engine-builtins', 'engine-classes', 'engine-find'];
const linter = new Linter({ cwd: root });

function run(rule, file, code) {
  // The typed cases stand in for a file of the project, with the same compiler options.
  const projectService = { allowDefaultProject: ['hal/*.ts'], defaultProject: 'tsconfig.json' };
  const options = rule === 'late-modules' ? [['firmware/sale', 'firmware/other-late']] : [];
  const messages = linter.verify(
    code,
    {
      files: ['**/*.ts'],
      plugins: { cupos: plugin },
      languageOptions: {
        parser: tseslint.parser,
        parserOptions: typed.includes(rule) ? { projectService, tsconfigRootDir: root } : {},
      },
      rules: { [`cupos/${rule}`]: ['error', ...options] },
    },
    { filename: path.join(root, file) },
  );
  return messages.map((message) => message.messageId ?? message.message);
}

const results = Object.entries(cases).flatMap(([rule, list]) =>
  list.map(([file, code, expected]) => [rule, file, code, expected, run(rule, file, code)]),
);
const rulesWithoutCases = Object.keys(plugin.rules).filter((rule) => !(rule in cases));
const late = [
  ...lateModules(
    "import { a } from './flows/a';\nimport type { B } from './flows/b';\nimport {\n  c,\n} from './flows/c';\n" +
      "import { MODULE_A } from './modules';\n",
  ),
];
process.stdout.write(JSON.stringify({ results, rulesWithoutCases, late }));
