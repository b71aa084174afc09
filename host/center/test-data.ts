/** TEST data: one shop, one terminal, the cards of test-cards.ts. Keys here are invented and published: TEST only. */
import type { Center, TerminalSetup } from './types';
import { testCardList } from './test-cards';

/** The terminal that `seedTestData` makes. */
export const TEST_TERMINAL = {
  terminalId: '10000001',
  merchantId: '898110053310001',
  tpdu: '6000030000',
  header: '603100310000',
  /** TEST key: the worked example of docs/protocol/security.md. */
  tmk: '0123456789ABCDEFFEDCBA9876543210',
} as const;

export const TEST_MERCHANT_NAME = '银联测试商户';

/** Fills a center with the test cards, the terminals' merchants and the terminals (default: `TEST_TERMINAL`). */
export function seedTestData(center: Center, data: { terminals?: readonly TerminalSetup[] } = {}): void {
  for (const terminal of data.terminals ?? [TEST_TERMINAL]) {
    center.addMerchant({ merchantId: terminal.merchantId, name: TEST_MERCHANT_NAME });
    center.addTerminal(terminal);
  }
  for (const card of testCardList) if (card.fate !== 'unknown') center.addCard(card);
}
