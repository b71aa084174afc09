/** The second language: a whole day in English, in rows of sixteen columns. */
import { card } from '../support/fake-center';
import { powerOn } from '../support/terminal-rig';

it('signs in, sells, asks and reprints in English', () => {
  const { board, center } = powerOn({ english: true });
  board.see('OPERATOR:');
  board.type('01\r0000\r');
  board.see('SIGNED IN');
  board.see('SWIPE OR CONFIRM');
  board.key(49);
  board.see('AMOUNT:');
  board.type('100.00\r');
  board.see('SWIPE CARD');
  board.swipe(card);
  board.see('CHECK THE NUMBER');
  board.confirm();
  board.see('CUSTOMER PIN');
  board.pin('123456');
  board.see('TEAR OFF SLIP');
  board.confirm();
  board.see('SWIPE OR CONFIRM');
  center.plan('0200', { code: '51' });
  board.swipe(card);
  board.type('1.00\r');
  board.confirm();
  board.pin('123456');
  board.see('NOT ENOUGH');
  expect(board.lcd()[0]).toBe('DECLINED    [51]');
  board.see('SWIPE OR CONFIRM');
  board.menu();
  board.key(52);
  board.see('DECLINED 51');
  // A menu that goes on has an arrow (GBK A1FC, A1FD).
  const words = board.shown.map((row) => row.replace(/\xa1[\xfc\xfd]$/, ''));
  for (const row of words) for (let i = 0; i < row.length; i++) expect(row.charCodeAt(i)).toBeLessThan(128);
});

it('the longest amount, password and PIN fit', () => {
  const { board } = powerOn({ english: true });
  board.see('OPERATOR:');
  board.type('01\r12345678');
  expect(board.lcd()[2]).toBe('PASSWD:********');
  board.type('\r');
  board.see('WRONG PASSWORD');
  board.see('OPERATOR:');
  board.type('01\r0000\r');
  board.see('SWIPE OR CONFIRM');
  board.swipe(card);
  board.type('9999999.99\r');
  expect(board.lcd()[2]).toBe('AMT:9999999.99');
  board.confirm();
  board.see('CUSTOMER PIN');
  board.pinKeyed(12);
  expect(board.lcd()[2]).toBe('PIN:************');
});
