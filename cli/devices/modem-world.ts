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
import { deviceFaults, valueUnsaid } from '../../emulator/scenario/faults';
import { World } from '../../emulator/world/world';

export interface ModemWorldOptions {
  readonly type: ModemName;
  /** Where every number and address leads; null: to a host that sends everything back. */
  readonly to: ForeignAddress | null;
  readonly onSend: (bytes: Bytes) => void;
  /** The modem's seconds in one of ours. */
  readonly speed: number;
}

export interface ModemWorld {
  /** Bytes for the modem. */
  feed(bytes: Bytes): void;
  /** `phoneLine unplug 1`, `signal 5`; gives a line that says what became of it. */
  fault(line: string): string;
  close(): void;
}

/** How often the World looks at the wall clock: finer than anything on a serial line that people wait for. */
const TICK_MS = 5;
/** A machine that slept is not caught up with. */
const LONGEST_STEP_MS = 1000;

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
  const modem = modemOf(options.type, world, network);
  const wire = { send: options.onSend };
  modem.connect(wire);
  let lastMs = performance.now();

  function tick(): void {
    const nowMs = performance.now();
    world.run(Math.min(nowMs - lastMs, LONGEST_STEP_MS) * options.speed);
    lastMs = nowMs;
  }
  const timer = setInterval(tick, TICK_MS);

  return {
    feed: (bytes) => {
      tick();
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
        tick();
        world.fault(device, fault, parseInt(value, 10));
        return `${device} ${fault} ${value}`;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
    close: () => {
      clearInterval(timer);
      foreign?.close();
    },
  };
}

function modemOf(type: ModemName, world: World, network: Network): Pick<FakeModem, 'onUart' | 'connect'> {
  if (type !== 'pstn') return new GprsModem(world, network, { dialect: fakeDialects[type] });
  const line = new PhoneLine(world);
  line.listenEverywhere(new Nac(world, line, network, { address: 'host', port: 1 }));
  // Neither a pty nor a TCP port has control lines.
  return new PstnModem(world, line, { dtr: true });
}
