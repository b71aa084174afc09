/**
 * The acquiring center: one function that takes a frame and gives the answers (docs/center.md). A TCP server (tcp.ts) and
 * an endpoint inside a World are shells of it. All it remembers is in its store; each message is one savepoint.
 */
import { encodeAnswer, refusal, type Answer } from './answer';
import { createCards } from './cards';
import { createExchanges } from './exchanges';
import { createFinancial } from './financial';
import { createFaultSwitches, forcedFault } from './forced';
import { createManagement } from './management';
import { misbehave } from './misbehave';
import { createNumbers } from './numbers';
import * as queries from './queries';
import { decimals, readRequest, text, type Request } from './request';
import { prepareSchema } from './schema';
import type { Store } from './store';
import { batchDigits, createTerminals } from './terminals';
import type { Center, CenterFault, CenterOptions, CenterReply } from './types';
import { createVault, TEST_CENTER_KEY } from './vault';

export type { Center, CenterFault, CenterOptions, CenterReply } from './types';

const MESSAGE = 'center_message';

/** A center over a store; `handle` is all of it that a terminal meets. */
export function createCenter(store: Store, options: CenterOptions = {}): Center {
  prepareSchema(store);
  const vault = createVault(options.key ?? TEST_CENTER_KEY);
  const epochMs = options.epochMs ?? 0;
  const numbers = createNumbers(store, options.seed);
  const terminals = createTerminals(store, vault, numbers);
  const cards = createCards(store, vault);
  const exchanges = createExchanges(store);
  const faults = createFaultSwitches(store);
  const answerFinancial = createFinancial({ numbers, cards, exchanges });
  const answerManagement = createManagement(terminals, numbers);

  function answer(request: Request, terminalId: string, atMs: number): Answer {
    const terminal = terminals.find(terminalId);
    if (!terminal) return refusal(request, '97', atMs);
    if (request.fault !== 0) return refusal(request, '30', atMs, terminal);
    if (text(request, 42) !== terminal.merchantId) return refusal(request, '03', atMs, terminal);
    if (request.mti === '0800' || request.mti === '0820') return answerManagement(request, terminal, atMs);
    if (request.mti === '0320' || request.mti === '0500') return refusal(request, '40', atMs);
    return answerFinancial(request, terminal, atMs);
  }

  function faultOf(request: Request, terminalId: string): CenterFault | undefined {
    const switched = faults.take(terminalId, request.mti);
    if (switched || request.mti !== '0200') return switched;
    return forcedFault(parseInt(decimals(request, 4), 10));
  }

  function process(request: Request, atMs: number): CenterReply[] {
    const terminalId = text(request, 41);
    const fault = faultOf(request, terminalId);
    if (fault === 'lost') return [];
    const right = answer(request, terminalId, atMs);
    return fault ? misbehave(request, right, fault) : [{ frame: encodeAnswer(request, right), delayMs: 0 }];
  }

  function handle(frame: Uint8Array, nowMs: number): CenterReply[] {
    const request = readRequest(frame);
    if (!request) return [];
    const atMs = Math.floor(nowMs + epochMs);
    store.savepoint(MESSAGE);
    try {
      const replies = process(request, atMs);
      store.release(MESSAGE);
      return replies;
    } catch (error) {
      // Nothing of the message is kept, and the terminal hears of it: whatever it owes, it reverses.
      undo();
      options.onError?.(error);
      return [{ frame: encodeAnswer(request, refusal(request, '96', atMs)), delayMs: 0 }];
    }
  }

  function undo(): void {
    try {
      store.rollback(MESSAGE);
    } catch {
      // After a full disk SQLite has undone the whole transaction already, savepoint and all.
    }
  }

  return {
    handle,
    addMerchant: terminals.addMerchant,
    addTerminal: terminals.addTerminal,
    addCard: cards.add,
    setFault: (terminalId, fault, count = 1, mti = '*') => faults.set(terminalId, fault, count, mti),
    clearFaults: faults.clear,
    faults: faults.list,
    removeFault: faults.remove,
    replaceKeys: (terminalId) => {
      const keys = terminals.find(terminalId)?.keys;
      if (!keys) throw new Error(`terminal ${terminalId} has no working keys`);
      terminals.newKeys(terminalId, keys.pik.length, keys.tdk.length);
    },
    setBalance: cards.setBalance,
    changeCard: (cardId, change) => {
      store.savepoint(MESSAGE);
      try {
        cards.change(cardId, change);
        store.release(MESSAGE);
      } catch (error) {
        undo();
        throw error;
      }
    },
    openBatch: (terminalId) => {
      const terminal = terminals.find(terminalId);
      if (!terminal) throw new Error(`no terminal ${terminalId}`);
      return batchDigits(terminals.openNewBatch(terminalId, terminal.batch));
    },
    terminals: terminals.list,
    accounts: () => queries.accounts(store),
    ledger: (afterId = 0) => queries.ledger(store, afterId),
    exchanges: (afterId = 0) => queries.exchanges(store, afterId),
    totals: (terminalId, batch) => queries.totals(store, terminalId, batch),
  };
}
