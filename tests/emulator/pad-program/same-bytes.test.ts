/**
 * The fake pad (OpenSSL, emulator/devices/pinpad.ts) and the pad's own program (firmware/pinpad) share no code. Given the
 * same chance they say the same bytes: in a conversation, on any command, on any noise, and in a whole sale.
 */
import fc from 'fast-check';
import { padNames, type PadName } from '../../../emulator/parts';
import { cards, startTerminal } from '../../../emulator/terminal';
import { loadTmk } from '../../../emulator/devices/key-loader';
import { byte, crc16, fromHex, u16, type Bytes } from '../../../hal/bytes';
import { KEY_CANCEL, KEY_CLEAR, KEY_CONFIRM } from '../../../hal/devices';
import * as pad from '../../../hal/pad-commands';
import { example, padRig, pinRequest, sm4Example, swipe, type, type PadRig } from '../../drivers/pad-rig';

const TRACK_2 = '6225881234567890=27122010000012345';
const TRACK_3 = '996225881234567890=1561560000000000000003000000114000000000=000000000000=00000000000=0';

/** What the pad said to a key loader. */
const loaderHeard = new WeakMap<PadRig, Bytes>();

/** What each side of the wire said, what the customer read, what a loader heard. */
function heard(rig: PadRig): { out: Bytes; into: Bytes; rows: Bytes[]; loader: Bytes } {
  const of = (direction: string): Bytes =>
    rig.crossed
      .filter((entry) => entry.direction === direction)
      .map((entry) => entry.bytes)
      .join('');
  return { out: of('out'), into: of('in'), rows: rig.fake.rows(), loader: loaderHeard.get(rig) ?? '' };
}

/** Does the same with both pads; both results, as hex where they are bytes. */
function both(act: (rig: PadRig, name: PadName) => void): ReturnType<typeof heard>[] {
  return padNames.map((name) => {
    const rig = padRig(name, 5, false);
    act(rig, name);
    return heard(rig);
  });
}

