/** Everything a terminal's firmware is given: the device tier and the few bus-tier services it uses directly. */
import type { Clock, Random, Rtc } from './bus';
import type {
  Battery,
  Beeper,
  Display,
  FlashDevice,
  Keypad,
  MagstripeReader,
  Modem,
  PinPad,
  Power,
  Printer,
} from './devices';

export interface Board {
  readonly clock: Clock;
  readonly rtc: Rtc;
  readonly random: Random;
  readonly display: Display;
  readonly keypad: Keypad;
  readonly stripe: MagstripeReader;
  readonly pinpad: PinPad;
  readonly printer: Printer;
  readonly modem: Modem;
  readonly beeper: Beeper;
  readonly power: Power;
  readonly battery: Battery;
  readonly flash: FlashDevice;
}
