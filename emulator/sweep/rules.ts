/**
 * The money rules, checked from the outside when a terminal has come to rest: the center's books, the terminal's flash,
 * the paper and every request on the network must tell one story. Each rule returns what is wrong in a sentence.
 */
import { RECORD_APPROVED, RECORD_OWED } from '../../firmware/journal/transaction-record';
import { testCardList } from '../../host/center/test-cards';
import type { ExchangeRow } from '../../host/center/types';
import type { Terminal } from '../terminal';
import { readJournal, type JournalView } from './flash-reader';
import type { LoggedMessage } from './frame-log';

export interface Evidence {
  readonly terminal: Terminal;
  readonly messages: readonly LoggedMessage[];
  /** Balances before anything was sold, by card id. */
  readonly opening: ReadonlyMap<string, number>;
}

interface Findings extends Evidence {
  readonly journal: JournalView;
  readonly exchanges: readonly ExchangeRow[];
  readonly slips: readonly string[];
}

/** F3 of a balance inquiry. */
const INQUIRY = '\x31\x00\x00';

function isStandingSale(row: ExchangeRow): boolean {
  return row.mti === '0200' && row.approvedFen > 0 && !row.reversed;
}

function nothingIsOwed({ journal }: Findings): string[] {
  return journal.owed ? ['a reversal is still owed'] : [];
}

function booksBalance({ terminal, exchanges, opening }: Findings): string[] {
  const wrong: string[] = [];
  for (const account of terminal.center.accounts()) {
    const before = opening.get(account.card) ?? 0;
    let spent = 0;
    for (const row of exchanges)
      if (isStandingSale(row) && row.maskedPan === account.maskedPan) spent += row.approvedFen;
    if (before - spent !== account.balanceFen) {
      wrong.push(`card ${account.card} was charged ${before - account.balanceFen} fen for sales of ${spent} fen`);
    }
  }
  return wrong;
}

function bothSidesAgree({ journal, exchanges }: Findings): string[] {
  const wrong: string[] = [];
  for (const row of exchanges) {
    if (!isStandingSale(row) || row.batch !== journal.batch) continue;
    const state = journal.records.get(row.stan)?.state;
    if (state !== RECORD_APPROVED && state !== RECORD_OWED) {
      wrong.push(`the center holds sale ${row.stan}, the terminal has it as ${state ?? 'unknown'}`);
    }
  }
  for (const [stan, record] of journal.records) {
    const row = exchanges.find((one) => one.stan === stan && one.batch === journal.batch && one.mti === '0200');
    if (record.state === RECORD_APPROVED && !(row && isStandingSale(row))) {
      wrong.push(`the terminal holds sale ${stan}, the center does not`);
    }
  }
  return wrong;
}

function noStanTwice({ messages }: Findings): string[] {
  const wrong: string[] = [];
  const seen = new Map<string, LoggedMessage>();
  for (const request of messages) {
    // A reversal carries the STAN of its original, and may be repeated; a batch is unknown in a first sign-in.
    if (request.direction === 'in' || request.mti === '0400' || request.stan === '' || request.batch === '000000')
      continue;
    const key = `${request.batch}/${request.stan}`;
    const first = seen.get(key);
    if (first) wrong.push(`STAN ${request.stan} was used twice: ${first.mti} and ${request.mti}`);
    else seen.set(key, request);
  }
  return wrong;
}

/** Money rule 1: an inquiry owes nothing, and no record and no paper comes of it. */
function inquiriesLeaveNothing({ messages, journal, slips }: Findings): string[] {
  const wrong: string[] = [];
  for (const { direction, mti, processing, stan } of messages) {
    if (direction === 'in' || processing !== INQUIRY) continue;
    if (mti === '0400') wrong.push(`the inquiry ${stan} was reversed`);
    if (journal.records.has(stan)) wrong.push(`the journal holds the inquiry ${stan}`);
  }
  if (slips.some((text) => text.includes('余额'))) wrong.push('a balance was printed');
  return wrong;
}

