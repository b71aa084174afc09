// What the small engine spends its time on, kind by kind, and what each costs: nanoseconds on Espruino 2v29's -O3 Linux build
// with its Storage in memory, fitted to a hundred small loops and the steps of a sale run there (docs/performance.md). A price
// of 0 says that others hold it already: nothing is skipped or found without tokens being read. The engine runs the tokens
// themselves: it reads each one anew every time it passes it, also those that it skips, and finds every name by walking a list.

/** [kind, price in nanoseconds, what is counted]. */
const kinds = [
  ['token', 15.3, 'tokens read and obeyed'],
  ['dry', 9.4, 'tokens of an expression parsed and not obeyed: the other arm of a condition'],
  ['skip', 0, 'tokens of a block skipped: not taken, behind a return, a function where it is defined'],
  ['byte', 6.2, 'characters read in all of these: of a name its own, of any other token one'],
  ['look', 1.9, 'names looked up in scopes'],
  ['passed', 4.9, 'names passed on the way, in scopes and objects'],
  ['builtin', 19, "names found among the engine's own"],
  ['length', 420, 'lengths of strings and arrays'],
  ['member', 5.4, 'properties looked up'],
  ['missing', 313, 'properties that are not there'],
  ['element', 70, 'elements of arrays looked up'],
  ['elementPassed', 8, 'elements passed on the way'],
  ['typed', 106, 'elements of typed arrays'],
  ['assign', 11, 'assignments'],
  ['operator', 61, 'operators'],
  ['concat', 141, 'strings put together'],
  ['call', 311, 'calls of functions'],
  ['parameter', 137, 'parameters of them'],
  ['native', 552, "calls of the engine's own functions"],
  ['argument', 50, 'arguments of them'],
  ['closure', 151, 'functions made'],
  ['object', 0, 'objects and arrays made'],
  ['slot', 108, 'properties and elements written into them'],
  ['pass', 0, 'passes of loops'],
  ['stringByte', 1.1, 'characters of strings made'],
  ['scanned', 17.8, 'characters that indexOf() passed'],
  ['listed', 86, 'elements that indexOf() compared'],
  ['taken', 8, 'characters that functions of the engine were given'],
  ['mapped', 52, 'elements that mapInPlace() wrote'],
  ['walked', 0.3, 'blocks of strings walked to a character'],
  ['load', 848, 'modules loaded'],
];

export const kindNames = kinds.map(([name]) => name);
export const kindMeanings = Object.fromEntries(kinds.map(([name, , meaning]) => [name, meaning]));
export const prices = kinds.map(([, price]) => price);

/** Index of each kind in a row of counts. */
export const K = Object.fromEntries(kindNames.map((name, index) => [name, index]));

export const emptyCounts = () => new Float64Array(kindNames.length);

/** Nanoseconds of a row of counts. */
export const priceOf = (counts) => counts.reduce((sum, count, index) => sum + count * prices[index], 0);
