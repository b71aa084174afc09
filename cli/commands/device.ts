/** `cupos device <name>`: one fake device without its terminal, for other people's programs to talk to. */
import type { Command } from 'commander';

interface DeviceModule {
  register(program: Command): void;
}

/** Subcommands by name, a file each. */
const devices: Record<string, () => DeviceModule> = {
  'key-loader': () => require('../devices/key-loader') as DeviceModule,
  modem: () => require('../devices/modem') as DeviceModule,
  pinpad: () => require('../devices/pinpad') as DeviceModule,
  printer: () => require('../devices/printer') as DeviceModule,
};

export function register(program: Command): void {
  const device = program.command('device').description('serve one fake device to other programs');
  for (const one of Object.values(devices)) one().register(device);
}
