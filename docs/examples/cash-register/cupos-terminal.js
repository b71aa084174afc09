'use strict';

const { cards, startTerminal } = require('cupos');

/**
 * The register's terminal in the tests: a Cupos terminal with a clerk at its keys and a customer at its PIN pad. In the shop
 * the same two methods ask a person, or a cable.
 */
class CuposTerminal {
  constructor(customersCard = cards.debit) {
    this.customersCard = customersCard;
    /** What happens when the PIN is asked for, and once it is keyed; a test may pull the plug here. */
    this.onPinAsked = () => undefined;
    this.onPinKeyed = () => undefined;
    this.terminal = startTerminal({ settings: { english: true }, record: false })
      .powerOn()
      .signIn();
  }

  pay(amountFen) {
    const { terminal, customersCard } = this;
    terminal
      .waitForIdle()
      .wake()
      .press('1')
      .type((amountFen / 100).toFixed(2))
      .press('confirm');
    terminal.swipe(customersCard).press('confirm').wait(500);
    // The same card and sum as just before: the clerk is asked whether that is meant.
    if (terminal.lcd.text().includes('CHARGE AGAIN?')) terminal.press('confirm');
    terminal.pinpad.waitFor();
    this.onPinAsked();
    if (terminal.isOn) {
      terminal.pinpad.enter(customersCard.pin);
      this.onPinKeyed();
    }
    if (!terminal.isOn) throw new Error('the terminal lost its power');
    terminal.takeSlips();
    return this.lastSale();
  }

  /** The clerk looks it up: function key, 4. */
  lastSale() {
    const { terminal } = this;
    if (!terminal.isOn) throw new Error('the terminal is off');
    terminal.waitForIdle().wake().press('function', '4').waitFor('LAST SALE');
    const [title = '', , amount = '', state = ''] = terminal.lcd.rows();
    terminal.press('cancel').waitForIdle();
    const voucher = /\d{6}$/.exec(title);
    const yuan = /(\d+)\.(\d\d)$/.exec(amount);
    if (!voucher || !yuan) return null;
    const states = { APPROVED: 'approved', REVERSED: 'undone' };
    return { voucher: voucher[0], amountFen: Number(yuan[1] + yuan[2]), state: states[state] ?? 'declined' };
  }

  /** The clerk switches it on again, prints what was left unprinted, and logs in. */
  restart() {
    const { terminal } = this;
    terminal.wait(2000).powerOn().wait(1000);
    while (terminal.lcd.text().includes('NOT PRINTED')) terminal.press('confirm').wait(10_000);
    terminal.signIn();
  }
}

module.exports = { CuposTerminal };
