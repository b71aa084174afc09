/** A device fails while a clerk sells, through drivers and wires: a clear text, idle again, and the next sale is good. */
import { cards, startTerminal, type Terminal } from '../../emulator/terminal';

function ready(): Terminal {
  return startTerminal({ record: false }).powerOn().signIn();
}

function balanceFen(terminal: Terminal): number {
  const account = terminal.inside.center.accounts().find((row) => row.card === 'credit');
  if (!account) throw new Error('the test card has no account');
  return account.balanceFen;
}

/** One sale more, which must be charged and printed. */
function sellsWell(terminal: Terminal): void {
  const before = balanceFen(terminal);
  const slips = terminal.paper.slips().length;
  terminal.sell('1.00', cards.credit);
  expect(before - balanceFen(terminal)).toBe(100);
  expect(terminal.paper.slips()).toHaveLength(slips + 2);
}

/** A sale up to the customer's confirm. */
function upToPin(terminal: Terminal, amount = '2.00'): Terminal {
  terminal.waitForIdle().wake().press('1').waitFor('请输入金额').type(amount).press('confirm').swipe(cards.credit);
  terminal.waitFor('请核对卡号').press('confirm');
  terminal.pinpad.waitFor();
  return terminal;
}

describe('modem', () => {
  it.each<[string, number, string]>([
    ['simAbsent', 1, '未插SIM 卡'],
    ['simPin', 1, '未插SIM 卡'],
    ['refuse', 9, '连接中心失败'],
  ])('%s: named, nothing charged, nothing owed', (fault, value, text) => {
    const terminal = upToPin(ready());
    const before = balanceFen(terminal);
    terminal.fault('modem', 'reset').fault('modem', fault, value);
    terminal.pinpad.press('confirm');
    terminal.waitFor(text).waitForIdle();
    expect(balanceFen(terminal)).toBe(before);
    terminal.fault('modem', 'well').wait(60_000).wake();
    sellsWell(terminal);
  });

  it('goes silent in the middle: the sale ends, and is good or undone', () => {
    const terminal = upToPin(ready());
    const before = balanceFen(terminal);
    terminal.pinpad.press('confirm');
    terminal.fault('modem', 'silent', 1).waitForIdle(900_000);
    terminal.fault('modem', 'silent', 0).fault('modem', 'well').wait(60_000).wake();
    terminal.press('1').reach(() => /请输入金额|冲正成功/.test(terminal.lcd.text()), 300_000);
    terminal.press('cancel').waitForIdle();
    expect(balanceFen(terminal)).toBe(before);
    sellsWell(terminal);
  });

  it.each(['garbage', 'overlong', 'badIpd', 'ring', 'sms', 'undervoltage', 'echo'])(
    '%s while it works: sold all the same',
    (fault) => {
      const terminal = upToPin(ready(), '1.00');
      const before = balanceFen(terminal);
      terminal.pinpad.press('confirm');
      terminal.fault('modem', fault, 0, 30).takeSlips();
      expect([0, 100]).toContain(before - balanceFen(terminal));
      expect(terminal.paper.slips()).toHaveLength((2 * (before - balanceFen(terminal))) / 100);
      sellsWell(terminal);
    },
  );
});

