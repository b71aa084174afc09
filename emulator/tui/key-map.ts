/** Keys of a computer's keyboard as terminal-kit names them, and the terminal's keys they stand for. */
const keys: Readonly<Record<string, string>> = {
  ENTER: 'confirm',
  KP_ENTER: 'confirm',
  BACKSPACE: 'clear',
  DELETE: 'clear',
  ESCAPE: 'cancel',
  UP: 'up',
  DOWN: 'down',
  '.': 'dot',
  f: 'function',
  m: 'menu',
  u: 'feed',
};

/** Name of the terminal's key (emulator/key-names.ts), or ''. */
export function terminalKeyOf(name: string): string {
  return /^[0-9]$/.test(name) ? name : (keys[name] ?? '');
}

/** The PIN pad has digits, confirm, clear and cancel. */
export function padKeyOf(name: string): string {
  const key = terminalKeyOf(name);
  return /^([0-9]|confirm|clear|cancel)$/.test(key) ? key : '';
}
