import * as fc from 'fast-check';
import { bodyOf, createDeframer, FRAME_LIMIT_BYTES, wrapFrame } from '../../../firmware/line/envelope';
import { fromHex, toHex } from '../../../hal/bytes';

const bytes = (limit: number): fc.Arbitrary<string> =>
  fc.uint8Array({ maxLength: limit }).map((array) => String.fromCharCode(...array));

function drain(deframer: ReturnType<typeof createDeframer>): string[] {
  const frames: string[] = [];
  for (let frame = deframer.next(); frame !== ''; frame = deframer.next()) frames.push(frame);
  return frames;
}

/** Cuts `stream` at the given places, whatever they are. */
function cut(stream: string, places: readonly number[]): string[] {
  const sorted = places.map((place) => place % (stream.length + 1)).sort((a, b) => a - b);
  const pieces: string[] = [];
  let from = 0;
  for (const to of [...sorted, stream.length]) {
    pieces.push(stream.slice(from, to));
    from = to;
  }
  return pieces;
}

test('a sign-in request in its envelope', () => {
  // Layout of Q/CUP 009: length, TPDU, header, body; the body here is a bare MTI and bitmap.
  const frame = wrapFrame(fromHex('6000030000'), fromHex('603100311001'), fromHex('08000000000000000000'));
  expect(toHex(frame)).toBe('0015' + '6000030000' + '603100311001' + '08000000000000000000');
  expect(toHex(bodyOf(frame.slice(2), 11))).toBe('08000000000000000000');
});

test('a frame too short for a message has no body', () => {
  expect(bodyOf('x'.repeat(20), 11)).toBe('');
  expect(bodyOf('x'.repeat(21), 11)).toBe('x'.repeat(10));
  expect(bodyOf('x'.repeat(10), 0)).toBe('x'.repeat(10));
  expect(bodyOf('', 0)).toBe('');
});

test('frames split and merged in any way come out whole and in order', () => {
  fc.assert(
    fc.property(
      fc.array(bytes(400).filter((frame) => frame !== '')),
      fc.array(fc.nat()),
      fc.boolean(),
      (frames, places, keepAlive) => {
        const stream = frames.map((frame) => wrapFrame('', '', frame)).join(keepAlive ? '\0\0' : '');
        const deframer = createDeframer();
        const out: string[] = [];
        for (const piece of cut(stream, places)) {
          deframer.push(piece);
          out.push(...drain(deframer));
        }
        expect(out).toEqual(frames);
        expect(deframer.broken()).toBe(false);
      },
    ),
  );
});

test('the longest frame passes, one byte more breaks the stream until reset', () => {
  const deframer = createDeframer();
  deframer.push(wrapFrame('', '', 'x'.repeat(FRAME_LIMIT_BYTES)));
  expect(drain(deframer)).toEqual(['x'.repeat(FRAME_LIMIT_BYTES)]);
  deframer.push(wrapFrame('', '', 'x'.repeat(FRAME_LIMIT_BYTES + 1)));
  expect(drain(deframer)).toEqual([]);
  expect(deframer.broken()).toBe(true);
  deframer.push(wrapFrame('', '', 'late'));
  expect(drain(deframer)).toEqual([]);
  deframer.reset();
  deframer.push(wrapFrame('', '', 'new'));
  expect(drain(deframer)).toEqual(['new']);
});

test('any bytes at all: no throw, and never more kept than one frame', () => {
  fc.assert(
    fc.property(fc.array(bytes(600)), (pieces) => {
      const deframer = createDeframer();
      for (const piece of pieces) {
        deframer.push(piece);
        for (const frame of drain(deframer)) expect(frame.length).toBeLessThanOrEqual(FRAME_LIMIT_BYTES);
      }
    }),
  );
});

test('a stream fed byte by byte costs linear time', () => {
  const stream = wrapFrame('', '', 'x'.repeat(4000)).repeat(50);
  const took = (times: number): number => {
    const from = process.hrtime.bigint();
    for (let n = 0; n < times; n++) {
      const deframer = createDeframer();
      for (let i = 0; i < stream.length; i++) {
        deframer.push(stream.charAt(i));
        deframer.next();
      }
    }
    return Number(process.hrtime.bigint() - from);
  };
  took(1);
  // 200,000 bytes; quadratic work would be 400 million steps.
  expect(took(1) / 1e6).toBeLessThan(1000);
});

test('without lengths every piece gives all there is so far, once; too much breaks the stream', () => {
  const deframer = createDeframer();
  deframer.reset(true);
  deframer.push('ab');
  expect(drain(deframer)).toEqual(['ab']);
  expect(deframer.next()).toBe('');
  deframer.push('c');
  expect(drain(deframer)).toEqual(['abc']);
  deframer.push('x'.repeat(FRAME_LIMIT_BYTES));
  expect(deframer.next()).toBe('');
  expect(deframer.broken()).toBe(true);
  deframer.reset();
  deframer.push(wrapFrame('', '', 'framed again'));
  expect(drain(deframer)).toEqual(['framed again']);
});
