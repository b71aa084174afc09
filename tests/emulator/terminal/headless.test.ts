/** The headless terminal as a test's author uses it, and what it says when it is disappointed. */
import { KEY_CLEAR } from '../../../hal/devices';
import { cards, startTerminal, TerminalError } from '../../../emulator/terminal';

test('a sale in prose', () => {
  const terminal = startTerminal();
  terminal.powerOn().signIn();
  terminal.press('1').type('100.00').press('confirm').swipe(cards.debit).press('confirm');
  terminal.pinpad.enter('123456');
  terminal.takeSlips();
  expect(terminal.paper.slips()).toHaveLength(2);
  expect(terminal.paper.slip(1)).toContain('持卡人存根');
  expect(terminal.paper.lastSlip()).toContain('商户存根');
  expect(terminal.center.balanceFen('debit')).toBe(cards.debit.balanceFen - 10_000);
});

test.each([false, true])('idle is known in both languages, and after the screen went dark (english: %s)', (english) => {
  const terminal = startTerminal({ settings: { english } });
  terminal.powerOn().signIn();
  expect(terminal.isIdle()).toBe(true);
  terminal.wait(31_000);
  expect(terminal.lcd.isLit()).toBe(false);
  expect(terminal.isIdle()).toBe(false);
  terminal.sell('1.00', cards.credit);
  expect(terminal.isIdle()).toBe(true);
  expect(terminal.paper.slips()).toHaveLength(2);
});

test('the clerk reads that the sale is approved while its slips come out, not at a reprint', () => {
  const terminal = startTerminal();
  terminal.powerOn().signIn();
  terminal.press('1').type('1.00').press('confirm').swipe(cards.debit).press('confirm');
  terminal.pinpad.enter('123456').waitFor('正在打印');
  expect(terminal.lcd.text()).toContain('交易成功');
  terminal.takeSlips().press('confirm', '2', '1').waitFor('正在打印');
  expect(terminal.lcd.text()).not.toContain('交易成功');
});

test('the idle screen shows the signal soon, and the timeline a slip without its commands', () => {
  const terminal = startTerminal();
  terminal.powerOn().signIn().sell('1.00', cards.debit).wait(15_000);
  expect(terminal.lcd.rows()[2]).toContain('||');
  const printed = terminal.timeline.described().filter((piece) => piece.wire === 'printer');
  const texts = printed.map((piece) => piece.text.replace(/ +/g, ' '));
  expect(
    texts.some((text) => /^\d+ bytes \[image 168 dots wide\] (\[image 168 dots wide\] )?银联POS签购单/.test(text)),
  ).toBe(true);
  expect(texts.some((text) => text.includes('RMB 1.00'))).toBe(true);
  expect(texts.some((text) => text.endsWith('客服热线:95516'))).toBe(true);
});

test('"请刷卡" of the amount screen is not the idle screen', () => {
  const terminal = startTerminal();
  terminal.powerOn().signIn().press('1').waitFor('请刷卡');
  expect(terminal.isIdle()).toBe(false);
});

test('disappointment is told with screen, timeline and seed, and without secrets', () => {
  const terminal = startTerminal({ seed: 77 });
  terminal.powerOn().signIn().sell('5.00', cards.debit);
  let told: unknown;
  try {
    terminal.waitFor('never', 500);
  } catch (error) {
    told = error;
  }
  expect(told).toBeInstanceOf(TerminalError);
  const message = (told as TerminalError).message;
  expect(message).toContain('the screen never said "never"');
  expect(message).toContain('请刷卡或按确认键');
  expect(message).toContain('printer out');
  expect(message).toContain('seed 77');
  expect(message).not.toMatch(/6210819300001000011|123456/);
});

test('the center misbehaves on demand: an answer lost, keys replaced', () => {
  const terminal = startTerminal();
  terminal.powerOn().signIn();
  terminal.center.fail('silence', { mti: '0200' });
  terminal.sell('50.00', cards.debit);
  expect(terminal.paper.slips()).toHaveLength(0);
  expect(terminal.center.ledger().map((row) => row.kind)).toEqual(['sale', 'reversal']);
  terminal.center.loseKeys();
  terminal.sell('50.00', cards.debit).sell('50.00', cards.debit);
  expect(terminal.center.balanceFen('debit')).toBe(cards.debit.balanceFen - 5_000);
});

test('a screen that stays dark ends a wait for idle, it does not hang it', () => {
  const terminal = startTerminal();
  terminal.powerOn().signIn();
  terminal.fault('keypad', 'dead', KEY_CLEAR).wait(31_000);
  expect(() => terminal.waitForIdle(5_000)).toThrow('idle screen');
});

test('wrong names are refused with the right ones', () => {
  const terminal = startTerminal();
  expect(() => terminal.press('enter')).toThrow('confirm');
  expect(() => terminal.type('ten')).toThrow('digits');
  expect(() => terminal.fault('toaster', 'burn')).toThrow('no device named toaster');
  expect(() => terminal.center.balanceFen('gold')).toThrow('gold');
});

test('a journal that was lost: signed in for a new batch, sold, no STAN of the old batch used again', () => {
  const terminal = startTerminal();
  terminal.powerOn().signIn().sell('1.00', cards.debit);
  terminal.powerCut();
  const { state } = terminal.inside.flash;
  state.sectors = state.sectors.map((sector) => Buffer.alloc(sector.length, 0x5a));
  terminal.wait(1000).powerOn().signIn().sell('2.00', cards.debit);
  const exchanges = terminal.center.exchanges();
  expect(exchanges.map((row) => row.code)).toEqual(['00', '00']);
  expect(exchanges[1]?.batch).not.toBe(exchanges[0]?.batch);
});

test('a fault without a value is one: a switch goes on, the roll ends, RTS is broken', () => {
  const terminal = startTerminal({ seed: 3 }).powerOn().signIn();
  terminal.fault('network', 'down').sell('1.00', cards.debit);
  expect([terminal.center.ledger(), terminal.paper.slips()]).toEqual([[], []]);
  terminal
    .fault('network', 'well')
    .fault('printer', 'paper')
    .press('1')
    .type('2.00')
    .press('confirm')
    .swipe(cards.debit);
  terminal.waitFor('请核对卡号').press('confirm').pinpad.enter('123456').waitFor('打印机缺纸');
  terminal.fault('uart.modem', 'flowControl');
  expect(JSON.stringify(terminal.timeline.described())).toContain('fault flowControl 0');
});

test.each([
  [{ seed: 'x' }, 'seed must be a whole number'],
  [{ parts: { modem: 'fax' } }, 'parts.modem must be one of sim800, ec20, pstn, not "fax"'],
  [{ profile: 'fast' }, 'profile must be one of'],
  [{ settings: { englisch: true } }, 'a setting must be one of terminalId'],
])('options %j are refused with a sentence', (options, said) => {
  expect(() => startTerminal(options as never)).toThrow(said);
});
