// The flashing tool's own tokeniser: reserved words, operators, strings and integers as the small engine's lexer wants
// them, so that it re-reads less and its strings need no quotes. Loaded by itself: the whole tool would put a dozen names
// into the global scope and talk while it does so.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createContext, runInContext } from 'node:vm';
import * as acorn from 'acorn';

const require = createRequire(import.meta.url);

function load() {
  const file = require.resolve('espruino/plugins/pretokenise.js');
  const Espruino = {
    // 2: everything that 2v26 and later understand, whatever board is connected.
    Config: { PRETOKENISE: 2 },
    Core: {
      Env: { getBoardData: () => ({}) },
      Utils: { atob: (text) => Buffer.from(text, 'base64').toString('latin1') },
    },
    Plugins: {},
  };
  runInContext(readFileSync(file, 'utf8'), createContext({ acorn, Espruino, console }), { filename: file });
  return Espruino.Plugins.Pretokenise.tokenise;
}

let tokeniser;

/** ES5 code, Latin-1 only, as a byte string of tokens. */
export function tokenise(code) {
  tokeniser ??= load();
  return tokeniser(code);
}
