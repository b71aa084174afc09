/**
 * What a sector says of the one before it when it is opened: that what lies there has been checked, and what it changed in the
 * index. After power-on one checksum then stands for all the records of a sector. It proves no more than they do: where the
 * checksum does not fit, or there is no summary (a power cut came before it), they are read one by one.
 *
 *   CRC-32 of the sector as far as its good records reach 4, bytes that its newest values take 2, places of up to three values
 *   that the journal wants to see again 3 (ascending, 0 none), then for each key changed there: its entry in the index 4, place
 *   of its value 1 (0: only a note). A place is a number of units from the sector's beginning; notes come first, then keys
 *   in ascending order.
 */
import { arrayOf, byte, crc32, readU16, readU32, u16, u32, type Bytes } from '../../hal/bytes';
import { keyOf } from './key-index';
import {
  FIRST_TRANSACTION,
  KEY_OFFSET,
  KEY_TRANSACTION,
  LAST_KEY,
  MARK_VALUE,
  RECORD_HEADER_BYTES,
  SUMMARY_BYTES,
  UNIT_BYTES,
  type Log,
  type Visit,
} from './log-format';

const PLACES_OFFSET = 6;
const PLACES = 3;
const ROWS_OFFSET = PLACES_OFFSET + PLACES;
const ROW_BYTES = 5;

/** Whether the log knows such a key; flash may hold anything. */
export function isKey(key: number): boolean {
  return key > KEY_TRANSACTION ? key <= LAST_KEY : key > 0 && key < FIRST_TRANSACTION;
}

/**
 * Of a sector that is full. '' where it may have none: the values in it that count are not all good, or do not say all that
 * happened.
 */
export function summaryOf(log: Log, sector: number, end: number): Bytes {
  const { flash, index, noted, spanOf } = log;
  const firstUnit = (sector * flash.sectorBytes) / UNIT_BYTES;
  const afterUnit = firstUnit + flash.sectorBytes / UNIT_BYTES;
  const unitsAt = index.units;
  const count = index.count();
  const places: number[] = [];
  let text = '';
  let rows = '';
  let live = 0;
  let lastSale = 0;

  function show(place: number): void {
    let i = 0;
    while (i < places.length && places[i] < place) i++;
    places.splice(i, 0, place);
  }

  function add(slot: number): boolean {
    const place = unitsAt[slot] - firstUnit;
    const at = place * UNIT_BYTES;
    const valueEnd = at + RECORD_HEADER_BYTES + readU16(text, at + 2);
    const key = index.keyAt(slot);
    live += spanOf(readU16(text, at + 2));
    rows += u32(index.entries[slot]) + byte(place);
    if (key < KEY_TRANSACTION) show(place);
    else if (place > lastSale) lastSale = place;
    return (
      text.charCodeAt(at) === MARK_VALUE &&
      readU32(text, at + KEY_OFFSET) === key &&
      crc32(text.substring(at, valueEnd)) === readU32(text, valueEnd)
    );
  }

  if (!log.isPlain) return '';
  text = flash.read(sector * flash.sectorBytes, end);
  noted.forEach((key) => {
    const slot = index.slotOf(key);
    if (slot >= 0 && (unitsAt[slot] < firstUnit || unitsAt[slot] >= afterUnit))
      rows += u32(index.entries[slot]) + byte(0);
  });
  for (let slot = 0; slot < count; slot++)
    if (unitsAt[slot] >= firstUnit && unitsAt[slot] < afterUnit && !add(slot)) return '';
  if (lastSale > 0) show(lastSale);
  if (places.length > PLACES || ROWS_OFFSET + rows.length > SUMMARY_BYTES) return '';
  const shown = byte(places[0] || 0) + byte(places[1] || 0) + byte(places[2] || 0);
  return u32(crc32(text)) + u16(live) + shown + rows;
}

/**
 * Takes over what a summary says of a sector whose text it fits: shows what is to be seen, then fills the index. False when that
 * cannot be true.
 */
export function takeSummary(log: Log, sector: number, text: Bytes, summary: Bytes, visit: Visit): boolean {
  const { flash, index, spanOf } = log;
  const { entries, units } = index;
  const firstUnit = (sector * flash.sectorBytes) / UNIT_BYTES;
  const rows = arrayOf(summary.substring(ROWS_OFFSET));
  const end = rows.length - ROW_BYTES;
  let at = 0;
  let newest = 0;

  const entryAt = (row: number): number =>
    rows[row] * 0x1000000 + ((rows[row + 1] << 16) | (rows[row + 2] << 8) | rows[row + 3]);

  /** Rows of keys that are new and follow one another in the index. */
  function takeNew(slot: number): boolean {
    const limit = slot < index.count() ? entries[slot] : 0xffffffff;
    const first = at;
    let last = 0;
    for (; at <= end && entryAt(at) < limit; at += ROW_BYTES) {
      if (entryAt(at) <= last) return false;
      last = entryAt(at) | 255;
    }
    newest = last;
    if (!isKey(keyOf(last)) || !index.move(slot, slot + (at - first) / ROW_BYTES)) return false;
    for (let row = first; row < at; row += ROW_BYTES) {
      entries[slot] = entryAt(row);
      units[slot++] = firstUnit + rows[row + 4];
    }
    return true;
  }

  for (let i = PLACES_OFFSET; i < ROWS_OFFSET; i++) {
    const from = summary.charCodeAt(i) * UNIT_BYTES;
    const valueFrom = from + RECORD_HEADER_BYTES;
    if (from > 0) visit(readU32(text, from + KEY_OFFSET), text.substr(valueFrom, readU16(text, from + 2)));
  }
  log.liveBytes += readU16(summary, 4);
  while (at <= end) {
    const entry = entryAt(at);
    const unit = rows[at + 4];
    const slot = index.slotFrom(keyOf(entry));
    const isKnown = slot < index.count() && index.keyAt(slot) === keyOf(entry);
    if (unit === 0) {
      if (isKnown) entries[slot] = entry;
      at += ROW_BYTES;
    } else if (entry <= newest) return false;
    else if (isKnown) {
      log.liveBytes -= spanOf(readU16(flash.read(units[slot] * UNIT_BYTES + 2, 2), 0));
      entries[slot] = entry;
      units[slot] = firstUnit + unit;
      newest = entry | 255;
      at += ROW_BYTES;
    } else if (!takeNew(slot)) return false;
  }
  return true;
}
