/**
 * Text from outside (host, settings) made fit for paper: controls become blanks, so that it can hold no command of the
 * printer and no mark-up; half a character at its end is left out, so that it does not swallow what follows.
 */
import type { Bytes } from '../../hal/bytes';

/** Bytes of the GB18030 character at `at`: 1, 2 or 4, 0 for a lead byte without its trail. */
function lengthAt(text: Bytes, at: number): number {
  const lead = text.charCodeAt(at);
  if (lead < 0x80) return 1;
  const trail = text.charCodeAt(at + 1);
  if (lead < 0x81 || lead > 0xfe || !(trail >= 0x30 && trail <= 0xfe) || trail === 0x7f) return 0;
  if (trail >= 0x40) return 2;
  return trail <= 0x39 && isFourBytes(text, at) ? 4 : 0;
}

function isFourBytes(text: Bytes, at: number): boolean {
  const third = text.charCodeAt(at + 2);
  const fourth = text.charCodeAt(at + 3);
  return third >= 0x81 && third <= 0xfe && fourth >= 0x30 && fourth <= 0x39;
}

/** Cut where they end that are not blank. */
function withoutBlanks(text: Bytes): Bytes {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0x20) end--;
  return text.substring(0, end);
}

/** At most `longestBytes` of it, cut at a character border, without blanks at its end. */
export function foreignText(text: Bytes, longestBytes: number): Bytes {
  const solid = text.split(' ').join('');
  // Mostly letters and digits: those two calls find out what a look at each character would.
  if (encodeURIComponent(solid) === solid) return solid === '' ? '' : withoutBlanks(text.substr(0, longestBytes));
  let out = '';
  /** From here to `at` all is as it was. */
  let from = 0;
  let at = 0;
  while (at < text.length) {
    const length = lengthAt(text, at);
    if (out.length + at - from + length > longestBytes) break;
    const code = text.charCodeAt(at);
    if (length === 0 || code < 0x20 || code === 0x7f) {
      out += text.substring(from, at) + (length ? ' ' : '');
      from = at + 1;
    }
    at += length || 1;
  }
  out += text.substring(from, at);
  return withoutBlanks(out);
}