describe('printer', () => {
  it('runs out of paper in the first slip: the whole slip comes again', () => {
    const terminal = upToPin(ready());
    terminal.fault('printer', 'paper', 12);
    terminal.pinpad.press('confirm');
    terminal.waitFor('打印机缺纸');
    terminal.fault('printer', 'refill').press('confirm').takeSlips();
    const whole = terminal.paper.slips().map((slip) => slip.lines.map((line) => line.text).join('\n'));
    expect(whole.filter((text) => text.includes('持卡人存根') && text.includes('金额')).length).toBeGreaterThan(0);
    expect(terminal.paper.lastSlip()).toContain('商户存根');
    sellsWell(terminal);
  });

  it.each<[string, string, string]>([
    ['cover', 'close', '打印机盖未合上'],
    ['heat', 'cool', '打印头过热'],
  ])('%s: waits for the clerk, then prints', (fault, cure, text) => {
    const terminal = upToPin(ready());
    terminal.fault('printer', fault);
    terminal.pinpad.press('confirm');
    terminal.waitFor(text);
    terminal.fault('printer', cure).press('confirm').takeSlips();
    expect(terminal.paper.lastSlip()).toContain('商户存根');
  });

  it('does not answer: the sale stands and its slips are offered after the next start', () => {
    const terminal = upToPin(ready());
    terminal.fault('printer', 'offline');
    terminal.pinpad.press('confirm');
    terminal.waitFor('打印机故障').press('cancel').waitForIdle();
    terminal.fault('printer', 'online').powerCut().wait(3_000).powerOn();
    terminal.waitFor('有未打印的凭证').press('confirm').waitFor('请撕下').press('confirm').waitFor('操作员号');
    expect(terminal.paper.lastSlip()).toContain('重打印');
  });
});

describe('PIN pad', () => {
  it.each(['garble', 'nak', 'drop', 'dropAck', 'duplicate'])('%s once: nobody notices', (fault) => {
    const terminal = upToPin(ready(), '1.00');
    const before = balanceFen(terminal);
    terminal.fault('pinpad', fault, 1);
    terminal.pinpad.press('confirm');
    terminal.takeSlips();
    expect(before - balanceFen(terminal)).toBe(100);
    expect(terminal.paper.slips()).toHaveLength(2);
  });

  it('is opened: its keys are gone, nothing is sold', () => {
    const terminal = ready();
    const before = balanceFen(terminal);
    terminal
      .fault('pinpad', 'tamper')
      .press('1')
      .waitFor('请输入金额')
      .type('1.00')
      .press('confirm')
      .swipe(cards.credit);
    terminal.waitFor('请核对卡号').press('confirm').waitFor('密码键盘被拆机').waitForIdle();
    expect(balanceFen(terminal)).toBe(before);
  });

  it('loses its working keys: says so, and the next sale signs in first', () => {
    const terminal = ready();
    const before = balanceFen(terminal);
    terminal
      .fault('pinpad', 'keyloss')
      .press('1')
      .waitFor('请输入金额')
      .type('1.00')
      .press('confirm')
      .swipe(cards.credit);
    terminal.waitFor('请核对卡号').press('confirm').waitFor('请重新签到').waitForIdle();
    expect(balanceFen(terminal)).toBe(before);
    sellsWell(terminal);
  });

  it('the customer cancels', () => {
    const terminal = upToPin(ready());
    terminal.pinpad.press('cancel');
    terminal.waitFor('操作已取消').waitForIdle();
    sellsWell(terminal);
  });

  it('the customer goes away', () => {
    const terminal = upToPin(ready());
    terminal.waitFor('操作超时').waitForIdle().wake();
    sellsWell(terminal);
  });

  it('the clerk cancels while the customer is keying', () => {
    const terminal = upToPin(ready());
    terminal.pinpad.press('1', '2');
    expect(terminal.lcd.text()).toContain('**');
    terminal.press('cancel').waitFor('操作已取消').waitForIdle();
    sellsWell(terminal);
  });
});

describe('stripe', () => {
  it.each([{ badLrc: true }, { badParityAt: 5 }, { noEndSentinel: true }, { scratched: true }])(
    '%j: swipe error, choose again',
    (options) => {
      const terminal = ready();
      terminal.swipe(cards.credit, options).waitFor('刷卡错误').waitForIdle();
      sellsWell(terminal);
    },
  );

  it.each([{ reverse: true }, { noiseBits: 9 }])('%j: read all the same', (options) => {
    const terminal = ready();
    terminal.swipe(cards.credit, options).waitFor('请输入金额');
    expect(terminal.lcd.text()).toContain('622588******2003');
  });
});

it('a whole day on a slow processor: busy code loses no byte that matters', () => {
  const terminal = startTerminal({ record: false, profile: 'board' }).powerOn().signIn();
  for (let i = 0; i < 3; i++) sellsWell(terminal);
});

