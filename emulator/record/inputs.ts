/**
 * Everything that reaches a World from outside: keys, cards, hands, faults. Each is noted with the number of events that the
 * World had handled before it and with its clock: a World with the same beginning that is given the same at the same
 * moments is the same run, to the byte.
 */
import type { TerminalWorld } from '../terminal-world';

/** Who is spoken to, and what may be said. Whatever a face does to a World beyond its clock must be here. */
const doors = {
  keys: ['press', 'hold', 'down', 'up', 'release'],
  head: ['swipe', 'insertBits'],
  pad: ['pressKey'],
  printer: ['takePaper', 'tearOff'],
  inside: ['cutPower'],
  world: ['fault', 'faultAt'],
  center: [
    'setFault',
    'removeFault',
    'clearFaults',
    'replaceKeys',
    'setBalance',
    'addMerchant',
    'addTerminal',
    'addCard',
  ],
} as const satisfies Record<string, readonly string[]>;

export type Door = keyof typeof doors;

export interface Input {
  /** Events handled before it. */
  readonly steps: number;
  readonly atUs: number;
  readonly door: Door;
  readonly what: string;
  readonly args: readonly unknown[];
}

type Call = (...args: unknown[]) => unknown;
type Methods = Record<string, Call | undefined>;

function behind(inside: TerminalWorld, door: Door): Methods {
  return (door === 'inside' ? inside : inside[door]) as unknown as Methods;
}

export function isInput(door: string, what: string): boolean {
  return Object.hasOwn(doors, door) && (doors[door as Door] as readonly string[]).includes(what);
}

/**
 * Calls `hear` before each. What the World does by itself, while it handles an event, is no input, nor is what one input does
 * by way of another. Returns what ends it.
 */
export function listenToInputs(inside: TerminalWorld, hear: (input: Input) => void): () => void {
  const { world } = inside;
  let depth = 0;
  const undo: (() => void)[] = [];

  function wrap(methods: Methods, name: string, before: (args: readonly unknown[]) => void): void {
    const original = methods[name];
    if (typeof original !== 'function') return;
    const own = Object.hasOwn(methods, name);
    methods[name] = (...args) => {
      if (depth === 0) before(args);
      depth++;
      try {
        return original.apply(methods, args);
      } finally {
        depth--;
      }
    };
    undo.push(() => {
      if (own) methods[name] = original;
      else delete methods[name];
    });
  }

  wrap(world as unknown as Methods, 'step', () => undefined);
  for (const door of Object.keys(doors) as Door[]) {
    for (const what of doors[door]) {
      wrap(behind(inside, door), what, (args) => {
        hear({ steps: world.steps, atUs: world.nowUs, door, what, args: structuredClone(args) });
      });
    }
  }
  return () => undo.forEach((one) => one());
}

/** Does it again; throws what it throws. */
export function giveInput(inside: TerminalWorld, { door, what, args }: Input): void {
  if (!isInput(door, what)) throw new Error(`a World takes no ${door}.${what}`);
  const methods = behind(inside, door);
  methods[what]?.(...args);
}
