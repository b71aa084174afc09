/**
 * What can be wrong with a message. The eight codes are those of the firmware's codec; a sentence never repeats data
 * of the message, so that an error can be logged wherever it appears.
 */
export type CodecErrorCode =
  'too_short' | 'bad_length' | 'bad_digit' | 'unknown_field' | 'too_long' | 'trailing_bytes' | 'bad_hex' | 'bad_mti';

/** What is wrong with a message, and where. */
export interface CodecError {
  readonly code: CodecErrorCode;
  /** Field number; 0: none, or not known. */
  readonly field: number;
  /** Decoding: bytes from the first byte given. Encoding: characters from the start of the refused value. */
  readonly offset: number;
  readonly message: string;
}

/** What a codec gives in place of a result. */
export interface Failed {
  readonly error: CodecError;
}

export function failed(code: CodecErrorCode, field: number, offset: number, message: string): Failed {
  return { error: { code, field, offset, message } };
}
