/**
 * The whole terminal in one World: the reference board's wires, a fake at the far end of each, the network, the center,
 * and the firmware running in the microcontroller's power domain. `fork` makes a second one that continues from this
 * moment with the power gone: how power cuts are swept.
 */
import type { Clock, Uart } from '../hal/bus';
import { createReferenceBoard, type ReferenceBus } from '../drivers/boards/reference';
import { moduleList } from '../firmware/module-list';
import { startTerminal } from '../firmware/terminal';
import { en } from '../firmware/texts/en';
import { createTexts } from '../firmware/texts/text-table';
import { zhCn } from '../firmware/texts/zh-cn';
import { defaultSettings, type TerminalSettings } from '../firmware/settings';
import { createCenter, type Center } from '../host/center/center';
import { macModes, securityControls } from '../host/center/dialect';
import { openStore } from '../host/center/open-store';
import type { Store } from '../host/center/store';
import { seedTestData, TEST_TERMINAL } from '../host/center/test-data';
import { epochMsOf } from './beijing-time';
import { CenterEndpoint } from './center-endpoint';
import { Battery } from './devices/battery';
import { Buzzer } from './devices/buzzer';
import { EscPosPrinter } from './devices/escpos-printer';
import { KeyLoader, loadTmk } from './devices/key-loader';
import { KeyMatrix } from './devices/key-matrix';
import type { PinPadDevice } from './devices/pad-device';
import { PowerSwitch } from './devices/soft-power';
import { SpiNorFlash } from './devices/spi-nor';
import { St7920Lcd } from './devices/st7920';
import { factoryBlanks } from './factory';
import { ForeignHost, type ForeignAddress } from './foreign-host';
import { createHead, type FittedHead } from './heads';
import { Network } from './network';
import { createModem, type FakeModem } from './modems';
import { createPad } from './pads';
import { boardPartsOf, type PartNames } from './parts';
import { realPartNames, type RealPartName, type RealParts } from './serial/real-parts';
import { SerialControl } from './serial/serial-control';
import { SerialWire } from './serial/serial-wire';
import { processorProfiles, type ProfileName } from './processor-profiles';
import { GpioLines } from './world/gpio-lines';
import { Mcu, McuCalendar, mcuRandom } from './world/mcu';
import { spiWire, type SpiDevice } from './world/spi-wire';
import { UartWire } from './world/uart-wire';
import { World, type WorldDevice } from './world/world';

/** How a World with a terminal begins; all of it optional. */
export interface TerminalWorldOptions {
  readonly seed?: number;
  readonly profile?: ProfileName;
  /** What the board's calendar says when the World begins: 14 digits. */
  readonly startsAt?: string;
  /** Board variants; default the reference board's own parts. */
  readonly parts?: PartNames;
  /** Replaces what the firmware's defaults say. */
  readonly settings?: Partial<TerminalSettings>;
  /** TMK of terminal and center, 32 hex digits; default the published TEST key. */
  readonly tmk?: string;
  /**
   * false: the terminal comes from the factory, without numbers, host and TMK; its center still expects those of the
   * settings.
   */
  readonly provisioned?: boolean;
  /** A center that exists already: shared by forks (with its store), or kept by a face between runs. */
  readonly host?: { readonly center: Center; readonly store: Store | null };
  /** The host at the far end is none of ours: its World runs at wall speed only (foreign-host.ts). */
  readonly foreignHost?: ForeignAddress;
  /**
   * Open serial ports of this machine with real parts, in place of the fakes: such a World runs at wall speed only
   * (serial/serial-wire.ts). Whoever opened them closes them.
   */
  readonly realParts?: RealParts;
  /** A PIN pad in place of the named one; whoever gives it loads its TMK. */
  readonly pad?: (world: World) => PinPadDevice;
  /** Runs in place of the firmware at every boot: the same firmware lowered for a board's engine, say. */
  readonly firmware?: (bus: ReferenceBus, settings: TerminalSettings) => void;
}

export const DEFAULT_START = '20260115093000';

function openHost(options: TerminalWorldOptions): { center: Center; store: Store } {
  const store = openStore({ path: ':memory:' });
  const center = createCenter(store, {
    seed: options.seed ?? 1,
  });
  const settings = { ...defaultSettings, ...options.settings };
  seedTestData(center, {
    terminals: [
      {
        terminalId: settings.terminalId,
        merchantId: settings.merchantId,
        tmk: options.tmk ?? TEST_TERMINAL.tmk,
        dialect: { macMode: macModes[settings.macMode], securityControl: securityControls[settings.securityControl] },
      },
    ],
  });
  return { center, store };
}

