// Lets a script `require` the TypeScript sources as they are (swc strips the types), so that it needs no build.
import Module, { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { transformSync } from '@swc/core';
import { root } from '../lint/rooms.mjs';

Module._extensions['.ts'] = (module, fileName) => {
  const { code } = transformSync(readFileSync(fileName, 'utf8'), {
    filename: fileName,
    configFile: false,
    swcrc: false,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  module._compile(code, fileName);
};

const require = createRequire(path.join(root, 'package.json'));

/** Loads a source file by its repository path without ending. */
export const loadSource = (id) => require(path.join(root, `${id}.ts`));
