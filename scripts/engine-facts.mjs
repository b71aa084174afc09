// What the small engine (Espruino 2v29) has of the language's library: read from its own documentation comments and
// tried on it. Everything that is not here is missing there, or is there and behaves otherwise. Used by the lint rules,
// by the check of the lowered modules and by the run in QuickJS, which deletes the rest.

/** Globals that portable code may read. `Promise`, timers, `Date` and the engine's own are there but not for us. */
export const globals = [
  'Array',
  'ArrayBuffer',
  'Boolean',
  'DataView',
  'Infinity',
  'Int16Array',
  'Int32Array',
  'Int8Array',
  'JSON',
  'Math',
  'NaN',
  'Object',
  'String',
  'Uint16Array',
  'Uint32Array',
  'Uint8Array',
  'encodeURIComponent',
  'isNaN',
  'parseInt',
  'undefined',
];

/** Globals of the engine itself that board files (drivers/boards/espruino) use. */
export const engineGlobals = [
  'Date', 'E', 'Modules', 'SPI', 'SPI1', 'SPI2', 'Serial', 'Serial1', 'Serial2', 'Serial3', 'analogRead', 'atob', 'btoa', 'clearTimeout',
  'clearWatch', 'digitalRead', 'digitalWrite', 'getSerial', 'getTime', 'global', 'pinMode', 'print', 'process', 'setInterval', 'setTime', 'setTimeout', 'setWatch',
  ...Array.from({ length: 49 }, (_, pin) => `D${pin}`),
]; // prettier-ignore

const array = [
  'concat', 'every', 'fill', 'filter', 'find', 'findIndex', 'forEach', 'includes', 'indexOf', 'join', 'length', 'map',
  'pop', 'push', 'reduce', 'reverse', 'shift', 'slice', 'some', 'splice', 'unshift',
]; // prettier-ignore

// `slice` of a typed array returns a plain array there; `find`, `sort` differ between builds.
const typedArray = [
  'buffer', 'byteLength', 'byteOffset', 'every', 'fill', 'forEach', 'includes', 'indexOf', 'join', 'length', 'map',
  'reduce', 'reverse', 'set', 'some', 'subarray',
]; // prettier-ignore

/** Members of the library's objects by the name of their interface in TypeScript's library. */
export const members = {
  Array: array,
  ReadonlyArray: array,
  ArrayConstructor: ['isArray', 'prototype'],
  String: [
    'charAt', 'charCodeAt', 'concat', 'endsWith', 'includes', 'indexOf', 'lastIndexOf', 'length', 'match', 'padEnd',
    'padStart', 'repeat', 'replace', 'slice', 'split', 'startsWith', 'substr', 'substring', 'toLowerCase',
    'toUpperCase', 'trim',
  ], // prettier-ignore
  StringConstructor: ['fromCharCode', 'prototype'],
  // `toFixed` rounds otherwise; more than 12 significant digits are lost in any text of a number.
  Number: ['toString'],
  NumberConstructor: [],
  Boolean: ['toString'],
  Object: ['hasOwnProperty', 'toString', 'valueOf'],
  ObjectConstructor: ['assign', 'create', 'entries', 'keys', 'prototype', 'values'],
  Function: ['apply', 'bind', 'call', 'prototype', 'length'],
  CallableFunction: ['apply', 'bind', 'call'],
  NewableFunction: ['apply', 'bind', 'call'],
  JSON: ['parse', 'stringify'],
  Math: ['abs', 'ceil', 'floor', 'max', 'min', 'pow', 'round', 'sign'],
  RegExp: ['exec', 'test'],
  RegExpExecArray: ['index'],
  RegExpMatchArray: ['index'],
  ArrayBuffer: ['byteLength'],
  DataView: [
    'getInt16', 'getInt32', 'getInt8', 'getUint16', 'getUint32', 'getUint8', 'setInt16', 'setInt32', 'setInt8',
    'setUint16', 'setUint32', 'setUint8',
  ], // prettier-ignore
  ...Object.fromEntries(
    ['Uint8Array', 'Int8Array', 'Uint16Array', 'Int16Array', 'Uint32Array', 'Int32Array'].flatMap((name) => [
      [name, typedArray],
      [`${name}Constructor`, ['prototype']],
    ]),
  ),
};

/** Calls of which the small engine heeds only so many arguments: limits, revivers, replacers, property tables. */
export const longestArguments = {
  'JSON.parse': 1,
  'JSON.stringify': 1,
  'ObjectConstructor.create': 1,
  'String.split': 1,
};
