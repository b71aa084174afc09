/**
 * What the PIN pad does for the terminal: the commands of docs/protocol/pinpad.md behind HELLO, CANCEL and the PIN entry.
 * A session holds a card and a MAC at most; both are gone with END, HELLO or power.
 */
import { byte, type Bytes } from '../../hal/bytes';
import type { PadBoard } from '../../hal/pad-board';
import {
  MAC_FIRST,
  MAC_LAST,
  MAC_MODE_SHIFT,
  PAD_ALGORITHM_SM4,
  PAD_CARD,
  PAD_END,
  PAD_HAS_MAK,
  PAD_HAS_PIK,
  PAD_HAS_TDK,
  PAD_HAS_TMK,
  PAD_IS_SM4,
  PAD_KEY_STATUS,
  PAD_LOAD_KEYS,
  PAD_MAC,
  PAD_OK,
  PAD_PIN,
  PAD_SEAL,
  PAD_SHOW,
  PAD_STATUS_BAD_REQUEST,
  PAD_STATUS_KEY_CHECK,
  PAD_STATUS_NO_CARD,
  PAD_STATUS_NO_KEY,
  PAD_STATUS_SEAL,
  PAD_STATUS_STORE,
  PAD_STATUS_TAMPERED,
  PAD_TRACKS,
  PAD_UNSEAL,
  PIN_WITH_PAN,
} from '../../hal/pad-commands';
import { forgetSchedules } from './des-schedule';
import { parseCard, type HeldCard } from './held-card';
import type { PadKeys } from './key-record';
import type { KeyStore } from './key-store';
import { addToMac, beginMac, endMac, isMacMode, type MacParts } from './mac-parts';
import type { PadScreen } from './pad-screen';
import { checkPinRequest, type PinEntry } from './pin-entry';
import { LONGEST_SEALED, seal, unseal } from './seal';
import { encryptTrack, shortestTrack } from './track-cipher';
import { checkValue, unwrapWorkingKeys, WORKING_KEYS_FORM } from './working-keys';

const CARD_HELD_MS = 180000;
const LONGEST_SHOWN = 32;
const LONGEST_MAC_PART = 510;
const NONCE_BYTES = 8;

/** Status and data of an answer; '' when it comes later. */
type Handler = (keys: PadKeys, data: Bytes, sequence: number) => Bytes;

export interface PadSession {
  /** Does a command; '' when its answer comes later. */
  run: (command: number, data: Bytes, sequence: number) => Bytes;
  /** Forgets card and MAC and shows the idle text. */
  begin(): void;
}

export function keyBits(keys: PadKeys): number {
  return (
    (keys.tmk === '' ? 0 : PAD_HAS_TMK) |
    (keys.pik === '' ? 0 : PAD_HAS_PIK) |
    (keys.mak === '' ? 0 : PAD_HAS_MAK) |
    (keys.tdk === '' ? 0 : PAD_HAS_TDK) |
    (keys.algorithm === PAD_ALGORITHM_SM4 ? PAD_IS_SM4 : 0)
  );
}

