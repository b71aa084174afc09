/** `cupos/center`: the acquiring center for your own tests: one `handle`, its store, its TCP shell, TEST data. */
export { createCenter } from './center';
export { openStore } from './open-store';
export { startTcpServer } from './tcp';
export { testCards, testCardList } from './test-cards';
export { seedTestData, TEST_TERMINAL } from './test-data';
export type { Store } from './store';
export type { TestCard } from './test-cards';
export type {
  AccountRow,
  BatchTotals,
  CardSetup,
  Center,
  CenterFault,
  CenterOptions,
  CenterReply,
  ExchangeRow,
  LedgerRow,
  MerchantSetup,
  TerminalRow,
  TerminalSetup,
} from './types';
