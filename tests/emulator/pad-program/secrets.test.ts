/**
 * A terminal whose PIN pad runs its own program: no PIN, clear block or key in what crosses a wire, in what the timeline tells, on
 * a screen or slip, on this process's console, or in the state of any device but the pad's storage, which is there to hold keys.
 */
import { loadTmk } from '../../../emulator/devices/key-loader';
import { cards, startTerminal } from '../../../emulator/terminal';
import { fromHex, toHex, xor, type Bytes } from '../../../hal/bytes';
import { KEY_CONFIRM } from '../../../hal/devices';
import * as pad from '../../../hal/pad-commands';
import { example, pinRequest, sm4Example, sm4Rig, swipe, type } from '../../drivers/pad-rig';

const PIN = '835274';

/** Bytes as they are, and as hex. */
const forms = (secrets: readonly Bytes[]): string[] =>
  secrets.flatMap((secret) => [secret, toHex(secret), toHex(secret).toLowerCase()]);

test('a sale with a PIN, a wrong one, one that is cancelled, a pad that dies over its keys', () => {
  const spies = (['log', 'warn', 'error', 'info', 'debug'] as const).map((name) =>
    jest.spyOn(console, name).mockImplementation(() => undefined),
  );
  const write = jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const terminal = startTerminal({ parts: { pad: 'firmware' } });
  const { world, inside } = terminal;
  let seen = '';
  const look = (names: readonly string[]): void => {
    for (const { name, state } of world.devices) if (names.includes(name)) seen += JSON.stringify(state);
    seen += JSON.stringify([terminal.lcd.rows(), terminal.pinpad.rows()]);
  };
  /** But the storage that is there for keys, and the journal's flash, which is long. */
  const lookEverywhere = (): void =>
    look(world.devices.flatMap(({ name }) => (['padFlash', 'flash'].includes(name) ? [] : [name])));
  const stop = world.timeline.listen((entry) => {
    seen += `${entry.bytes}\n${entry.text}\n`;
    if (entry.wire === 'pinpad') look(['pinpad', 'padMcu', 'keyLoader', 'uart.pinpad']);
  });
  const keys: Bytes[] = [];
  const keep = (): void => {
    const { tmk, pik, mak, tdk, storageKey } = inside.pad.battery;
    keys.push(...[tmk, pik, mak, tdk, storageKey].filter((key) => key !== ''));
  };
  terminal.powerOn().signIn();
  keep();
  terminal.sell('12.34', cards.debit, { pin: PIN }).waitForIdle();
  terminal.sell('1.00', cards.debit).waitForIdle();
  terminal.wake().press('1').type('2.00').press('confirm').swipe(cards.debit).waitFor('请核对卡号').press('confirm');
  terminal.pinpad.waitFor().pinpad.press(...PIN);
  lookEverywhere();
  terminal.press('cancel').waitForIdle();
  terminal.fault('padFlash', 'tear', 30).press('confirm', '3', '1').waitForIdle();
  terminal.press('confirm', '3', '1').waitForIdle();
  keep();
  const storage = JSON.stringify(world.device('padFlash').state);
  terminal.fault('pinpad', 'tamper', 1).wait(100);
  lookEverywhere();
  stop();
  seen += JSON.stringify([terminal.timeline.described(), terminal.paper.slips()]);
  for (const spy of [...spies, write]) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  }
  expect(keys.length).toBe(10);
  const clear = fromHex(`06${PIN}FFFFFFFF`);
  const blocks = [clear, xor(clear, fromHex(`0000${cards.debit.pan.slice(0, -1).slice(-12)}`))];
  const halves = keys.flatMap((key) => [key.slice(0, 8), key.slice(8)]).filter((half) => half !== '');
  // Clear digits never; a key's bytes in no form either, as they are or escaped in JSON.
  const secrets = [PIN, ...forms([...blocks, ...keys, ...halves])];
  const found = (text: string): string[] =>
    secrets.filter((secret) => text.includes(secret) || text.includes(JSON.stringify(secret).slice(1, -1)));
  expect(found(seen)).toEqual([]);
  // The same search finds what is there.
  expect(found(storage)).toContain(keys[0]);
  expect(seen).toContain('12.34');
  terminal.close();
});

test('keys for SM4: in no device but the storage, whatever the pad is asked and however it is answered', () => {
  const rig = sm4Rig('firmware');
  const { world, fake } = rig;
  let seen = '';
  const look = (): void => {
    for (const { name, state } of world.devices) if (name !== 'padFlash') seen += JSON.stringify(state);
    seen += JSON.stringify(fake.rows());
  };
  const stop = world.timeline.listen((entry) => {
    seen += `${entry.bytes}\n${entry.text}\n`;
    look();
  });
  rig.ask(pad.PAD_KEY_STATUS, '\x01');
  swipe(rig, '6225881234567890=27122010000012345');
  const entry = rig.begin(pad.PAD_PIN, pinRequest(pad.PIN_WITH_PAN), 70_000);
  world.run(50);
  type(rig, PIN);
  look();
  fake.pressKey(KEY_CONFIRM);
  world.run(200);
  expect(entry.answer).toHaveLength(16);
  rig.ask(pad.PAD_TRACKS);
  for (const mode of [pad.MAC_MODE_UNIONPAY, pad.MAC_MODE_SM4, pad.MAC_MODE_SM4_CHAIN])
    rig.ask(pad.PAD_MAC, String.fromCharCode(pad.MAC_FIRST | pad.MAC_LAST | (mode << pad.MAC_MODE_SHIFT)) + 'message');
  // Of the other algorithm, of a wrong length, of another algorithm still.
  rig.ask(pad.PAD_LOAD_KEYS, example.f62);
  rig.ask(pad.PAD_LOAD_KEYS, sm4Example.f62);
  rig.ask(pad.PAD_LOAD_KEYS, sm4Example.f62.slice(0, 24));
  expect(() => loadTmk(fake, { tmk: sm4Example.tmk, algorithm: 2 })).toThrow('status 8');
  look();
  stop();
  const { tmk, pik, mak, tdk } = fake.battery;
  const keys = [tmk, pik, mak, tdk];
  expect(keys.map(toHex)).toEqual([sm4Example.tmk, sm4Example.pik, sm4Example.mak, sm4Example.tdk]);
  const clear = fromHex(`06${PIN}`.padEnd(32, 'F'));
  const blocks = [clear, xor(clear, fromHex('588123456789'.padStart(32, '0')))];
  const secrets = [PIN, ...forms([...blocks, ...keys])];
  const found = (text: string): string[] =>
    secrets.filter((secret) => text.includes(secret) || text.includes(JSON.stringify(secret).slice(1, -1)));
  expect(found(seen)).toEqual([]);
  expect(found(JSON.stringify(world.device('padFlash').state))).toContain(keys[3]);
});
