/** 0800 and 0820: sign-in with new working keys (F60.3 001, 003, 004), sign-off (002), echo (301). They carry no MAC. */
import { lllBytes } from '../../firmware/iso8583/wire-form';
import { managementAnswer, refusal, type Answer } from './answer';
import { referenceOf, type Numbers } from './numbers';
import { decimals, type Request } from './request';
import { wrapKeys } from './security';
import type { Terminal, Terminals } from './terminals';
import { stampOf } from './time';

/** Bytes of PIK and TDK by F60.3. */
const KEY_BYTES: Record<string, readonly [pik: number, tdk: number]> = {
  '001': [8, 0],
  '003': [16, 0],
  '004': [16, 16],
};

export function createManagement(terminals: Terminals, numbers: Numbers) {
  /**
   * Money rule 4: F60.2 = 000000 (a terminal whose journal is new) opens a new batch, anything else gets the open one.
   * Where the center has none yet, the terminal's own number becomes it.
   */
  function batchFor(terminal: Terminal, claimed: number): number {
    if (claimed === 0) return terminals.openNewBatch(terminal.terminalId, terminal.batch);
    if (terminal.batch !== 0) return terminal.batch;
    terminals.setBatch(terminal.terminalId, claimed);
    return claimed;
  }

  function done(request: Request, batch: number, nowMs: number): Answer {
    const reference = referenceOf(stampOf(nowMs).referencePrefix, numbers.next('reference'));
    return managementAnswer(request, batch, reference, nowMs);
  }

  function signIn(request: Request, terminal: Terminal, code: string, nowMs: number): Answer {
    const claimed = parseInt(decimals(request, 60).slice(2, 8), 10);
    const [pikBytes, tdkBytes] = KEY_BYTES[code];
    const batch = batchFor(terminal, claimed);
    const keys = terminals.newKeys(terminal.terminalId, pikBytes, tdkBytes);
    terminals.setState(terminal.terminalId, 'signedIn');
    const answer = done(request, batch, nowMs);
    const wrapped = wrapKeys(terminals.tmk(terminal.terminalId), keys);
    answer.fields[62] = lllBytes(wrapped.toString('latin1'));
    return answer;
  }

  return function answer(request: Request, terminal: Terminal, nowMs: number): Answer {
    const digits = decimals(request, 60);
    if (digits.length < 11 || digits.slice(0, 2) !== '00') return refusal(request, '30', nowMs);
    const code = digits.slice(8, 11);
    const isStanMissing = decimals(request, 11).length !== 6;
    if (request.mti === '0800' && KEY_BYTES[code]) {
      return isStanMissing ? refusal(request, '30', nowMs) : signIn(request, terminal, code, nowMs);
    }
    if (request.mti === '0820' && code === '002') {
      if (isStanMissing) return refusal(request, '30', nowMs);
      terminals.setState(terminal.terminalId, 'signedOff');
      return done(request, terminal.batch, nowMs);
    }
    const isEcho = request.mti === '0820' && code === '301';
    return refusal(request, isEcho ? '00' : '40', nowMs);
  };
}
