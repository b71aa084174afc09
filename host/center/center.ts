import type { Center, CenterOptions } from './types';
import type { Store } from './store';

export type { Center, CenterOptions, CenterReply, CenterFault } from './types';

export function createCenter(_store: Store, _options: CenterOptions = {}): Center {
  throw new Error('the center is not there yet');
}
