#!/usr/bin/env node
// `cupos`, or what to do where it was not built yet: npm makes its link only to a file that is there.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const main = join(__dirname, '../dist/cli/main.js');
if (existsSync(main)) require(main).runTool();
else {
  process.stderr.write('cupos: not built yet: "npm ci" installs and builds it (once, a minute or two)\n');
  process.exitCode = 2;
}
