/** Single values of a scenario, checked: every refusal says where, what was wrong and what would be right. */
import { ScenarioError, type Entry, type Node } from './source';
import { durationForm, fenForm } from './vocabulary';

const UNITS_MS: Record<string, number> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };
const LONGEST_MS = 24 * 3_600_000;
const SHOWN_CHARACTERS = 40;

/** `name` and a few that look like it, or all there are. */
function remedy(name: string, known: readonly string[]): string {
  const close = known.find((one) => distance(one, name.toLowerCase()) <= 2);
  return close === undefined ? `one of ${known.join(', ')}` : `did you mean "${close}"?`;
}

/** Levenshtein's, of short words. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + same));
    }
    row = next;
  }
  return row[b.length];
}

function shown(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return `"${line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line}"`;
}

/** A map's entries by key; keys that are not listed were refused. */
export type Fields = Partial<Record<string, Node>>;

export class Values {
  constructor(private readonly file: string) {}

  refuse(line: number, message: string): never {
    throw new ScenarioError(`${this.file}:${line}: ${message}`);
  }

  unknown(line: number, kind: string, name: string, known: readonly string[]): never {
    return this.refuse(line, `there is no ${kind} ${shown(name)}: ${remedy(name, known)}`);
  }

  text(node: Node, what: string): string {
    if (node.kind === 'text') return node.text;
    return this.refuse(
      node.line,
      `${what} must be a text, not ${node.kind === 'empty' ? 'nothing' : `a ${node.kind}`}`,
    );
  }

  /** Every screen and slip contains nothing. */
  someText(node: Node, what: string): string {
    const text = this.text(node, what);
    return text === '' ? this.refuse(node.line, `${what} must be a text, not nothing`) : text;
  }

  /** One text, or a list of them. */
  texts(node: Node, what: string): string[] {
    return node.kind === 'list' ? node.items.map((item) => this.someText(item, what)) : [this.someText(node, what)];
  }

  fields(node: Node, what: string, known: readonly string[]): Fields {
    if (node.kind !== 'map')
      return this.refuse(node.line, `${what} must be "key: value" lines with ${known.join(', ')}`);
    const fields: Fields = {};
    for (const { key, line, value } of node.entries) {
      if (!known.includes(key)) this.unknown(line, `key of ${what}`, key, known);
      fields[key] = value;
    }
    return fields;
  }

  /** The one entry of a step that is a map. */
  single(node: Node, what: string): Entry {
    const entry = node.kind === 'map' ? node.entries[0] : undefined;
    if (node.kind !== 'map' || !entry) return this.refuse(node.line, `${what} must be a word, or one "word: value"`);
    const second = node.entries[1];
    if (second) this.refuse(second.line, `${what} holds one word: begin a new "- ${second.key.slice(0, 20)}"`);
    return entry;
  }

  oneOf(node: Node, what: string, known: readonly string[]): string {
    const text = this.text(node, what);
    return known.includes(text) ? text : this.unknown(node.line, what, text, known);
  }

  flag(node: Node, what: string): boolean {
    const text = this.text(node, what);
    if (text === 'true' || text === 'false') return text === 'true';
    return this.refuse(node.line, `${what} must be true or false, not ${shown(text)}`);
  }

  whole(node: Node, what: string, lowest: number, highest: number): number {
    const text = this.text(node, what);
    const value = /^\d{1,10}$/.test(text) ? parseInt(text, 10) : -1;
    if (value >= lowest && value <= highest) return value;
    return this.refuse(node.line, `${what} must be a whole number from ${lowest} to ${highest}, not ${shown(text)}`);
  }

  /** Texts of secrets are not repeated. */
  matching(node: Node, what: string, form: RegExp, example: string): string {
    const text = this.text(node, what);
    return form.test(text) ? text : this.refuse(node.line, `${what} must be ${example}`);
  }

  durationMs(node: Node, what: string): number {
    const text = this.text(node, what);
    const parts = durationForm.exec(text);
    if (!parts) return this.refuse(node.line, `${what} must be a number with ms, s, min or h, such as 5s`);
    const durationMs = Math.round(parseFloat(parts[1]) * UNITS_MS[parts[2]] * 1000) / 1000;
    return durationMs <= LONGEST_MS ? durationMs : this.refuse(node.line, `${what} may be 24h at most`);
  }

  /** Yuan with two decimals, into fen. */
  fen(node: Node, what: string): number {
    const text = this.matching(node, what, fenForm, 'an amount in yuan with two decimals, such as 100.00');
    return parseInt(text.replace('.', ''), 10);
  }
}

/** Fen as yuan with two decimals. */
export function yuanOf(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
