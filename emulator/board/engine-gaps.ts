/** What QuickJS has and Espruino 2v29 has not, so that what works here by accident fails here already. */
const ofTypedArrays = [
  'at',
  'copyWithin',
  'entries',
  'findIndex',
  'findLast',
  'findLastIndex',
  'lastIndexOf',
  'reduceRight',
];

const members: Readonly<Record<string, readonly string[]>> = {
  Array: ['from', 'of', 'fromAsync'],
  'Array.prototype': [
    'at', 'copyWithin', 'entries', 'findLast', 'findLastIndex', 'flat', 'flatMap', 'keys', 'lastIndexOf', 'reduceRight',
    'toReversed', 'toSorted', 'toSpliced', 'with',
  ], // prettier-ignore
  'String.prototype': [
    'at', 'codePointAt', 'isWellFormed', 'localeCompare', 'matchAll', 'normalize', 'replaceAll', 'search', 'toLocaleLowerCase',
    'toLocaleUpperCase', 'toWellFormed', 'trimEnd', 'trimLeft', 'trimRight', 'trimStart',
  ], // prettier-ignore
  String: ['fromCodePoint', 'raw'],
  Number: ['EPSILON', 'MAX_SAFE_INTEGER', 'MIN_SAFE_INTEGER', 'isFinite', 'isInteger', 'isNaN', 'isSafeInteger'],
  Math: [
    'acosh',
    'asinh',
    'atanh',
    'cbrt',
    'clz32',
    'cosh',
    'expm1',
    'f16round',
    'fround',
    'hypot',
    'imul',
    'log10',
    'log1p',
    'log2',
    'sinh',
    'tanh',
    'trunc',
  ],
  Object: [
    'freeze', 'getOwnPropertySymbols', 'groupBy', 'hasOwn', 'is', 'isExtensible', 'isFrozen', 'isSealed', 'preventExtensions',
    'seal', 'setPrototypeOf',
  ], // prettier-ignore
  Promise: ['allSettled', 'any', 'race', 'try', 'withResolvers'],
  'Promise.prototype': ['finally'],
  Date: ['UTC'],
  'Uint8Array.prototype.__proto__': ofTypedArrays,
};

const globals = [
  'AggregateError', 'Atomics', 'BigInt', 'BigInt64Array', 'BigUint64Array', 'FinalizationRegistry', 'Iterator', 'Map', 'Proxy',
  'RangeError', 'Reflect', 'Set', 'SharedArrayBuffer', 'Symbol', 'URIError', 'WeakMap', 'WeakRef', 'WeakSet', 'escape',
  'performance', 'queueMicrotask', 'unescape',
]; // prettier-ignore

export const engineGaps: readonly string[] = [
  ...globals,
  ...Object.entries(members).flatMap(([owner, names]) => names.map((name) => `${owner}.${name}`)),
];