describe('a flash chip that hangs', () => {
  // 1: owed, 2 and 3: the outcome, over the border of a page, 4: how far the slips are.
  it.each([1, 2, 3, 4])(
    'at write %i of a sale, until the power is taken from it: account, journal and paper agree',
    (write) => {
      const terminal = ready();
      const { flash } = terminal.inside;
      const before = terminal.center.balanceFen('credit');
      let writes = 0;
      flash.onMutation = () => {
        writes++;
        // This one is done all the same: nobody can tell before the chip answers again.
        if (writes === write) flash.state.stuckBusy = true;
      };
      terminal.sell('5.00', cards.credit);
      expect(writes).toBeGreaterThanOrEqual(write);
      flash.onMutation = null;
      terminal.powerCut().fault('flash', 'stuckBusy', 0).wait(1_000).powerOn();
      for (let asked = 0; asked < 4 && !terminal.lcd.text().includes('操作员号'); asked++) {
        terminal.reach(() => /操作员号|确认 |任意键|请撕下/.test(terminal.lcd.text()), 100_000);
        if (!terminal.lcd.text().includes('操作员号')) terminal.press('confirm');
      }
      terminal.signIn();
      const slips = terminal.paper.slips().map((slip) => slip.lines.map((line) => line.text).join());
      const isApproved = slips.some((slip) => slip.includes('商户存根'));
      expect(before - terminal.center.balanceFen('credit')).toBe(isApproved ? 500 : 0);
      terminal.press('function', '4').waitFor('上笔交易');
      expect(terminal.lcd.rows()[3]).toMatch(isApproved ? /^成功/ : /冲正|失败/);
    },
  );

  it.each([1, 2, 3, 4])(
    'at write %i of a sale, and comes back by itself: the journal is read as it was meant',
    (write) => {
      const terminal = ready();
      const { flash } = terminal.inside;
      const before = terminal.center.balanceFen('credit');
      let writes = 0;
      flash.onMutation = () => {
        if (++writes === write) flash.state.stuckBusy = true;
      };
      terminal.sell('5.00', cards.credit);
      flash.onMutation = null;
      terminal.fault('flash', 'stuckBusy', 0);
      const isApproved = terminal.paper.lastSlip().includes('商户存根');
      // What is owed is reversed first.
      terminal.sell('1.00', cards.credit);
      terminal.powerCut().wait(1_000).powerOn().waitFor('操作员号').signIn();
      terminal.press('function', '4').waitFor('上笔交易');
      expect(terminal.lcd.rows()[3]).toMatch(/^成功/);
      expect(terminal.center.terminals()[0]?.batch).toBe('000001');
      expect(before - terminal.center.balanceFen('credit')).toBe((isApproved ? 500 : 0) + 100);
    },
  );
});

describe('power key and screen', () => {
  it('off and on again', () => {
    const terminal = ready();
    terminal.powerOff();
    expect(terminal.isOn).toBe(false);
    terminal.wait(2_000).powerOn().signIn();
    sellsWell(terminal);
  });

  it('dark after 30 s at idle; the first key only wakes it', () => {
    const terminal = ready();
    terminal.wait(31_000);
    expect(terminal.lcd.isLit()).toBe(false);
    terminal.press('1');
    expect(terminal.lcd.isLit()).toBe(true);
    expect(terminal.isIdle()).toBe(true);
    terminal.press('1').waitFor('请输入金额');
  });

  it('goes off though the journal cannot be read', () => {
    const terminal = startTerminal({ record: false }).fault('flash', 'stuckBusy', 1).powerOn();
    terminal.waitFor('存储器故障').powerOff();
    expect(terminal.isOn).toBe(false);
    terminal.fault('flash', 'stuckBusy', 0).powerOn().signIn();
    sellsWell(terminal);
  });

  it('holding the red key to switch on does not switch off', () => {
    const terminal = startTerminal({ record: false });
    terminal.hold('cancel', 8_000).waitFor('操作员号');
    expect(terminal.isOn).toBe(true);
  });
});
