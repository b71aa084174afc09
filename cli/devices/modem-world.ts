/** A fake modem without its terminal, at wall speed: bytes in, bytes out, and every call or connection leads to one host. */
import type { Bytes } from '../../hal/bytes';
import { GprsModem } from '../../emulator/devices/gprs-modem';
import { PstnModem } from '../../emulator/devices/pstn-modem';
import { ForeignHost, type ForeignAddress } from '../../emulator/foreign-host';
import { fakeDialects, type FakeModem } from '../../emulator/modems';
import { Nac } from '../../emulator/nac';
import { Network } from '../../emulator/network';
import type { ModemName } from '../../emulator/parts';
import { PhoneLine } from '../../emulator/phone-line';
import type { CrossedLines } from '../../emulator/serial/crossed-lines';
import { deviceFaults, valueUnsaid } from '../../emulator/scenario/faults';
import { WallClock } from '../../emulator/serial/wall-clock';
import { World } from '../../emulator/world/world';

export interface ModemWorldOptions {
  readonly type: ModemName;
  /** Where every number and address leads; null: to a host that sends everything back. */
  readonly to: ForeignAddress | null;
  readonly onSend: (bytes: Bytes) => void;
  /** The control lines of the port, where it has any. */
  readonly control?: CrossedLines | null;
  /** The modem's seconds in one of ours. */
  readonly speed: number;
}

export interface ModemWorld {
  readonly failed: Promise<never>;
  /** Bytes for the modem. */
  feed(bytes: Bytes): void;
  /** `phoneLine unplug 1`, `signal 5`; gives a line that says what became of it. */
  fault(line: string): string;
  close(): void;
}

function devicesOf(type: ModemName): readonly string[] {
  return type === 'pstn' ? ['modem', 'phoneLine', 'nac', 'network'] : ['modem', 'network'];
}

export function createModemWorld(options: ModemWorldOptions): ModemWorld {
  const world = new World(1);
  const network = new Network(world);
  const foreign = options.to === null ? null : new ForeignHost(world, network, options.to);
  network.listenAnywhere(
    foreign ?? {
      onConnect: () => undefined,
      onBytes: (id, bytes) => network.send(id, bytes),
      onClose: () => undefined,
    },
  );
  const modem = modemOf(options, world, network);
  const wire = { send: options.onSend };
  modem.connect(wire);
  const clock = new WallClock(world, options.speed);

  return {
    failed: clock.failed,
    feed: (bytes) => {
      clock.catchUp();
      modem.onUart(bytes, wire);
    },
    fault: (line) => {
      const words = line.trim().split(/\s+/);
      const devices = devicesOf(options.type);
      if (!devices.includes(words[0])) words.unshift('modem');
      const [device, fault = '', value = String(valueUnsaid(fault)), ...more] = words;
      const known = deviceFaults[device];
      if (more.length > 0 || !known.includes(fault) || !/^\d{1,6}$/.test(value)) {
        return `no such fault; say a device (${devices.join(', ')}), a fault and a number; ${device} has ${known.join(', ')}`;
      }
      try {
        clock.catchUp();
        world.fault(device, fault, parseInt(value, 10));
        return `${device} ${fault} ${value}`;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
    close: () => {
      clock.stop();
      foreign?.close();
    },
  };
}

type BareModem = Pick<FakeModem, 'onUart' | 'connect'>;

function modemOf({ type, control }: ModemWorldOptions, world: World, network: Network): BareModem {
  if (type !== 'pstn') return new GprsModem(world, network, { dialect: fakeDialects[type] });
  const line = new PhoneLine(world);
  line.listenEverywhere(new Nac(world, line, network, { address: 'host', port: 1 }));
  // Neither a pty nor a TCP port has control lines.
  const modem = new PstnModem(world, line, { dtr: !control });
  if (control) modem.wireControl(control, control);
  return modem;
}
