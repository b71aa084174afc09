/** How far a newcomer has come: a sale, a decline, a power cut in mid-sale, and what was open put right. */
import type { LedgerUpdate, Tour } from './messages';
import type { NextStep } from './next-step';

const midSale: ReadonlySet<NextStep> = new Set(['amount', 'swipe', 'check', 'pin', 'wait', 'tear']);

export class TourGuide {
  private sale = false;
  private declined = false;
  private cut = false;
  private recovered = false;

  /** The books changed. A reversal in them tells of a cut in an earlier run. */
  read({ exchanges, rows }: LedgerUpdate): void {
    if (rows.some((row) => row.kind === 'sale')) this.sale = true;
    if (exchanges.some((one) => one.mti === '0200' && one.code !== '00')) this.declined = true;
    if (rows.some((row) => row.kind === 'reversal')) this.cut = this.recovered = true;
  }

  /** The power went while the screen showed this step. */
  powerCut(step: NextStep): void {
    if (!midSale.has(step)) return;
    this.cut = true;
    this.recovered = false;
  }

  /** Back where the next customer may come: whatever was open is settled. */
  reached(step: NextStep): void {
    if (this.cut && step === 'idle') this.recovered = true;
  }

  view(): Tour {
    const { sale, declined, cut, recovered } = this;
    return { sale, declined, cut, recovered };
  }
}
