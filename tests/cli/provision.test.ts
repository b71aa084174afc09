/** `cupos provision`: a terminal in a state directory is told who it is, and `cupos run` sells with it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../cli/main';
import { readKeysFile } from '../../cli/keys-file';
import { readTerminalFile } from '../../cli/terminal-file';
import { startLive } from '../../emulator/server/start-live';
import { cards, Terminal } from '../../emulator/terminal';

const TID = '20000002';
const MID = '898110053310002';
/** TEST key. */
const TMK = '1123456789ABCDEFFEDCBA9876543211';

let out = '';
let err = '';
let folder = '';
let data = '';

beforeEach(() => {
  out = '';
  err = '';
  folder = mkdtempSync(join(tmpdir(), 'cupos-provision-'));
  data = join(folder, 'state');
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

async function provision(...args: string[]): Promise<number> {
  out = '';
  err = '';
  return main(['provision', '--data', data, ...args]);
}

async function shown(): Promise<Record<string, unknown>> {
  expect(await provision('--show', '--json')).toBe(0);
  return JSON.parse(out) as Record<string, unknown>;
}

/** What `cupos run` starts, without its page: the same files, at the speed of the test. */
function run(work: (terminal: Terminal) => void): void {
  const own = readTerminalFile(data);
  const terminalId = own?.terminalId ?? '10000001';
  const key = readKeysFile(data)?.terminals.find((one) => one.terminalId === terminalId);
  if (!key) throw new Error('no key');
  const ownFlashOnly = own ? { ownFlashOnly: own.center } : {};
  const started = startLive({ dataDir: data, seed: 1, english: false, terminal: key, ...ownFlashOnly });
  try {
    work(new Terminal(started.inside, { record: false }));
  } finally {
    started.close();
  }
}

test('numbers, name and key: it sells under them, and its slips say so', async () => {
  writeFileSync(join(folder, 'key'), `${TMK}\n`);
  const set = ['--tid', TID, '--mid', MID, '--name', '茶馆', '--key-file', join(folder, 'key')];
  expect(await provision(...set)).toBe(0);
  expect(out).toContain('ready to sign in');
  expect(out).not.toContain(TMK);
  run((terminal) => {
    terminal.powerOn().signIn().sell('12.34', cards.debit);
    expect(terminal.paper.lastSlip()).toContain('茶馆');
    expect(terminal.paper.lastSlip()).toContain(TID);
    const [sale] = terminal.center.exchanges().filter((row) => row.mti === '0200');
    expect(sale).toMatchObject({ terminalId: TID, code: '00' });
  });
  expect(await shown()).toMatchObject({ terminalId: TID, merchantName: '茶馆', masterKey: true, transactions: 1 });
});

test('a host elsewhere, of which the emulated network learns too', async () => {
  expect(await provision('--host', 'pos.example', '--port', '9000', '--apn', 'TEST')).toBe(0);
  expect(await shown()).toMatchObject({ host: 'pos.example', port: 9000, apn: 'TEST', terminalId: '10000001' });
  run((terminal) => {
    terminal.powerOn().signIn().sell('1.00', cards.debit);
    expect(terminal.center.ledger()).toHaveLength(1);
  });
});

test('--fresh knows nothing; it is provisioned on its keys, and stays so', async () => {
  expect(await provision('--fresh')).toBe(0);
  expect(out).toContain('still missing: merchant number, terminal number, host, master key');
  run((terminal) => {
    terminal.powerOn().waitFor('请装载主密钥').press('confirm').waitFor('操作员号');
    terminal.type('99').press('confirm').type('12345678').press('confirm').waitFor('【系统管理】');
    terminal.press('1').waitFor('商户号').type('898110053310001').press('confirm').type('10000001');
    terminal.press('confirm', 'confirm', 'confirm').waitFor('保存设置?').press('confirm').waitFor('设置已保存');
    terminal.press('confirm').waitFor('【系统管理】').press('2').waitFor('TPDU').press('confirm');
    terminal.press('1', '0', 'dot', '0', 'dot', '0', 'dot', '1');
    while (!terminal.lcd.text().includes('保存设置?')) terminal.press('confirm');
    terminal.press('confirm', 'confirm').waitFor('【系统管理】').press('3').waitFor('主密钥未装载').loadKey();
    terminal.waitFor('装载成功').press('confirm', 'cancel');
  });
  expect(await shown()).toMatchObject({ terminalId: '10000001', host: '10.0.0.1', missing: [] });
  run((terminal) => {
    terminal.powerOn().signIn().sell('1.00', cards.debit);
    expect(terminal.center.ledger()).toHaveLength(1);
  });
});

test('numbers stand fast while the batch is open, and so does a fresh start', async () => {
  expect(await provision('--tid', TID, '--mid', MID)).toBe(0);
  run((terminal) => void terminal.powerOn().signIn().sell('1.00', cards.debit));
  expect(await provision('--tid', '30000003')).toBe(1);
  expect(err).toMatch(/^cupos: .*the batch is not settled.*\n$/);
  expect(await provision('--fresh')).toBe(1);
  expect(err).toContain('--force');
  expect(await shown()).toMatchObject({ terminalId: TID });
  expect(await provision('--name', 'CUPOS')).toBe(0);
  expect(await provision('--fresh', '--force')).toBe(0);
  expect(await shown()).toMatchObject({ terminalId: '', masterKey: false });
});

test('what was not given stays', async () => {
  await provision('--tid', TID, '--mid', MID, '--phone', '12345', '--phone', '67890');
  await provision('--tpdu', '6000040000', '--response-timeout', '30');
  expect(await shown()).toMatchObject({
    terminalId: TID,
    tpdu: '6000040000',
    responseTimeoutMs: 30_000,
    phones: '12345,67890',
  });
});

test.each([
  ['a terminal number too short', ['--tid', '123'], '--tid needs 8 letters or digits, not "123"'],
  ['a merchant number with a blank', ['--mid', '8981100533 0001'], '--mid needs 15'],
  ['a name that GBK has not', ['--name', '🍵'], '--name needs'],
  ['a name too long', ['--name', '茶'.repeat(21)], '--name needs'],
  ['a TPDU that is no hex', ['--tpdu', '60000300ZZ'], '--tpdu needs 10 hex digits'],
  ['a host with a quote', ['--host', '10.0.0.1",1'], '--host needs'],
  ['a port beyond', ['--port', '70000'], '--port needs'],
  ['a fourth phone', ['--phone', '1', '--phone', '2', '--phone', '3', '--phone', '4'], '3 times, not 4'],
  ['a phone with letters', ['--phone', 'abc'], '--phone needs'],
  ['nothing at all', [], 'nothing to do'],
  ['a density there is not', ['--density', '9'], '--density needs a number from 0 to 8'],
  ['an advertisement that no printer has', ['--advert', '🙂'], '--advert needs 1 to 64 bytes of GBK text'],
  ['a switch that is none', ['--slip-qr', 'yes'], '--slip-qr needs 1 or 0'],
  ['show and set', ['--show', '--tid', TID], '--show only shows'],
  ['fresh and set', ['--fresh', '--host', 'a'], '--fresh makes'],
  ['two keys', ['--tmk', TMK, '--key-file', 'x'], 'one of them'],
])('wrong use, in one line: %s', async (_name, args, sentence) => {
  expect(await provision(...args)).toBe(2);
  expect(err).toContain(sentence);
  expect(err.trimEnd()).not.toContain('\n');
  expect(existsSync(join(data, 'flash.bin'))).toBe(false);
});

test('what slips carry, and taking it away again', async () => {
  expect(await provision('--advert', '欢迎光临', '--slip-qr', '1', '--slip-logo', '0', '--density', '6')).toBe(0);
  expect(await shown()).toMatchObject({ slips: 'no mark, QR code, "欢迎光临", density 6' });
  expect(await provision('--advert', '-', '--slip-qr', '0', '--slip-logo', '1', '--density', '4')).toBe(0);
  expect(await shown()).toMatchObject({ slips: 'mark, density 4' });
});

test('a wrong key is refused and not shown', async () => {
  expect(await provision('--tmk', '12345')).toBe(2);
  expect(err).toContain('--tmk needs 32 hex digits');
  expect(err).not.toContain('12345');
  expect(await provision('--key-file', join(folder, 'none'))).toBe(1);
  expect(err).toContain('cannot be read');
});

test('--show makes nothing where nothing is', async () => {
  expect(await provision('--show')).toBe(1);
  expect(err).toContain('there is no terminal in');
  expect(existsSync(data)).toBe(false);
});

test('a damaged terminal file is named', async () => {
  await provision('--fresh');
  writeFileSync(join(data, 'terminal.json'), '{"terminalId":1}');
  expect(await provision('--show')).toBe(1);
  expect(err).toContain('terminal.json is damaged');
});

test('nothing that was written holds the key in clear but the key file', async () => {
  await provision('--tid', TID, '--mid', MID, '--tmk', TMK);
  for (const name of ['flash.bin', 'pinpad.sealed', 'center.db', 'terminal.json']) {
    const bytes = readFileSync(join(data, name));
    expect(bytes.includes(Buffer.from(TMK, 'hex'))).toBe(false);
    expect(bytes.includes(TMK)).toBe(false);
  }
});