test('a whole conversation: keys, card, PINs, tracks, MACs in parts and modes, seals, rows', () => {
  const rows: Record<string, Bytes[]> = {};
  const [fake, program] = both((rig, name) => {
    const shown: Bytes[] = (rows[name] = []);
    const look = (): void => void shown.push(...rig.fake.rows());
    look();
    rig.ask(pad.PAD_HELLO);
    rig.ask(pad.PAD_LOAD_KEYS, example.f62);
    loadTmk(rig.fake, { tmk: example.tmk, tmkIndex: 7 });
    rig.ask(pad.PAD_KEY_STATUS, byte(pad.PAD_WITH_CHECK_VALUE));
    rig.ask(pad.PAD_LOAD_KEYS, example.f62.slice(0, 40));
    rig.ask(pad.PAD_LOAD_KEYS, example.f62);
    swipe(rig, TRACK_2, TRACK_3);
    for (const [flags, amount, keys] of [
      [1, '000000001234', '123456'],
      [0, '999999999999', '123456789012'],
      [2, '000000000000', ''],
    ] as const) {
      rig.begin(pad.PAD_PIN, pinRequest(flags, amount), 70_000);
      rig.world.run(50);
      look();
      type(rig, keys);
      look();
      rig.fake.pressKey(KEY_CLEAR);
      type(rig, '9');
      if (keys === '') rig.fake.pressKey(KEY_CLEAR);
      rig.fake.pressKey(KEY_CONFIRM);
      rig.world.run(100);
      look();
    }
    rig.begin(pad.PAD_PIN, pinRequest(0, '000000000100', 5), 70_000);
    rig.world.run(6000);
    rig.begin(pad.PAD_PIN, pinRequest(0), 70_000);
    rig.world.run(100);
    rig.pad.cancel();
    rig.world.run(500);
    rig.ask(pad.PAD_TRACKS);
    for (const mode of [0, 1, 2, 3]) {
      rig.ask(pad.PAD_MAC, byte(1 | (mode << 2)) + 'a message of');
      rig.ask(pad.PAD_MAC, '\0 several parts');
      rig.ask(pad.PAD_MAC, '\x02 and one more');
      rig.ask(pad.PAD_MAC, byte(3 | (mode << 2)));
    }
    // The same with SM4, through the same customer's PIN.
    loadTmk(rig.fake, { tmk: sm4Example.tmk, tmkIndex: 9, algorithm: pad.PAD_ALGORITHM_SM4 });
    rig.ask(pad.PAD_KEY_STATUS, byte(pad.PAD_WITH_CHECK_VALUE));
    rig.ask(pad.PAD_LOAD_KEYS, example.f62);
    rig.ask(pad.PAD_LOAD_KEYS, sm4Example.f62.slice(0, 40));
    rig.ask(pad.PAD_LOAD_KEYS, sm4Example.f62);
    for (const flags of [0, 1]) {
      rig.begin(pad.PAD_PIN, pinRequest(flags), 70_000);
      rig.world.run(50);
      type(rig, '4321');
      rig.fake.pressKey(KEY_CONFIRM);
      rig.world.run(100);
    }
    rig.ask(pad.PAD_TRACKS);
    for (const mode of [0, 1, 2, 3, 4, 5]) {
      rig.ask(pad.PAD_MAC, byte(1 | (mode << 2)) + 'a message of');
      rig.ask(pad.PAD_MAC, '\0 several parts');
      rig.ask(pad.PAD_MAC, '\x02 and one more');
      rig.ask(pad.PAD_MAC, byte(3 | (mode << 2)));
    }
    for (let length = 1; length <= 101; length += 5) {
      const { answer } = rig.ask(pad.PAD_SEAL, 'x'.repeat(length));
      rig.ask(pad.PAD_UNSEAL, answer);
    }
    rig.ask(pad.PAD_SHOW, '\xbb\xb6\xd3\xadone row and another');
    look();
    rig.ask(pad.PAD_END);
    look();
    rig.ask(pad.PAD_HELLO, byte(pad.PAD_IN_ENGLISH));
    look();
    rig.begin(pad.PAD_PIN, pinRequest(0), 70_000);
    rig.world.run(50);
    look();
    rig.fake.onFault('tamper', 1);
    rig.world.run(100);
    look();
    rig.ask(pad.PAD_MAC, '\x03x');
    rig.ask(pad.PAD_HELLO);
    look();
  });
  expect(program).toEqual(fake);
  expect(rows['firmware']).toEqual(rows['openssl']);
  expect(fake.into.length).toBeGreaterThan(2000);
});

/** LOAD_TMK's data as it is, on the loader port. */
function loadRaw(rig: PadRig, data: Bytes): void {
  const wire = { send: (bytes: Bytes) => void loaderHeard.set(rig, (loaderHeard.get(rig) ?? '') + bytes) };
  rig.fake.connectLoader(wire);
  rig.fake.onUart(frame(40, pad.PAD_HELLO, ''), wire);
  rig.fake.onUart('\x06\x28', wire);
  rig.fake.onUart(frame(41, pad.PAD_LOAD_TMK, data), wire);
  rig.fake.onUart('\x06\x29', wire);
  rig.fake.connectLoader(null);
}

type Move = (rig: PadRig) => void;
const bytesOf = (maxLength: number): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ maxLength }).map((list) => String.fromCharCode(...list));

