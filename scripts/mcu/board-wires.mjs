// Which port of the reference bus each of the engine's objects is on each board, as drivers/boards/espruino wires them and
// docs/boards draws them: what has to be known to stand in for the hardware. Pins that go with a port's own signals are left
// out; `latch` is RCLK of the 74HC595 on the slow SPI port, whose outputs are the same on all boards.
export const boardWires = {
  pico2: {
    serial: { Serial1: 'modemUart', Serial2: 'printerUart', software: 'pinpadUart' },
    spi: { SPI1: 'flashSpi', SPI2: 'slow', software: 'stripeSpi' },
    lcdSelect: 'D9',
    flashSelect: 'D17',
    latch: 'D12',
    inputs: {
      keyColumns: ['D13', 'D22', 'D21', 'D20'],
      stripeSense: ['D15'],
      powerKey: ['D27'],
      charger: ['D28'],
    },
    battery: 'D26',
  },
  'esp32-s3': {
    serial: { Serial1: 'pinpadUart', Serial2: 'modemUart', Serial3: 'printerUart' },
    spi: { SPI1: 'flashSpi', SPI2: 'slow', software: 'stripeSpi' },
    lcdSelect: 'D39',
    flashSelect: 'D10',
    latch: 'D42',
    inputs: {
      keyColumns: ['D38', 'D21', 'D14', 'D6'],
      stripeSense: ['D48'],
      powerKey: ['D2'],
      charger: ['D36'],
    },
    battery: 'D1',
  },
};

/** Bits of the 74HC595: [port, first bit, bits]. */
export const shiftOutputs = [
  ['keyRows', 0, 5],
  ['lcdLight', 5, 1],
  ['buzzer', 6, 1],
  ['powerLatch', 7, 1],
];
