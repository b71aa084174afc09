/**
 * A terminal that somebody looks at: its World follows the wall clock, times a factor. Does what the page asks, tells the
 * page what changed, saves what a real terminal would still know after the plug was pulled.
 */
import { performance } from 'node:perf_hooks';
import iconv from 'iconv-lite';
import { KEY_CANCEL } from '../../hal/devices';
import { maskPan } from '../../host/iso8583/masking';
import { testCardList } from '../../host/center/test-cards';
import type { CenterFault } from '../../host/center/types';
import type { StripeCard } from '../devices/stripe-head';
import { keyNamed } from '../key-names';
import { isCenterFault } from '../scenario/faults';
import { refuseAtRealParts } from '../serial/real-parts';
import type { TerminalWorld } from '../terminal-world';
import { Books } from './books';
import { brokenThings, facts } from './condition';
import { refuseAtForeignHost } from './foreign-rules';
import { createGloss, type Gloss } from './gloss';
import { LiveRows } from './live-rows';
import type { Action, CardView, Hello, LedgerUpdate, OpenedRow, State, Swiping, TimelineRow } from './messages';
import { MessageWatch } from './message-watch';
import { watchModem } from './modem-view';
import { createNextStep, type NextStep } from './next-step';
import { readOwnCard } from './own-card';
import { PaperTray } from './paper-tray';
import { Schedule } from './schedule';
import type { StateFiles } from './state-files';
import { packPixels, textPixels } from './text-pixels';
import { TourGuide } from './tour';

/** More virtual time than this is not caught up at once: a laptop that slept must not run for an hour. */
const LONGEST_CATCH_UP_MS = 500;
/** As fast as it goes: so long of each tick belongs to the World, in slices after which somebody looks at the screen. */
const BUSY_MS = 14;
const SLICE_US = 20_000;
/** A step goes on until something happens on a wire, at most so long. */
const LONGEST_STEP_US = 1_000_000;
/** A press shorter than this would be lost in the contacts' bounce. */
const SHORTEST_PRESS_US = 80_000;
/** So far ahead of the finger keys may be asked for. */
const LONGEST_QUEUE_US = 3_000_000;

const speedsCmPerS = { slow: 12, normal: undefined, fast: 110 } as const;

/** Steps in which the terminal is busy with itself. */
const busySteps: ReadonlySet<NextStep> = new Set(['boot', 'wait']);
const digits = new Set([...'0123456789', 'double-zero']);

const cardViews: readonly CardView[] = testCardList.map((card) => ({
  id: card.id,
  zh: card.label.zh,
  en: card.label.en,
  maskedPan: maskPan(card.pan),
  pin: card.needsPin ? card.pin : '',
}));

export const cardIds: ReadonlySet<string> = new Set(testCardList.map((card) => card.id));

/** Told of every action at the virtual time at which it takes effect; the red key's release may come after it was asked. */
export type ActionListener = (action: Action, atUs: number) => void;

export class LiveTerminal {
  private speed = 1;
  private paused = false;
  private lastWallMs: number;
  private lastCard = '';
  private redDownUs = 0;
  private redUpDueUs = -1;
  private booksMayDiffer = true;
  private unsettled = false;
  private actionListeners: ActionListener[] = [];
  private readonly nextStep: () => NextStep;
  private readonly gloss: Gloss;
  private readonly rows: LiveRows;
  private readonly paper: PaperTray;
  private readonly books: Books;
  private readonly schedule = new Schedule();
  private readonly tour = new TourGuide();
  private readonly modem: () => State['modem'];

  constructor(
    private readonly inside: TerminalWorld,
    private readonly files: StateFiles | null,
    nowMs: number,
  ) {
    this.lastWallMs = nowMs;
    this.nextStep = createNextStep(inside);
    this.gloss = createGloss(inside.settings.english);
    this.rows = new LiveRows(inside);
    this.paper = new PaperTray(inside.printer, files?.slipFolder ?? null);
    this.books = new Books(inside.center);
    this.modem = watchModem(inside);
    const { tpdu, header, frameLength } = inside.settings;
    const shape = { hasLength: frameLength, envelopeBytes: tpdu.length + header.length };
    const sent = new MessageWatch(shape, (mti) => this.schedule.messageSent(mti));
    inside.world.timeline.listen((entry) => {
      if (entry.wire === 'network') this.booksMayDiffer = true;
      if (entry.wire === 'modem' && entry.direction === 'out') sent.add(entry.bytes);
    });
  }

