// The boards that there are images for. It loads nothing: `npm run flash` asks it, too.
const pico2 = { engine: 'RP2350_PICO2', storageAddress: 0x10100000, storageBytes: 768 * 4096 };
const esp32S3 = { engine: 'ESP32S3_IDF4', storageAddress: 0x320000, storageBytes: 224 * 4096 };

/** Boards by name: the engine's `process.env.BOARD`, and where its Storage lies in the chip's flash. */
export const boards = {
  pico2: { title: 'Raspberry Pi Pico 2', ...pico2 },
  'esp32-s3': { title: 'ESP32-S3', ...esp32S3 },
  'pad-pico2': { title: 'PIN pad on a Raspberry Pi Pico 2', ...pico2 },
  'pad-esp32-s3': { title: 'PIN pad on an ESP32-S3', ...esp32S3 },
};
