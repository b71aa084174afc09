// House rules as code. Which room may import which, what portable code may use, and what the small engine can run are
// the house's own rules (scripts/lint); the rest is typescript-eslint's, with types.
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import cupos from './scripts/lint/plugin.mjs';

const rooms = ['hal', 'drivers', 'firmware', 'host', 'emulator', 'cli', 'tests'];
const typescript = rooms.map((room) => `${room}/**/*.{ts,tsx}`);
const portable = ['hal/**/*.ts', 'drivers/**/*.ts', 'firmware/**/*.ts'];
/** Generated files and tables may be long. */
const tables = ['firmware/texts/**', 'firmware/pinpad/texts/**', '**/*-table.ts', '**/tables/**'];

const core = {
  'array-callback-return': 'error',
  'constructor-super': 'error',
  eqeqeq: 'error',
  'for-direction': 'error',
  'no-compare-neg-zero': 'error',
  'no-cond-assign': 'error',
  'no-debugger': 'error',
  'no-dupe-else-if': 'error',
  'no-duplicate-case': 'error',
  'no-empty': 'error',
  'no-fallthrough': 'error',
  'no-label-var': 'error',
  'no-loss-of-precision': 'error',
  'no-new-wrappers': 'error',
  'no-self-assign': 'error',
  'no-self-compare': 'error',
  'no-sparse-arrays': 'error',
  'no-unreachable': 'error',
  'no-unsafe-finally': 'error',
  'no-unused-labels': 'error',
  'no-var': 'error',
  'prefer-const': 'error',
  'use-isnan': 'error',
  'valid-typeof': 'error',
};

export default defineConfig(
  globalIgnores(['dist/', 'dist-mcu/', 'coverage/', '.cache/', '.cupos/', '**/*.d.ts']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' }, plugins: { cupos } },
  {
    files: ['**/*.{js,mjs,cjs}'],
    rules: { ...core, 'max-lines': ['error', { max: 500 }], 'no-unused-vars': ['error', { argsIgnorePattern: '^_' }] },
  },
  {
    files: typescript,
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...core,
      'max-lines': ['error', { max: 500 }],
      'cupos/room-arrows': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Tables of methods are called with their `this`.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: portable,
    // No comment of a file switches a house rule off.
    linterOptions: { noInlineConfig: true },
    rules: {
      'no-bitwise': 'off',
      'cupos/engine-builtins': 'error',
      'cupos/engine-classes': 'error',
      'cupos/engine-find': 'error',
      'cupos/engine-regex': 'error',
      'cupos/engine-syntax': 'error',
      'cupos/late-modules': 'error',
      'cupos/latin1-literals': 'error',
      'cupos/portable-globals': 'error',
      // The lowered code would need a helper of the engine's own `String.raw`, `Object.hasOwn` and the like.
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
    },
  },
  {
    // Where `find` itself is, and what runs before any other module: a manifest ends in digits, and flags are a list.
    files: ['hal/bytes.ts', ...['boot', 'bridge', 'loader'].map((name) => `drivers/boards/espruino/${name}.ts`)],
    rules: { 'cupos/engine-find': 'off' },
  },
  { files: tables, rules: { 'max-lines': 'off' } },
  // Heavy modules load when they are first needed.
  {
    files: ['cli/**/*.ts', 'emulator/**/*.ts', 'host/**/*.ts', 'tests/**/*.ts'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    // Worked numbers and hostile values pass through tests untyped; Jest's matchers take unbound methods.
    files: ['tests/**/*.ts'],
    rules: {
      '@typescript-eslint/no-array-delete': 'off',
      '@typescript-eslint/no-implied-eval': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
);
