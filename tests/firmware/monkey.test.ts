/**
 * Whatever clerk, customer, card, line, center, paper and supply do: the application never throws, never uses a STAN
 * twice, never shows a card number, and once everything works again its journal and the center agree to the fen.
 */
import fc from 'fast-check';
import { byte } from '../../hal/bytes';
import { KEY_CANCEL, KEY_CLEAR, KEY_CONFIRM, KEY_DOT, KEY_FUNCTION } from '../../hal/devices';
import { digitsOf } from '../../firmware/iso8583/wire-form';
import { createJournal } from '../../firmware/journal/create-journal';
import { RECORD_APPROVED } from '../../firmware/journal/transaction-record';
import { FakeBoard, VirtualClock } from '../support/fake-board';
import { card, shortCard, type Plan } from '../support/fake-center';
import { powerOn, type Rig } from '../support/terminal-rig';

type Action = (rig: Rig) => void;

const key = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 48, max: 57 }) },
  { weight: 6, arbitrary: fc.constantFrom(KEY_CONFIRM, KEY_CONFIRM, KEY_CONFIRM, KEY_CANCEL, KEY_CLEAR, KEY_DOT) },
  { weight: 1, arbitrary: fc.constantFrom(KEY_FUNCTION, 85, 68, 77, 80, 122) },
);

const plan: fc.Arbitrary<Plan> = fc.record(
  {
    code: fc.constantFrom('00', '00', '11', '51', '55', 'A0', '99', '96', '97', 'ZZ', '10'),
    silent: fc.boolean(),
    mac: fc.constantFrom('valid' as const, 'valid' as const, 'wrong' as const, 'absent' as const),
    delayMs: fc.constantFrom(5, 20_000, 61_000),
    close: fc.boolean(),
    before: fc
      .uint8Array({ maxLength: 60 })
      .map((bytes) => (): string[] => [Buffer.from(bytes).toString('latin1'), '\x02\x10' + byte(bytes.length)]),
  },
  { requiredKeys: [] },
);

const tracks = fc.oneof(
  fc.constant(card),
  fc.constant(shortCard),
  fc.record({ track2: fc.string({ maxLength: 40 }), track3: fc.string({ maxLength: 107 }) }),
);

/** Steps that lead somewhere, so that sales happen at all. */
const wholeSale: Action = ({ board }) => {
  board.cancel();
  board.clock.run(6000);
  board.cancel();
  board.key(49);
  board.type('100\r');
  board.swipe(card);
  board.confirm();
  if (board.screen().includes('同卡同金额')) board.confirm();
  board.pin('123456');
  board.clock.run(40);
};

/** Waits, as a clerk does, for the self-test of a terminal that was just switched on. */
const logIn: Action = ({ board }) => {
  board.clock.run(1200);
  board.cancel();
  board.type('01\r0000\r');
  board.clock.run(200);
};

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: key.map(
      (code): Action =>
        ({ board }) =>
          board.key(code),
    ),
  },
  {
    weight: 3,
    arbitrary: tracks.map(
      (card): Action =>
        ({ board }) =>
          board.swipe(card),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('', '1234', '123456').map(
      (pin): Action =>
        ({ board }) =>
          board.pin(pin),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(1, 30, 500, 5001, 31_000, 61_000).map(
      (ms): Action =>
        ({ board }) =>
          void board.clock.run(ms),
    ),
  },
  {
    weight: 4,
    arbitrary: plan.map(
      (one): Action =>
        ({ center }) =>
          center.plan('0200', one),
    ),
  },
  {
    weight: 2,
    arbitrary: plan.map(
      (one): Action =>
        ({ center }) =>
          center.plan('0400', one),
    ),
  },
  {
    weight: 1,
    arbitrary: plan.map(
      (one): Action =>
        ({ center }) =>
          center.plan('0800', one),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(10, 11, 4).map(
      (fault): Action =>
        ({ board }) =>
          void board.printFaults.push(fault),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map(
      (dead): Action =>
        ({ board }) =>
          (board.lineDead = dead),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Action>(({ board }) => board.holdListener?.()) },
  { weight: 2, arbitrary: fc.constant<Action>((rig) => void rig.cutAndBoot()) },
  { weight: 3, arbitrary: fc.constant(logIn) },
  { weight: 6, arbitrary: fc.constant(wholeSale) },
);

/** Everything works again; the clerk comes back and sells once. */
function recover(rig: Rig): void {
  for (const mti of Object.keys(rig.center.plans)) rig.center.plans[mti] = [];
  const board = rig.cutAndBoot();
  for (let i = 0; i < 30 && !board.screen().includes('操作员号'); i++) {
    board.clock.run(400);
    if (!board.screen().includes('操作员号')) board.confirm();
  }
  board.type('01\r0000\r');
  for (let i = 0; i < 30 && !board.screen().includes('请刷卡或按确认键'); i++) {
    board.clock.run(400);
    if (!board.screen().includes('请刷卡或按确认键')) board.key(48);
  }
  wholeSale(rig);
  board.clock.run(60_000);
}

function approvedStans(rig: Rig): string[] {
  const clock = new VirtualClock();
  const board = new FakeBoard(rig.remains, rig.center.answering);
  const journal = createJournal({ ...board.board().flash }, clock);
  const stans: string[] = [];
  journal.mount(() => undefined);
  clock.run(60_000);
  expect(journal.owed()).toBeNull();
  journal.forEach((record) => {
    if (record.state === RECORD_APPROVED) stans.push(digitsOf(record.fields[11] ?? ''));
  });
  return stans;
}

it('money is right after any history', () => {
  let sales = 0;
  fc.assert(
    fc.property(fc.array(action, { minLength: 5, maxLength: 60 }), (actions) => {
      const rig = powerOn();
      rig.board.clock.run(300);
      logIn(rig);
      const shown: string[] = [];
      for (const act of actions) {
        act(rig);
        shown.push(rig.board.screen());
      }
      recover(rig);
      const stans = rig.center.of('0200').map((request) => request.digits(60).substring(2, 8) + request.digits(11));
      expect(new Set(stans).size).toBe(stans.length);
      expect(approvedStans(rig).sort()).toEqual([...rig.center.charged.keys()].sort());
      expect(rig.center.charged.size).toBeGreaterThan(0);
      for (const pan of ['6210819300001000011', '6225881200002003']) expect(shown.join()).not.toContain(pan);
      sales += stans.length;
    }),
    { numRuns: 150 },
  );
  expect(sales).toBeGreaterThan(300);
});
