/** Tools that are not ours and that only some tests need: skipped, loudly, where they are not installed. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Path of a program, or ''. */
export function toolPath(name: string): string {
  // Daemons live where a person's PATH does not look.
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']) {
    try {
      if (folder === '') continue;
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // Not in this folder.
    }
  }
  return '';
}

/** `describe` where the program is installed; `debianPackage` is what would bring it. */
export function describeWithTool(
  name: string,
  tool: string,
  debianPackage: string,
  body: (path: string) => void,
): void {
  const path = toolPath(tool);
  if (path !== '') {
    describe(name, () => body(path));
    return;
  }
  process.stderr.write(`\nSKIPPED: ${name}: no ${tool} found (apt-get install ${debianPackage})\n`);
  describe.skip(name, () => body(path));
}
