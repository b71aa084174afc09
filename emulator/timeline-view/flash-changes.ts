/** Of the transfers to the flash only those that change it are worth a line; each is whole by itself. */
import type { TimelineEntry } from '../world/timeline';

const PROGRAM = 0x02;
const ERASE = 0x20;

export function isFlashChange({ direction, bytes }: Pick<TimelineEntry, 'direction' | 'bytes'>): boolean {
  const command = bytes.charCodeAt(0);
  return direction === 'out' && (command === PROGRAM || command === ERASE);
}
