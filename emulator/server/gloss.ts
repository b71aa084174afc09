/** What the screen says in the other of the two languages, for whoever reads only that. */
import { en } from '../../firmware/texts/en';
import { createScreenTexts } from '../headless/screen-texts';

/** One character says too little to be the beginning of a row. */
const SHORTEST_BEGINNING = 2;

export type Gloss = (rows: readonly string[]) => string[];

/** `english`: the terminal's own language. A row that holds none of its texts says the same in both: it is left out. */
export function createGloss(english: boolean): Gloss {
  const own = createScreenTexts(english);
  const other = createScreenTexts(!english);
  const count = en.ends.length / 2 - 1;
  const exact = new Map<string, string>();
  const beginnings: (readonly [own: string, other: string])[] = [];
  for (let id = 0; id < count; id++) {
    const text = own(id);
    if (text === '' || exact.has(text)) continue;
    exact.set(text, other(id));
    if (text.length >= SHORTEST_BEGINNING) beginnings.push([text, other(id)]);
  }
  beginnings.sort(([a], [b]) => b.length - a.length);

  function glossRow(row: string): string[] {
    const whole = exact.get(row);
    if (whole !== undefined) return [whole];
    const found = beginnings.find(([text]) => row.startsWith(text));
    return found ? [`${found[1]} ${row.slice(found[0].length).trim()}`] : [];
  }

  return (rows) => rows.flatMap((row) => glossRow(row.trim()));
}
