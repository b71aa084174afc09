/** A newcomer at the page in a real browser: what the page shows leads to a sale, a decline, a power cut and its recovery. */
import { statSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { describeInBrowser } from '../support/browser';
import { buildPageForTests } from '../support/page-build';
import { launchBrowser, PageRig } from '../support/page-rig';

/** Run in the page, hence as texts: the tests have no types of a browser. */
const twoSlipsAreDrawn =
  "[...document.querySelectorAll('.slip')].filter((slip) => slip.complete && slip.naturalWidth === 384).length === 2";
const nothingOverhangs = 'document.documentElement.scrollWidth <= window.innerWidth';
/** The whole of it, below the line that says what comes next. */
const isInSight = (what: string): string => `(() => {
  const { top, bottom } = document.querySelector('${what}').getBoundingClientRect();
  return top >= document.querySelector('.hint-line').getBoundingClientRect().bottom && bottom <= window.innerHeight;
})()`;

/** Names of the keys that go down. */
const watchTravel = `
  window.travelled = [];
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (target.classList.contains('down')) window.travelled.push(target.dataset.key);
    }
  }).observe(document.querySelector('.keys'), { subtree: true, attributeFilter: ['class'] });`;

/** Dots of the canvas, each looked at in its middle: '#' dark, '.' not. */
const dotsOnCanvas = `(() => {
  const canvas = document.querySelector('.lcd-dots');
  const dot = canvas.width / 128;
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let dots = '';
  for (let y = 0; y < 64; y++) for (let x = 0; x < 128; x++) {
    const at = 4 * ((y * dot + (dot >> 1)) * canvas.width + x * dot + (dot >> 1));
    dots += pixels[at] < 90 ? '#' : '.';
  }
  return dots;
})()`;

describeInBrowser('the page in a browser', (executablePath) => {
  let browser: Browser;
  let rig: PageRig;

  beforeAll(async () => {
    buildPageForTests();
    browser = await launchBrowser(executablePath);
  }, 60_000);

  afterAll(() => browser?.close());

  beforeEach(async () => {
    rig = await PageRig.open(browser);
  });

  afterEach(() => rig.close());

  test('the first sale by mouse: two slips as pictures, the posting in the books, the frame on the timeline', async () => {
    const { page } = rig;
    await rig.switchOn();
    await rig.sellUpToPin('debit', '1234');
    expect(await page.textContent('.hint-line kbd')).toBe('123456');
    for (const digit of '123456') await page.click(`[data-pad="${digit}"]`);
    await page.locator('.pad-screen', { hasText: '******' }).waitFor({ state: 'attached' });
    await page.click('[data-pad=confirm]');
    await rig.next('tear');
    await page.click('.tear');
    await page.locator('.slip').waitFor();
    await rig.keys('confirm');
    await rig.next('idle');
    await page.click('.tear');
    await rig.comesTrue(twoSlipsAreDrawn);
    const [saved] = await Promise.all([page.waitForEvent('download'), page.locator('.slip-bar a').first().click()]);
    expect(saved.suggestedFilename()).toBe('cupos-slip-000002.png');
    expect(statSync(await saved.path()).size).toBeGreaterThan(1000);
    await page.click('#tab-books');
    expect(await page.textContent('table.postings')).toContain('−12.34');
    expect(await page.textContent('table.exchanges')).toContain('0200');
    await page.click('#tab-timeline');
    await page.locator('.row.frame', { hasText: '0210 sale answer' }).first().click();
    expect(await page.textContent('.opened .fields')).toContain('F02 621081*********0011');
    expect(rig.complaints).toEqual([]);
  }, 30_000);

  test('a stranger: the line says what to do, the right thing beckons, four ticks at the end', async () => {
    const { page } = rig;
    const hint = (): Promise<string | null> => page.textContent('.hint-line p');
    const ticks = (): Promise<number> => page.locator('.tour .done').count();
    expect(await hint()).toContain('Hold the red key');
    await rig.switchOn();
    expect(await hint()).toContain('Press 1 for a sale');
    await rig.sell('debit', '1234', '123456');
    expect(await ticks()).toBe(1);
    expect(await hint()).toContain('Now a decline: press 1, the amount is 2 0 0 0');
    await rig.keys('1');
    await rig.next('amount');
    await rig.keys(...'2000', 'confirm');
    await rig.next('swipe');
    expect(await page.locator('.card.wanted').getAttribute('data-card')).toBe('lowBalance');
    await page.click('.card.wanted');
    await rig.next('check');
    await rig.keys('confirm');
    await rig.next('pin');
    await rig.pin((await page.textContent('.hint-line kbd')) ?? '');
    await rig.next('read');
    await rig.keys('confirm');
    await rig.next('idle');
    expect(await ticks()).toBe(2);
    expect(await hint()).toContain('Now a power cut: click “Cut in mid-sale”');
    await page.click('.mid-sale');
    expect(await page.textContent('.waiting')).toContain('Cut the power → 0200');
    await rig.sellUpToPin('debit', '5000');
    await rig.pin('123456');
    await rig.next('hold');
    expect(await ticks()).toBe(3);
    expect(await hint()).toContain('The power went in mid-sale');
    await rig.holdRed();
    await rig.logIn();
    expect(await ticks()).toBe(4);
    await page.click('#tab-books');
    const kinds = await page.locator('table.postings tbody tr').evaluateAll((rows) => rows.map((row) => row.className));
    expect(kinds).toEqual(['reversal', 'sale', 'sale']);
    expect(rig.complaints).toEqual([]);
  }, 60_000);

  test('by keyboard: a whole sale without a mouse, keys travel, and the field of the search keeps its letters', async () => {
    const { page } = rig;
    await page.keyboard.down('Escape');
    await page.waitForSelector('.body .lamp.on.green');
    await page.waitForTimeout(100);
    await page.keyboard.up('Escape');
    await rig.next('operator');
    await page.evaluate(watchTravel);
    await page.keyboard.type('01\n');
    expect(await page.evaluate<string>('window.travelled.join(" ")')).toBe('0 1 confirm');
    await rig.next('password');
    await page.keyboard.type('0000\n');
    await rig.next('idle');
    await page.keyboard.press('1');
    await rig.next('amount');
    await page.keyboard.type('9,\n');
    await rig.next('swipe');
    await page.focus('[data-card=credit]');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await rig.next('check');
    await page.fill('[type=search]', 'f1p,.');
    expect(await page.inputValue('[type=search]')).toBe('f1p,.');
    await page.click('h1');
    await page.keyboard.press('Enter');
    await rig.next('pin');
    await page.keyboard.press('Enter');
    await rig.next('tear');
    await page.click('#tab-books');
    expect(await page.textContent('table.postings')).toContain('−9.00');
    expect(rig.complaints).toEqual([]);
  }, 30_000);

  test('the screen is true to the pixel', async () => {
    await rig.switchOn();
    await rig.page.click('.time button >> nth=0');
    await rig.next('idle');
    const packed = Buffer.from(rig.running.live.state().lcd, 'base64');
    let dots = '';
    for (let at = 0; at < 128 * 64; at++) dots += packed[at >> 3] & (0x80 >> (at & 7)) ? '#' : '.';
    expect(dots).toContain('#');
    expect((await rig.page.evaluate<string>(dotsOnCanvas)) === dots).toBe(true);
  }, 30_000);

  test('the timeline: filtered by wire, searched, a row opened to its bytes with the card number gone', async () => {
    const { page } = rig;
    await rig.switchOn();
    await rig.sellUpToPin('debit', '1234');
    await rig.pin('123456');
    await rig.next('tear');
    await page.locator('.chip', { hasText: 'network' }).click();
    const wires = await page.locator('.timeline .wire').allTextContents();
    expect([...new Set(wires)]).toEqual(['network']);
    await page.fill('[type=search]', '0200 sale');
    await page.locator('.timeline .row').first().click();
    const dump = (await page.textContent('.opened .dump')) ?? '';
    expect(dump).toMatch(/^0000 {2}[0-9a-f]{2} [0-9a-f]{2} 60 /);
    expect(dump.replace(/[^0-9a-f]/g, '')).not.toContain('6210819300001000011');
    await page.fill('[type=search]', 'nothing has this');
    expect(await page.textContent('.timeline .empty')).toContain('Nothing fits');
  }, 30_000);

  test('faults can be planned, seen and taken back; nonsense is refused with a sentence', async () => {
    const { page } = rig;
    await rig.switchOn();
    await rig.speed(1);
    await page.getByLabel('When').selectOption({ label: 'in … s' });
    await page.getByLabel('seconds').fill('900');
    await page.getByRole('button', { name: 'Paper out' }).click();
    expect(await page.textContent('.waiting')).toContain('the paper is out @');
    await page.getByLabel('Center answers…').selectOption({ label: 'answers after 75 s' });
    await page.locator('.waiting li', { hasText: 'answers after 75 s → 0200' }).waitFor();
    await page.click('#tab-books');
    expect(await page.textContent('table.center-faults')).toContain('answers after 75 s');
    await page.getByLabel('Remove: the paper is out').click();
    await rig.comesTrue("document.querySelectorAll('.chip-remove').length === 1");
    await page.locator('.chip-remove').click();
    await page.locator('.waiting').waitFor({ state: 'detached' });
    await page.getByLabel('When').selectOption({ label: 'at … s' });
    await page.getByLabel('seconds').fill('soon');
    await page.getByRole('button', { name: 'Line dead' }).click();
    await page.locator('.alert', { hasText: '"at" must be a number' }).waitFor();
    await page.getByRole('button', { name: 'Paper out' }).click();
    await page.getByRole('button', { name: 'New paper' }).waitFor();
    await page.waitForSelector('.body .lamp.on.red');
  }, 30_000);

  test('a track of one’s own: a mistake is named by its place, a good one is swiped, and it stands nowhere', async () => {
    const { page } = rig;
    await rig.switchOn();
    await rig.keys('1');
    await rig.next('amount');
    await rig.keys('5', 'double-zero', 'confirm');
    await rig.next('swipe');
    await page.click('.own-card');
    await page.fill('[name=tracks]', ';62108193000x1000011=3012?');
    await page.getByRole('button', { name: 'Swipe it' }).click();
    expect(await page.textContent('.refusal')).toContain('character 13 cannot be on track 2');
    await page.fill('[name=tracks]', ';6210819300001000011=30121200000012345?');
    await page.keyboard.press('Enter');
    await rig.next('check');
    expect(await page.inputValue('[name=tracks]')).toBe('');
    await rig.page.click('.body [data-key=confirm]');
    await rig.next('pin');
    expect(await page.textContent('.hint-line')).toContain("Key your card's PIN");
    await rig.pin('123456');
    await rig.next('tear');
    expect(await page.content()).not.toMatch(/6210819300001000011|30121200000012345/);
  }, 30_000);

  test('time: it stands, goes on by steps, and waits for a person when it goes as fast as it can', async () => {
    const { page } = rig;
    const { live } = rig.running;
    await rig.holdRed();
    await rig.next('operator');
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.locator('.hint-line', { hasText: 'Time stands still' }).waitFor();
    const before = live.state().atMs;
    await page.waitForTimeout(200);
    expect(live.state().atMs).toBe(before);
    await rig.keys('0');
    await page.getByRole('button', { name: 'Step' }).click();
    for (let tries = 0; live.state().atMs === before && tries < 40; tries++) await page.waitForTimeout(25);
    expect(live.state().atMs).toBeGreaterThan(before);
    await page.getByRole('button', { name: 'Run' }).click();
    await rig.speed(0);
    await rig.keys('1', 'confirm');
    await rig.next('password');
    const atPrompt = live.state().atMs;
    await page.waitForTimeout(300);
    // At the pace of the wall: a person is needed.
    expect(live.state().atMs - atPrompt).toBeLessThan(5000);
  }, 30_000);

  test('a reload, and a new server: the terminal, its slips and the language are as they were', async () => {
    const { page } = rig;
    await rig.switchOn();
    await rig.sell('debit', '1234', '123456');
    await page.getByRole('button', { name: '中文' }).click();
    await page.reload();
    await rig.next('idle');
    expect(await page.textContent('.hint-line')).toContain('下一步');
    expect(await page.getAttribute('html', 'lang')).toBe('zh-CN');
    await page.click('#tab-slips');
    await rig.comesTrue(twoSlipsAreDrawn);
    await rig.restartServer();
    await page.locator('.alert').waitFor({ state: 'detached' });
    await rig.next('hold');
    await rig.comesTrue(twoSlipsAreDrawn);
    expect(await page.locator('.tour .done').count()).toBe(1);
    await page.locator('.slip-bar button').first().click();
    await rig.comesTrue("document.querySelectorAll('.slip').length === 1");
  }, 40_000);

  test('on a phone the pad is handed over when it asks, and the screen is in sight when the answer is there', async () => {
    const { page } = rig;
    await page.setViewportSize({ width: 390, height: 844 });
    await rig.switchOn();
    expect(await page.locator('.pinpad').isVisible()).toBe(false);
    await rig.sellUpToPin('debit', '100');
    await rig.comesTrue(isInSight('.pinpad'));
    await rig.pin('111111');
    await rig.next('read');
    await rig.comesTrue(isInSight('.lcd'));
  }, 30_000);

  test('Chinese and English, a laptop and a phone: nothing is wider than the screen', async () => {
    const { page } = rig;
    for (const [width, height] of [
      [1440, 900],
      [1366, 650],
      [1024, 768],
      [768, 1024],
      [390, 844],
      [320, 568],
    ] as const) {
      await page.setViewportSize({ width, height });
      // The page lays itself out again a moment after the window has changed.
      await rig.comesTrue(nothingOverhangs);
    }
    await page.getByRole('button', { name: '中文' }).click();
    expect(await page.textContent('.hint-line')).toContain('按住红色键');
    expect(await page.getAttribute('html', 'lang')).toBe('zh-CN');
    await rig.comesTrue(nothingOverhangs);
  });
});
