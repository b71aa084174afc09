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

const BLANKS = '    ';

/** Where blanks begin that reach to the end. */
function endOf(text: Bytes): number {
  let end = text.length;
  while (end > 3 && text.substr(end - 4, 4) === BLANKS) end -= 4;
  while (end > 0 && text.charCodeAt(end - 1) === 0x20) end--;
  return end;
}

/** Where the first byte stands that cannot be printed as it is. */
function plainLength(text: Bytes): number {
  let at = 0;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code > 0x80) {
      const trail = text.charCodeAt(at + 1);
      if (!(trail > 0x3f && trail < 0xff) || trail === 0x7f || code === 0xff) return at;
      at += 2;
    } else if (code > 0x1f && code < 0x7f) at++;
    else return at;
  }
}

/** At most `longestBytes` of any text, cut at a character border. */
function madeFit(text: Bytes, longestBytes: number): Bytes {
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
  return out + text.substring(from, at);
}

/** Called through a name: what stands in a function is read, obeyed or not, whenever it is called. */
const seldom = { plainLength, madeFit };

/** At most `longestBytes` of it, cut at a character border, without blanks at its end. */
export function foreignText(text: Bytes, longestBytes: number): Bytes {
  // Mostly letters and digits: that call finds out what a look at each character would.
  if (encodeURIComponent(text) === text) return text.substr(0, longestBytes);
  let end = endOf(text);
  let fit = text.substr(0, end);
  if (end > longestBytes || (encodeURIComponent(fit) !== fit && seldom.plainLength(fit) !== end)) {
    fit = seldom.madeFit(text, longestBytes);
    end = endOf(fit);
  }
  return fit.substr(0, end);
}
