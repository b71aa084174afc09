/** The fake modem of each name, with what stands behind it: the mobile network, or a phone line and an access controller. */
import type { Bytes } from '../hal/bytes';
import { ec20Fake } from './devices/ec20-fake';
import { GprsModem, type ModemWire } from './devices/gprs-modem';
import type { FakeDialect } from './devices/gprs-modem-dialect';
import { PstnModem } from './devices/pstn-modem';
import { sim800Fake } from './devices/sim800-fake';
import { Nac } from './nac';
import type { Network } from './network';
import type { ModemName } from './parts';
import { PhoneLine } from './phone-line';
import type { GpioLines } from './world/gpio-lines';
import type { World, WorldDevice } from './world/world';

/** What a World and its faces know of any modem. */
export interface FakeModem extends WorldDevice {
  onUart(bytes: Bytes, wire: ModemWire): void;
  connect(wire: ModemWire): void;
  /** Plugs the control lines in, where it has any. */
  wireControl?(dtr: GpioLines, status: GpioLines): void;
  lights(): { power: boolean; network: boolean; online: boolean };
}

/** Where calls and connections end. */
export interface FarEnd {
  readonly host: string;
  readonly port: number;
  readonly phones: string;
  readonly outsideLine: string;
}

export const fakeDialects: Readonly<Record<'sim800' | 'ec20', FakeDialect>> = { sim800: sim800Fake, ec20: ec20Fake };

export function createModem(world: World, network: Network, name: ModemName, to: FarEnd): FakeModem {
  if (name !== 'pstn') return new GprsModem(world, network, { dialect: fakeDialects[name] });
  const line = new PhoneLine(world, to.outsideLine);
  const nac = new Nac(world, line, network, { address: to.host, port: to.port });
  for (const phone of to.phones.split(',')) line.listen(phone, nac);
  return new PstnModem(world, line);
}
