/** Reads QR and bar codes from a picture of paper with somebody else's reader, as a customer's phone would. */
import {
  BarcodeFormat,
  BinaryBitmap,
  DecodeHintType,
  HybridBinarizer,
  MultiFormatReader,
  RGBLuminanceSource,
} from '@zxing/library';
import { PNG } from 'pngjs';

/** The printable area ends where a reader wants white; paper does not. */
const PAPER_MARGIN = 40;

const formats = [
  ...[BarcodeFormat.QR_CODE, BarcodeFormat.CODE_128, BarcodeFormat.CODE_39, BarcodeFormat.CODE_93, BarcodeFormat.ITF],
  ...[BarcodeFormat.EAN_13, BarcodeFormat.EAN_8, BarcodeFormat.UPC_A, BarcodeFormat.UPC_E, BarcodeFormat.CODABAR],
];

export interface ReadCode {
  readonly format: string;
  readonly text: string;
}

/** The one code in a PNG; throws where there is none. */
export function readCode(png: Buffer): ReadCode {
  const picture = PNG.sync.read(png);
  const width = picture.width + 2 * PAPER_MARGIN;
  const height = picture.height + 2 * PAPER_MARGIN;
  const grey = new Uint8ClampedArray(width * height).fill(255);
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      grey[(y + PAPER_MARGIN) * width + x + PAPER_MARGIN] = picture.data[(y * picture.width + x) * 4];
    }
  }
  const hints = new Map<DecodeHintType, unknown>([[DecodeHintType.POSSIBLE_FORMATS, formats]]);
  const reader = new MultiFormatReader();
  reader.setHints(hints);
  const result = reader.decode(new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(grey, width, height))));
  return { format: BarcodeFormat[result.getBarcodeFormat()], text: result.getText() };
}
