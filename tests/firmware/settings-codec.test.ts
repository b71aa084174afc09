/** Settings in the journal: what is good is used, what is damaged or hostile leaves the default, nothing throws. */
import fc from 'fast-check';
import * as ids from '../../firmware/setting-ids';
import {
  applySettings,
  EMPTY,
  FORM_FLAG,
  FORM_SECONDS,
  FORM_WHOLE,
  isGood,
  settingBytes,
  settingForms,
  typedValue,
} from '../../firmware/settings-codec';
import { defaultSettings, type TerminalSettings } from '../../firmware/settings';
import { ready, sellAndPrint } from '../support/terminal-rig';
import { createJournal } from '../../firmware/journal/create-journal';
import type { FakeBoard } from '../support/fake-board';

function applied(values: Readonly<Record<number, string>>): TerminalSettings {
  const settings = { ...defaultSettings };
  applySettings(settings, (id) => values[id] ?? '');
  return settings;
}

test('numbers stay in journals: none is used twice', () => {
  const all = Object.values(ids);
  expect(new Set(all).size).toBe(all.length);
  expect(Math.max(...all)).toBeLessThan(256);
});

test.each<[string, number, string, Partial<TerminalSettings>]>([
  ['terminal number', ids.SETTING_TERMINAL_ID, '20000002', { terminalId: '20000002' }],
  ['merchant name', ids.SETTING_MERCHANT_NAME, '\xb2\xe8\xb9\xdd', { merchantName: '\xb2\xe8\xb9\xdd' }],
  ['TPDU', ids.SETTING_TPDU, '\x60\x00\x04\x00\x00', { tpdu: '\x60\x00\x04\x00\x00' }],
  ['no TPDU', ids.SETTING_TPDU, EMPTY, { tpdu: '' }],
  ['port', ids.SETTING_PORT, '9000', { port: 9000 }],
  ['seconds', ids.SETTING_RESPONSE_SECONDS, '30', { responseTimeoutMs: 30_000 }],
  ['flag off', ids.SETTING_TRACK_ENCRYPTION, '0', { trackEncryption: false }],
  ['second phone', ids.SETTING_PHONE_1 + 1, '123', { phones: '59990001,123,59990003' }],
  ['a phone less', ids.SETTING_PHONE_1, EMPTY, { phones: '59990002,59990003' }],
  ['no outside line', ids.SETTING_OUTSIDE_LINE, EMPTY, { outsideLine: '' }],
])('is used: %s', (_name, id, value, expected) => {
  expect(applied({ [id]: value })).toEqual({ ...defaultSettings, ...expected });
});

test.each<[string, number, string]>([
  ['a terminal number too short', ids.SETTING_TERMINAL_ID, '2000000'],
  ['one with a control character', ids.SETTING_TERMINAL_ID, '2000\x00002'],
  ['a host that ends its command', ids.SETTING_HOST, '10.0.0.1","1'],
  ['a host that begins another', ids.SETTING_HOST, '10.0.0.1\rAT+CFUN=0'],
  ['half a character of a name', ids.SETTING_MERCHANT_NAME, '\xb2\xe8\xb9'],
  ['printer commands in a name', ids.SETTING_MERCHANT_NAME, 'A\x1b@'],
  ['a TPDU too long', ids.SETTING_TPDU, '\x60\0\x03\0\0\0'],
  ['port 0', ids.SETTING_PORT, '0'],
  ['a port beyond', ids.SETTING_PORT, '65536'],
  ['a port of words', ids.SETTING_PORT, '80 80'],
  ['a wait of nothing', ids.SETTING_RESPONSE_SECONDS, '0'],
  ['a wait for ever', ids.SETTING_CONNECT_SECONDS, '99999'],
  ['a flag that is none', ids.SETTING_TRACK_ENCRYPTION, '2'],
  ['an empty terminal number', ids.SETTING_TERMINAL_ID, EMPTY],
  ['a MAC mode there is not', ids.SETTING_MAC_MODE, '7'],
])('leaves the default: %s', (_name, id, value) => {
  expect(applied({ [id]: value })).toEqual(defaultSettings);
});

test('every field comes back as it was written', () => {
  const values: Record<number, string> = {};
  for (const form of settingForms) values[form.id] = settingBytes(form, defaultSettings) || EMPTY;
  const blank = { ...defaultSettings, terminalId: '', port: 1, phones: '', trackEncryption: false };
  applySettings(blank, (id) => values[id] ?? '');
  expect(blank).toEqual(defaultSettings);
});

test('no bytes make it throw, or leave a field of another kind', () => {
  const bytes = fc.uint8Array({ maxLength: 80 }).map((one) => Buffer.from(one).toString('latin1'));
  fc.assert(
    fc.property(fc.array(bytes, { minLength: 200, maxLength: 200 }), (values) => {
      const settings = applied(values);
      for (const [name, value] of Object.entries(settings)) {
        expect(typeof value).toBe(typeof defaultSettings[name as keyof TerminalSettings]);
      }
      for (const form of settingForms) {
        if (form.form !== FORM_FLAG && form.form !== FORM_WHOLE && form.form !== FORM_SECONDS) continue;
        expect(isGood(form, settingBytes(form, settings))).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

test('what is typed for a TPDU is hex, or nothing', () => {
  const tpdu = settingForms.find((form) => form.name === 'tpdu');
  if (!tpdu) throw new Error('no TPDU');
  expect(typedValue(tpdu, '6000040000')).toBe('\x60\x00\x04\x00\x00');
  expect(isGood(tpdu, typedValue(tpdu, '600004000'))).toBe(false);
  expect(isGood(tpdu, typedValue(tpdu, '60000400GG'))).toBe(false);
});

test('a terminal with damaged settings boots and sells under its defaults', () => {
  const rig = ready();
  const journal = createJournal(rig.board.board().flash, rig.board.clock);
  journal.mount(() => undefined);
  journal.setSettings(
    [
      [ids.SETTING_HOST, 'x\r\n'],
      [ids.SETTING_TERMINAL_ID, '\xff'],
      [ids.SETTING_PASSWORD, 'short'],
      [ids.SETTING_WRONG_PASSWORDS, '\x00?'],
    ],
    () => undefined,
  );
  rig.board.clock.run(1000);
  const board: FakeBoard = rig.cutAndBoot();
  board.see('操作员号');
  board.type('01\r0000\r');
  board.see('请刷卡或按确认键');
  sellAndPrint(board);
  expect(board.slips().at(-1)).toContain('10000001');
});
