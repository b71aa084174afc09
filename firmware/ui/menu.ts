/** A menu: a title and three items a page; a digit chooses at once (0 the tenth), up and down turn the page. */
import { KEY_CANCEL, KEY_DOWN, KEY_UP } from '../../hal/devices';
import { FAULT_CANCELLED, FAULT_NONE } from '../../hal/fault';
import type { Terminal } from '../terminal-context';
import { ANSWER_MS } from './dialog';
import { KEY_NONE, KEY_POWER } from './ui';

/** `items` are text ids that begin with their digit, from 1 on. `done` gets the number chosen, counted from 1. */
export function choose(
  terminal: Terminal,
  title: number,
  items: readonly number[],
  done: (fault: number, choice: number) => void,
): void {
  const { ui, text } = terminal;
  let top = 0;

  function item(n: number): string {
    return top + n < items.length ? text(items[top + n]) : '';
  }

  function draw(): void {
    ui.show(text(title), item(0), item(1), item(2));
  }

  function onKey(key: number): void {
    const choice = key === 48 ? 10 : key - 48;
    if (key === KEY_CANCEL || key === KEY_NONE || key === KEY_POWER) {
      ui.keys(null, 0);
      done(FAULT_CANCELLED, 0);
    } else if (choice >= 1 && choice <= items.length) {
      ui.keys(null, 0);
      done(FAULT_NONE, choice);
    } else if (key === KEY_DOWN && top + 3 < items.length) {
      top += 3;
      draw();
    } else if (key === KEY_UP && top > 0) {
      top -= 3;
      draw();
    }
  }

  draw();
  ui.keys(onKey, ANSWER_MS);
}
