/** The journal's two small records as bytes: the terminal's state (batch, STAN, sign-in), and its settings. */
import { byte, fromHex, toHex, type Bytes } from '../../hal/bytes';
import { BATCH_UNKNOWN, placeOfSetting, sixDigits, type JournalState } from './journal-state';

const STATE_BYTES = 17;

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

/** With another value; '' removes it. */
export function withSetting(settings: Bytes, id: number, value: Bytes): Bytes {
  const at = placeOfSetting(settings, id);
  const after = at < settings.length ? at + 2 + settings.charCodeAt(at + 1) : at;
  const own = value === '' ? '' : byte(id) + byte(value.length) + value;
  // In front, where not even a damaged record hides it.
  return own + settings.substring(0, at) + settings.substring(after);
}
