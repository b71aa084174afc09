/**
 * Deliberately broken firmware, each changed where a money rule stands on it. A sweep or a storm that finds nothing in
 * the real build has proved something only if it finds these out.
 */
import type { SourceChange } from './build-loader';

export interface BrokenBuild {
  readonly name: string;
  readonly changes: readonly SourceChange[];
  /** The sweep's story that finds it out. */
  readonly story: string;
  /** What the sweep must say, so that a build which merely hangs does not count as found out. */
  readonly finding: string;
  /** A random day hardly ever comes to it. */
  readonly onlyBySweep?: true;
}

export const brokenBuilds: readonly BrokenBuild[] = [
  {
    name: 'the request leaves before the reversal is durable as owed',
    changes: [
      {
        file: 'firmware/flows/online.ts',
        from: '[seal, begin, send, decide]',
        to: '[seal, send, begin, decide]',
      },
    ],
    story: 'a sale',
    finding: 'the center holds sale 000002, the terminal has it as 3',
  },
  {
    name: 'the owed flag is cleared early: the record says declined while the answer is awaited',
    changes: [
      {
        file: 'firmware/journal/create-journal.ts',
        from: 'if (!fault) record.state = RECORD_OWED;',
        to: 'if (!fault) record.state = 3;',
      },
    ],
    story: 'a sale',
    finding: 'the center holds sale 000002, the terminal has it as 3',
  },
  {
    name: 'a STAN is used again after a power cut',
    changes: [
      {
        file: 'firmware/journal/journal-upkeep.ts',
        from: 'usedStans(state, newest) > usedStans(state, state.stan)) state.stan = newest;',
        to: 'newest < 0) state.stan = newest;',
      },
    ],
    story: 'a sale',
    finding: 'STAN 000002 was used twice: 0200 and 0200',
  },
  {
    name: 'F64 of an answer is not checked',
    changes: [
      {
        file: 'firmware/line/judge.ts',
        from: 'const trusted = !requestFields[64] || mac === MAC_VALID;',
        to: 'const trusted = true;',
      },
    ],
    story: 'a decline forged into an approval',
    finding: 'the terminal holds sale 000002, the center does not',
  },
  {
    name: 'an answer is matched by its STAN alone',
    changes: [
      {
        file: 'firmware/line/judge.ts',
        from: 'same(requestFields, body, index, 11, true) &&',
        to: 'same(requestFields, body, index, 11, true) ||',
      },
    ],
    story: 'an answer with another amount',
    finding: 'sale 000002 was approved without an answer that belongs to it',
  },
  {
    name: 'the slip is printed before the outcome is durable',
    changes: [
      {
        file: 'firmware/flows/online.ts',
        from: '  terminal.journal.settle(settled, (fault) => {',
        to: '  terminal.perform(7, { record: settled }, () => terminal.journal.settle(settled, (fault) => {',
      },
      {
        file: 'firmware/flows/online.ts',
        from: 'else tellApproved(online, code, go);\n  });',
        to: 'else tellApproved(online, code, go);\n  }));',
      },
    ],
    story: 'a sale',
    finding: 'a slip says that sale 000002 was approved, and no reversal slip follows',
  },
  {
    name: 'a balance inquiry does not take its number',
    changes: [
      {
        file: 'firmware/flows/balance.ts',
        from: 'journal.nextStan((fault, stan) => {',
        to: '((take: (fault: number, stan: string) => void) => take(0, journal.upcomingStan()))((fault, stan) => {',
      },
    ],
    story: 'a balance inquiry',
    finding: 'STAN 000002 was used twice: 0200 and 0200',
  },
  {
    name: 'only the last of the unfinished slips is offered at the next start',
    changes: [
      {
        file: 'firmware/flows/unprinted.ts',
        from: 'substr(0, STAN_BYTES) + stans;',
        to: 'substr(0, STAN_BYTES);',
      },
    ],
    story: 'two sales whose slips do not come for want of paper, and the next start',
    finding: 'sale 000002 was approved, but only no slip came out',
    onlyBySweep: true,
  },
  {
    name: 'a reversal without an answer counts as done',
    changes: [
      {
        file: 'firmware/flows/reversal.ts',
        from: 'if (answer.sent) tried(record.reason, record);',
        to: 'if (answer.sent) ended();',
      },
    ],
    story: 'a sale whose answer is lost, and a reversal that never arrives',
    finding: 'the center holds sale 000002, the terminal has it as 4',
  },
  {
    name: 'a reversal is dropped after the last try',
    changes: [
      {
        file: 'firmware/flows/reversal.ts',
        from: 'else stop(T_LCD_CALL_ACQUIRER);',
        to: 'else ended();',
      },
    ],
    story: 'a sale whose answer is lost, and every reversal too, until it locks',
    finding: 'the center holds sale 000002, the terminal has it as 4',
  },
];
