/** What is broken until somebody mends it, and short facts about a terminal, read off its fakes. */
import { PAD_HAS_MAK, PAD_HAS_TMK } from '../../hal/pad-commands';
import { keyStatus } from '../devices/pad-keys';
import type { TerminalWorld } from '../terminal-world';

/** A World without a phone line has none to pull out. */
function isUnplugged({ world }: TerminalWorld): boolean {
  const line = world.devices.find((device) => device.name === 'phoneLine') as
    { state: { plugged?: boolean } } | undefined;
  return line?.state.plugged === false;
}

/** `device fault`, as a fault action names them. */
export function brokenThings(inside: TerminalWorld): string[] {
  const { network, printer, pad, lcd } = inside;
  const modem = inside.modem.state as { sim?: string; faults?: { silent?: boolean } };
  const conditions: readonly (readonly [string, boolean])[] = [
    ['network down', network.state.faults.down],
    ['printer paper', printer.paperOut()],
    ['printer cover', printer.state.coverOpen],
    ['printer heat', printer.state.tooHot],
    ['printer offline', printer.state.mute],
    ['pinpad silent', pad.state.faults.silent],
    ['pinpad tamper', pad.battery.tampered],
    ['modem simAbsent', modem.sim === 'absent'],
    ['modem silent', modem.faults?.silent === true],
    ['lcd dead', lcd.state.dead],
    ['phoneLine unplug', isUnplugged(inside)],
    ['battery charger', !inside.battery.state.charger],
  ];
  return conditions.flatMap(([name, isSo]) => (isSo ? [name] : []));
}

export function facts(inside: TerminalWorld): Readonly<Record<string, string>> {
  const { settings, options, pad, battery } = inside;
  const keys = keyStatus(pad.battery);
  const { realParts = {} } = options;
  return {
    terminal: settings.terminalId,
    merchant: settings.merchantId,
    head: options.parts?.head ?? 'shiftOut',
    // As it was worked out last: looking shall not change it.
    battery: `${Math.round(100 * battery.state.charge)} %${battery.state.charger ? ' ⚡' : ''}`,
    // What a real pad holds, only it knows.
    ...(!realParts.pinpad && {
      masterKey: keys & PAD_HAS_TMK ? 'yes' : 'no',
      workingKeys: keys & PAD_HAS_MAK ? 'yes' : 'no',
    }),
    ...Object.fromEntries(
      Object.entries(realParts).map(([part, line]) => [part, line.isOpen ? line.path : `${line.path} (gone)`]),
    ),
  };
}
