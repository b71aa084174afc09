/** A fake device of a World at the end of a real serial port: its far end is then whatever is plugged in there. */
import type { Bytes } from '../../hal/bytes';
import type { SerialLine } from './serial-line';

/** The end of a wire as fakes know it. */
export interface FakeWire {
  send(bytes: Bytes): void;
}

/** `catchUp` brings the fake's World to the moment at which the bytes arrive. */
export function putFakeOnLine(
  hear: (bytes: Bytes, wire: FakeWire) => void,
  line: Pick<SerialLine, 'write' | 'onBytes'>,
  catchUp: () => void = () => undefined,
): FakeWire {
  const wire: FakeWire = { send: (bytes) => line.write(bytes) };
  line.onBytes = (bytes) => {
    catchUp();
    hear(bytes, wire);
  };
  return wire;
}
