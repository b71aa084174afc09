/** The head that gives edges: any card that people draw is read, and what cannot be read is refused, never guessed. */
import fc from 'fast-check';
import type { Clock } from '../../hal/bus';
import type { MagstripeReader, StripeTracks } from '../../hal/devices';
import { FAULT_BUSY, FAULT_CANCELLED, FAULT_STRIPE_UNREADABLE, FAULT_TIMEOUT } from '../../hal/fault';
import { createEdgeHead } from '../../drivers/edge-head';
import { createTwoFrequencyDecoder } from '../../drivers/two-frequency';
import { EdgeHead } from '../../emulator/devices/edge-head';
import type { StripeCard, SwipeOptions } from '../../emulator/devices/stripe-card';
import { CAPTURE_TICKS_US } from '../../emulator/heads';
import { processorProfiles } from '../../emulator/processor-profiles';
import { Mcu, type ProcessorProfile } from '../../emulator/world/mcu';
import { PulseWire } from '../../emulator/world/pulse-wire';
import { World } from '../../emulator/world/world';
import { panOf } from '../../firmware/flows/card';
import { passesLuhn } from '../../firmware/flows/digits';
import { testCardList } from '../../host/center/test-cards';

type Outcome = [number, StripeTracks | null];

interface Bench {
  readonly world: World;
  readonly wire: PulseWire;
  readonly head: EdgeHead;
  readonly reader: MagstripeReader;
}

function bench(profile: ProcessorProfile = processorProfiles.instant): Bench {
  const world = new World(5);
  const mcu = new Mcu(world, profile);
  const wire = new PulseWire(world, mcu, 'stripe', CAPTURE_TICKS_US);
  const head = new EdgeHead(world, wire);
  const readers: MagstripeReader[] = [];
  mcu.boot((clock: Clock) => {
    readers.push(createEdgeHead(wire.host, clock));
  });
  return { world, wire, head, reader: readers[0] };
}

function waitSwipe(b: Bench, act: () => void, timeoutMs = 9000): Outcome {
  const outcomes: Outcome[] = [];
  b.reader.start(timeoutMs, (fault, tracks) => outcomes.push([fault, tracks]));
  expect(outcomes).toHaveLength(0);
  act();
  b.world.run(10_000);
  expect(outcomes).toHaveLength(1);
  return outcomes[0];
}

function swipe(b: Bench, card: StripeCard, options: SwipeOptions = {}): Outcome {
  return waitSwipe(b, () => b.head.swipe(card, options));
}

const tracksOf = ({ track1, track2, track3 }: StripeTracks): StripeTracks => ({ track1, track2, track3 });
const cards = testCardList.map(tracksOf);
const anyCard = fc.constantFrom(...cards);
const speed = fc.integer({ min: 10, max: 150 });

test('any card drawn at 10 to 150 cm/s, ever faster or slower, shaking up to 6 %, either way round', () => {
  const b = bench();
  fc.assert(
    fc.property(
      anyCard,
      speed,
      fc.integer({ min: 40, max: 250 }),
      fc.nat(6),
      fc.boolean(),
      (card, speedCmPerS, percent, jitterPercent, reverse) => {
        const endSpeedCmPerS = Math.min(150, Math.max(10, (speedCmPerS * percent) / 100));
        expect(swipe(b, card, { speedCmPerS, endSpeedCmPerS, jitterPercent, reverse })).toEqual([0, card]);
      },
    ),
    { numRuns: 400 },
  );
});

test('whatever is wrong with the stripe: right or refused, never other digits', () => {
  const b = bench();
  let read = 0;
  fc.assert(
    fc.property(
      anyCard,
      fc.integer({ min: 3, max: 300 }),
      fc.nat(20),
      fc.nat(2),
      fc.nat(2),
      fc.nat(4).map((chance) => chance === 0),
      (card, speedCmPerS, jitterPercent, dropOuts, spikes, scratched) => {
        const [fault, tracks] = swipe(b, card, { speedCmPerS, jitterPercent, dropOuts, spikes, scratched });
        if (fault || tracks === null) return;
        read++;
        if (passesLuhn(panOf(tracks.track2))) expect(tracks.track2).toBe(card.track2);
      },
    ),
    { numRuns: 500 },
  );
  expect(read).toBeGreaterThan(10);
});

