/** Bytes of the wires as they may be shown: nothing secret left, nothing moved, foreign tools can still read them. */
import fc from 'fast-check';
import { cards, startTerminal } from '../../../emulator/terminal';
import { PieceAssembler, type WirePiece } from '../../../emulator/timeline-view/assemble';
import { describeFrames, detailFrames } from '../../../emulator/timeline-view/describe-frames';
import { maskFrame } from '../../../emulator/timeline-view/mask-message';
import { maskedBytes } from '../../../emulator/timeline-view/masked-bytes';

function piecesOfASale(trackEncryption: boolean): WirePiece[] {
  const pieces: WirePiece[] = [];
  const assembler = new PieceAssembler((piece) => pieces.push(piece));
  const terminal = startTerminal({ seed: 11, settings: { trackEncryption } });
  terminal.world.timeline.listen((entry) => assembler.add(entry));
  terminal.powerOn().signIn().sell('100.00', cards.debit);
  assembler.closeBefore(Infinity);
  terminal.close();
  return pieces.filter((piece) => piece.direction !== 'note');
}

/** Ways in which the card's number, its track and its PIN could stand in bytes. */
function secretsOf({ pan, track2, pin }: typeof cards.debit): string[] {
  const asHex = (text: string): string => Buffer.from(text).toString('hex');
  return [asHex(pan), pan, asHex(track2), track2.replace('=', 'd'), asHex(pin)];
}

test.each([true, false])(
  'a sale on every wire, tracks encrypted %s: as long as before, and nothing secret',
  (encrypted) => {
    let messages = 0;
    for (const { wire, direction, bytes } of piecesOfASale(encrypted)) {
      const masked = maskedBytes(wire, direction, bytes);
      expect(masked).toHaveLength(bytes.length);
      const hex = Buffer.from(masked, 'latin1').toString('hex');
      for (const secret of secretsOf(cards.debit)) expect(hex).not.toContain(secret);
      if (wire !== 'network') continue;
      messages++;
      // What may be seen is still there, at its place.
      expect(describeFrames(masked)).toBe(describeFrames(bytes));
      const isMasked = /^(F(02|35|36|52|53) .*|bitmap.*)$/gm;
      const rest = (text: string): string => detailFrames(text).replace(isMasked, '');
      expect(rest(masked)).toBe(rest(bytes));
    }
    expect(messages).toBe(4);
  },
);

test('keys of a sign-in do not get out, encrypted as they are', () => {
  const answer = piecesOfASale(true).find((piece) => describeFrames(piece.bytes).startsWith('0810'));
  const masked = maskFrame(answer?.bytes.slice(answer.bytes.indexOf(':') + 1) ?? '') ?? '';
  expect(masked.slice(-56)).toBe('\0'.repeat(56));
});

test('half a frame, or a frame with its middle gone, is zeros', () => {
  const sale = piecesOfASale(false).find((piece) => piece.wire === 'network' && piece.bytes.length > 150);
  if (!sale) throw new Error('there was no sale');
  for (const part of [sale.bytes.slice(0, 100), sale.bytes.slice(40), sale.bytes.slice(0, 60) + sale.bytes.slice(90)]) {
    for (const wire of ['network', 'modem']) {
      expect(maskedBytes(wire, 'out', part)).toBe('\0'.repeat(part.length));
    }
  }
});

test('a wire that nobody knows is zeros, and so is what is written to the flash', () => {
  expect(maskedBytes('scanner', 'in', '6210819300001000011')).toBe('\0'.repeat(19));
  expect(maskedBytes('flash', 'out', '\x02\x00\x10\x00secret')).toBe('\x02\x00\x10\x00' + '\0'.repeat(6));
});

test('whatever bytes come: as many as before, and no card number', () => {
  const wire = fc.constantFrom('network', 'modem', 'pinpad', 'printer', 'flash', 'stripe');
  const part = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constant('6210819300001000011'));
  const bytes = fc.array(part, { maxLength: 6 }).map((parts) => Buffer.from(parts.join('')).toString('latin1'));
  fc.assert(
    fc.property(wire, fc.constantFrom('in' as const, 'out' as const), bytes, (name, direction, text) => {
      const masked = maskedBytes(name, direction, text);
      expect(masked).toHaveLength(text.length);
      if (name !== 'printer' || direction === 'out') expect(masked).not.toContain('6210819300001000011');
    }),
    { numRuns: 500 },
  );
});
