/**
 * The board's console. What it says to each input was recorded from Espruino 2v29 (its Linux build behind a pseudo terminal),
 * but for the banner and the wording of errors.
 */
import { boardOnDesk } from './board-rig';
import type { EmulatedBoard } from '../../emulator/board/emulated-board';
import type { Terminal } from '../../emulator/terminal';

let board: EmulatedBoard;
let terminal: Terminal;
let heard = '';

/** What the console answers. */
function say(bytes: string): string {
  heard = '';
  board.receive(bytes);
  return heard;
}

beforeEach(async () => {
  ({ board, terminal } = await boardOnDesk());
  board.plug({ onData: (bytes) => (heard += bytes), onGone: () => undefined });
  say('');
});

test('an empty line gives the prompt again', () => {
  expect(say('\n')).toBe('\r\n>');
});

test('what a person types is shown, and what it gives', () => {
  expect(say('1+2\n')).toBe('1+2\r\n=3\r\n>');
  expect(say('if (1) {\n')).toBe('if (1) {\r\n:');
  expect(say('print(5)}\n')).toBe('print(5)}\r\n5\r\n=undefined\r\n>');
});

test('a line that begins with DLE is not shown, nor is what it gives', () => {
  expect(say('\x10print("<","<<",JSON.stringify(1),">>",">")\n')).toBe('< << 1 >> >\r\n>');
  expect(say('\x10print()\n\x10require("Storage").write("a",atob("AAEC"),0,3)\n')).toBe('\r\n>');
  expect([...(board.storage.read('a') ?? [])]).toEqual([0, 1, 2]);
});

test('a packet to evaluate is acknowledged and answered', () => {
  expect(say('\x10\x01\x20\x031+1')).toBe('\r\x1b[J\x06\x10\x01\x00\x012>');
  expect(say('\x10\x01\x20\x07foo.bar')).toContain('\x15');
});

test('files come and go as packets', () => {
  expect(say('\x10\x01\x60\x12{"fn":"f","s":300}')).toContain('\x06');
  expect(say(`\x10\x01\x81\x2c${'\x03\x10\x01'.repeat(100)}`)).toContain('\x06');
  expect(board.storage.read('f')).toHaveLength(300);
  expect(say('\x10\x01\xa0\x0a{"fn":"f"}')).toContain(
    `\x06\x10\x01\x81\x2c${'\x03\x10\x01'.repeat(100)}\x10\x01\x80\x00`,
  );
  expect(say('\x10\x01\xa0\x0a{"fn":"g"}')).toContain('\x15');
});

test('ENQ says who is there', () => {
  expect(say('\x05')).toBe('Espruino 2v29 RP2350_PICO2\r\n');
});

test('Ctrl-C throws away what was half typed', () => {
  say('whatever (');
  expect(say('\x03')).toContain('>');
  expect(say('2\n')).toBe('2\r\n=2\r\n>');
});

test('what the program prints takes the place of the prompt', () => {
  say('setTimeout(function(){print("later")},100);1\n');
  heard = '';
  terminal.wait(99);
  expect(heard).toBe('');
  terminal.wait(2);
  expect(heard).toBe('\r\x1b[Jlater\r\n>');
});

test('a program that restarts the board for ever does not take the emulator with it', () => {
  say('require("Storage").write(".bootcde","load()")\n');
  expect(say('load()\n')).toContain('again and again');
  expect(say('1\n')).toContain('=1');
});

test('reset() runs no boot file, load() does', () => {
  say('require("Storage").write(".bootcde","print(\'boo\'+\'ted\')")\n');
  expect(say('reset()\n')).not.toContain('booted');
  expect(say('load()\n')).toContain('booted');
});

test('an object in a circle is shown as far as the circle, the global one too', () => {
  expect(say('var a={b:1};a.a=a;a\n')).toContain('={ b: 1, a:  ...  }\r\n>');
  expect(say('global\n')).toContain('RP2350_PICO2');
  expect(say('\x10\x01\x20\x06global')).toContain('>');
  expect(say('1+2\n')).toContain('=3');
});

test.each([
  ['calls', 'function f(){return f()+1};f()'],
  ['calls through a member', 'var o={get x(){return this.x}};o.x'],
  ['calls by the engine', 'function g(){[1].forEach(g)};g()'],
  ['what is shown', 'var d={};for(var i=0;i<50000;i++)d={d:d};d'],
  ['brackets', 'eval("[".repeat(20000))'],
])('%s without an end: an error, and the console goes on', (_, code) => {
  expect(say(code + '\n')).toMatch(/Uncaught|=\{ d: |=$/m);
  expect(say('1+2\n')).toContain('=3');
});
