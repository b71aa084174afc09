/** `cupos provision`: tells the terminal of a state directory who it is and where its center is. */
import type { Command } from 'commander';
import { CliError } from '../cli-error';
import type { Provisioned } from '../provision/provision';
import type { ProvisionOptions } from '../provision/wanted';

const settingOptions = [
  ...(['tid', 'mid', 'name', 'hotline', 'tpdu', 'host', 'port', 'apn', 'phone', 'outsideLine', 'redials'] as const),
  ...(['connectTimeout', 'responseTimeout', 'tmk', 'keyFile', 'advert', 'slipLogo', 'slipQr', 'density'] as const),
];

function lines(set: Provisioned): string[] {
  const told = (value: string): string => (value === '' ? 'not set' : value);
  const key = set.masterKey ? `loaded, KCV ${set.kcv}` : 'not loaded';
  const batch = `${set.batch}, ${set.transactions} transaction(s)${set.reversalOwed ? ', a reversal is owed' : ''}`;
  return [
    `merchant    ${told(set.merchantId)}  ${set.merchantName}`.trimEnd(),
    `terminal    ${told(set.terminalId)}`,
    `host        ${set.host === '' ? 'not set' : `${set.host}:${set.port}`}  TPDU ${told(set.tpdu)}  APN ${told(set.apn)}`,
    `phones      ${told(set.phones)}`,
    `waits       connect ${set.connectTimeoutMs / 1000} s, answer ${set.responseTimeoutMs / 1000} s`,
    `slips       ${set.slips}`,
    `master key  ${key}`,
    `batch       ${batch}`,
    set.missing.length === 0 ? 'ready to sign in' : `still missing: ${set.missing.join(', ')}`,
  ];
}

function run(options: ProvisionOptions): void {
  const given = settingOptions.some((name) => options[name] !== undefined);
  if (!given && !options.show && !options.fresh) {
    throw new CliError('nothing to do: give what is to be set (--tid, --mid, --host, ...), --show or --fresh');
  }
  if (options.show && (given || options.fresh)) throw new CliError('--show only shows: leave the other options out');
  if (options.fresh && settingOptions.some((name) => name !== 'tid' && name !== 'mid' && options[name] !== undefined)) {
    throw new CliError('--fresh makes a terminal that knows nothing: only --tid and --mid, for its center, go with it');
  }
  const { provision } = require('../provision/provision') as typeof import('../provision/provision');
  const set = provision(options);
  process.stdout.write(options.json ? `${JSON.stringify(set)}\n` : `${lines(set).join('\n')}\n`);
}

export function register(program: Command): void {
  const collect = (phone: string, before: readonly string[] | undefined): string[] => [...(before ?? []), phone];
  program
    .command('provision')
    .description('tell the terminal of a state directory its numbers, its host and its TEST master key')
    .option('--data <dir>', 'state directory', './.cupos')
    .option('--tid <id>', 'terminal number, 8 characters')
    .option('--mid <id>', 'merchant number, 15 characters')
    .option('--name <text>', 'merchant name, as it is printed')
    .option('--hotline <number>', 'hotline, as it is printed')
    .option('--advert <text>', 'last on sales slips; - for none')
    .option('--slip-logo <1|0>', 'the mark on top of sales slips')
    .option('--slip-qr <1|0>', 'a QR code with the numbers of the sale on sales slips')
    .option('--density <n>', 'how dark the printer prints, 0 to 8; 4 is normal')
    .option('--tpdu <hex>', 'TPDU, 10 hex digits')
    .option('--host <address>', "the center's address, in the emulated network too")
    .option('--port <number>', "the center's port")
    .option('--apn <name>', 'access point of a mobile modem')
    .option('--phone <number>', 'telephone number of a dial-up modem; up to three times', collect)
    .option('--outside-line <digits>', 'dialled first; - for none')
    .option('--redials <n>', 'further rounds through the numbers')
    .option('--connect-timeout <s>', 'seconds to wait for a connection')
    .option('--response-timeout <s>', 'seconds to wait for an answer')
    .option('--tmk <hex>', 'TEST master key, 32 hex digits (default: the one that cupos keys made)')
    .option('--key-file <file>', 'file with that key in its first line')
    .option('--show', 'show what is set, and set nothing')
    .option('--fresh', 'make it a terminal straight from the factory')
    .option('--force', 'with --fresh: forget unsettled sales and an owed reversal')
    .option('--json', 'print JSON only')
    .action((options: ProvisionOptions) => run(options));
}
