/** The acquiring center for programs: `cupos/center`. */
export { createCenter } from './center';
export type { Center, CenterFault, CenterOptions, CenterReply } from './types';
export { openStore } from './open-store';
export type { Store } from './store';
export { startTcpServer } from './tcp';
export { seedTestData, TEST_TERMINAL } from './test-data';
export { testCards } from './test-cards';
export type { TestCard } from './test-cards';
