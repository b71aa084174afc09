/** The stripe head and what people do to it: every track both ways, every damage, every noise. */
import fc from 'fast-check';
import type { Clock } from '../../hal/bus';
import type { MagstripeReader, StripeTracks } from '../../hal/devices';
import {
  FAULT_BUSY,
  FAULT_CANCELLED,
  FAULT_STRIPE_LRC,
  FAULT_STRIPE_PARITY,
  FAULT_STRIPE_TOO_LONG,
  FAULT_STRIPE_UNREADABLE,
  FAULT_TIMEOUT,
} from '../../hal/fault';
import { panOf } from '../../firmware/flows/card';
import { passesLuhn } from '../../firmware/flows/digits';
import { createShiftOutHead } from '../../drivers/shift-out-head';
import { StripeHead, type StripeCard, type SwipeOptions } from '../../emulator/devices/stripe-head';
import { GpioLines } from '../../emulator/world/gpio-lines';
import { Mcu } from '../../emulator/world/mcu';
import { spiWire } from '../../emulator/world/spi-wire';
import { World } from '../../emulator/world/world';

interface Bench {
  readonly world: World;
  readonly head: StripeHead;
  readonly reader: MagstripeReader;
}

function bench(): Bench {
  const world = new World(5);
  const mcu = new Mcu(world);
  const sense = new GpioLines(world, mcu, 'stripeSense', { outputs: 0, inputs: 1 });
  const head = new StripeHead(world, sense);
  let reader: MagstripeReader | undefined;
  mcu.boot((clock: Clock) => {
    reader = createShiftOutHead(spiWire(world, mcu, 'stripe', 1_000_000, head), sense.host, clock);
  });
  return { world, head, reader: reader as MagstripeReader };
}

type Outcome = [number, StripeTracks | null];

function waitSwipe(b: Bench, act: () => void, timeoutMs = 5000): Outcome {
  let outcome: Outcome | undefined;
  b.reader.start(timeoutMs, (fault, tracks) => {
    if (outcome) throw new Error('done was called twice');
    outcome = [fault, tracks];
  });
  if (outcome) throw new Error('done was called from inside start');
  act();
  b.world.run(6000);
  return outcome as unknown as Outcome;
}

function swipe(card: StripeCard, options: SwipeOptions = {}): Outcome {
  const b = bench();
  return waitSwipe(b, () => b.head.swipe(card, options));
}

const track2 = '6210819300001000011=30121200000012345';
const track3 =
  '996210819300001000011=1561560500050000000002013000000214000049121=0209900061=000000000000=00000001040000';

const track1 = 'B6210819300001000011^DEBIT/TEST                ^30121200000012345';

