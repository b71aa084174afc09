/** What the World sees of a PIN pad, whichever it is: the fake with OpenSSL (pinpad.ts), or one that runs the pad's own program. */
import type { Bytes } from '../../hal/bytes';
import type { WorldDevice } from '../world/world';
import type { PadBattery } from './pad-keys';
import type { PadRows } from './pad-screen';

/** The far end of a port: a `UartWire`, or a key loader plugged in directly. */
export interface PadWire {
  send(bytes: Bytes): void;
}

export interface PinPadDevice extends WorldDevice {
  readonly name: 'pinpad';
  readonly state: { readonly faults: { readonly silent: boolean } };
  /** What it keeps without supply. */
  battery: PadBattery;
  /** Plugs the terminal's wire in. */
  connectMain(wire: PadWire): void;
  /** Plugs a key loader in; `null` pulls it out. */
  connectLoader(wire: PadWire | null): void;
  onUart(bytes: Bytes, wire: PadWire): void;
  onFault(fault: string, value: number): void;
  onPower(on: boolean): void;
  /** What the customer sees: two rows of 16 columns, GBK. */
  rows(): PadRows;
  /** True while a customer is asked for a PIN. */
  isAsking(): boolean;
  /** A press on the pad's own keypad: a digit (48–57), confirm, clear or cancel. Ignored when nobody asked. */
  pressKey(key: number): void;
}
