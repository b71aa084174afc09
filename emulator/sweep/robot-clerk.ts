/**
 * A clerk and a customer who do what the screen asks: used where nobody knows in advance what a terminal will say, after
 * a power cut or on a dead line.
 */
import type { Terminal, TestCard } from '../terminal';

const LOOK_EVERY_MS = 250;
const LONGEST_MS = 3_600_000;
/** Times the same screen is answered before the clerk only waits, and answers once in a while. */
const PATIENCE = 6;
const IDLE = '请刷卡或按确认键';

/** What a customer wants: to pay, or without an amount to know the balance. */
export interface Wish {
  readonly amount: string;
  readonly card: TestCard;
}

function answerWish(terminal: Terminal, screen: string, wish: Wish): boolean {
  if (screen.includes('请输入金额')) terminal.type(wish.amount).press('confirm');
  else if (screen.includes('请刷卡')) terminal.swipe(wish.card);
  else return false;
  return true;
}

function answer(terminal: Terminal, screen: string, wish: Wish | null): void {
  if (terminal.inside.pad.isAsking()) {
    if (wish && wish.card.pin) terminal.pinpad.enter(wish.card.pin);
    else terminal.pinpad.press(wish ? 'confirm' : 'cancel');
    return;
  }
  if (wish && answerWish(terminal, screen, wish)) return;
  // The password is asked below the number, which stays on the screen.
  if (screen.includes('密码:')) terminal.type('0000').press('confirm');
  else if (screen.includes('操作员号')) terminal.type('01').press('confirm');
  else if (/确认|任意键|是否/.test(screen)) terminal.press('confirm');
}

function work(terminal: Terminal, wish: Wish | null, limitMs: number): boolean {
  const endUs = terminal.world.nowUs + limitMs * 1000;
  let last = '';
  let asked = 0;
  while (terminal.world.nowUs < endUs) {
    terminal.wait(LOOK_EVERY_MS);
    if (!terminal.isOn) return false;
    // A dark screen shows nothing; the key that lights it does nothing else.
    const screen = terminal.wake().lcd.text();
    if (screen.includes(IDLE)) return true;
    asked = screen === last ? asked + 1 : 0;
    last = screen;
    if (asked < PATIENCE || asked % (4 * PATIENCE) === 0) answer(terminal, screen, wish);
  }
  return false;
}

/** Runs until the idle screen, logging in where asked; false when the terminal does not get there. */
export function clerkToIdle(terminal: Terminal, limitMs = LONGEST_MS): boolean {
  return work(terminal, null, limitMs);
}

/** From the idle screen: tries one sale, whatever comes of it, back to idle. */
export function clerkSells(terminal: Terminal, amount: string, card: TestCard, limitMs = LONGEST_MS): boolean {
  terminal.wake().press('1');
  return work(terminal, { amount, card }, limitMs);
}

/** From the idle screen: asks for a card's balance, whatever comes of it, back to idle. */
export function clerkAsksBalance(terminal: Terminal, card: TestCard, limitMs = LONGEST_MS): boolean {
  terminal.wake().press('confirm', '1', '2');
  return work(terminal, { amount: '', card }, limitMs);
}
