import * as fc from 'fast-check';
import { engines, openSignedIn } from './center-fixture';

/** Any change of a good frame that keeps it a byte array. */
const damage = fc.record({
  at: fc.nat(),
  bytes: fc.uint8Array({ maxLength: 12 }),
  cut: fc.nat({ max: 12 }),
});

describe.each(engines)('hostile frames (%s)', (engine) => {
  test('of any bytes are answered or dropped, and move no money', () => {
    const { center, terminal } = openSignedIn(engine);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        for (const reply of terminal.sendAll(bytes)) expect(reply.frame.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
    expect(center.ledger()).toHaveLength(0);
  });

  test('that were a request once are answered or dropped, and move no money unless unchanged', () => {
    const { center, terminal } = openSignedIn(engine);
    const frames = [terminal.saleFrame(), terminal.balanceFrame(), terminal.reversalFrame()];
    fc.assert(
      fc.property(fc.constantFrom(...frames), damage, (frame, { at, bytes, cut }) => {
        const from = 11 + (at % (frame.length - 11));
        const changed = Buffer.concat([frame.subarray(0, from), bytes, frame.subarray(from + cut)]);
        if (changed.equals(frame)) return;
        terminal.sendAll(changed);
      }),
      { numRuns: 500 },
    );
    expect(center.ledger()).toHaveLength(0);
  });

  test('with a good MAC over arbitrary fields are answered, and post at most what they say', () => {
    const { center, terminal, balanceOf } = openSignedIn(engine);
    const field = fc.constantFrom(2, 3, 4, 11, 14, 22, 25, 26, 35, 36, 42, 49, 52, 53, 60);
    const wire = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
    fc.assert(
      fc.property(
        fc.constantFrom('0200', '0400', '0800', '0820'),
        fc.array(fc.tuple(field, wire), { maxLength: 3 }),
        (mti, changes) => {
          const change = (fields: (string | undefined)[]): void => {
            for (const [at, value] of changes) fields[at] = value;
          };
          const frame = mti === '0400' ? terminal.reversalFrame({ change }) : terminal.saleFrame({ change });
          if (mti === '0800' || mti === '0820') Buffer.from(mti, 'hex').copy(frame, 11);
          const replies = terminal.sendAll(frame);
          expect(replies).toHaveLength(1);
          if (mti === '0800') terminal.signIn();
        },
      ),
      { numRuns: 300 },
    );
    const booked = center.ledger().reduce((sum, row) => sum + row.amountFen, 0);
    expect(balanceOf('debit') - 5_000_000).toBe(booked);
  });
});

test('a frame of the longest size takes no longer than its length', () => {
  const { terminal } = openSignedIn();
  const frame = Buffer.alloc(4096, 0x99);
  terminal.saleFrame().copy(frame, 0, 0, 30);
  const startedAt = process.hrtime.bigint();
  for (let i = 0; i < 200; i++) terminal.sendAll(frame);
  expect(Number(process.hrtime.bigint() - startedAt) / 1e6).toBeLessThan(2000);
  expect(terminal.sendAll(Buffer.alloc(4097, 0x60))).toHaveLength(0);
});

test('no answer and no thrown text shows a PAN, but F2 itself', () => {
  const { terminal, center } = openSignedIn();
  terminal.sale();
  const shown = JSON.stringify([center.exchanges(), center.ledger(), center.accounts(), center.terminals()]);
  expect(shown).toContain('621081*********0011');
  expect(shown).not.toContain('6210819300001000011');
});
