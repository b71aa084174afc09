/**
 * F64 by the PIN pad, of requests and of answers. For UnionPay's own mode the pad gets the eight folded bytes, never the
 * message; other modes are whole-mac.ts's.
 */
import { byte, type Bytes } from '../../hal/bytes';
import { WORK_PACK } from '../../hal/bus';
import { FAULT_NONE, FAULT_PROTOCOL } from '../../hal/fault';
import { MAC_FIRST, MAC_LAST, PAD_MAC } from '../../hal/pad-commands';
import { fieldData, hasField, packMessage, type MessageIndex, type WireFields } from '../iso8583/message';
import { MAC_ABSENT, MAC_VALID, MAC_WRONG } from '../line/judge';
import { MODULE_WHOLE_MAC } from '../modules';
import type { MacJob, Terminal } from '../terminal-context';
import { foldBlocks } from './fold';

const MAC_BYTES = 8;
const MAC_PLACEHOLDER = '\0\0\0\0\0\0\0\0';
export const PAD_TIMEOUT_MS = 3000;

/** MAC of a message without its F64, as it stands in F64: eight bytes. */
function macOf(terminal: Terminal, message: Bytes, done: (fault: number, mac: Bytes) => void): void {
  function onMac(fault: number, mac: Bytes): void {
    if (fault === FAULT_NONE && mac.length !== MAC_BYTES) done(FAULT_PROTOCOL, '');
    else done(fault, mac);
  }

  if (terminal.settings.macMode) {
    const task: MacJob = { message, mac: '' };
    terminal.perform(MODULE_WHOLE_MAC, { mac: task }, (fault) => {
      onMac(fault, task.mac);
    });
    return;
  }
  const part = byte(MAC_FIRST | MAC_LAST) + foldBlocks(message);
  terminal.board.pinpad.start(PAD_MAC, part, PAD_TIMEOUT_MS, onMac);
}

/** Packs a request. With `fields[64]` set to anything it becomes the MAC, in the fields and in the body. */
export function sealRequest(
  terminal: Terminal,
  mti: Bytes,
  fields: WireFields,
  done: (fault: number, body: Bytes) => void,
): void {
  fields[64] = MAC_PLACEHOLDER;
  const packed = packMessage(mti, fields);
  const message = packed.substr(0, packed.length - MAC_BYTES);
  terminal.board.clock.worked(WORK_PACK);
  macOf(terminal, message, (fault, mac) => {
    fields[64] = mac;
    done(fault, fault ? '' : message + mac);
  });
}

/** State of an answer's F64. A pad that cannot tell counts as a wrong MAC: nothing unverified is believed. */
export function checkAnswer(terminal: Terminal, body: Bytes, index: MessageIndex, done: (mac: number) => void): void {
  if (!hasField(index, 64)) {
    terminal.board.clock.alarm(0, () => {
      done(MAC_ABSENT);
    });
    return;
  }
  macOf(terminal, body.substr(0, body.length - MAC_BYTES), (fault, mac) => {
    done(fault === FAULT_NONE && mac === fieldData(body, index, 64) ? MAC_VALID : MAC_WRONG);
  });
}
