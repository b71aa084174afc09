/** The fold that the pad gets instead of the message. */
import fc from 'fast-check';
import { foldBlocks } from '../../firmware/exchange/fold';
import { fromHex, toHex } from '../../hal/bytes';

it('folds the worked sale: blocks D1 to D12 joined', () => {
  // Worked example with invented keys: a magnetic sale with PIN and encrypted track, 95 bytes without F64.
  const body =
    '0200302004C020C09811000000000000001234000017021000123462258812345678903E9B92EF7ECE78C045' +
    '31323334353637383132333435363738393031323334353135362A38BA3309D6D4E82610000000000000001322000001000600';
  expect(toHex(foldBlocks(fromHex(body)))).toBe('A9165CDF6225E293');
});

it('is the exclusive or of zero-padded blocks, whatever the length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const sum = Buffer.alloc(8);
      bytes.forEach((value, i) => (sum[i % 8] ^= value));
      return toHex(foldBlocks(Buffer.from(bytes).toString('latin1'))) === sum.toString('hex').toUpperCase();
    }),
  );
});
