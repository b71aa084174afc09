/**
 * The PIN pad's own board without the board, as the pad of a World: its console on a cable, its Storage in a file or in
 * memory, and what was flashed into it running in QuickJS behind an LCD, a matrix of keys, a buzzer and a switch at the case.
 *
 * Its Storage is no part of the World: a World with it cannot be forked.
 */
import iconv from 'iconv-lite';
import { decodeKeys, encodeKeys, recordVersion } from '../../firmware/pinpad/key-record';
import { en } from '../../firmware/pinpad/texts/en';
import { T_LCD_ENTER_PIN, T_LCD_PIN } from '../../firmware/pinpad/texts/ids';
import { zhCn } from '../../firmware/pinpad/texts/zh-cn';
import { createTexts } from '../../firmware/texts/text-table';
import type { Bytes } from '../../hal/bytes';
import type { Clock, Uart } from '../../hal/bus';
import { KEY_CONFIRM, KEY_MENU } from '../../hal/devices';
import { Buzzer } from '../devices/buzzer';
import { KeyMatrix } from '../devices/key-matrix';
import type { PadWire, PinPadDevice } from '../devices/pad-device';
import { freshBattery, type PadBattery } from '../devices/pad-keys';
import type { PadRows } from '../devices/pad-screen';
import { St7920Lcd } from '../devices/st7920';
import { GpioLines } from '../world/gpio-lines';
import { Mcu, mcuRandom, profileInstant } from '../world/mcu';
import { spiWire } from '../world/spi-wire';
import type { World } from '../world/world';
import { EmulatedBoard, type BoardDesk, type EmulatedBoardOptions } from './emulated-board';
import { padBoardNames, padLoom, padWirings, type PadBus } from './pad-wiring';

const MAIN = 0;
const LOADER = 1;
const EVENT_STARTED = 0;
/** The matrix of the terminal has a fifth row, which stays where nobody drives it. */
const FIFTH_ROW = 0x10;

const slots = ['pad.0', 'pad.1'];
const questions = [zhCn, en].flatMap((texts) =>
  [T_LCD_ENTER_PIN, T_LCD_PIN].map((id) => createTexts(texts)(id).trim()),
);

export type EmulatedPadBoard = EmulatedBoard<PadBus>;

/** Throws an Error for a board that does not exist or a file that is no Storage of it. */
export function createPadBoard(options: EmulatedBoardOptions = {}): Promise<EmulatedPadBoard> {
  const name = options.board ?? 'pad-pico2';
  const wiring = padWirings.find((one) => one.name === name);
  if (!wiring) throw new Error(`there is no board ${name}: ${padBoardNames.join(', ')}`);
  return EmulatedBoard.of<PadBus>(wiring, (bus) => padLoom(wiring, bus), options);
}

export class EmulatedPinPad implements PinPadDevice, BoardDesk<PadBus> {
  readonly name = 'pinpad';
  readonly state = { powered: false, faults: { silent: false } };
  readonly rtc = { state: { offsetMs: 0 } };
  readonly mcu: Mcu;
  readonly lcd: St7920Lcd;
  readonly keys: KeyMatrix;
  readonly buzzer: Buzzer;
  readonly power: BoardDesk<PadBus>['power'];
  /** The pad has said that it started; somebody may load a key now. */
  onStarted: () => void = () => undefined;
  private readonly target: number;
  private readonly bus: Omit<PadBus, 'clock' | 'lcd'>;
  private readonly caseSwitch: GpioLines;
  private wires: (PadWire | null)[] = [null, null];
  private listeners: (((burst: Bytes) => void) | null)[] = [null, null];
  private supplied = false;

  constructor(
    readonly world: World,
    private readonly board: EmulatedPadBoard,
  ) {
    this.target = world.add(this);
    this.mcu = new Mcu(world, profileInstant, 'padMcu', 'pinpad');
    const pins = (wire: string, outputs: number, inputs: number): GpioLines =>
      new GpioLines(world, this.mcu, wire, { outputs, inputs });
    const light = pins('padLight', 0, 0);
    const rows = pins('padKeyRows', 0x1f, 0);
    const columns = pins('padKeyColumns', 0, 0xf);
    const buzzer = pins('padBuzzer', 0, 0);
    this.caseSwitch = pins('padCase', 0, 0);
    this.lcd = new St7920Lcd(world, undefined, 'padLcd');
    light.connect(this.lcd);
    this.keys = new KeyMatrix(world, null, 'padKeypad');
    this.keys.wire(rows, columns);
    this.buzzer = new Buzzer(world, 'padBuzzer');
    buzzer.connect(this.buzzer);
    this.bus = {
      random: mcuRandom(world),
      terminal: this.uart(MAIN),
      loader: this.uart(LOADER),
      light: light.host,
      keyRows: { ...rows.host, write: (levels) => rows.host.write(levels | FIFTH_ROW) },
      keyColumns: columns.host,
      buzzer: buzzer.host,
      caseSwitch: this.caseSwitch.host,
    };
    const feed = (): void => this.feed();
    this.power = { isFed: false, switchOn: feed, unplugged: feed, hold: (run) => run() };
    board.solderTo(this);
    this.mcu.attach({ hostPowerLost: () => (this.listeners = [null, null]) });
  }