  /** Lets the World follow the wall clock. */
  tick(nowMs: number): void {
    const { world } = this.inside;
    const elapsedMs = Math.max(0, Math.min(nowMs - this.lastWallMs, LONGEST_CATCH_UP_MS));
    this.lastWallMs = nowMs;
    if (!this.paused && elapsedMs > 0) {
      if (this.speed > 0) this.runTo(world.nowUs + elapsedMs * 1000 * this.speed);
      else this.runFast(elapsedMs);
    }
    if (this.redUpDueUs >= 0 && world.nowUs >= this.redUpDueUs) this.releaseRed();
    this.rows.settle();
    this.paper.update();
    this.save(false);
  }

  /** As fast as it goes while the terminal is busy; at the wall's pace while it waits for a person. */
  private runFast(elapsedMs: number): void {
    const { world } = this.inside;
    const untilMs = performance.now() + BUSY_MS;
    const paceUs = world.nowUs + elapsedMs * 1000;
    do this.runTo(world.nowUs + SLICE_US);
    while (performance.now() < untilMs && (world.nowUs < paceUs || this.hasWork()));
  }

  private hasWork(): boolean {
    return busySteps.has(this.nextStep()) || this.schedule.nextUs() < Infinity;
  }

  /** Runs the World up to a time; what was planned happens at its moment. */
  private runTo(endUs: number): void {
    const { world } = this.inside;
    for (;;) {
      const stopUs = Math.min(endUs, this.schedule.nextUs());
      while (world.nextAtUs() <= stopUs) {
        world.step();
        this.doPlanned();
      }
      if (world.nowUs < stopUs) world.nowUs = stopUs;
      if (this.schedule.nextUs() > world.nowUs) return;
      this.schedule.clockReached(world.nowUs);
      this.doPlanned();
    }
  }

  private doPlanned(): void {
    for (const what of this.schedule.takeReady()) {
      try {
        this.act(what);
      } catch (error) {
        this.rows.note('power', `a planned fault could not happen: ${error instanceof Error ? error.message : ''}`);
      }
    }
  }

  /** Goes on to the next thing that happens on a wire. */
  private step(): void {
    const { world } = this.inside;
    const endUs = world.nowUs + LONGEST_STEP_US;
    const before = this.rows.count;
    while (this.rows.count === before && world.nowUs < endUs) {
      this.runTo(Math.min(endUs, Math.max(world.nextAtUs(), world.nowUs + 1)));
      this.rows.settle();
    }
  }

  /** Writes what changed; with `settle` it is safe from a power cut of this machine too. */
  save(settle: boolean): void {
    if (!this.files) return;
    this.files.saveBattery(this.inside.pad.battery);
    if (this.files.saveFlash(this.inside.flash.state.sectors)) this.unsettled = true;
    if (!settle || !this.unsettled) return;
    this.unsettled = false;
    this.files.settleFlash();
  }

  hello(): Hello {
    const { world, settings } = this.inside;
    return { type: 'hello', cards: cardViews, seed: world.seed, english: settings.english };
  }

  state(): State {
    const { inside } = this;
    const pad = inside.pad.rows();
    const next = this.nextStep();
    const screen = inside.lcd.text();
    this.tour.reached(next);
    return {
      type: 'state',
      atMs: Math.round(inside.world.nowUs / 1000),
      paused: this.paused,
      speed: this.speed,
      supply: inside.power.state.supplyOn,
      light: inside.lcd.lit(),
      lcd: packPixels(inside.lcd.pixels()),
      lcdText: screen.join('\n').trim(),
      gloss: this.gloss(screen),
      pad: textPixels(pad),
      padText: iconv.decode(Buffer.from(pad.join('\n'), 'latin1'), 'gbk').trim(),
      padAsking: inside.pad.isAsking(),
      next,
      card: this.lastCard,
      slips: this.paper.views(),
      paperOut: inside.printer.paperOut(),
      modem: this.modem(),
      broken: brokenThings(inside),
      waiting: this.schedule.list(),
      beeps: inside.buzzer.count(),
      tour: this.tour.view(),
      facts: facts(inside),
    };
  }

  /** What a page that has just been opened shows. */
  lastRows(): TimelineRow[] {
    return this.rows.last();
  }

  takeRows(): TimelineRow[] {
    return this.rows.take();
  }

  /** A row's bytes, masked; throws an Error where it is gone. */
  openRow(id: number): OpenedRow {
    const opened = this.rows.open(id);
    if (!opened) throw new Error(`"id": row ${id} is not kept any more`);
    return opened;
  }

