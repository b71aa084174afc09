/** Messages in the bridge's stream, and back. */
import { readU16, u16, type Bytes } from '../../hal/bytes';
import { MESSAGE_HEAD_BYTES } from '../../drivers/boards/espruino/bridge-messages';

export function messageOf(kind: number, data: Bytes): Bytes {
  return String.fromCharCode(kind) + u16(data.length) + data;
}

export class MessageReader {
  private stream = '';

  constructor(private readonly onMessage: (kind: number, data: Bytes) => void) {}

  take(bytes: Bytes): void {
    this.stream += bytes;
    for (;;) {
      const end = MESSAGE_HEAD_BYTES + readU16(this.stream, 1);
      if (this.stream.length < MESSAGE_HEAD_BYTES || this.stream.length < end) return;
      const kind = this.stream.charCodeAt(0);
      const data = this.stream.slice(MESSAGE_HEAD_BYTES, end);
      this.stream = this.stream.slice(end);
      this.onMessage(kind, data);
    }
  }
}