  restartFirmware(run: (bus: PadBus) => void): void {
    this.mcu.boot((clock) => run(this.portsOf(clock)));
  }

  cutPower(): void {
    this.dark();
    // The supply itself is still there.
    if (this.supplied) this.world.after(0, this.target, EVENT_STARTED, 1);
  }

  private portsOf(clock: Clock): PadBus {
    return { ...this.bus, clock, lcd: spiWire(this.world, this.mcu, 'padLcd', 200_000, this.lcd) };
  }

  private uart(port: number): Uart {
    return {
      write: (bytes) => {
        if (this.state.faults.silent) return;
        this.wires[port]?.send(bytes);
        // STX, two bytes of length, sequence 0: an event; E2 says that the pad has started.
        if (port === MAIN && bytes.charCodeAt(3) === 0 && bytes.charCodeAt(4) === 0xe2)
          this.world.after(0, this.target, EVENT_STARTED);
      },
      onData: (listener) => {
        this.listeners[port] = listener;
      },
      lostBytes: () => 0,
    };
  }

  /** The terminal's supply or the console's cable feeds it. */
  private feed(): void {
    const on = this.supplied || this.power.isFed;
    if (on === this.state.powered) return;
    if (!on) this.dark();
    else this.light();
  }

  private light(): void {
    this.state.powered = true;
    for (const device of [this.lcd, this.buzzer]) device.onPower(true);
    this.mcu.boot((clock) => this.board.firmware(this.portsOf(clock)));
  }

  private dark(): void {
    this.state.powered = false;
    for (const device of [this.lcd, this.buzzer]) device.onPower(false);
    this.mcu.cut();
  }

  connectMain(wire: PadWire): void {
    this.wires[MAIN] = wire;
  }

  connectLoader(wire: PadWire | null): void {
    this.wires[LOADER] = wire;
  }

  onUart(bytes: Bytes, wire: PadWire): void {
    if (!this.state.powered || this.state.faults.silent) return;
    this.listeners[wire === this.wires[LOADER] ? LOADER : MAIN]?.(bytes);
  }

  onEvent(_kind: number, again: number): void {
    if (again === 1) this.feed();
    else this.onStarted();
  }

  onPower(on: boolean): void {
    this.supplied = on;
    this.feed();
  }

  restore(): void {
    throw new Error('a World with an emulated board for a PIN pad cannot be forked');
  }

  rows(): PadRows {
    const row = (number: 0 | 1): Bytes => iconv.encode(this.lcd.row(number), 'gbk').toString('latin1').padEnd(16);
    return [row(0), row(1)];
  }

  /** The second row begins with the question. */
  isAsking(): boolean {
    return this.state.powered && questions.some((question) => this.rows()[1].startsWith(question));
  }

  pressKey(key: number): void {
    this.keys.press(key === KEY_CONFIRM ? KEY_MENU : key);
  }

  get battery(): PadBattery {
    const [first, second] = slots.map((name) => Buffer.from(this.board.storage.read(name) ?? []).toString('latin1'));
    const newest = recordVersion(second) > recordVersion(first) ? second : first;
    return recordVersion(newest) < 0 ? freshBattery('') : { ...decodeKeys(newest) };
  }

  set battery(battery: PadBattery) {
    if (JSON.stringify(battery) === JSON.stringify(this.battery)) return;
    const { storage } = this.board;
    storage.erase(slots[1]);
    storage.write(slots[0], Buffer.from(encodeKeys(battery, 1), 'latin1'));
  }

  /** `silent`, `restart` (its supply blinks), `tamper` (the case is opened), `well` (it answers, its case is closed). */
  onFault(fault: string): void {
    const { faults } = this.state;
    if (fault === 'silent') faults.silent = true;
    else if (fault === 'tamper') this.caseSwitch.drive(1);
    else if (fault === 'restart') {
      this.dark();
      this.feed();
    } else if (fault === 'well') {
      faults.silent = false;
      this.caseSwitch.drive(0);
    } else throw new Error(`a PIN pad on an emulated board has no fault ${fault}: silent, restart, tamper, well`);
  }
}
