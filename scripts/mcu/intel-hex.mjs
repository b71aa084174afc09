// The whole of a board's code storage as Intel HEX, for a programmer that writes flash without the engine's help. The
// storage's form (jsflash.h): a file is a header of 32 bytes (length, little-endian, and a name of 28), its bytes, filled
// up to a multiple of four; what was never written is FF.
const headerBytes = 32;
const longestName = 28;

const padded = (length) => (length + 3) & ~3;

/** Bytes that the files take in the storage, headers included. */
export function storageBytes(files) {
  return files.reduce((sum, { bytes }) => sum + headerBytes + padded(bytes.length), 0);
}

/** The storage's beginning as it is after these files ([{ name, bytes }]) were written to an empty one. */
export function storageImage(files) {
  const image = Buffer.alloc(storageBytes(files), 0xff);
  let at = 0;
  for (const { name, bytes } of files) {
    if (name.length === 0 || name.length > longestName) throw new Error(`"${name}" is no name of a stored file`);
    image.fill(0, at, at + headerBytes);
    image.writeUInt32LE(bytes.length, at);
    image.write(name, at + 4, 'latin1');
    image.write(bytes, at + headerBytes, 'latin1');
    at += headerBytes + padded(bytes.length);
  }
  return image;
}

function record(type, address, data) {
  const body = Buffer.from([data.length, (address >> 8) & 255, address & 255, type, ...data]);
  const sum = body.reduce((total, byte) => total + byte, 0);
  return `:${body.toString('hex').toUpperCase()}${((-sum & 255) >>> 0).toString(16).padStart(2, '0').toUpperCase()}\r\n`;
}

/** Intel HEX of `image` at an address of 32 bits: records 00, 01 and 04. */
export function intelHex(image, address) {
  let text = '';
  let upper = -1;
  for (let i = 0; i < image.length; i += 16) {
    const at = address + i;
    const high = Math.floor(at / 65536);
    if (high !== upper) {
      upper = high;
      text += record(4, 0, [high >> 8, high & 255]);
    }
    text += record(0, at & 0xffff, image.subarray(i, i + 16));
  }
  return `${text}:00000001FF\r\n`;
}
