/** Tracks that somebody pastes: what a stripe can hold is taken, anything else is named by its place and nothing else. */
import fc from 'fast-check';
import { readOwnCard } from '../../emulator/server/own-card';

const PAN = '6210819300001000011';
const track2 = `${PAN}=30121200000012345`;

test('one, two and three tracks, with or without sentinels, in any order of lines', () => {
  expect(readOwnCard(`;${track2}?`)).toEqual({ track1: '', track2, track3: '' });
  expect(readOwnCard(` ${track2} `)).toEqual({ track1: '', track2, track3: '' });
  expect(readOwnCard(`${PAN}D30121200000012345`).track2).toBe(track2);
  const all = readOwnCard(`%B${PAN}^TEST/CARD^30121200000000000?\n;${track2}?\n+99${PAN}=156?`);
  expect(all).toEqual({ track1: `B${PAN}^TEST/CARD^30121200000000000`, track2, track3: `99${PAN}=156` });
  expect(readOwnCard(`;${track2}?;99${PAN}=156?`).track3).toBe(`99${PAN}=156`);
});

test.each([
  ['', 'paste the tracks of a card first'],
  [';62108193000x1000011=3012?', 'character 13 cannot be on track 2, which holds digits and "="'],
  ['hello', 'character 1 cannot be on track 2'],
  [`;${track2}`, 'track 2: its end sentinel "?" is missing'],
  [`%b${PAN}^TEST?`, 'character 2 cannot be on track 1, which holds capital letters'],
  [`%B${PAN}^A?%B${PAN}^B?`, 'track 1 comes twice'],
  [`;${track2}?x`, 'a track begins with %, ; or +'],
  [`;${'1'.repeat(38)}?`, 'track 2 holds 37 characters between its sentinels, not 38'],
  [`+${'1'.repeat(105)}?`, 'track 3 holds 104 characters'],
  [';123?', 'track 2 is too short to hold a card number'],
])('%j is refused: %s', (text, sentence) => {
  expect(() => readOwnCard(text)).toThrow(sentence);
});

test('no sentence repeats what was pasted', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.nat(20), (noise, at) => {
      const text = `;${PAN.slice(0, at)}${noise}${PAN.slice(at)}=3012?`;
      try {
        readOwnCard(text);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        expect((error as Error).message).not.toMatch(/\d{5}/);
      }
    }),
  );
});