/** `terminal.inside`: the World and every fake device by name. */
export class TerminalWorld {
  readonly world: World;
  readonly mcu: Mcu;
  readonly rtc: McuCalendar;
  readonly lcd: St7920Lcd;
  readonly keys: KeyMatrix;
  readonly head: FittedHead['head'];
  readonly pad: PinPadDevice;
  readonly keyLoader: KeyLoader;
  readonly printer: EscPosPrinter;
  readonly modem: FakeModem;
  readonly network: Network;
  readonly flash: SpiNorFlash;
  readonly power: PowerSwitch;
  readonly battery: Battery;
  readonly buzzer: Buzzer;
  readonly endpoint: CenterEndpoint;
  /** Wires that leave the World. */
  readonly serialWires: readonly SerialWire[];
  /** null: the center at the far end is ours. */
  readonly foreignHost: ForeignHost | null;
  readonly center: Center;
  readonly store: Store | null;
  /** What the far side expects, and what the terminal knew when it was delivered. */
  readonly settings: TerminalSettings;
  /** What the firmware goes by in this life: its journal may say otherwise than it was delivered. */
  inForce: TerminalSettings;
  private readonly stripeSpi: SpiDevice;
  private readonly bus: Omit<ReferenceBus, 'clock' | 'batteryAdc' | 'lcdSpi' | 'flashSpi' | 'stripeSpi'>;
  /** Devices fed by the terminal's own supply. */
  private readonly fed: readonly WorldDevice[];

  constructor(readonly options: TerminalWorldOptions = {}) {
    const world = new World(options.seed ?? 1);
    this.world = world;
    this.settings = { ...defaultSettings, ...options.settings };
    this.inForce = this.delivered();
    const host = options.host ?? openHost(options);
    this.center = host.center;
    this.store = host.store;

    this.mcu = new Mcu(world, processorProfiles[options.profile ?? 'instant']);
    this.rtc = new McuCalendar(world, options.startsAt ?? DEFAULT_START);
    const uart = (wire: string, baud: number, flowControl: boolean): UartWire =>
      new UartWire(world, this.mcu, wire, baud, flowControl);
    const pins = (wire: string, outputs: number, inputs: number): GpioLines =>
      new GpioLines(world, this.mcu, wire, { outputs, inputs });

    const pinpadUart = uart('pinpad', 19_200, false);
    const printerUart = uart('printer', 115_200, true);
    const modemUart = uart('modem', 115_200, true);
    const modemDtr = pins('modemDtr', 1, 0);
    const modemStatus = pins('modemStatus', 0, 0xf);
    const lcdLight = pins('lcdLight', 0, 0);
    const keyRows = pins('keyRows', 0x1f, 0);
    const keyColumns = pins('keyColumns', 0, 0xf);
    const stripeSense = pins('stripeSense', 0, 1);
    const powerKey = pins('powerKey', 0, 1);
    const powerLatch = pins('powerLatch', 0, 0);
    const charger = pins('charger', 0, 1);
    const buzzer = pins('buzzer', 0, 0);

    this.lcd = new St7920Lcd(world);
    lcdLight.connect(this.lcd);
    this.power = new PowerSwitch(world);
    this.power.wire(powerKey, powerLatch);
    this.power.onSupply = (on) => this.supply(on);
    this.keys = new KeyMatrix(world, this.power);
    this.keys.wire(keyRows, keyColumns);
    const fitted = createHead(world, this.mcu, options.parts?.head ?? 'shiftOut', stripeSense);
    this.head = fitted.head;
    this.stripeSpi = fitted.spi;
    this.pad = options.pad ? options.pad(world) : createPad(world, options.parts?.pad ?? 'openssl');
    pinpadUart.connect(this.pad);
    this.pad.connectMain(pinpadUart);
    this.printer = new EscPosPrinter(world);
    printerUart.connect(this.printer);
    this.network = new Network(world);
    this.modem = createModem(world, this.network, options.parts?.modem ?? 'sim800', this.settings);
    modemUart.connect(this.modem);
    this.modem.connect(modemUart);
    this.modem.wireControl?.(modemDtr, modemStatus);
    this.flash = new SpiNorFlash(world);
    this.battery = new Battery(world, charger);
    this.battery.loadMa = () => this.loadMa();
    this.battery.onEmpty = () => this.cutPower();
    this.power.canRaise = () => this.battery.canFeed();
    this.buzzer = new Buzzer(world);
    buzzer.connect(this.buzzer);
    this.keyLoader = new KeyLoader(world, this.pad, { tmk: options.tmk ?? TEST_TERMINAL.tmk });
    this.endpoint = new CenterEndpoint(world, this.network, this.center, {
      epochMs: epochMsOf(options.startsAt ?? DEFAULT_START),
      frameLength: this.settings.frameLength,
    });
    const foreign = options.foreignHost;
    this.foreignHost = foreign ? new ForeignHost(world, this.network, foreign) : null;
    this.network.listen(this.settings.host, this.settings.port, this.foreignHost ?? this.endpoint);

    const { realParts = {} } = options;
    this.serialWires = realPartNames.flatMap((part) => {
      const line = realParts[part];
      return line ? [new SerialWire(world, this.mcu, part, line)] : [];
    });
    const end = (part: RealPartName, uart: UartWire): Uart =>
      (this.serialWires.find(({ wire }) => wire === part) ?? uart).host;
    this.bus = {
      rtc: this.rtc,
      random: mcuRandom(world),
      pinpadUart: end('pinpad', pinpadUart),
      printerUart: end('printer', printerUart),
      modemUart: end('modem', modemUart),
      modemDtr: modemDtr.host,
      modemStatus: modemStatus.host,
      lcdLight: lcdLight.host,
      keyRows: keyRows.host,
      keyColumns: keyColumns.host,
      stripeSense: stripeSense.host,
      ...(fitted.capture && { stripeCapture: fitted.capture }),
      powerKey: powerKey.host,
      powerLatch: powerLatch.host,
      charger: charger.host,
      buzzer: buzzer.host,
    };
    const fed: readonly WorldDevice[] = [
      this.lcd,
      this.keys,
      this.head,
      this.pad,
      this.printer,
      this.modem,
      this.flash,
      this.buzzer,
      this.battery,
    ];
    if (options.provisioned !== false && !options.pad) loadTmk(this.pad, { tmk: options.tmk ?? TEST_TERMINAL.tmk });
    for (const device of fed) device.onPower?.(false);
    // A fake whose place a real part has stays dark.
    this.fed = fed.filter(({ name }) => !realPartNames.some((part) => part === name && realParts[part]));
    const modemWire = this.serialWires.find(({ wire }) => wire === 'modem');
    if (modemWire && options.parts?.modem === 'pstn')
      modemWire.control = new SerialControl(modemWire.line, modemDtr, modemStatus);
  }

