/** The JSON side of the ISO 8583 codec: what `cupos decode` and `cupos encode` do, for programs. */
export { decodeMessage } from './decode-message';
export type { DecodedMessage, MessageJson } from './decode-message';
export { encodeMessage } from './encode-message';
export type { EncodedMessage } from './encode-message';
export { describeError, describeMessage, summarizeMessage } from './describe';
export type { CodecError, CodecErrorCode, Failed } from './codec-error';
export { maskPan } from './masking';
export { parseHex } from './parse-hex';
