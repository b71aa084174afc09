/** What cannot be done where the far end is a foreign host: it has a clock of its own, and takes no orders from here. */
import type { Action } from './messages';

/** Throws a sentence for such an action. */
export function refuseAtForeignHost(action: Action): void {
  switch (action.do) {
    case 'pause':
    case 'step':
      throw new Error('time cannot be stopped: the host at the far end is a foreign one and would not wait');
    case 'speed':
      if (action.factor !== 1) throw new Error('time runs at wall speed: the host at the far end is a foreign one');
      return;
    case 'schedule':
      refuseAtForeignHost(action.what);
      return;
    case 'fault':
      if (action.device === 'center')
        throw new Error('the host at the far end is a foreign one: it fails when it likes');
      return;
    default:
  }
}
