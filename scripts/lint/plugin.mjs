// The house's own lint rules; each has its cases in tests/scripts/lint.
import engineBuiltins from './engine-builtins.mjs';
import engineClasses from './engine-classes.mjs';
import engineFind from './engine-find.mjs';
import engineRegex from './engine-regex.mjs';
import engineSyntax from './engine-syntax.mjs';
import lateModules from './late-modules.mjs';
import latin1Literals from './latin1-literals.mjs';
import portableGlobals from './portable-globals.mjs';
import roomArrows from './room-arrows.mjs';

export default {
  meta: { name: 'cupos' },
  rules: {
    'engine-builtins': engineBuiltins,
    'engine-classes': engineClasses,
    'engine-find': engineFind,
    'engine-regex': engineRegex,
    'engine-syntax': engineSyntax,
    'late-modules': lateModules,
    'latin1-literals': latin1Literals,
    'portable-globals': portableGlobals,
    'room-arrows': roomArrows,
  },
};
