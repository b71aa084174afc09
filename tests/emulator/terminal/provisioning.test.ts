/** A terminal straight from the factory is told who it is, on its own keys, gets its master key, and sells. */
import { cards, startTerminal, type Terminal } from '../../../emulator/terminal';

const TID = '10000001';
const MID = '898110053310001';

/** At the log-in: administrator 99, ends in his menu. */
function administer(terminal: Terminal): Terminal {
  terminal.waitFor('操作员号').wake();
  return terminal.type('99').press('confirm').waitFor('密码').type('12345678').press('confirm').waitFor('【系统管理】');
}

function nameIt(terminal: Terminal): void {
  terminal.press('1').waitFor('商户号');
  terminal.type(MID).press('confirm').waitFor('终端号').type(TID).press('confirm').waitFor('商户名称');
  // CUPOS: letters as on a telephone.
  terminal.press('2', 'up', 'up', 'up', '8', 'up', 'up', '7', 'up', '6', 'up', 'up', 'up', '7', 'up', 'up', 'up', 'up');
  expect(terminal.lcd.text()).toContain('>CUPOS');
  terminal.press('confirm').waitFor('客服热线').press('confirm').waitFor('保存设置?').press('confirm');
  terminal.waitFor('设置已保存').press('confirm').waitFor('【系统管理】');
}

function connectIt(terminal: Terminal): void {
  terminal.press('2').waitFor('TPDU').press('confirm').waitFor('中心地址');
  terminal
    .press('1', '0', 'dot', '0', 'dot', '0', 'dot', '1', 'confirm')
    .waitFor('中心端口')
    .type('8583')
    .press('confirm');
  terminal.waitFor('APN');
  while (!terminal.lcd.text().includes('保存设置?')) terminal.press('confirm');
  terminal.press('confirm').waitFor('设置已保存').press('confirm').waitFor('【系统管理】');
}

function keyIt(terminal: Terminal): void {
  terminal.press('3').waitFor('主密钥未装载').loadKey().waitFor('装载成功');
  // Check value of the published TEST key.
  expect(terminal.lcd.text()).toContain('08D7B4FB');
  terminal.press('confirm').waitFor('【系统管理】');
}

function fresh(): Terminal {
  return startTerminal({ provisioned: false }).powerOn().waitFor('请装载主密钥').press('confirm');
}

test('it says what is missing, one thing after the other, and sells nothing', () => {
  const terminal = fresh();
  terminal.waitFor('操作员号').type('01').press('confirm').type('0000').press('confirm');
  terminal.waitFor('未设商户号');
  expect(terminal.lcd.text()).toContain('请系统管理员设置');
  terminal.waitForIdle().press('1').waitFor('未设商户号').waitForIdle();
  expect(terminal.center.exchanges()).toHaveLength(0);
});

test('with its numbers, its host and its key it signs in with batch 000000 and sells', () => {
  const terminal = administer(fresh());
  nameIt(terminal);
  connectIt(terminal);
  keyIt(terminal);
  terminal.press('cancel').signIn();
  terminal.sell('12.34', cards.debit);
  expect(terminal.paper.lastSlip()).toContain('CUPOS');
  expect(terminal.paper.lastSlip()).toContain(MID);
  expect(terminal.center.ledger()).toHaveLength(1);
  // And it is so after a power cut.
  terminal.powerCut().wait(1000).powerOn().signIn();
  terminal.sell('1.00', cards.debit);
  expect(terminal.center.ledger()).toHaveLength(2);
});

test('without a host it says so; without a key it asks for the key', () => {
  const terminal = administer(fresh());
  nameIt(terminal);
  terminal.press('cancel').waitFor('操作员号').type('01').press('confirm').type('0000').press('confirm');
  terminal.waitFor('未设中心地址').waitForIdle();
  terminal.press('function', '9').waitFor('管理员密码').type('12345678').press('confirm').waitFor('【系统管理】');
  connectIt(terminal);
  terminal.press('cancel').waitForIdle().press('function', '1').waitFor('请装载主密钥');
});

test('what is left before it is saved changes nothing; what cannot be a number is refused', () => {
  const terminal = administer(fresh());
  terminal.press('1').waitFor('商户号').type('123').press('confirm').waitFor('输入无效');
  terminal.press('4').press('cancel').waitFor('【系统管理】');
  terminal.press('1').waitFor('商户号');
  expect(terminal.lcd.text()).toContain('未设置');
});

test('numbers stand fast while the batch is open; the rest may change', () => {
  const terminal = startTerminal().powerOn().signIn();
  terminal.sell('10.00', cards.debit);
  terminal.press('function', '9').waitFor('管理员密码').type('12345678').press('confirm').waitFor('【系统管理】');
  terminal.press('1').waitFor('批次未结算');
  expect(terminal.lcd.text()).toContain('号码不可修改');
  terminal.press('confirm').waitFor('商户名称');
});

test('new numbers void the batch: the next sign-in asks for a new one', () => {
  const terminal = startTerminal();
  terminal.center.addTerminal({ terminalId: '20000002', merchantId: MID, tmk: '0123456789ABCDEFFEDCBA9876543210' });
  terminal.powerOn().signIn().press('function', '9').waitFor('管理员密码').type('12345678').press('confirm');
  terminal.waitFor('【系统管理】').press('1').waitFor('商户号').press('confirm').waitFor('终端号');
  terminal.type('20000002').press('confirm').press('confirm').press('confirm').waitFor('保存设置?').press('confirm');
  terminal.waitFor('设置已保存').press('confirm', 'cancel').waitForIdle();
  terminal.sell('5.00', cards.debit);
  const [sale] = terminal.center.exchanges().filter((row) => row.mti === '0200');
  expect(sale).toMatchObject({ terminalId: '20000002', code: '00' });
  expect(
    terminal.timeline
      .described()
      .map((piece) => piece.text)
      .join('\n'),
  ).toMatch(/0800[\s\S]*000000/);
});
