/**
 * The reference board: which driver sits on which port. The emulator wires fakes to exactly these ports; a real board
 * file makes them from pins.
 */
import type { Board } from '../../hal/board';
import type { Adc, Clock, GpioPort, PulseCapture, Random, Rtc, Spi, Uart } from '../../hal/bus';
import type { MagstripeReader, Modem } from '../../hal/devices';
import { createBatteryGauge } from '../battery-gauge';
import { createEscPosPrinter } from '../escpos-printer';
import { createGprsModem } from '../gprs-modem';
import { createKeyMatrix } from '../key-matrix';
import { createPinBeeper } from '../pin-beeper';
import { createSerialPinPad } from '../serial-pinpad';
import { createShiftOutHead } from '../shift-out-head';
import { sim800 } from '../sim800';
import { createSoftPower } from '../soft-power';
import { createSpiNor } from '../spi-nor';
import { createSt7920 } from '../st7920';

export interface ReferenceBus {
  readonly clock: Clock;
  readonly rtc: Rtc;
  readonly random: Random;
  /** 19,200 baud. */
  readonly pinpadUart: Uart;
  /** 115,200 baud with RTS/CTS. */
  readonly printerUart: Uart;
  /** 115,200 baud with RTS/CTS. */
  readonly modemUart: Uart;
  /** Output, bit 0: /DTR, low while the terminal wants the line. */
  readonly modemDtr: GpioPort;
  /** Inputs, all low when true, bits 0–3: /DCD carrier, /RING, /LINE voltage there, /PHONE another phone is lifted. */
  readonly modemStatus: GpioPort;
  readonly lcdSpi: Spi;
  readonly flashSpi: Spi;
  /** Clocks out the stripe head's shift register. */
  readonly stripeSpi: Spi;
  /** Output, bit 0: LCD back light. */
  readonly lcdLight: GpioPort;
  /** Outputs, bits 0–4: the five rows, driven low one at a time. */
  readonly keyRows: GpioPort;
  /** Inputs with pull-ups, bits 0–3: the four columns, low where a key closes to a driven row. */
  readonly keyColumns: GpioPort;
  /** Input, bit 0: low while the head holds a swipe that was not read. */
  readonly stripeSense: GpioPort;
  /** Tracks 1–3 of a head without a decoder, on boards that have one: ticks of 6, 16 and 6 µs. */
  readonly stripeCapture?: PulseCapture;
  /** Input, bit 0: low while the red key is held. */
  readonly powerKey: GpioPort;
  /** Output, bit 0: high keeps the supply on. */
  readonly powerLatch: GpioPort;
  /** The battery's voltage behind a divider by two; 3.3 V is full scale. */
  readonly batteryAdc: Adc;
  /** Input, bit 0: high while the charger is plugged in. */
  readonly charger: GpioPort;
  /** Output, bit 0: the buzzer. */
  readonly buzzer: GpioPort;
}

/** Drivers in place of the board's own; this file does not import them, so that a board carries only what it has. */
export interface BoardParts {
  readonly modem?: (bus: ReferenceBus) => Modem;
  readonly stripe?: (bus: ReferenceBus) => MagstripeReader;
}

export function createReferenceBoard(bus: ReferenceBus, parts?: BoardParts): Board {
  const other: BoardParts = parts || {};
  return {
    clock: bus.clock,
    rtc: bus.rtc,
    random: bus.random,
    display: createSt7920(bus.lcdSpi, bus.lcdLight),
    keypad: createKeyMatrix(bus.keyRows, bus.keyColumns, bus.clock),
    stripe: other.stripe ? other.stripe(bus) : createShiftOutHead(bus.stripeSpi, bus.stripeSense, bus.clock),
    pinpad: createSerialPinPad(bus.pinpadUart, bus.clock),
    printer: createEscPosPrinter(bus.printerUart, bus.clock),
    modem: other.modem ? other.modem(bus) : createGprsModem(bus.modemUart, bus.clock, sim800),
    beeper: createPinBeeper(bus.buzzer, bus.clock),
    power: createSoftPower(bus.powerKey, bus.powerLatch, bus.clock),
    battery: createBatteryGauge(bus.batteryAdc, bus.charger),
    flash: createSpiNor(bus.flashSpi, bus.clock),
  };
}
