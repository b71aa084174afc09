/**
 * A scenario's YAML (1.2, core schema) as a tree of texts with line numbers. Scalars stay as they are written, so that
 * a PIN of 0000 keeps its noughts. What could make a small file large (anchors, deep nesting) is refused.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';

/** What is wrong with a scenario file: one line that begins with `file:line:`. */
export class ScenarioError extends Error {}

interface Place {
  readonly line: number;
}

export interface TextNode extends Place {
  readonly kind: 'text';
  readonly text: string;
}

export interface ListNode extends Place {
  readonly kind: 'list';
  readonly items: readonly Node[];
}

export interface Entry extends Place {
  readonly key: string;
  readonly value: Node;
}

export interface MapNode extends Place {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
}

/** Nothing behind a colon or a dash. */
export interface EmptyNode extends Place {
  readonly kind: 'empty';
}

export type Node = TextNode | ListNode | MapNode | EmptyNode;

const LONGEST_CHARACTERS = 200_000;
const DEEPEST = 8;
const MOST_NODES = 20_000;

class TreeBuilder {
  private nodes = 0;

  constructor(
    private readonly file: string,
    private readonly lines: LineCounter,
  ) {}

  refuse(line: number, message: string): never {
    throw new ScenarioError(`${this.file}:${line}: ${message}`);
  }

  lineAt(offset: number | undefined, otherwise: number): number {
    return offset === undefined ? otherwise : Math.max(1, this.lines.linePos(offset).line);
  }

  /** `above`: line of the key or dash, for a value that is not written. */
  build(node: unknown, above: number, depth: number): Node {
    if (++this.nodes > MOST_NODES) this.refuse(above, `a scenario may hold ${MOST_NODES} values: split it`);
    if (depth > DEEPEST) this.refuse(above, `nested more than ${DEEPEST} deep: a scenario is a flat list of steps`);
    const range = (node as { range?: readonly number[] | null } | null)?.range;
    const line = this.lineAt(range?.[0], above);
    if (isAlias(node)) this.refuse(line, 'anchors and aliases (& *) are not read: write the value out, in quotes');
    if (isMap(node)) return { kind: 'map', line, entries: node.items.map((pair) => this.entry(pair, line, depth)) };
    if (isSeq(node)) return { kind: 'list', line, items: node.items.map((one) => this.build(one, line, depth + 1)) };
    if (!isScalar(node)) return { kind: 'empty', line };
    const isPlain = node.type === 'PLAIN' || node.type === undefined;
    const text = isPlain ? (node.source ?? '') : String(node.value);
    return isPlain && (text === '' || text === '~') ? { kind: 'empty', line } : { kind: 'text', line, text };
  }

  private entry(pair: { key: unknown; value: unknown }, above: number, depth: number): Entry {
    const key = this.build(pair.key, above, depth + 1);
    if (key.kind !== 'text') return this.refuse(key.line, 'a key must be a plain word: put the text in quotes');
    return { key: key.text, line: key.line, value: this.build(pair.value, key.line, depth + 1) };
  }
}

function parse(text: string, file: string, lines: LineCounter): Document {
  try {
    return parseDocument(text, { lineCounter: lines, version: '1.2', prettyErrors: false, keepSourceTokens: false });
  } catch {
    // The parser's own recursion gave out.
    throw new ScenarioError(`${file}:1: this is not YAML that can be read: nested too deeply`);
  }
}

/** Reads YAML into a tree; throws a `ScenarioError`. `file` is only its name. */
export function readSource(text: string, file: string): Node {
  if (text.length > LONGEST_CHARACTERS) {
    throw new ScenarioError(`${file}:1: a scenario may be ${LONGEST_CHARACTERS} characters long: split it`);
  }
  const lines = new LineCounter();
  const document = parse(text, file, lines);
  const builder = new TreeBuilder(file, lines);
  const error = document.errors[0];
  if (error) {
    const sentence = error.message.split('\n')[0];
    builder.refuse(builder.lineAt(error.pos[0], 1), `not YAML: ${sentence}`);
  }
  return builder.build(document.contents, 1, 0);
}
