/** Stories of the administration: new numbers for a terminal, and a factory reset that was forced. Half of either is none. */
import { openFlashImage } from '../flash-image';
import type { Terminal } from '../terminal';
import { SETTING_MERCHANT_NAME, SETTING_TERMINAL_ID } from '../../firmware/setting-ids';
import { TEST_TERMINAL } from '../../host/center/test-data';
import type { Story } from './power-cut-sweep';
import { clerkSells, clerkToIdle } from './robot-clerk';
import { cards } from '../terminal';

const OTHER_TERMINAL = '20000002';
/** What the administrator keys for it: C and T, by the keys 2 and 8. */
const NAME = 'CT';
const ADMIN_PASSWORD = '12345678';

function administer(terminal: Terminal): void {
  terminal.wake().press('function', '9').waitFor('管理员密码').type(ADMIN_PASSWORD).press('confirm');
  terminal.waitFor('【系统管理】');
}

/** From the administrator's menu and back: merchant and terminal number where they may be changed, and a name. */
function keyInName(terminal: Terminal): void {
  terminal.waitFor('商户名称').press('2', 'up', 'up', 'up', '8', 'up', 'confirm').waitFor('客服热线').press('confirm');
  terminal.waitFor('保存设置?').press('confirm').waitFor('设置已保存').press('confirm').waitFor('【系统管理】');
}

function settingsOf(terminal: Terminal): { terminalId: string; name: string } {
  const { journal } = openFlashImage(terminal.inside.flash.state.sectors);
  return { terminalId: journal.setting(SETTING_TERMINAL_ID), name: journal.setting(SETTING_MERCHANT_NAME) };
}

const renumbered: Story = {
  name: 'an administrator gives the terminal another number and name',
  prepare: (terminal) => {
    const { merchantId } = terminal.inside.settings;
    terminal.center.addTerminal({ terminalId: OTHER_TERMINAL, merchantId, tmk: TEST_TERMINAL.tmk });
    terminal.powerOn().signIn();
  },
  act: (terminal) => {
    administer(terminal);
    terminal.press('1').waitFor('商户号').press('confirm').waitFor('终端号').type(OTHER_TERMINAL).press('confirm');
    keyInName(terminal);
    terminal.press('cancel').waitForIdle();
    clerkSells(terminal, '100.00', cards.debit);
  },
  holds: (terminal) => {
    const { terminalId, name } = settingsOf(terminal);
    const isHalf = (terminalId === OTHER_TERMINAL) !== (name === NAME);
    return isHalf ? [`the terminal has number "${terminalId}" and name "${name}"`] : [];
  },
};

const forcedReset: Story = {
  name: 'a factory reset that was forced with a sale not settled',
  prepare: (terminal) => {
    terminal.powerOn().signIn();
    administer(terminal);
    terminal.press('1').waitFor('商户号').press('confirm').waitFor('终端号').press('confirm');
    keyInName(terminal);
    terminal.press('cancel').waitForIdle();
    clerkSells(terminal, '20.00', cards.debit);
  },
  act: (terminal) => {
    administer(terminal);
    terminal.press('5').waitFor('强制恢复?').press('confirm').waitFor('清除全部数据?').press('confirm');
    if (!terminal.reach(() => !terminal.isOn, 60_000)) terminal.fail('the terminal never switched itself off');
    terminal.wait(1000).powerOn();
    clerkToIdle(terminal);
    clerkSells(terminal, '30.00', cards.debit);
  },
  holds: (terminal) => {
    const { journal } = openFlashImage(terminal.inside.flash.state.sectors);
    const isOldBatch = journal.batch() === '000001';
    const isOldName = journal.setting(SETTING_MERCHANT_NAME) === NAME;
    return isOldBatch === isOldName ? [] : [`batch ${journal.batch()} and the name "${settingsOf(terminal).name}"`];
  },
};

export const administrationStories: readonly Story[] = [renumbered, forcedReset];
