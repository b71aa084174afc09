'use strict';

/**
 * A tiny cash register: a basket, paid in cash or by card. Amounts are in fen. A card payment has three ends, and the third
 * one is what this code is about: the register may not know what became of it. Then the customer neither leaves with the
 * goods nor pays twice until the terminal has been asked.
 *
 * `terminal.pay(amountFen)` gives `{ voucher, amountFen, state }` of the sale it made, or throws when the terminal was lost on
 * the way; `terminal.lastSale()` gives the same for the last sale it knows, or null. `state` is `approved`, `declined`, or
 * `undone` for one that was taken back.
 */
class Register {
  #terminal;
  #lastVoucher = '';

  constructor(terminal) {
    this.#terminal = terminal;
    this.items = [];
    this.receipts = [];
    /** Set while it is not known what became of a payment. */
    this.doubt = null;
  }

  get totalFen() {
    return this.items.reduce((sum, item) => sum + item.priceFen, 0);
  }

  add(name, priceFen) {
    if (this.doubt) throw new Error('first find out what became of the last payment');
    if (!Number.isInteger(priceFen) || priceFen <= 0) throw new Error(`${name} has no price`);
    this.items.push({ name, priceFen });
    return this;
  }

  payInCash() {
    if (this.doubt) throw new Error('first find out what became of the last payment');
    return this.#close('cash', '');
  }

  /** `paid`, `declined` (the basket stays as it is) or `unknown`. */
  payByCard() {
    if (this.doubt) throw new Error('first find out what became of the last payment');
    if (this.totalFen === 0) throw new Error('there is nothing to pay');
    const asked = { amountFen: this.totalFen, voucherBefore: this.#lastVoucher };
    try {
      return this.#conclude(asked, this.#terminal.pay(asked.amountFen));
    } catch (error) {
      this.doubt = { ...asked, why: error.message };
      return 'unknown';
    }
  }

  /** Asks the terminal what became of the payment in doubt; `unknown` while it cannot be asked. */
  clearUp() {
    if (!this.doubt) return 'declined';
    const asked = this.doubt;
    let sale;
    try {
      sale = this.#terminal.lastSale();
    } catch {
      return 'unknown';
    }
    this.doubt = null;
    return this.#conclude(asked, sale);
  }

  #conclude(asked, sale) {
    // An older sale, perhaps of the same amount, is no answer: the terminal never began ours.
    if (!sale || sale.voucher === asked.voucherBefore) return 'declined';
    this.#lastVoucher = sale.voucher;
    if (sale.state !== 'approved') return 'declined';
    if (sale.amountFen !== asked.amountFen) throw new Error('the terminal was paid another amount: call the manager');
    this.#close('card', sale.voucher);
    return 'paid';
  }

  #close(means, voucher) {
    this.receipts.push({ items: this.items, totalFen: this.totalFen, means, voucher });
    this.items = [];
    return 'paid';
  }
}

module.exports = { Register };
