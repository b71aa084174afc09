/** A newcomer at the page in a real browser: the first sale, a declined one, a power cut, all by what the page shows. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { describeInBrowser } from '../support/browser';
import { type Running, start } from '../support/live-desk';
import { buildPageForTests } from '../support/page-build';

const browserArguments =
  '--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync';

/** Run in the page, hence as texts: the tests have no types of a browser. */
const twoSlipsAreDrawn =
  "[...document.querySelectorAll('.slip')].filter((slip) => slip.complete && slip.naturalWidth === 384).length === 2";
const nothingOverhangs = 'document.documentElement.scrollWidth <= window.innerWidth';
/** The whole of it, below the line that says what comes next. */
const isInSight = (what: string): string => `(() => {
  const { top, bottom } = document.querySelector('${what}').getBoundingClientRect();
  return top >= document.querySelector('.hint-line').getBoundingClientRect().bottom && bottom <= window.innerHeight;
})()`;

describeInBrowser('the page in a browser', (executablePath) => {
  let dataDir: string;
  let running: Running;
  let browser: Browser;
  let page: Page;
  /** Whatever the browser complained about. */
  let complaints: string[];

  beforeAll(async () => {
    buildPageForTests();
    const { chromium } = require('playwright-core') as typeof import('playwright-core');
    browser = await chromium.launch({ executablePath, args: browserArguments.split(' ') });
  }, 60_000);

  afterAll(() => browser?.close());

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'cupos-browser-'));
    running = await start(dataDir);
    page = await browser.newPage({ viewport: { width: 1366, height: 768 }, locale: 'en-US' });
    page.setDefaultTimeout(10_000);
    complaints = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text().slice(0, 200));
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(running.url);
    await page.click('[data-speed="10"]');
  });

  afterEach(async () => {
    await page.close();
    await running.end();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** The page's own rules forbid what would wait for an expression inside it. */
  async function comesTrue(expression: string): Promise<void> {
    for (let tries = 0; !(await page.evaluate<boolean>(expression)); tries++) {
      if (tries === 100) throw new Error(`it never came true: ${expression}`);
      await page.waitForTimeout(50);
    }
  }

  const next = (step: string): Promise<unknown> => page.waitForSelector(`.next-${step}`);

  async function holdRed(): Promise<void> {
    const key = page.locator('[data-key=cancel]');
    await key.hover();
    await page.mouse.down();
    await page.waitForSelector('.lamp.on');
    await page.waitForTimeout(100);
    await page.mouse.up();
  }

  async function keys(...names: string[]): Promise<void> {
    for (const name of names) await page.click(`[data-key="${name}"]`);
  }

  async function logIn(): Promise<void> {
    await next('operator');
    await keys('0', '1', 'confirm');
    await next('password');
    await keys('0', '0', '0', '0', 'confirm');
    await next('idle');
  }

  test('the first sale by mouse: two slips as pictures, the posting in the books, the frame on the timeline', async () => {
    await next('hold');
    await holdRed();
    await logIn();
    await keys('1');
    await next('amount');
    await keys('1', '2', '3', '4', 'confirm');
    await next('swipe');
    await page.click('[data-card=debit]');
    await next('check');
    await keys('confirm');
    await next('pin');
    expect(await page.textContent('.hint-line kbd')).toBe('123456');
    for (const digit of '123456') await page.click(`[data-pad="${digit}"]`);
    await page.locator('.pad-screen', { hasText: '******' }).waitFor({ state: 'attached' });
    await page.click('[data-pad=confirm]');
    await next('tear');
    await page.click('.tear');
    await page.locator('.slip').waitFor();
    await keys('confirm');
    await next('idle');
    await page.click('.tear');
    await comesTrue(twoSlipsAreDrawn);
    await page.click('#tab-books');
    expect(await page.textContent('table.postings')).toContain('−12.34');
    await page.click('#tab-timeline');
    await page.locator('.row.frame', { hasText: '0210 sale answer' }).first().click();
    expect(await page.textContent('.opened .fields')).toContain('F02 621081*********0011');
    expect(complaints).toEqual([]);
  }, 30_000);

  test('by keyboard: a card without money is declined, then the power fails in a sale and nothing is lost', async () => {
    await page.keyboard.down('Escape');
    await page.waitForSelector('.lamp.on');
    await page.waitForTimeout(100);
    await page.keyboard.up('Escape');
    await next('operator');
    await page.keyboard.type('01\n');
    await next('password');
    await page.keyboard.type('0000\n');
    await next('idle');
    await page.keyboard.press('1');
    await next('amount');
    await page.keyboard.type('9999\n');
    await next('swipe');
    await page.click('[data-card=lowBalance]');
    await next('check');
    await page.keyboard.press('Enter');
    await next('pin');
    await page.keyboard.type('111111\n');
    await next('read');
    await page.click('#tab-books');
    expect(await page.locator('table.postings tbody tr').count()).toBe(0);
    await page.keyboard.press('Enter');
    await next('idle');

    await page.getByLabel('Center answers…').selectOption({ label: 'processes it and says nothing' });
    await page.keyboard.press('1');
    await next('amount');
    await page.keyboard.type('5000\n');
    await next('swipe');
    await page.click('[data-card=credit]');
    await next('check');
    await page.keyboard.press('Enter');
    await next('pin');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.postings tr.sale');
    await page.getByRole('button', { name: 'Cut the power' }).click();
    await next('hold');
    await holdRed();
    // The reversal goes out by itself after the boot.
    await page.waitForSelector('.postings tr.reversal');
    expect(complaints).toEqual([]);
  }, 30_000);

  test('on a phone the pad comes into sight when it asks, and the screen when the answer is there', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await holdRed();
    await logIn();
    await keys('1');
    await next('amount');
    await keys('1', 'double-zero', 'confirm');
    await next('swipe');
    await page.click('[data-card=debit]');
    await next('check');
    await keys('confirm');
    await next('pin');
    await comesTrue(isInSight('.pinpad'));
    for (const digit of '111111') await page.click(`[data-pad="${digit}"]`);
    await page.click('[data-pad=confirm]');
    await next('read');
    await comesTrue(isInSight('.lcd'));
  }, 30_000);

  test('Chinese and English, a laptop and a phone: nothing is wider than the screen', async () => {
    for (const [width, height] of [
      [1366, 650],
      [1024, 768],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height });
      // The page lays itself out again a moment after the window has changed.
      await comesTrue(nothingOverhangs);
    }
    await page.getByRole('button', { name: '中文' }).click();
    expect(await page.textContent('.hint-line')).toContain('按住红色键');
    expect(await page.getAttribute('html', 'lang')).toBe('zh-CN');
  });
});
