/** `cupos keys`: makes the TEST master keys of terminals, and shows check values, never a key. */
import type { Command } from 'commander';

interface KeysOptions {
  data: string;
  tid: string;
  mid: string;
  force?: boolean;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command('keys')
    .description('make the TEST master key (TMK) of a terminal; shows its check value, never the key')
    .option('--data <dir>', 'state directory', './.cupos')
    .option('--tid <id>', 'terminal number, 8 characters', '10000001')
    .option('--mid <id>', 'merchant number, 15 characters', '898110053310001')
    .option('--force', 'replace a key that is there: center and terminal must sign in anew')
    .option('--json', 'print JSON only')
    .action((options: KeysOptions) => {
      const { makeKeys } = require('../make-keys') as typeof import('../make-keys');
      const { file, made, terminals } = makeKeys(options);
      const shown = terminals.map(({ terminalId, merchantId, tmkIndex, kcv }) => ({
        terminalId,
        merchantId,
        tmkIndex,
        kcv,
      }));
      if (options.json) {
        process.stdout.write(`${JSON.stringify({ file, test: true, made, terminals: shown })}\n`);
        return;
      }
      const lines = shown.map((key) => `  ${key.terminalId}  ${key.merchantId}  TMK ${key.tmkIndex}  KCV ${key.kcv}`);
      const what = made ? 'TEST key made' : 'TEST key kept (--force makes a new one)';
      process.stdout.write(`${what}: ${file}\n${lines.join('\n')}\n`);
    });
}
