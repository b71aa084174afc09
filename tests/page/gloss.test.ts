/** What the screen says, for whoever reads only the other language. */
import { createGloss } from '../../emulator/server/gloss';
import { createScreenTexts } from '../../emulator/headless/screen-texts';
import * as ids from '../../firmware/texts/ids';

const chinese = createScreenTexts(false);
const english = createScreenTexts(true);

test('whole rows, rows that go on with a number, rows that say the same in both languages', () => {
  const gloss = createGloss(false);
  const amount = chinese(ids.T_LCD_AMOUNT_SHOWN);
  expect(gloss([`  ${chinese(ids.T_LCD_SALE)}  `, `${amount}12.34`, '2026-01-15 09:30', ''])).toEqual([
    english(ids.T_LCD_SALE),
    `${english(ids.T_LCD_AMOUNT_SHOWN)} 12.34`,
  ]);
  expect(createGloss(true)([english(ids.T_LCD_SALE)])).toEqual([chinese(ids.T_LCD_SALE)]);
});
