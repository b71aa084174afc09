/** The journal's two small records as bytes: the terminal's state (batch, STAN, sign-in), and its settings. */
import { byte, fromHex, toHex, type Bytes } from '../../hal/bytes';

export interface JournalState {
  /** Six digits; `000000` unknown. */
  batch: Bytes;
  /** STAN used last before this batch began. */
  stanBefore: number;
  /** STAN used last. */
  stan: number;
  /** STAN of the last transaction when the batch began: it stays readable until the next one. */
  lastStan: number;
  /** Day of the last sign-in, YYYYMMDD; '' none. */
  signedInOn: Bytes;
  keysStale: boolean;
}

export const BATCH_UNKNOWN = '000000';
export const STAN_LIMIT = 999999;
const STATE_BYTES = 17;

/** Six digits. */
export function sixDigits(value: number): Bytes {
  return ('00000' + value).slice(-6);
}

export function emptyState(): JournalState {
  return { batch: BATCH_UNKNOWN, stanBefore: 0, stan: 0, lastStan: 0, signedInOn: '', keysStale: false };
}

export function copyState(state: JournalState): JournalState {
  return {
    batch: state.batch,
    stanBefore: state.stanBefore,
    stan: state.stan,
    lastStan: state.lastStan,
    signedInOn: state.signedInOn,
    keysStale: state.keysStale,
  };
}

export function encodeState(state: JournalState): Bytes {
  return (
    fromHex(
      state.batch +
        sixDigits(state.stanBefore) +
        sixDigits(state.stan) +
        sixDigits(state.lastStan) +
        (state.signedInOn || '00000000'),
    ) + byte(state.keysStale ? 1 : 0)
  );
}

/** The state in `bytes`, or null when they hold none. */
export function decodeState(bytes: Bytes): JournalState | null {
  if (bytes.length !== STATE_BYTES) return null;
  const digits = toHex(bytes.substring(0, STATE_BYTES - 1));
  const date = digits.substring(24);
  return {
    batch: digits.substring(0, 6),
    stanBefore: parseInt(digits.substring(6, 12), 10),
    stan: parseInt(digits.substring(12, 18), 10),
    lastStan: parseInt(digits.substring(18, 24), 10),
    signedInOn: date === '00000000' ? '' : date,
    keysStale: bytes.charCodeAt(STATE_BYTES - 1) !== 0,
  };
}

/** STANs used since the batch began; 999999 is followed by 000001. */
export function usedStans(state: JournalState, stan: number): number {
  return (stan - state.stanBefore + STAN_LIMIT) % STAN_LIMIT;
}

/** `settings` by number; each is number 1, length 1, bytes. */
export function encodeSettings(settings: readonly (Bytes | undefined)[]): Bytes {
  let bytes = '';
  for (let id = 0; id < settings.length; id++) {
    const value = settings[id];
    if (value) bytes += byte(id) + byte(value.length) + value;
  }
  return bytes;
}

export function decodeSettings(bytes: Bytes): (Bytes | undefined)[] {
  const settings: (Bytes | undefined)[] = [];
  let at = 0;
  while (at + 1 < bytes.length) {
    const length = bytes.charCodeAt(at + 1);
    settings[bytes.charCodeAt(at)] = bytes.substring(at + 2, at + 2 + length);
    at += 2 + length;
  }
  return settings;
}