test('times that no card made: nothing throws or hangs, and chance is never a card', () => {
  const b = bench();
  const times = fc.array(fc.nat(255), { maxLength: 3000 }).map((steps) => {
    let at = 0;
    return steps.map((step) => (at += step * 16));
  });
  fc.assert(
    fc.property(times, times, times, (one, two, three) => {
      let outcome: Outcome | undefined;
      b.reader.start(9000, (fault, tracks) => (outcome = [fault, tracks]));
      b.wire.burst([one, two, three]);
      b.world.run(30_000);
      const [fault, tracks] = outcome as unknown as Outcome;
      if (!fault) expect(tracks?.track2.length).toBeLessThan(12);
    }),
    { numRuns: 100 },
  );
});

test('a missing transition and one too many leave a gap that no character reaches across', () => {
  const byteTimes = (...times: number[]): string => String.fromCharCode(...times);
  const zeros = '\x32'.repeat(10);
  const bitsOf = (times: string): string => {
    const decoder = createTwoFrequencyDecoder();
    decoder.feed(times);
    return [...decoder.bits()].map((c) => (~c.charCodeAt(0) & 255).toString(2).padStart(8, '0')).join('');
  };
  const one = byteTimes(25, 25);
  expect(bitsOf(zeros + one + zeros.slice(5))).toMatch(/^1000000*$/);
  expect(bitsOf(zeros + one + one + byteTimes(50) + one)).toMatch(/^11010*$/);
  expect(bitsOf(zeros + one + byteTimes(100) + one)).toMatch(/^1(0{16})10*$/);
  expect(bitsOf(zeros + one + byteTimes(25, 50) + one)).toMatch(/^1(0{16})10*$/);
  expect(bitsOf(zeros + one + byteTimes(3, 47) + one)).toMatch(/^1(0{16}0?)10*$/);
});

test('one bad track among good ones', () => {
  const b = bench();
  const card = tracksOf(testCardList[0]);
  for (const damage of [{ scratched: true }, { noStartSentinel: true }, { badLrc: true }, { dropOuts: 5 }]) {
    expect(swipe(b, card, { ...damage, damagedTrack: 1 })).toEqual([0, { ...card, track1: '' }]);
    expect(swipe(b, card, { ...damage, damagedTrack: 3 })).toEqual([0, { ...card, track3: '' }]);
    expect(swipe(b, card, { ...damage, damagedTrack: 2 })[1]).toBeNull();
  }
  expect(swipe(b, { track1: card.track1, track3: card.track3 })).toEqual([FAULT_STRIPE_UNREADABLE, null]);
});

test('nobody swipes; somebody cancels, before and while the edges are turned into bits; two ask at once', () => {
  const b = bench(processorProfiles.board);
  const [card] = cards;
  expect(waitSwipe(b, () => undefined, 1000)).toEqual([FAULT_TIMEOUT, null]);
  expect(waitSwipe(b, () => b.reader.cancel())).toEqual([FAULT_CANCELLED, null]);
  const cancelled = waitSwipe(b, () => {
    b.head.swipe(card);
    b.world.run(800);
    b.reader.cancel();
  });
  expect(cancelled).toEqual([FAULT_CANCELLED, null]);
  let second = 0;
  const first = waitSwipe(b, () => {
    b.reader.start(0, (fault) => (second = fault));
    b.head.swipe(card);
  });
  expect(first).toEqual([0, card]);
  expect(second).toBe(FAULT_BUSY);
});

test('a card drawn while the one before is worked on is not mixed into it', () => {
  const b = bench(processorProfiles.board);
  const outcome = waitSwipe(b, () => {
    b.head.swipe(cards[0]);
    b.world.run(700);
    b.head.swipe(cards[1]);
  });
  expect(outcome).toEqual([0, cards[0]]);
  expect(swipe(b, cards[1])).toEqual([0, cards[1]]);
});

test('a swipe made before anybody waits is read at once', () => {
  const b = bench();
  b.head.swipe(cards[2]);
  b.world.run(1000);
  expect(waitSwipe(b, () => undefined)).toEqual([0, cards[2]]);
});
