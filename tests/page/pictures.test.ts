/**
 * The page looks as it did: compared with pictures taken before, two of which are the README's. `npm run pictures` takes
 * them anew, for somebody to look at before they are committed.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { describeInBrowser } from '../support/browser';
import { type Box, differingBlocks } from '../support/compare-pictures';
import { buildPageForTests } from '../support/page-build';
import { launchBrowser, PageRig } from '../support/page-rig';

const root = resolve(__dirname, '../..');
const takesAnew = process.env['CUPOS_PICTURES'] === 'take';
/** Blocks of a thousand: a caret, a lamp that just went out. */
const TOLERANCE = 12;
const STARTS_AT = '20260115093000';

/** What shows the time, or what the machine's own fonts draw. */
const restless = ['.time output', '.timeline ol', '.chips', '.filters', '.books', '.about dd'];

interface Scene {
  readonly file: string;
  readonly locale: 'en-US' | 'zh-CN';
  readonly width: number;
  readonly height: number;
  readonly until: 'off' | 'pin' | 'tear' | 'slips';
}

const README_IMAGES = join('docs', 'images');
const scenes: readonly Scene[] = [
  { file: join(README_IMAGES, 'page.png'), locale: 'en-US', width: 1440, height: 900, until: 'tear' },
  { file: join(README_IMAGES, 'page.zh-CN.png'), locale: 'zh-CN', width: 1440, height: 900, until: 'tear' },
  { file: 'tests/page/baselines/slips-1440.png', locale: 'en-US', width: 1440, height: 900, until: 'slips' },
  { file: 'tests/page/baselines/off-1024.png', locale: 'en-US', width: 1024, height: 768, until: 'off' },
  { file: 'tests/page/baselines/pin-1024.png', locale: 'zh-CN', width: 1024, height: 768, until: 'pin' },
  { file: 'tests/page/baselines/pin-390.png', locale: 'zh-CN', width: 390, height: 844, until: 'pin' },
  { file: 'tests/page/baselines/tear-390.png', locale: 'en-US', width: 390, height: 844, until: 'tear' },
];

async function play(rig: PageRig, until: Scene['until']): Promise<void> {
  const { page } = rig;
  if (until === 'off') return;
  await rig.switchOn();
  await rig.sellUpToPin('debit', '1234');
  if (until === 'pin') return;
  await rig.pin('123456');
  await rig.next('tear');
  if (until === 'tear') return;
  await page.click('.tear');
  await page.locator('.slip').waitFor();
  await page.waitForTimeout(600);
}

/** Fonts are there, paper has stopped, no lamp flickers, the mouse is out of the way. */
async function settle(rig: PageRig): Promise<void> {
  const { page } = rig;
  await rig.speed(1);
  await page.mouse.move(0, 0);
  await page.evaluate('document.activeElement?.blur()');
  await page.evaluate('document.fonts.ready.then(() => undefined)');
  await page.waitForTimeout(900);
}

describeInBrowser('pictures of the page', (executablePath) => {
  let browser: Browser;

  beforeAll(async () => {
    buildPageForTests();
    browser = await launchBrowser(executablePath);
  }, 60_000);

  afterAll(() => browser?.close());

  test.each(scenes)(
    '$file',
    async ({ file, locale, width, height, until }) => {
      const rig = await PageRig.open(
        browser,
        { locale, viewport: { width, height }, reducedMotion: 'reduce' },
        { english: locale === 'en-US', startsAt: STARTS_AT },
      );
      try {
        await play(rig, until);
        await settle(rig);
        const boxes: Box[] = [];
        for (const selector of restless) {
          for (const element of await rig.page.locator(selector).all())
            boxes.push(...((await element.boundingBox()) ? [(await element.boundingBox()) as Box] : []));
        }
        const picture = await rig.page.screenshot();
        const path = join(root, file);
        if (takesAnew) {
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, picture);
          return;
        }
        const differing = differingBlocks(readFileSync(path), picture, boxes);
        if (differing > TOLERANCE) {
          const seen = join(root, 'dist', 'pictures', file.replace(/.*\//, ''));
          mkdirSync(dirname(seen), { recursive: true });
          writeFileSync(seen, picture);
          throw new Error(
            `${file}: ${differing.toFixed(1)} of 1,000 blocks differ; what was seen is in ${seen}. ` +
              'If it is right, npm run pictures takes the pictures anew',
          );
        }
      } finally {
        await rig.close();
      }
    },
    40_000,
  );
});
