/** What the firmware's own texts look like on the screen, in the terminal's language. */
import iconv from 'iconv-lite';
import { en } from '../../firmware/texts/en';
import { createTexts } from '../../firmware/texts/text-table';
import { zhCn } from '../../firmware/texts/zh-cn';

/** Text of an id of firmware/texts/ids.ts, decoded, without the blanks that centre it. */
export type ScreenTexts = (id: number) => string;

export function createScreenTexts(english: boolean): ScreenTexts {
  const texts = createTexts(english ? en : zhCn);
  const decoded: (string | undefined)[] = [];
  return (id) => (decoded[id] ??= iconv.decode(Buffer.from(texts(id), 'latin1'), 'gbk').trim());
}
