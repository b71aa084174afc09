'use strict';

const { cards } = require('cupos');
const { CuposTerminal } = require('./cupos-terminal');
const { Register } = require('./register');

/** A register with tea and cake in its basket, 38.50. */
function shop(card = cards.debit) {
  const till = new CuposTerminal(card);
  const register = new Register(till).add('tea', 1850).add('cake', 2000);
  const { center } = till.terminal;
  const spentFen = () => card.balanceFen - center.balanceFen(card.id);
  return { till, register, center, spentFen };
}

const fixtures = [];
afterEach(() => fixtures.splice(0).forEach(({ till }) => till.terminal.close()));
const open = (card) => {
  fixtures.push(shop(card));
  return fixtures[fixtures.length - 1];
};

test('a sale: paid once, with a receipt that names the voucher', () => {
  const { till, register, spentFen } = open();
  expect(register.payByCard()).toBe('paid');
  expect(spentFen()).toBe(3850);
  expect(register.receipts).toMatchObject([{ totalFen: 3850, means: 'card' }]);
  expect(till.terminal.paper.slip(1)).toContain('RMB 38.50');
  expect(register.items).toEqual([]);
});

test('a decline: nothing is charged, the basket stays, cash is taken', () => {
  const { register, spentFen } = open(cards.lowBalance);
  expect(register.payByCard()).toBe('declined');
  expect(spentFen()).toBe(0);
  expect(register.totalFen).toBe(3850);
  expect(register.payInCash()).toBe('paid');
  expect(register.receipts).toMatchObject([{ means: 'cash' }]);
});

test('an answer that is lost: the terminal takes the sale back, the customer may try again and pays once', () => {
  const { register, center, spentFen } = open();
  center.fail('silence', { mti: '0200' });
  expect(register.payByCard()).toBe('declined');
  expect(spentFen()).toBe(0);
  expect(register.payByCard()).toBe('paid');
  expect(spentFen()).toBe(3850);
});

test('the power fails before the sale is sent: nobody knows, nothing is sold meanwhile, then it was never begun', () => {
  const { till, register, spentFen } = open();
  till.onPinAsked = () => till.terminal.powerCut();
  expect(register.payByCard()).toBe('unknown');
  expect(() => register.payInCash()).toThrow('what became of the last payment');
  expect(() => register.add('tea', 1850)).toThrow('what became of the last payment');
  expect(register.clearUp()).toBe('unknown');
  till.onPinAsked = () => undefined;
  till.restart();
  expect(register.clearUp()).toBe('declined');
  expect(spentFen()).toBe(0);
  expect(register.payByCard()).toBe('paid');
  expect(spentFen()).toBe(3850);
});

test('the power fails once the center has approved: the register finds out, and never charges twice', () => {
  const { till, register, center, spentFen } = open();
  till.onPinKeyed = () => {
    till.terminal.reach(() => center.ledger().length === 1 && till.terminal.lcd.text().includes('APPROVED'), 60_000);
    till.terminal.powerCut();
  };
  expect(register.payByCard()).toBe('unknown');
  till.restart();
  expect(register.clearUp()).toBe('paid');
  expect(spentFen()).toBe(3850);
  expect(register.receipts).toHaveLength(1);
});

test('the power fails while the answer is on its way: the sale is taken back, and the customer pays once', () => {
  const { till, register, center, spentFen } = open();
  till.onPinKeyed = () => {
    till.terminal.reach(() => center.ledger().length === 1, 60_000);
    till.terminal.powerCut();
    till.onPinKeyed = () => undefined;
  };
  expect(register.payByCard()).toBe('unknown');
  till.restart();
  expect(register.clearUp()).toBe('declined');
  expect(spentFen()).toBe(0);
  expect(register.payByCard()).toBe('paid');
  expect(spentFen()).toBe(3850);
});

test('a sale before, of the same amount, is not taken for the answer', () => {
  const { till, register, spentFen } = open();
  expect(register.payByCard()).toBe('paid');
  register.add('tea', 1850).add('cake', 2000);
  till.onPinAsked = () => till.terminal.powerCut();
  expect(register.payByCard()).toBe('unknown');
  till.restart();
  expect(register.clearUp()).toBe('declined');
  expect(spentFen()).toBe(3850);
});