/** Money rule 2 read once more from the wire: an answer of its own stands behind everything the terminal approved. */
function everyApprovalHasItsAnswer({ messages, journal, terminal }: Findings): string[] {
  const wrong: string[] = [];
  const success = ['00', '10', '11', 'A2', 'A4', 'A5', 'A6'];
  for (const [stan, record] of journal.records) {
    if (record.state !== RECORD_APPROVED) continue;
    const answer = messages.find(
      (message) =>
        message.direction === 'in' &&
        message.mti === '0210' &&
        message.stan === stan &&
        message.terminalId === terminal.inside.inForce.terminalId &&
        message.merchantId === terminal.inside.inForce.merchantId &&
        message.processing === record.fields[3] &&
        message.amount === record.fields[4] &&
        success.includes(message.code),
    );
    if (!answer) wrong.push(`sale ${stan} was approved without an answer that belongs to it`);
  }
  return wrong;
}

function noSlipForNothing({ slips, exchanges }: Findings): string[] {
  const wrong: string[] = [];
  slips.forEach((text, at) => {
    const stan = /凭证号 VOUCHER NO:(\d{6})/.exec(text)?.[1];
    const batch = /批次号 BATCH NO:(\d{6})/.exec(text)?.[1];
    if (!stan || !text.includes('消费(SALE)') || text.includes('冲正')) return;
    const row = exchanges.find((one) => one.stan === stan && one.batch === batch && one.mti === '0200');
    const stands = row !== undefined && isStandingSale(row);
    const undone = slips.slice(at + 1).some((later) => later.includes('冲正') && later.includes(stan));
    if (!stands && !undone) wrong.push(`a slip says that sale ${stan} was approved, and no reversal slip follows`);
  });
  return wrong;
}

function everySaleIsOnPaper({ slips, journal }: Findings): string[] {
  const wrong: string[] = [];
  for (const [stan, record] of journal.records) {
    if (record.state !== RECORD_APPROVED) continue;
    const own = slips.filter((text) => text.includes(`VOUCHER NO:${stan}`));
    const copies = ['持卡人存根', '商户存根'].filter((copy) => own.some((text) => text.includes(copy)));
    if (copies.length < 2) wrong.push(`sale ${stan} was approved, but only ${copies.join(' ') || 'no slip'} came out`);
  }
  return wrong;
}

/** A PAN as text and as packed digits. */
const secrets = testCardList.map((card) => ({
  card: card.id,
  text: Buffer.from(card.pan, 'latin1'),
  packed: Buffer.from(card.pan.slice(0, card.pan.length & ~1), 'hex'),
}));

function nothingSecretOnFlash({ terminal }: Findings): string[] {
  const wrong: string[] = [];
  // Sectors never written are one and the same array.
  for (const sector of new Set(terminal.inside.flash.state.sectors)) {
    const bytes = Buffer.from(sector.buffer, sector.byteOffset, sector.length);
    for (const { card, text, packed } of secrets) {
      if (bytes.includes(text) || bytes.includes(packed)) wrong.push(`the flash holds the PAN of card ${card}`);
    }
  }
  return wrong;
}

const rules = {
  nothingIsOwed,
  booksBalance,
  bothSidesAgree,
  noStanTwice,
  inquiriesLeaveNothing,
  everyApprovalHasItsAnswer,
  noSlipForNothing,
  everySaleIsOnPaper,
  nothingSecretOnFlash,
};

export type RuleName = keyof typeof rules;
export const ruleNames = Object.keys(rules) as RuleName[];

/** Everything that is wrong; [] is what must come out. Rules of `except` are not asked. */
export function violations(evidence: Evidence, except: readonly RuleName[] = []): string[] {
  const findings: Findings = {
    ...evidence,
    journal: readJournal(evidence.terminal.inside.flash.state.sectors),
    exchanges: evidence.terminal.center.exchanges(),
    slips: evidence.terminal.paper.slips().map((slip) => slip.lines.map((line) => line.text).join('\n')),
  };
  const wrong = ruleNames.flatMap((name) => (except.includes(name) ? [] : rules[name](findings)));
  if (findings.journal.fault !== 0) wrong.push(`the journal does not mount: fault ${findings.journal.fault}`);
  return wrong;
}

export function balances(terminal: Terminal): Map<string, number> {
  return new Map(terminal.center.accounts().map((account) => [account.card, account.balanceFen]));
}
