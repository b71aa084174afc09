/**
 * The PIN pad's keys in its storage: two slots, written in turn, so that a store that is interrupted at any byte leaves
 * the old keys or the new ones. They are read anew for each use; of those used last the round keys stay (des-schedule.ts).
 */
import type { Random } from '../../hal/bus';
import { FAULT_FLASH, FAULT_NONE } from '../../hal/fault';
import type { Bytes } from '../../hal/bytes';
import type { PadStore } from '../../hal/pad-board';
import { PAD_ALGORITHM_DES } from '../../hal/pad-commands';
import { decodeKeys, encodeKeys, recordVersion, type PadKeys } from './key-record';

const STORAGE_KEY_BYTES = 32;

export interface KeyStore {
  /** The newest whole copy; without any, no key at all. */
  read(): PadKeys;
  /** Stores in place of the older copy; a fault, or 0. */
  write(keys: PadKeys): number;
  /** Stores in place of both copies, so that nothing is left of any key before. A fault: no copy could be written. */
  replace(keys: PadKeys): number;
}

function noKeys(tampered: boolean, storageKey: Bytes): PadKeys {
  return { tampered, tmkIndex: 0, algorithm: PAD_ALGORITHM_DES, tmk: '', pik: '', mak: '', tdk: '', storageKey };
}

/** What is left in a pad whose case was opened. */
export function wipedKeys(): PadKeys {
  return noKeys(true, '');
}

/** Opens the storage; a new one gets a storage key of its own. */
export function openKeyStore(store: PadStore, random: Random): KeyStore {
  function newest(): number {
    return recordVersion(store.read(1)) > recordVersion(store.read(0)) ? 1 : 0;
  }

  function put(slot: number, record: Bytes): number {
    return store.write(slot, record) || (store.read(slot) === record ? FAULT_NONE : FAULT_FLASH);
  }

  function nextVersion(slot: number): number {
    return recordVersion(store.read(slot)) + 1;
  }

  const keyStore: KeyStore = {
    read: () => {
      const record = store.read(newest());
      return recordVersion(record) < 0 ? noKeys(false, '') : decodeKeys(record);
    },
    write: (keys) => {
      const slot = newest();
      return put(1 - slot, encodeKeys(keys, nextVersion(slot)));
    },
    replace: (keys) => {
      const slot = newest();
      const record = encodeKeys(keys, nextVersion(slot));
      const fault = put(1 - slot, record);
      // The older copy goes only when the new one stands, unless the keys have to be gone.
      if (fault && !keys.tampered) return fault;
      return put(slot, record) && fault;
    },
  };
  if (recordVersion(store.read(newest())) < 0) keyStore.write(noKeys(false, random.bytes(STORAGE_KEY_BYTES)));
  return keyStore;
}
