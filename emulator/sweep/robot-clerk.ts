/**
 * A clerk who does what the screen asks: logs in, confirms, lets slips be printed, until the terminal is idle. Used where
 * nobody knows in advance what a terminal will say after a power cut.
 */
import type { Terminal } from '../terminal';

const LOOK_EVERY_MS = 250;
const LONGEST_MS = 1_200_000;
/** Times the same screen is answered before the clerk only waits. */
const PATIENCE = 6;

function answer(terminal: Terminal, screen: string): void {
  // The password is asked below the number, which stays on the screen.
  if (screen.includes('密码:') && !terminal.inside.pad.isAsking()) terminal.type('0000').press('confirm');
  else if (screen.includes('操作员号')) terminal.type('01').press('confirm');
  else if (/确认|任意键|是否/.test(screen)) terminal.press('confirm');
}

/** Runs until the idle screen; false when the terminal does not get there. */
export function clerkToIdle(terminal: Terminal, limitMs = LONGEST_MS): boolean {
  const endUs = terminal.world.nowUs + limitMs * 1000;
  let last = '';
  let asked = 0;
  while (terminal.world.nowUs < endUs) {
    terminal.wait(LOOK_EVERY_MS);
    const screen = terminal.lcd.text();
    if (screen.includes('请刷卡或按确认键')) return true;
    asked = screen === last ? asked + 1 : 0;
    last = screen;
    if (asked < PATIENCE || asked % PATIENCE === 0) answer(terminal, screen);
  }
  return false;
}
