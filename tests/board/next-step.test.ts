/** What the page tells a newcomer to do next, when it is a board that lacks something. */
import { createNextStep } from '../../emulator/server/next-step';
import { startTerminal } from '../../emulator/terminal';
import { boardOnDesk } from './board-rig';

test('a board on which nothing was flashed: not the screen sleeps, flash it', async () => {
  const { board, terminal } = await boardOnDesk();
  const next = createNextStep(terminal.inside);
  expect(next()).toBe('hold');
  // Its console's cable feeds it.
  board.plug({ onData: () => undefined, onGone: () => undefined });
  terminal.wait(1000);
  expect(next()).toBe('flash');
});

test('a firmware that is not whole: flash it', async () => {
  const { board, terminal } = await boardOnDesk();
  const next = createNextStep(terminal.inside);
  // Its console's cable feeds it.
  board.plug({ onData: () => undefined, onGone: () => undefined });
  for (const [words, step] of [
    ['固件更新中', 'wait'],
    ['固件损坏', 'flash'],
  ]) {
    jest.spyOn(terminal.inside.lcd, 'text').mockReturnValue(['', `   ${words}   `, '', '']);
    expect(next()).toBe(step);
  }
});

test('the firmware in Node: a screen without light sleeps', () => {
  const terminal = startTerminal().powerOn();
  jest.spyOn(terminal.inside.lcd, 'lit').mockReturnValue(false);
  expect(createNextStep(terminal.inside)()).toBe('wake');
  terminal.close();
});
