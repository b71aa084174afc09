/**
 * The far end uses the firmware's codec, so a fault in it could hide: here everything that crossed the network is read
 * again by the second decoder, every F64 is computed again with OpenSSL from the keys as the sign-in answer delivered
 * them, and every PIN block and track is opened again.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { decodeMessage } from '../../../host/iso8583';
import { TEST_TERMINAL } from '../../../host/center/test-data';
import { cards, startTerminal, type Terminal } from '../../../emulator/terminal';
import { readFrame } from '../../support/second-decoder';

function doubled(key: Buffer): Buffer {
  return key.length === 8 ? Buffer.concat([key, key]) : key;
}

function encrypt(key: Buffer, data: Buffer): Buffer {
  return createCipheriv('des-ede', doubled(key), null).setAutoPadding(false).update(data);
}

function decrypt(key: Buffer, data: Buffer): Buffer {
  return createDecipheriv('des-ede', doubled(key), null).setAutoPadding(false).update(data);
}

/** UnionPay's MAC (docs/protocol/security.md) with BigInt for the fold. */
function macOf(mak: Buffer, message: Buffer): string {
  const padded = Buffer.concat([message, Buffer.alloc((8 - (message.length % 8)) % 8)]);
  let fold = 0n;
  for (let at = 0; at < padded.length; at += 8) fold ^= padded.readBigUInt64BE(at);
  const hex = Buffer.from(fold.toString(16).toUpperCase().padStart(16, '0'), 'latin1');
  const first = encrypt(mak, hex.subarray(0, 8)).readBigUInt64BE();
  const second = Buffer.alloc(8);
  second.writeBigUInt64BE(first ^ hex.readBigUInt64BE(8));
  return encrypt(mak, second).toString('hex').toUpperCase().slice(0, 8);
}

/** Frames with their length, in the order they crossed the network. */
function watch(terminal: Terminal): Buffer[] {
  const frames: Buffer[] = [];
  terminal.world.timeline.listen((entry) => {
    if (entry.wire === 'network' && entry.direction !== 'note') frames.push(Buffer.from(entry.bytes, 'latin1'));
  });
  return frames;
}

test('every frame reads the same to the second decoder, and every F64 is right by OpenSSL', () => {
  const terminal = startTerminal();
  const frames = watch(terminal);
  terminal.powerOn().signIn();
  terminal.sell('12.34', cards.debit);
  terminal.center.setFault('*', 'silence', 1, '0200');
  expect(() => terminal.sell('56.78', cards.debit)).not.toThrow();

  const tmk = Buffer.from(TEST_TERMINAL.tmk, 'hex');
  let mak: Buffer = Buffer.alloc(0);
  let checked = 0;
  const types: string[] = [];
  for (const frame of frames) {
    const hex = frame.toString('hex').toUpperCase();
    const second = readFrame(hex);
    const first = decodeMessage(frame, { unmask: true });
    if ('error' in first && first.error) throw new Error(first.error.message);
    expect({ mti: first.mti, fields: first.fields }).toEqual({ mti: second.mti, fields: second.fields });
    types.push(second.mti);
    const keys = second.mti === '0810' ? Buffer.from(second.fields['62'] ?? '', 'hex') : Buffer.alloc(0);
    if (keys.length === 60) mak = decrypt(tmk, keys.subarray(20, 28));
    if (second.fields['64'] !== undefined) {
      checked++;
      expect(second.fields['64']).toBe(macOf(mak, frame.subarray(2 + 5 + 6, -8)));
    }
  }
  expect(types).toEqual(['0800', '0810', '0200', '0210', '0200', '0400', '0410']);
  expect(checked).toBe(5);
});

test('the PIN block and the tracks of a sale are what the card and the customer gave', () => {
  const terminal = startTerminal();
  const frames = watch(terminal);
  terminal.powerOn().signIn();
  terminal.sell('12.34', cards.debit);

  const signIn = readFrame(frames[1].toString('hex').toUpperCase());
  const keys = Buffer.from(signIn.fields['62'], 'hex');
  const tmk = Buffer.from(TEST_TERMINAL.tmk, 'hex');
  const pik = decrypt(tmk, keys.subarray(0, 16));
  const tdk = decrypt(tmk, keys.subarray(40, 56));
  const { fields } = readFrame(frames[2].toString('hex').toUpperCase());

  const { pan, pin, track2 } = cards.debit;
  const block = decrypt(pik, Buffer.from(fields['52'], 'hex')).readBigUInt64BE();
  const account = BigInt(`0x0000${pan.slice(-13, -1)}`);
  expect((block ^ account).toString(16).padStart(16, '0')).toBe(`0${pin.length}${pin}`.padEnd(16, 'f'));

  const wire = track2.replace('=', 'D');
  const at = wire.length % 2 === 0 ? wire.length - 18 : wire.length - 17;
  const sent = fields['35'];
  const opened = decrypt(tdk, Buffer.from(sent.slice(at, at + 16), 'hex'))
    .toString('hex')
    .toUpperCase();
  expect(sent.slice(0, at) + opened + sent.slice(at + 16)).toBe(wire);
});

test('the same seed makes the same bytes on every wire, another seed does not', () => {
  const run = (seed: number): string[] => {
    const terminal = startTerminal({ seed });
    const seen: string[] = [];
    terminal.world.timeline.listen((entry) => {
      seen.push(`${entry.atUs} ${entry.wire} ${entry.direction} ${entry.bytes} ${entry.text}`);
    });
    terminal.powerOn().signIn();
    terminal.sell('100.00', cards.debit);
    return seen;
  };
  const first = run(5);
  expect(run(5)).toEqual(first);
  expect(run(6)).not.toEqual(first);
});

test('with the processor time of a real board a sale goes through and no byte is lost', () => {
  const terminal = startTerminal({ profile: 'board' });
  terminal.powerOn().signIn();
  terminal.sell('100.00', cards.debit);
  expect(terminal.paper.slips()).toHaveLength(2);
  for (const wire of ['pinpad', 'printer', 'modem']) {
    expect(terminal.world.device(`uart.${wire}`).state).toMatchObject({ lost: 0 });
  }
});