export function createPadSession(board: PadBoard, keyStore: KeyStore, screen: PadScreen, entry: PinEntry): PadSession {
  let card: HeldCard | null = null;
  let cardUntilMs = 0;
  let mac: MacParts | null = null;
  const handlers: Handler[] = [];

  function hold(next: HeldCard | null): void {
    card = next;
    cardUntilMs = board.clock.nowMs() + CARD_HELD_MS;
  }

  /** The card, while it is held; asking for it holds it longer. */
  function heldCard(): HeldCard | null {
    hold(board.clock.nowMs() < cardUntilMs ? card : null);
    return card;
  }

  function forgetCard(tampered: boolean): void {
    card = null;
    screen.idle(tampered);
  }

  function workingKeys(keys: PadKeys, pik: Bytes, mak: Bytes, tdk: Bytes): number {
    const { tampered, tmkIndex, algorithm, tmk, storageKey } = keys;
    forgetSchedules();
    return keyStore.write({ tampered, tmkIndex, algorithm, tmk, pik, mak, tdk, storageKey });
  }

  handlers[PAD_LOAD_KEYS] = (keys, f62) => {
    if (keys.tmk === '') return byte(PAD_STATUS_NO_KEY);
    const found = unwrapWorkingKeys(keys.tmk, f62, keys.algorithm);
    if (found === WORKING_KEYS_FORM) return byte(PAD_STATUS_BAD_REQUEST);
    if (typeof found === 'number') {
      return workingKeys(keys, '', '', '') ? byte(PAD_STATUS_STORE) : byte(PAD_STATUS_KEY_CHECK) + byte(found);
    }
    if (workingKeys(keys, found.pik, found.mak, found.tdk)) return byte(PAD_STATUS_STORE);
    return byte(PAD_OK) + byte(keyBits(keyStore.read()));
  };

  handlers[PAD_KEY_STATUS] = (keys, data) => {
    const bits = byte(PAD_OK) + byte(keyBits(keys));
    return data === '' || keys.tmk === '' ? bits : bits + byte(keys.tmkIndex) + checkValue(keys.tmk, keys.algorithm);
  };

  handlers[PAD_CARD] = (_keys, data) => {
    hold(parseCard(data));
    return byte(card ? PAD_OK : PAD_STATUS_BAD_REQUEST);
  };

  handlers[PAD_PIN] = (keys, data, sequence) => {
    if (checkPinRequest(data)) return byte(PAD_STATUS_BAD_REQUEST);
    if (keys.pik === '') return byte(PAD_STATUS_NO_KEY);
    const held = heldCard();
    const withPan = (data.charCodeAt(0) & PIN_WITH_PAN) !== 0;
    if (withPan && !held) return byte(PAD_STATUS_NO_CARD);
    entry.start(sequence, data, withPan && held ? held.pan : '');
    return '';
  };

  function encrypted({ tdk, algorithm }: PadKeys, track: Bytes): Bytes {
    return byte(track.length) + (track === '' ? '' : encryptTrack(tdk, track, algorithm));
  }

  function isTooShort({ algorithm }: PadKeys, track: Bytes): boolean {
    return track !== '' && track.length < shortestTrack(algorithm);
  }

  handlers[PAD_TRACKS] = (keys) => {
    if (keys.tdk === '') return byte(PAD_STATUS_NO_KEY);
    const held = heldCard();
    if (!held) return byte(PAD_STATUS_NO_CARD);
    const { track2, track3 } = held;
    if (isTooShort(keys, track2) || isTooShort(keys, track3)) return byte(PAD_STATUS_BAD_REQUEST);
    return byte(PAD_OK) + encrypted(keys, track2) + encrypted(keys, track3);
  };

  handlers[PAD_END] = (keys) => {
    forgetCard(keys.tampered);
    return byte(PAD_OK);
  };

  handlers[PAD_MAC] = (keys, data) => {
    const flags = data.charCodeAt(0);
    const mode = flags >> MAC_MODE_SHIFT;
    const isFirst = (flags & MAC_FIRST) !== 0;
    // Only the first part says the mode.
    if (data.length === 0 || data.length > 1 + LONGEST_MAC_PART || (mode !== 0 && !isFirst))
      return byte(PAD_STATUS_BAD_REQUEST);
    if (keys.mak === '') return byte(PAD_STATUS_NO_KEY);
    if (isFirst) mac = beginMac(mode, keys.algorithm);
    const running = mac;
    // Keys of the other algorithm may have come since the first part.
    if (!running || !isMacMode(running.mode, keys.algorithm)) return byte(PAD_STATUS_BAD_REQUEST);
    addToMac(running, keys.mak, data.substring(1));
    if (!(flags & MAC_LAST)) return byte(PAD_OK);
    mac = null;
    return byte(PAD_OK) + endMac(running, keys.mak);
  };

  handlers[PAD_SEAL] = (keys, data) => {
    if (data === '' || data.length > LONGEST_SEALED) return byte(PAD_STATUS_BAD_REQUEST);
    if (keys.storageKey === '') return byte(PAD_STATUS_STORE);
    return byte(PAD_OK) + seal(keys.storageKey, board.random.bytes(NONCE_BYTES), data);
  };

  handlers[PAD_UNSEAL] = (keys, data) => {
    if (keys.storageKey === '') return byte(PAD_STATUS_STORE);
    const clear = unseal(keys.storageKey, data);
    return clear === '' ? byte(PAD_STATUS_SEAL) : byte(PAD_OK) + clear;
  };

  handlers[PAD_SHOW] = (_keys, data) => {
    if (data.length > LONGEST_SHOWN) return byte(PAD_STATUS_BAD_REQUEST);
    screen.show(data);
    return byte(PAD_OK);
  };

  return {
    run: (command, data, sequence) => {
      const keys = keyStore.read();
      // Only these are done by a pad whose case was opened.
      if (keys.tampered && command !== PAD_KEY_STATUS && command !== PAD_END) return byte(PAD_STATUS_TAMPERED);
      const handler = handlers[command];
      return handler === undefined ? byte(PAD_STATUS_BAD_REQUEST) : handler(keys, data, sequence);
    },
    begin: () => {
      mac = null;
      forgetCard(keyStore.read().tampered);
    },
  };
}