  private delivered(): TerminalSettings {
    return { ...this.settings, ...(this.options.provisioned === false ? factoryBlanks : {}) };
  }

  /** The supply came or went: everything fed by it follows, and the firmware boots or is dead. */
  private supply(on: boolean): void {
    if (!on) this.mcu.cut();
    for (const device of this.fed) device.onPower?.(on);
    if (on) this.mcu.boot((clock) => this.startFirmware(clock));
  }

  /** The microcontroller begins anew while the supply stays: `run` gets the ports of its new life. */
  restartFirmware(run: (bus: ReferenceBus) => void): void {
    this.mcu.boot((clock) => run(this.portsOf(clock)));
  }

  /** The board's ports in the life that runs now. */
  private portsOf(clock: Clock): ReferenceBus {
    const { world, mcu } = this;
    return {
      ...this.bus,
      clock,
      lcdSpi: spiWire(world, mcu, 'lcd', 200_000, this.lcd),
      batteryAdc: { read: () => (mcu.state.powered ? this.battery.converted() : 0) },
      flashSpi: spiWire(world, mcu, 'flash', 20_000_000, this.flash),
      stripeSpi: spiWire(world, mcu, 'stripe', 1_000_000, this.stripeSpi),
    };
  }

  private startFirmware(clock: Clock): void {
    const bus = this.portsOf(clock);
    this.inForce = this.delivered();
    if (this.options.firmware) {
      this.options.firmware(bus, this.inForce);
      return;
    }
    const texts = createTexts(this.settings.english ? en : zhCn);
    startTerminal(createReferenceBoard(bus, boardPartsOf(this.options.parts ?? {})), this.inForce, texts, moduleList);
  }

  /** What the terminal draws from its battery at this moment: data sheet figures of its parts, rounded. */
  private loadMa(): number {
    const { lcd, modem, printer, world } = this;
    const isPrinting = world.nowUs < printer.state.busyUntilUs;
    return 60 + (lcd.lit() ? 40 : 0) + (modem.lights().online ? 180 : 30) + (isPrinting ? 1500 : 0);
  }

  /** The supply fails now, whatever the keys say; `PowerSwitch` brings it back with a held red key. */
  cutPower(): void {
    this.power.cutOff();
  }

  /**
   * A second World that goes on from this moment, dark: its devices are copies, its flash shares sectors until written,
   * its center is the same one (the caller wraps it in a savepoint). `beforeDark` may still touch the copy (to tear a
   * flash operation) before the supply is taken away.
   */
  fork(beforeDark: (copy: TerminalWorld) => void = () => undefined): TerminalWorld {
    const copy = new TerminalWorld({ ...this.options, host: { center: this.center, store: this.store } });
    copy.world.restore(this.world.snapshot(), true);
    beforeDark(copy);
    copy.cutPower();
    return copy;
  }
}