const commands: fc.Arbitrary<readonly [number, Bytes]> = fc.oneof(
  fc.constantFrom(
    [pad.PAD_HELLO, ''],
    [pad.PAD_LOAD_KEYS, example.f62],
    [pad.PAD_LOAD_KEYS, example.f62.slice(0, 40)],
    [pad.PAD_LOAD_KEYS, example.f62.slice(0, 24)],
    [pad.PAD_LOAD_KEYS, sm4Example.f62],
    [pad.PAD_LOAD_KEYS, sm4Example.f62.slice(0, 40)],
    [pad.PAD_MAC, '\x0fwhole by SM4'],
    [pad.PAD_MAC, '\x0dbegun by SM4'],
    [pad.PAD_MAC, '\x13chained by SM4'],
    [pad.PAD_MAC, '\x05begun by DES'],
    [pad.PAD_MAC, '\x02ended'],
    [pad.PAD_KEY_STATUS, ''],
    [pad.PAD_KEY_STATUS, '\x01'],
    [pad.PAD_CARD, `${byte(TRACK_2.length)}${TRACK_2}\0`],
    [pad.PAD_CARD, '\x106225881234567890\0'],
    [pad.PAD_PIN, pinRequest(1)],
    [pad.PAD_PIN, pinRequest(2, '000000000000', 1)],
    [pad.PAD_TRACKS, ''],
    [pad.PAD_END, ''],
    [pad.PAD_CANCEL, ''],
  ),
  fc.tuple(fc.constant(pad.PAD_MAC), bytesOf(80)),
  fc.tuple(fc.constantFrom(pad.PAD_SEAL, pad.PAD_UNSEAL, pad.PAD_SHOW, pad.PAD_CARD, pad.PAD_PIN), bytesOf(60)),
  fc.tuple(fc.integer({ min: 0, max: 127 }), bytesOf(30)),
);

const moves: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: commands.map(
      ([command, data]): Move =>
        (rig) =>
          void rig.begin(command, data, 2000),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(20, 60, 400, 1500).map(
      (ms): Move =>
        (rig) =>
          rig.world.run(ms),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(KEY_CONFIRM, KEY_CLEAR, KEY_CANCEL, 48, 51, 52, 53, 57, 70).map(
      (key): Move =>
        (rig) =>
          rig.fake.pressKey(key),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom('', '\x00', '\x01', '\x02', '\xff'), fc.constantFrom(example, sm4Example)).map(
      ([algorithm, keys]): Move =>
        (rig) =>
          void loadRaw(rig, byte(1) + fromHex(keys.tmk) + fromHex(keys.tmkCheck) + algorithm),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('restart', 'keyloss', 'tamper').map((fault): Move => (rig) => {
      rig.world.run(1);
      rig.fake.onFault(fault, 1);
      rig.world.run(20);
    }),
  },
);

test('any commands, keys and faults in any order', () => {
  fc.assert(
    fc.property(fc.array(moves, { maxLength: 40 }), fc.boolean(), (list, isSm4) => {
      const keys = isSm4 ? sm4Example : example;
      const algorithm = isSm4 ? pad.PAD_ALGORITHM_SM4 : pad.PAD_ALGORITHM_DES;
      const [fake, program] = both((rig) => {
        loadTmk(rig.fake, { tmk: keys.tmk, algorithm });
        rig.ask(pad.PAD_LOAD_KEYS, keys.f62);
        for (const move of list) move(rig);
        rig.world.run(5000);
      });
      expect(program).toEqual(fake);
    }),
    { numRuns: 300 },
  );
});

function frame(sequence: number, command: number, data: Bytes): Bytes {
  const body = u16(data.length + 2) + byte(sequence) + byte(command) + data;
  return `\x02${body}${u16(crc16(body))}`;
}

test('any bytes, in any pieces, with any pauses: frames, halves of frames, answers, noise', () => {
  const good = fc.tuple(fc.integer({ min: 30, max: 36 }), commands).map(([sequence, [c, d]]) => frame(sequence, c, d));
  const piece = fc.oneof(
    good,
    fc.tuple(good, fc.nat(40)).map(([whole, at]) => whole.slice(0, at)),
    fc.tuple(good, fc.nat(40)).map(([whole, at]) => whole.slice(at)),
    fc.constantFrom('\x06\x20', '\x06\x21', '\x15\x00', '\x06', '\x15', '\x02', '\x02\x00\x02', '\x15\x01'),
    bytesOf(30),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(piece, fc.constantFrom(0, 0, 5, 30, 160, 700)), { maxLength: 25 }),
      fc.boolean(),
      (list, onLoader) => {
        const said = padNames.map((name) => {
          const rig = padRig(name, 5, false);
          let received = '';
          const wire = { send: (bytes: Bytes) => void (received += bytes) };
          loadTmk(rig.fake, { tmk: example.tmk });
          if (onLoader) rig.fake.connectLoader(wire);
          for (const [bytes, pauseMs] of list) {
            rig.fake.onUart(bytes, wire);
            rig.world.run(pauseMs);
          }
          rig.world.run(3000);
          return [received, rig.fake.rows(), rig.fake.battery];
        });
        expect(said[1]).toEqual(said[0]);
      },
    ),
    { numRuns: 400 },
  );
});