  /** The center's books, or null when they are as at the last call (unless `always`). */
  ledger(always = false): LedgerUpdate | null {
    if (!always && !this.booksMayDiffer) return null;
    this.booksMayDiffer = false;
    const update = this.books.update(always);
    if (update) this.tour.read(update);
    return update;
  }

  slipPng(id: number): Buffer | null {
    return this.paper.png(id);
  }

  /** Adds a listener for what people do; returns the function that removes it. */
  onAction(listener: ActionListener): () => void {
    this.actionListeners.push(listener);
    return () => {
      this.actionListeners = this.actionListeners.filter((other) => other !== listener);
    };
  }

  private tellAction(action: Action, atUs: number): void {
    for (const listener of this.actionListeners) listener(action, atUs);
  }

  /** Does what somebody asked for; throws an Error with a sentence where that cannot be done now. */
  act(action: Action): void {
    const atUs = this.inside.world.nowUs;
    if (this.inside.foreignHost) refuseAtForeignHost(action);
    refuseAtRealParts(action, this.inside.options.realParts ?? {});
    this.perform(action);
    if (action.do === 'swipe-own') this.tellAction({ ...action, tracks: '' }, atUs);
    // A release is told when the key goes up; what is planned, when it happens.
    else if (action.do !== 'schedule' && (action.do !== 'power-key' || action.held)) this.tellAction(action, atUs);
  }

  private perform(action: Action): void {
    const { inside } = this;
    switch (action.do) {
      case 'press':
        this.press(action.key);
        return;
      case 'power-key':
        if (action.held) this.holdRed();
        else this.releaseRed();
        return;
      case 'swipe': {
        const card = testCardList.find((one) => one.id === action.card);
        if (!card) return;
        this.lastCard = card.id;
        this.swipe(card, action);
        return;
      }
      case 'swipe-own':
        this.swipe(readOwnCard(action.tracks), action);
        this.lastCard = '';
        return;
      case 'pad':
        inside.pad.pressKey(keyNamed(action.key));
        return;
      case 'fault':
        this.causeFault(action.device, action.fault, action.value ?? 1);
        return;
      case 'cut':
        this.tour.powerCut(this.nextStep());
        inside.cutPower();
        return;
      case 'schedule':
        this.schedule.add(action.what, action.when, inside.world.nowUs);
        return;
      case 'unschedule':
        this.schedule.remove(action.id);
        return;
      case 'spare':
        inside.center.removeFault(action.id);
        this.booksMayDiffer = true;
        return;
      case 'tear':
        this.paper.tear();
        return;
      case 'discard':
        this.paper.discard(action.id);
        return;
      case 'open':
        return;
      case 'pause':
        this.paused = action.paused;
        return;
      case 'step':
        this.step();
        return;
      case 'speed':
        this.speed = action.factor;
        return;
    }
  }

  private swipe(card: StripeCard, { speed = 'normal', reverse, scratched }: Swiping): void {
    this.inside.head.swipe(card, { reverse, scratched, speedCmPerS: speedsCmPerS[speed] });
  }

  private press(key: string): void {
    const { keys, world } = this.inside;
    if (keys.state.fingerFreeUs - world.nowUs > LONGEST_QUEUE_US) throw new Error('too many keys at once');
    // Digits may be a password.
    this.rows.note('keypad', digits.has(key) ? 'digit' : key);
    keys.press(keyNamed(key));
  }

  private holdRed(): void {
    this.redUpDueUs = -1;
    this.redDownUs = this.inside.world.nowUs;
    this.rows.note('keypad', 'cancel');
    this.inside.keys.down(KEY_CANCEL);
  }

  /** Lets go of the red key, a little later where it was only touched. Also when the page that held it is gone. */
  releaseRed(): void {
    const dueUs = this.redDownUs + SHORTEST_PRESS_US;
    if (this.inside.world.nowUs < dueUs) {
      this.redUpDueUs = dueUs;
      return;
    }
    this.redUpDueUs = -1;
    this.inside.keys.up(KEY_CANCEL);
    this.tellAction({ do: 'power-key', held: false }, this.inside.world.nowUs);
  }

  private causeFault(device: string, fault: string, value: number): void {
    const { inside } = this;
    if (fault !== 'keys' && !isCenterFault(device, fault)) {
      inside.world.fault(device, fault, value);
      return;
    }
    this.booksMayDiffer = true;
    const { terminalId } = inside.settings;
    if (fault === 'keys') inside.center.replaceKeys(terminalId);
    else inside.center.setFault(terminalId, fault as CenterFault, Math.max(1, value), '0200');
    inside.world.note('center', fault === 'keys' ? 'working keys replaced' : `fault ${fault} for the next sale`);
  }
}
