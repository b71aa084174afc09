// Names of the language's library that the small engine has not, in a module before its own names are shortened. Without types
// a name is taken for the library's when nothing of the house is called so; the lint rule engine-builtins, which has the
// types, says it nearer to the source.
import { parse } from 'acorn';
import { simple } from 'acorn-walk';
import { members } from '../engine-facts.mjs';

const libraries = [
  Array,
  ArrayBuffer,
  Boolean,
  DataView,
  Date,
  Function,
  JSON,
  Map,
  Math,
  Number,
  Object,
  Promise,
  RegExp,
];
const constructors = [...libraries, Set, String, Symbol, Uint8Array];

/** Every method of the library. */
const libraryNames = new Set(
  constructors.flatMap((one) => [
    ...Object.getOwnPropertyNames(one),
    ...(one.prototype ? Object.getOwnPropertyNames(one.prototype) : []),
  ]),
);
const engineNames = new Set(Object.values(members).flat());
/** Objects of which the engine has not all; their members are told by the object's name. */
const statics = new Map(
  Object.entries({
    Array: 'ArrayConstructor',
    String: 'StringConstructor',
    Object: 'ObjectConstructor',
    JSON: 'JSON',
    Math: 'Math',
  }).map(([name, list]) => [name, new Set(members[list])]),
);
/** Calls of which the engine heeds only so many arguments. */
const mostArguments = { split: 1, parse: 1, stringify: 1, create: 1 };

const options = { ecmaVersion: 5, sourceType: 'script', allowReturnOutsideFunction: true };

/** What the house itself calls so: properties that are set or written in an object. */
export function ownNames(codes) {
  const found = new Set();
  for (const code of codes) {
    simple(parse(code, options), {
      Property: (node) => found.add(node.key.name ?? String(node.key.value)),
      AssignmentExpression(node) {
        if (node.left.type === 'MemberExpression' && !node.left.computed) found.add(node.left.property.name);
      },
    });
  }
  return found;
}

/**
 * [[offset, what]] of one module's code; `own`: of ownNames. `isBoard`: of a board file, which uses objects of the engine that
 * are called as the library's.
 */
export function missingNames(code, own, isBoard = false) {
  const found = [];
  simple(parse(code, options), {
    MemberExpression(node) {
      const name = node.computed ? node.property.value : node.property.name;
      if (typeof name !== 'string') return;
      const { object } = node;
      const isPrototype = object.type === 'MemberExpression' && object.property.name === 'prototype';
      if (isPrototype && statics.has(object.object.name)) {
        found.push([node.start, `member of ${object.object.name}.prototype`]);
      } else if (object.type === 'Identifier' && statics.has(object.name)) {
        if (!statics.get(object.name).has(name)) found.push([node.start, `${object.name}.${name} is missing`]);
      } else if (!isBoard && libraryNames.has(name) && !engineNames.has(name) && !own.has(name)) {
        found.push([node.start, `${name} is missing`]);
      }
    },
    CallExpression(node) {
      const name = node.callee.property?.name;
      const most = Object.hasOwn(mostArguments, name ?? '') && !own.has(name) ? mostArguments[name] : Infinity;
      if (node.arguments.length > most) found.push([node.start, `${name} heeds ${most} argument`]);
    },
  });
  return found;
}
