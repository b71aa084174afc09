/** A live terminal, its page in a browser, and somebody who does what the page says. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type Running, start, type StartOptions } from './live-desk';

const browserArguments =
  '--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars --force-color-profile=srgb';

export async function launchBrowser(executablePath: string): Promise<Browser> {
  const { chromium } = require('playwright-core') as typeof import('playwright-core');
  return chromium.launch({ executablePath, args: browserArguments.split(' ') });
}

export class PageRig {
  /** Whatever the browser complained about. */
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    public running: Running,
    private readonly dataDir: string,
  ) {
    page.setDefaultTimeout(10_000);
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text().slice(0, 200));
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
  }

  static async open(
    browser: Browser,
    options: BrowserContextOptions = {},
    terminal: StartOptions = {},
  ): Promise<PageRig> {
    const dataDir = mkdtempSync(join(tmpdir(), 'cupos-browser-'));
    const running = await start(dataDir, terminal);
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 }, locale: 'en-US', ...options });
    const rig = new PageRig(page, running, dataDir);
    await page.goto(running.url);
    // A person may take as long as a slow machine needs; all else goes fast.
    await rig.speed(0);
    return rig;
  }

  async close(): Promise<void> {
    await this.page.context().close();
    await this.running.end();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** The server ends as by Ctrl-C and begins again at the same address. */
  async restartServer(): Promise<void> {
    const port = parseInt(new URL(this.running.url).port, 10);
    await this.running.end();
    this.running = await start(this.dataDir, { port });
  }

  /** The page's own rules forbid what would wait for an expression inside it. */
  async comesTrue(expression: string): Promise<void> {
    for (let tries = 0; !(await this.page.evaluate<boolean>(expression)); tries++) {
      if (tries === 100) throw new Error(`it never came true: ${expression}`);
      await this.page.waitForTimeout(50);
    }
  }

  async speed(factor: number): Promise<void> {
    await this.page.click(`[data-speed="${factor}"]`);
    await this.page.waitForSelector(`[data-speed="${factor}"][aria-pressed=true]`);
  }

  next(step: string): Promise<unknown> {
    return this.page.waitForSelector(`.next-${step}`);
  }

  async holdRed(): Promise<void> {
    await this.page.locator('[data-key=cancel]').hover();
    await this.page.mouse.down();
    await this.page.waitForSelector('.body .lamp.on.green');
    await this.page.waitForTimeout(100);
    await this.page.mouse.up();
  }

  async keys(...names: string[]): Promise<void> {
    for (const name of names) await this.page.click(`[data-key="${name}"]`);
  }

  async pin(digits: string): Promise<void> {
    for (const digit of digits) await this.page.click(`[data-pad="${digit}"]`);
    await this.page.click('[data-pad=confirm]');
  }

  async logIn(): Promise<void> {
    await this.next('operator');
    await this.keys('0', '1', 'confirm');
    await this.next('password');
    await this.keys('0', '0', '0', '0', 'confirm');
    await this.next('idle');
  }

  async switchOn(): Promise<void> {
    await this.next('hold');
    await this.holdRed();
    await this.logIn();
  }

  /** From idle until the PIN pad asks. */
  async sellUpToPin(card: string, amount: string): Promise<void> {
    await this.keys('1');
    await this.next('amount');
    await this.keys(...amount, 'confirm');
    await this.next('swipe');
    await this.page.click(`[data-card=${card}]`);
    await this.next('check');
    await this.keys('confirm');
    await this.next('pin');
  }

  /** A whole sale; both slips are torn off. */
  async sell(card: string, amount: string, pin: string): Promise<void> {
    await this.sellUpToPin(card, amount);
    await this.pin(pin);
    await this.next('tear');
    await this.page.click('.tear');
    await this.keys('confirm');
    await this.next('idle');
    await this.page.click('.tear');
  }
}
