/**
 * Whatever is pressed in the menus of administrator, supervisor and self-test, and whatever fails meanwhile: nothing
 * throws, every row fits the panel, no card number is shown, and a settings record that was written can be read.
 */
import fc from 'fast-check';
import { KEY_CANCEL, KEY_CLEAR, KEY_CONFIRM, KEY_DOT, KEY_DOWN, KEY_DOUBLE_ZERO, KEY_UP } from '../../hal/devices';
import { isGood, settingForms } from '../../firmware/settings-codec';
import { createJournal } from '../../firmware/journal/create-journal';
import { FakeBoard, VirtualClock } from '../support/fake-board';
import { card } from '../support/fake-center';
import { powerOn, ready, type Rig } from '../support/terminal-rig';

type Action = (rig: Rig) => void;

const key = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 48, max: 57 }) },
  { weight: 6, arbitrary: fc.constantFrom(KEY_CONFIRM, KEY_CONFIRM, KEY_UP, KEY_DOWN) },
  { weight: 2, arbitrary: fc.constantFrom(KEY_CLEAR, KEY_DOT, KEY_DOUBLE_ZERO, 70, 77, 80, 1) },
  { weight: 1, arbitrary: fc.constant(KEY_CANCEL) },
);

/** What leads somewhere: whole values, the rounds of the menus, and many confirms. */
const words = [
  ...['898110053310009\r', '10000009\r', '4711\r4711\r', '30\r', '\r\r\r\r', '1', '2', '5\r\r'],
  ...['1898110053310009\r10000009\r\r\r\r', '1\r20000002\r\r\r\r', '2\r\r9000\r\r\r\r\r\r\r\r\r\r'],
  ...['412345678\r4711\r4711\r', '34711\r4711\r', '4123456\r123\r'],
];

/** Leaves whatever is on the screen first. */
function logInAndType(board: FakeBoard, typed: string, word: string): void {
  board.clock.run(1200);
  for (let n = 0; n < 4; n++) {
    board.cancel();
    board.clock.run(200);
  }
  board.type(typed);
  board.clock.run(200);
  board.type(word);
}

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.constantFrom(...words).map(
      (word): Action =>
        (rig) =>
          rig.board.type(word),
    ),
  },
  {
    weight: 20,
    arbitrary: key.map(
      (code): Action =>
        (rig) =>
          rig.board.key(code),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(1, 500, 5001, 61_000).map(
      (ms): Action =>
        (rig) =>
          void rig.board.clock.run(ms),
    ),
  },
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom('99\r12345678\r', '00\r123456\r', '01\r0000\r'), fc.constantFrom('', ...words))
      .map(
        ([typed, word]): Action =>
          (rig) =>
            logInAndType(rig.board, typed, word),
      ),
  },
  { weight: 1, arbitrary: fc.constant<Action>((rig) => void rig.cutAndBoot().clock.run(1500)) },
  { weight: 1, arbitrary: fc.constant<Action>((rig) => rig.board.swipe(card)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Action>(
      ({ board }) => (board.padSilent = !board.padSilent),
      ({ board }) => (board.flashFault = board.flashFault ? 0 : 40),
      ({ board }) => void board.printFaults.push(10),
      ({ board }) => (board.lineDead = !board.lineDead),
      ({ remains }) => (remains.padHasTmk = !remains.padHasTmk),
      ({ remains }) => (remains.padTmkCheck = 'ABCD'),
    ),
  },
);

function checkJournal(rig: Rig): void {
  const clock = new VirtualClock();
  rig.board.clock.forget();
  const board = new FakeBoard(rig.remains, () => undefined);
  const journal = createJournal(board.board().flash, clock);
  journal.mount(() => undefined);
  clock.run(100);
  for (const form of settingForms) {
    const value = journal.setting(form.id);
    if (value !== '') expect(isGood(form, value)).toBe(true);
  }
}

test.each<[string, () => Rig]>([
  ['at the log-in', () => powerOn()],
  ['with a clerk logged in', () => ready()],
  ['in English', () => powerOn({ english: true })],
  ['with an unprovisioned terminal', () => powerOn({ terminalId: '', merchantId: '', host: '', phones: '' })],
])('%s', (_name, start) => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
      const rig = start();
      for (const act of actions) act(rig);
      expect(rig.board.shown.join('\n')).not.toContain(card.track2.slice(0, 16));
      rig.board.flashFault = 0;
      checkJournal(rig);
    }),
    { numRuns: 150 },
  );
});
