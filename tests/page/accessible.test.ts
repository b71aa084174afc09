/** People who see, hear or move otherwise: names, contrast, order of the focus, no motion. Rules by axe-core. */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { describeInBrowser } from '../support/browser';
import { buildPageForTests } from '../support/page-build';
import { launchBrowser, PageRig } from '../support/page-rig';

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const runAxe = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })
  .then((result) => result.violations.map(({ id, nodes }) => ({ id, nodes })))`;

describeInBrowser('the page for everybody', (executablePath) => {
  let browser: Browser;
  let rig: PageRig;

  beforeAll(async () => {
    buildPageForTests();
    browser = await launchBrowser(executablePath);
  }, 60_000);

  afterAll(() => browser?.close());

  async function open(locale: string, width = 1366): Promise<PageRig> {
    rig = await PageRig.open(browser, { locale, reducedMotion: 'reduce', viewport: { width, height: 800 } });
    return rig;
  }

  afterEach(() => rig.close());

  async function isAccessible(): Promise<void> {
    await rig.page.evaluate(axe);
    const violations = await rig.page.evaluate<Violation[]>(runAxe);
    const said = violations.map(
      ({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)}\n${nodes[0].failureSummary ?? ''}`,
    );
    expect(said).toEqual([]);
  }

  test.each(['en-US', 'zh-CN'])(
    'no rule is broken, from the dark terminal to the books (%s)',
    async (locale) => {
      const { page } = await open(locale);
      await isAccessible();
      await rig.switchOn();
      await page.click('.own-card');
      await isAccessible();
      await rig.sellUpToPin('debit', '1234');
      await isAccessible();
      await rig.pin('123456');
      await rig.next('tear');
      await page.getByRole('combobox').last().selectOption({ index: 1 });
      await page.locator('.timeline .row.frame').first().click();
      await isAccessible();
      await page.click('.tear');
      await page.locator('.slip').first().waitFor();
      await isAccessible();
      await page.locator('.sheet-button').first().click();
      await isAccessible();
      await page.keyboard.press('Escape');
      await page.click('#tab-books');
      await isAccessible();
    },
    60_000,
  );

  test('on a phone', async () => {
    await open('en-US', 390);
    await isAccessible();
  }, 30_000);

  test('the focus goes through the page in the order of reading, and is always seen', async () => {
    const { page } = await open('en-US');
    const visited: string[] = [];
    for (let steps = 0; steps < 40; steps++) {
      await page.keyboard.press('Tab');
      visited.push(
        await page.evaluate<string>(`(() => {
          const element = document.activeElement;
          const style = getComputedStyle(element);
          const isSeen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
          return (element.dataset.key ?? element.dataset.pad ?? element.className) + (isSeen ? '' : ' UNSEEN');
        })()`),
      );
    }
    expect(visited.filter((name) => name.endsWith('UNSEEN'))).toEqual([]);
    const keys = visited.slice(visited.indexOf('1'));
    expect(keys.slice(0, 20).join(' ')).toBe(
      '1 2 3 cancel 4 5 6 clear 7 8 9 function dot 0 double-zero menu up down feed confirm',
    );
    expect(keys.slice(20, 23)).toEqual(['1', '2', '3']);
  }, 30_000);

  test('the red key can be held by Space alone; what the screen says is read out', async () => {
    const { page } = await open('en-US');
    await page.focus('[data-key=cancel]');
    await page.keyboard.down('Space');
    await page.waitForSelector('.body .lamp.on.green');
    await page.waitForTimeout(100);
    await page.keyboard.up('Space');
    await rig.next('operator');
    const said = await page.locator('.lcd [aria-live]').textContent();
    expect(said).toContain(rig.running.live.state().lcdText.split('\n')[0]);
  }, 30_000);

  test('who wants no motion gets none', async () => {
    const { page } = await open('en-US');
    expect(await page.evaluate<string>("getComputedStyle(document.querySelector('.key.red')).animationName")).toBe(
      'none',
    );
    expect(await page.evaluate<string>("getComputedStyle(document.querySelector('.key.red')).outlineStyle")).toBe(
      'solid',
    );
  });
});