const track = (longest: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789='), minLength: 8, maxLength: longest });
const alphabetic = fc.string({
  unit: fc.constantFrom(...' !"#$&\'()*+,-./0123456789:<=>@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_'),
  minLength: 8,
  maxLength: 76,
});
const orNone = (text: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(fc.constant(''), text);

test('whatever stands on the three tracks is read, swiped either way, over noise before it', () => {
  const b = bench();
  fc.assert(
    fc.property(
      orNone(alphabetic),
      track(37),
      orNone(track(104)),
      fc.boolean(),
      fc.nat(3),
      (one, two, three, reverse, quiet) => {
        const noiseBits = quiet === 0 && !reverse ? 6 : 0;
        const outcome = waitSwipe(b, () =>
          b.head.swipe({ track1: one, track2: two, track3: three }, { reverse, noiseBits }),
        );
        expect(outcome).toEqual([0, { track1: one, track2: two, track3: three }]);
      },
    ),
    { numRuns: 300 },
  );
});

test('a card drawn fast, slowly, ever faster or ever slower, with the jitter of a worn one', () => {
  const b = bench();
  fc.assert(
    fc.property(
      fc.integer({ min: 10, max: 150 }),
      fc.integer({ min: 50, max: 200 }),
      fc.nat(8),
      fc.boolean(),
      (speedCmPerS, endPercent, jitterPercent, reverse) => {
        const endSpeedCmPerS = Math.min(150, Math.max(10, (speedCmPerS * endPercent) / 100));
        const card = { track1, track2, track3 };
        const options = { speedCmPerS, endSpeedCmPerS, jitterPercent, reverse };
        expect(waitSwipe(b, () => b.head.swipe(card, options))).toEqual([0, card]);
      },
    ),
    { numRuns: 200 },
  );
});

test('a stripe that shakes, drops out and crackles is read right or not at all', () => {
  const b = bench();
  let read = 0;
  fc.assert(
    fc.property(
      fc.integer({ min: 10, max: 150 }),
      fc.nat(30),
      fc.nat(2),
      fc.nat(2),
      (speedCmPerS, jitterPercent, dropOuts, spikes) => {
        const options = { speedCmPerS, jitterPercent, dropOuts, spikes };
        const [fault, tracks] = waitSwipe(b, () => b.head.swipe({ track1, track2, track3 }, options));
        if (fault) return;
        read++;
        // Good parity and LRC by chance: the card's number has a check digit of its own against that.
        if (passesLuhn(panOf(tracks?.track2 ?? ''))) expect(tracks?.track2).toBe(track2);
      },
    ),
    { numRuns: 300 },
  );
  expect(read).toBeGreaterThan(20);
});

test('one damaged track, the others good', () => {
  const card = { track1, track2, track3 };
  const damages: SwipeOptions[] = [
    { scratched: true },
    { badLrc: true },
    { badParityAt: 7 },
    { noStartSentinel: true },
    { noEndSentinel: true },
    { dropOuts: 30 },
  ];
  for (const damage of damages) {
    expect(swipe(card, { ...damage, damagedTrack: 1 })).toEqual([0, { ...card, track1: '' }]);
    expect(swipe(card, { ...damage, damagedTrack: 3 })).toEqual([0, { ...card, track3: '' }]);
    const [fault, tracks] = swipe(card, { ...damage, damagedTrack: 2 });
    expect([FAULT_STRIPE_PARITY, FAULT_STRIPE_LRC, FAULT_STRIPE_UNREADABLE]).toContain(fault);
    expect(tracks).toBeNull();
  }
});

test('a parity bit that is wrong', () => {
  for (const at of [1, 5, 20, 36]) expect(swipe({ track2 }, { badParityAt: at })).toEqual([FAULT_STRIPE_PARITY, null]);
});

test('a wrong LRC', () => {
  expect(swipe({ track2 }, { badLrc: true })).toEqual([FAULT_STRIPE_LRC, null]);
  expect(swipe({ track2 }, { badLrc: true, reverse: true })[0]).not.toBe(0);
});

test('a scratch across the stripe, a card that ends too soon, one that is too long, one that is blank', () => {
  expect([FAULT_STRIPE_PARITY, FAULT_STRIPE_LRC, FAULT_STRIPE_UNREADABLE]).toContain(
    swipe({ track2 }, { scratched: true })[0],
  );
  expect(swipe({ track2 }, { noEndSentinel: true })[0]).not.toBe(0);
  expect(swipe({ track2: '1'.repeat(38) })).toEqual([FAULT_STRIPE_TOO_LONG, null]);
  expect(swipe({ track2: '1'.repeat(120) })).toEqual([FAULT_STRIPE_TOO_LONG, null]);
  expect(swipe({ track1 })).toEqual([FAULT_STRIPE_UNREADABLE, null]);
  expect(swipe({})).toEqual([FAULT_STRIPE_UNREADABLE, null]);
});

test('a first or third track that is too long does not spoil the second', () => {
  const outcome = swipe({ track1: 'A'.repeat(77), track2, track3: '9'.repeat(105) });
  expect(outcome).toEqual([0, { track1: '', track2, track3: '' }]);
});

const SHORTEST_PAN = 12;

test('no bits at all make the reader throw or hang, and chance is never a card', () => {
  const b = bench();
  const bits = fc.array(fc.nat(1), { minLength: 2112, maxLength: 2112 }).map((a) => a.join(''));
  const startsOnly = fc.constantFrom('11010', '110101', '1101011111').map((unit) => unit.repeat(500).slice(0, 2112));
  fc.assert(
    fc.property(fc.oneof(bits, startsOnly), (all) => {
      const [fault, tracks] = waitSwipe(b, () => b.head.insertBits(all));
      // A few characters with good parity and LRC may be chance; a card number is not.
      if (fault === 0) expect(tracks?.track2.length).toBeLessThan(SHORTEST_PAN);
    }),
    { numRuns: 200 },
  );
});

test('one wrong bit anywhere on track 2 is never read as another card', () => {
  const b = bench();
  let good = '';
  waitSwipe(b, () => {
    b.head.swipe({ track2 });
    good = b.head.state.bits.slice(16);
  });
  for (let at = 704; at < 704 + 5 * 40; at++) {
    const flipped = good.slice(0, at) + (good[at] === '1' ? '0' : '1') + good.slice(at + 1);
    const [fault, tracks] = waitSwipe(b, () => b.head.insertBits(flipped));
    if (!fault) expect(tracks?.track2).toBe(track2);
  }
});

test('a swipe made before anybody waits is read at once, and the head is armed again', () => {
  const b = bench();
  b.head.swipe({ track2 });
  b.world.run(1000);
  expect(waitSwipe(b, () => undefined)[1]?.track2).toBe(track2);
  expect(waitSwipe(b, () => b.head.swipe({ track2: '12345678=9' }))[1]?.track2).toBe('12345678=9');
  expect(waitSwipe(b, () => b.head.swipe({ track2, track3 }))[1]?.track3).toBe(track3);
});

test('nobody swipes; somebody cancels; two ask at once', () => {
  const b = bench();
  expect(waitSwipe(b, () => undefined, 1000)).toEqual([FAULT_TIMEOUT, null]);
  expect(waitSwipe(b, () => b.reader.cancel())).toEqual([FAULT_CANCELLED, null]);
  let second = 0;
  waitSwipe(b, () => {
    b.reader.start(0, (fault) => (second = fault));
    b.world.run(10);
    b.reader.cancel();
  });
  expect(second).toBe(FAULT_BUSY);
  b.reader.cancel();
});

test('a cancel that comes as the card is read does not end the next wait', () => {
  const b = bench();
  const seen: number[] = [];
  b.reader.start(0, (fault) => {
    seen.push(fault);
    b.reader.start(0, (next) => seen.push(next));
  });
  b.head.swipe({ track2 });
  b.world.run(340);
  b.reader.cancel();
  // The head becomes ready before the cancelled operation has ended.
  b.head.onEvent();
  b.world.run(2000);
  expect(seen).toEqual([0]);
});
