/**
 * A key loader at a real pad's loader port (docs/protocol/pinpad.md): says hello, loads the TMK, repeats what was not
 * acknowledged. The key leaves this process on that port only.
 */
import type { Bytes } from '../../hal/bytes';
import { byte, crc16, readU16 } from '../../hal/bytes';
import {
  PAD_ANSWER,
  PAD_FIRST_SEQUENCE,
  PAD_HELLO,
  PAD_LOAD_TMK,
  PAD_OK,
  PAD_STATUS_KEY_CHECK,
} from '../../hal/pad-commands';
import { loaderFrame, refusalOf, tmkData, type TmkToLoad } from '../devices/key-loader';

const TRIES = 3;
/** A pad computes the check value of its new key in this time. */
const ANSWER_MS = 2000;
const KEPT_BYTES = 1024;

/** The port as the loader uses it. */
export interface LoaderLine {
  write(bytes: Bytes): void;
  onBytes: (bytes: Bytes) => void;
}

/** The data of a good answer in `text`, or null while there is none. */
function answerIn(text: Bytes, sequence: number, command: number): Bytes | null {
  for (let at = text.indexOf('\x02'); at >= 0; at = text.indexOf('\x02', at + 1)) {
    const bodyBytes = text.length >= at + 5 ? readU16(text, at + 1) : 0;
    const crcAt = at + 3 + bodyBytes;
    if (bodyBytes < 3 || text.length < crcAt + 2 || crc16(text.slice(at + 1, crcAt)) !== readU16(text, crcAt)) continue;
    if (text.charCodeAt(at + 3) === sequence && text.charCodeAt(at + 4) === (command | PAD_ANSWER))
      return text.slice(at + 5, crcAt);
  }
  return null;
}

/** Resolves with the pad's serial number. Rejects with an Error of one sentence. */
export async function loadTmkOverLine(line: LoaderLine, key: TmkToLoad, answerMs = ANSWER_MS): Promise<string> {
  const data = tmkData(key);
  let received = '';
  let heard: () => void = () => undefined;
  line.onBytes = (bytes) => {
    received = (received + bytes).slice(-KEPT_BYTES);
    heard();
  };

  async function ask(sequence: number, command: number, data: Bytes): Promise<Bytes> {
    for (let tries = 0; tries < TRIES; tries++) {
      received = '';
      line.write(loaderFrame(sequence, command, data));
      const endMs = Date.now() + answerMs;
      for (let leftMs = answerMs; leftMs > 0; leftMs = endMs - Date.now()) {
        const answer = answerIn(received, sequence, command);
        if (answer !== null) {
          line.write(`\x06${byte(sequence)}`);
          return answer;
        }
        await new Promise<void>((goOn) => {
          const timer = setTimeout(goOn, leftMs);
          heard = () => {
            clearTimeout(timer);
            goOn();
          };
        });
      }
    }
    throw new Error('the PIN pad does not answer on its loader port');
  }

  const hello = await ask(PAD_FIRST_SEQUENCE, PAD_HELLO, '');
  const status = (await ask(PAD_FIRST_SEQUENCE + 1, PAD_LOAD_TMK, data)).charCodeAt(0);
  if (status === PAD_STATUS_KEY_CHECK) throw new Error('the PIN pad found the check value of the TMK wrong');
  if (status !== PAD_OK) throw new Error(refusalOf(key, status));
  return hello.slice(3, 11).replace(/[^\x20-\x7e]/g, '?');
}
