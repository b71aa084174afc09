/** A UART that overruns at a board's pace: bytes are really lost where nothing stops the modem, and the terminal recovers. */
import { cards, startTerminal, type Terminal } from '../../../emulator/terminal';
import type { UartWire } from '../../../emulator/world/uart-wire';

function soldThroughABurst(flowControl: number): { terminal: Terminal; lost: number } {
  const terminal = startTerminal({ profile: 'board' });
  terminal.powerOn().signIn();
  const wire = terminal.world.device('uart.modem') as unknown as UartWire;
  const frames = terminal.center.exchanges().length;
  terminal.fault('uart.modem', 'flowControl', flowControl);
  terminal.waitForIdle().press('1').waitFor('请输入金额').type('50.00').press('confirm').swipe(cards.credit);
  terminal.waitFor('请核对卡号').press('confirm').pinpad.waitFor().pinpad.press('confirm');
  expect(terminal.reach(() => terminal.center.exchanges().length > frames, 60_000)).toBe(true);
  terminal.fault('mcu', 'busy', 900).fault('modem', 'garbage', 1500);
  terminal.takeSlips();
  return { terminal, lost: wire.host.lostBytes() };
}

test('without flow control bytes are lost, the sale is reversed, the next one goes through', () => {
  const { terminal, lost } = soldThroughABurst(0);
  expect(lost).toBeGreaterThan(900);
  expect(terminal.timeline.tail(4000)).toMatch(/overrun: \d+ bytes lost/);
  expect(terminal.center.ledger().map((posting) => posting.kind)).toEqual(['sale', 'reversal']);
  terminal.sell('60.00', cards.credit);
  expect(terminal.center.ledger()).toHaveLength(3);
});

test('with flow control the modem waits, and not a byte is lost', () => {
  const { terminal, lost } = soldThroughABurst(1);
  expect(lost).toBe(0);
  expect(terminal.center.ledger().map((posting) => posting.kind)).toEqual(['sale']);
});
