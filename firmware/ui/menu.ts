/** A menu: a title and three items a page; a digit chooses at once (0 the tenth), up and down turn the page. */
import type { Bytes } from '../../hal/bytes';
import { KEY_CANCEL, KEY_DOWN, KEY_UP } from '../../hal/devices';
import { FAULT_CANCELLED, FAULT_NONE } from '../../hal/fault';
import type { Terminal } from '../terminal-context';
import { ANSWER_MS } from './dialog';
import { KEY_NONE, KEY_POWER } from './ui';

/** GBK. */
const UP = '\xa1\xfc';
const DOWN = '\xa1\xfd';
const ARROW_AT = 14;
const BLANKS = '              ';

/** At the end of a row, where there is room: the menu goes on. */
function withArrow(row: Bytes, arrow: Bytes | false): Bytes {
  return arrow && row.length <= ARROW_AT ? row + BLANKS.substr(row.length) + arrow : row;
}

/** `items` are text ids that begin with their digit, from 1 on. `done` gets the number chosen, counted from 1. */
export function choose(
  terminal: Terminal,
  title: number,
  items: readonly number[],
  done: (fault: number, choice: number) => void,
): void {
  const { ui, text, board } = terminal;
  let top = 0;

  function item(n: number): Bytes {
    return top + n < items.length ? text(items[top + n]) : '';
  }

  function draw(): void {
    ui.show(
      text(title),
      withArrow(item(0), top > 0 && UP),
      item(1),
      withArrow(item(2), top + 3 < items.length && DOWN),
    );
  }

  function onKey(key: number): void {
    const choice = key === 48 ? 10 : key - 48;
    if (key === KEY_CANCEL || key === KEY_NONE || key === KEY_POWER) {
      ui.keys(null, 0);
      done(FAULT_CANCELLED, 0);
    } else if (choice >= 1 && choice <= items.length) {
      ui.keys(null, 0);
      // From an alarm: the keypad's driver stands on the stack, and the small engine's is short.
      board.clock.alarm(0, () => done(FAULT_NONE, choice));
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
