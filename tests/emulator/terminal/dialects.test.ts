/**
 * The terminal in every dialect it can be told, with our own center told the same: sign-in, sale, an answer that is lost
 * and its reversal; what went over the line is read by the second decoder.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { MAC_MODE_X919, MAC_MODE_X99 } from '../../../hal/pad-commands';
import { SECURITY_ALWAYS, SECURITY_NEVER, SECURITY_WITH_PIN } from '../../../firmware/dialect';
import { defaultSettings, type TerminalSettings } from '../../../firmware/settings';
import { cards, startTerminal } from '../../../emulator/terminal';
import { testCards } from '../../../host/center/test-cards';
import { readBody, type SecondReading } from '../../support/second-decoder';

interface Story {
  /** 0800, 0200, 0400 and whatever else went up, decoded. */
  readonly up: SecondReading[];
  readonly upBytes: Buffer[];
  readonly spentFen: number;
  readonly ledger: string[];
}

/** Signs in, sells, sells once more and loses the answer. */
function tell(settings: Partial<TerminalSettings>, card: keyof typeof testCards = 'debit'): Story {
  const terminal = startTerminal({ settings });
  const all = { ...defaultSettings, ...settings };
  const envelope = (all.frameLength ? 2 : 0) + all.tpdu.length + all.header.length;
  const upBytes: Buffer[] = [];
  terminal.world.timeline.listen((entry) => {
    if (entry.wire === 'network' && entry.direction === 'out') upBytes.push(Buffer.from(entry.bytes, 'latin1'));
  });
  terminal.powerOn().signIn().sell('12.34', cards[card]);
  terminal.center.fail('silence', { mti: '0200' });
  terminal.sell('56.78', cards[card]);
  const up = upBytes.map((bytes) => readBody(bytes.subarray(envelope).toString('hex')));
  const spentFen = testCards[card].balanceFen - terminal.center.balanceFen(card);
  const ledger = terminal.center.ledger().map((row) => `${row.kind} ${row.amountFen}`);
  terminal.close();
  return { up, upBytes, spentFen, ledger };
}

const told = { spentFen: 1234, ledger: ['sale -1234', 'sale -5678', 'reversal 5678'] };
const sales = (story: Story): SecondReading[] => story.up.filter((message) => message.mti === '0200');

test.each([
  ['X9.9', { macMode: MAC_MODE_X99 }],
  ['X9.19', { macMode: MAC_MODE_X919 }],
  ['X9.9 with tracks in clear', { macMode: MAC_MODE_X99, trackEncryption: false }],
  ['F53 always', { securityControl: SECURITY_ALWAYS, trackEncryption: false }],
  ['F53 with a PIN only', { securityControl: SECURITY_WITH_PIN }],
  ['F53 never', { securityControl: SECURITY_NEVER }],
  ['single-length keys', { singleLengthKeys: true, trackEncryption: false }],
  ['single-length keys and X9.19, which is X9.9 then', { singleLengthKeys: true, trackEncryption: false, macMode: 2 }],
  ['no length', { frameLength: false }],
  ['no TPDU', { tpdu: '' }],
  ['no header', { header: '' }],
  ['no length, no TPDU, no header', { frameLength: false, tpdu: '', header: '' }],
  ['everything else', { frameLength: false, header: '', macMode: MAC_MODE_X919, securityControl: SECURITY_NEVER }],
] as [string, Partial<TerminalSettings>][])('%s: sold, lost, reversed', (_name, settings) => {
  expect(tell(settings)).toMatchObject(told);
  expect(tell(settings, 'credit')).toMatchObject(told);
});

test('F26, F53 and F60.4 are what the settings say', () => {
  const withPin = (settings: Partial<TerminalSettings>): Record<number, string> =>
    sales(tell(settings))[0]?.fields ?? {};
  const without = (settings: Partial<TerminalSettings>): Record<number, string> =>
    sales(tell(settings, 'credit'))[0]?.fields ?? {};
  expect(withPin({})).toMatchObject({ 26: '12', 53: '2610000000000000', 60: expect.stringMatching(/0{3}20$/) });
  expect(withPin({ pinCaptureCode: '06', readCapability: '5' })).toMatchObject({
    26: '06',
    60: expect.stringMatching(/0{3}50$/),
  });
  expect(without({})).toMatchObject({ 53: '0610000000000000' });
  expect(without({ securityControl: SECURITY_WITH_PIN })).not.toHaveProperty('53');
  expect(withPin({ securityControl: SECURITY_WITH_PIN })).toHaveProperty('53');
  expect(withPin({ securityControl: SECURITY_NEVER })).not.toHaveProperty('53');
  expect(without({ securityControl: SECURITY_ALWAYS, trackEncryption: false })).toMatchObject({
    53: '0600000000000000',
  });
  expect(withPin({ singleLengthKeys: true, trackEncryption: false })).toMatchObject({ 53: '2000000000000000' });
});

function des(key: Buffer, data: Buffer, decrypts: boolean): Buffer {
  const whole = key.length === 8 ? Buffer.concat([key, key]) : key;
  const cipher = decrypts ? createDecipheriv('des-ede', whole, null) : createCipheriv('des-ede', whole, null);
  return cipher.setAutoPadding(false).update(data);
}

/** ISO 9797-1 algorithm 3 block by block, as the standard tells it. */
function retailMac(key: Buffer, message: Buffer): Buffer {
  const padded = Buffer.concat([message, Buffer.alloc((8 - (message.length % 8)) % 8)]);
  const [left, right] = [key.subarray(0, 8), key.subarray(-8)];
  let chain: Buffer = Buffer.alloc(8);
  for (let at = 0; at < padded.length; at += 8) {
    chain = des(left, Buffer.from(chain.map((byte, i) => byte ^ (padded[at + i] ?? 0))), false);
  }
  return des(left, des(right, chain, true), false);
}

test('F64 in X9.19 by OpenSSL, from the key as the pad holds it', () => {
  const settings = { macMode: MAC_MODE_X919 };
  const terminal = startTerminal({ settings });
  const frames: Buffer[] = [];
  terminal.world.timeline.listen((entry) => {
    if (entry.wire === 'network' && entry.direction !== 'note') frames.push(Buffer.from(entry.bytes, 'latin1'));
  });
  terminal.powerOn().signIn().sell('12.34', cards.debit);
  const mak = Buffer.from(terminal.inside.pad.battery.mak, 'latin1');
  expect(mak).toHaveLength(16);
  const sealed = frames.filter((frame) => /^02[01]0$/.test(frame.subarray(13, 15).toString('hex')));
  expect(sealed).toHaveLength(2);
  for (const frame of sealed) expect(frame.subarray(-8)).toEqual(retailMac(mak, frame.subarray(13, -8)));
  terminal.close();
});

test('without lengths two answers in one segment, and one in many, are told apart', () => {
  const terminal = startTerminal({ settings: { frameLength: false } });
  terminal.powerOn().signIn();
  terminal.fault('network', 'split', 7).sell('1.00', cards.debit).fault('network', 'well');
  terminal.center.fail('duplicate', { mti: '0200' });
  terminal.fault('network', 'merge', 1).sell('2.00', cards.debit);
  terminal.center.fail('wrongStan', { mti: '0200' });
  terminal.sell('3.00', cards.debit).sell('4.00', cards.debit);
  expect(terminal.center.ledger().map((row) => row.amountFen)).toEqual([-100, -200, -300, 300, -400]);
  terminal.close();
});
