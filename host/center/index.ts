/** `cupos/center`: the acquiring center for your own tests: one `handle`, its store, its TCP shell, TEST data. */
export { createCenter } from './center';
export { macModes, securityControls } from './dialect';
export { startHttpApi } from './http-api';
export { openStore } from './open-store';
export { startTcpServer } from './tcp';
export { testCards, testCardList } from './test-cards';
export { seedTestData, TEST_TERMINAL } from './test-data';
export type { MacMode, SecurityControl, TerminalDialect } from './dialect';
export type { HttpOptions, HttpServer } from './http-api';
export type { Row, SqlValue, Store } from './store';
export type { OpenStoreOptions } from './open-store';
export type { FrameHandler, TcpOptions, TcpServer } from './tcp';
export type { CardFate, TestCard } from './test-cards';
export type {
  AccountRow,
  BatchTotals,
  CardChange,
  CardSetup,
  Center,
  CenterFault,
  CenterOptions,
  CenterReply,
  ExchangeRow,
  FaultRow,
  LedgerRow,
  MerchantSetup,
  TerminalRow,
  TerminalSetup,
} from './types';
