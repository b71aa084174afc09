/**
 * The PIN pad's own program: two ports, a session with the terminal, keys that come by the loader port and never leave.
 * The protocol is docs/protocol/pinpad.md, what is computed docs/protocol/security.md.
 */
import { byte, useNativeBytes, type Bytes } from '../../hal/bytes';
import type { PadBoard } from '../../hal/pad-board';
import {
  PAD_ALGORITHM_DES,
  PAD_ALGORITHM_SM4,
  PAD_CANCEL,
  PAD_EVENT_STARTED,
  PAD_HELLO,
  PAD_IN_ENGLISH,
  PAD_KEY_STATUS,
  PAD_LOAD_TMK,
  PAD_OK,
  PAD_STATUS_BAD_REQUEST,
  PAD_STATUS_BUSY,
  PAD_STATUS_CANCELLED,
  PAD_STATUS_KEY_CHECK,
  PAD_STATUS_STORE,
  PAD_STATUS_TAMPERED,
} from '../../hal/pad-commands';
import { forgetSchedules } from './des-schedule';
import { openKeyStore, wipedKeys } from './key-store';
import { useNativeLookups } from './lookups';
import { createPadPort, type PadPort } from './pad-port';
import { createPadScreen } from './pad-screen';
import { createPadSession, keyBits } from './pad-session';
import { createPinEntry } from './pin-entry';
import { prepareSm4 } from './sm4';
import { checkValue } from './working-keys';

const PROTOCOL_VERSION = 1;
const HOST_BAUD = 19200;
const LOADER_BAUD = 9600;
/** Index 1, key 16, check value 4; the algorithm may follow. */
const TMK_BYTES = 21;

export interface PadOptions {
  /** Serial number, eight ASCII characters. */
  readonly serial: Bytes;
}

/** Starts the program; it runs until the power goes. */
export function startPad(board: PadBoard, options: PadOptions): void {
  useNativeBytes(board.native);
  useNativeLookups(board.native);
  const keyStore = openKeyStore(board.store, board.random);
  const screen = createPadScreen(board.display);
  const port: PadPort = createPadPort(board.hostUart, board.clock, HOST_BAUD, onCommand);
  const loader: PadPort = createPadPort(board.loaderUart, board.clock, LOADER_BAUD, onLoaderCommand);
  const entry = createPinEntry(board, keyStore, screen, port);
  const session = createPadSession(board, keyStore, screen, entry);

  function hello(): Bytes {
    return byte(PAD_OK) + byte(PROTOCOL_VERSION) + byte(keyBits(keyStore.read())) + options.serial;
  }

  function perform(command: number, data: Bytes, sequence: number): Bytes {
    if (command === PAD_HELLO) {
      // A terminal that says hello has just started: nothing it left behind goes on.
      entry.abandon();
      screen.speak(data.charCodeAt(0) === PAD_IN_ENGLISH);
      session.begin();
      return hello();
    }
    if (command === PAD_CANCEL) {
      entry.end(PAD_STATUS_CANCELLED);
      return byte(PAD_OK);
    }
    return entry.isRunning() ? byte(PAD_STATUS_BUSY) : session.run(command, data, sequence);
  }

  function onCommand(command: number, data: Bytes, sequence: number): void {
    const answer = perform(command, data, sequence);
    if (answer !== '') port.answer(sequence, command, answer);
  }

  function loadTmk(data: Bytes): Bytes {
    const { tampered, storageKey } = keyStore.read();
    if (tampered) return byte(PAD_STATUS_TAMPERED);
    const algorithm = data.length === TMK_BYTES ? PAD_ALGORITHM_DES : data.charCodeAt(TMK_BYTES);
    if (data.length < TMK_BYTES || data.length > TMK_BYTES + 1 || algorithm > PAD_ALGORITHM_SM4)
      return byte(PAD_STATUS_BAD_REQUEST);
    const tmk = data.substring(1, 17);
    if (checkValue(tmk, algorithm) !== data.substring(17, TMK_BYTES)) return byte(PAD_STATUS_KEY_CHECK);
    const keys = { tampered, tmkIndex: data.charCodeAt(0), algorithm, tmk, pik: '', mak: '', tdk: '', storageKey };
    forgetSchedules();
    return keyStore.replace(keys) ? byte(PAD_STATUS_STORE) : byte(PAD_OK) + byte(keyBits(keys));
  }

  function onLoaderCommand(command: number, data: Bytes, sequence: number): void {
    let answer = byte(PAD_STATUS_BAD_REQUEST);
    if (command === PAD_HELLO) answer = hello();
    else if (command === PAD_KEY_STATUS) answer = byte(PAD_OK) + byte(keyBits(keyStore.read()));
    else if (command === PAD_LOAD_TMK) answer = loadTmk(data);
    loader.answer(sequence, command, answer);
  }

  /** The case was opened: first what runs ends, then every key goes. */
  function onCase(levels: number): void {
    if (!(levels & 1) || keyStore.read().tampered) return;
    entry.end(PAD_STATUS_TAMPERED);
    keyStore.replace(wipedKeys());
    forgetSchedules();
    session.begin();
    if (board.store.wipe) board.store.wipe();
  }

  if (keyStore.read().algorithm === PAD_ALGORITHM_SM4) prepareSm4();
  const { caseSwitch } = board;
  if (caseSwitch) {
    caseSwitch.onChange(onCase);
    onCase(caseSwitch.read());
  }
  session.begin();
  port.event(PAD_EVENT_STARTED, '');
}
