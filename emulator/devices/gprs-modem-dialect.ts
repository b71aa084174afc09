/** What a family of modems says in its own way: commands by name and kind, lines that come by themselves, times. */
import type { Bytes } from '../../hal/bytes';
import type { GprsModem } from './gprs-modem';

export type ModemCommand = (modem: GprsModem, argument: Bytes) => void;

export interface FakeDialect {
  readonly name: 'sim800' | 'ec20';
  /** `+NAME=` write, `+NAME?` read, `+NAME=?` test, `+NAME` execute. */
  readonly commands: ReadonlyMap<string, ModemCommand>;
  readonly startLines: readonly Bytes[];
  readonly simReadyLines: readonly Bytes[];
  readonly registeredLines: readonly Bytes[];
  readonly noSimLine: Bytes;
  readonly opened: Bytes;
  readonly openFailed: Bytes;
  readonly closedLine: Bytes;
  readonly bearerLostLine: Bytes;
  readonly poweredDownLine: Bytes;
  /** What stands before received data; `header` as AT+CIPHEAD says. */
  dataHeader(lengthBytes: number, header: boolean): Bytes;
  /** Headers that are none. */
  readonly badHeaders: Bytes;
  /** SEND OK tells that the far end has the segment, not that the modem has it. */
  readonly sendOkIsAcknowledged: boolean;
  readonly readyUs: number;
  readonly bearerUs: number;
  readonly connectTimeoutUs: number;
}

export function unquote(text: Bytes): Bytes {
  const trimmed = text.trim();
  return trimmed.length >= 2 && trimmed.startsWith('"') && trimmed.endsWith('"') ? trimmed.slice(1, -1) : trimmed;
}