test('a conversation that comes byte by byte, or in pieces of any size, is the same', () => {
  const parts: Bytes[] = [
    frame(32, pad.PAD_HELLO, ''),
    frame(33, pad.PAD_LOAD_KEYS, example.f62),
    frame(34, pad.PAD_CARD, `${byte(TRACK_2.length)}${TRACK_2}\0`),
    frame(35, pad.PAD_TRACKS, ''),
    frame(36, pad.PAD_MAC, `\x03${'m'.repeat(300)}`),
  ];
  const said = (name: PadName, pieceBytes: number): Bytes => {
    const rig = padRig(name, 5, false);
    loadTmk(rig.fake, { tmk: example.tmk });
    for (const part of parts) {
      for (let at = 0; at < part.length; at += pieceBytes) {
        rig.fake.onUart(part.slice(at, at + pieceBytes), rig.wire);
        rig.world.run(1);
      }
      rig.fake.onUart(`\x06${part[3]}`, rig.wire);
      rig.world.run(200);
    }
    return heard(rig).into;
  };
  const whole = said('openssl', 1000);
  expect(whole.length).toBeGreaterThan(80);
  for (const pieceBytes of [1, 2, 3, 16, 100]) {
    for (const name of padNames) expect(said(name, pieceBytes)).toBe(whole);
  }
});

test('both check this: a pad that computes one byte differently is found out', () => {
  const [fake, program] = both((rig, name) => {
    loadTmk(rig.fake, { tmk: example.tmk });
    rig.ask(pad.PAD_LOAD_KEYS, example.f62);
    if (name === 'firmware') rig.fake.battery = { ...rig.fake.battery, mak: fromHex(example.pik) };
    rig.ask(pad.PAD_MAC, '\x03x');
  });
  expect(program.into).not.toBe(fake.into);
  expect(program.out).toBe(fake.out);
});

/** Every wire's bytes of a terminal's morning: sign-in, a wrong PIN, a sale, a lost answer and its reversal. */
function morning(name: PadName): Map<string, Bytes> {
  const wires = new Map<string, Bytes>();
  const terminal = startTerminal({ seed: 3, parts: { pad: name } });
  terminal.world.timeline.listen(({ wire, direction, bytes }) => {
    if (bytes !== '') wires.set(`${wire} ${direction}`, (wires.get(`${wire} ${direction}`) ?? '') + bytes);
  });
  terminal.powerOn().signIn();
  terminal.sell('12.34', cards.debit, { pin: '654321' }).waitForIdle();
  terminal.sell('12.34', cards.debit, { pin: '123456' }).waitForIdle();
  terminal.fault('network', 'dropDown', 1);
  terminal.sell('1.00', cards.credit, { pin: '' }).waitForIdle();
  terminal.close();
  return wires;
}

test('a terminal with either pad says the same to modem, printer, pad and host', () => {
  const [fake, program] = padNames.map(morning) as [Map<string, Bytes>, Map<string, Bytes>];
  expect([...program.keys()]).toEqual([...fake.keys()]);
  for (const [wire, bytes] of fake) expect([wire, program.get(wire)]).toEqual([wire, bytes]);
  expect((fake.get('pinpad in') ?? '').length).toBeGreaterThan(200);
});
