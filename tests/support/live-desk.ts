/** A live terminal behind its server, and somebody at its page who speaks the page's own messages. */
import { WebSocket } from 'ws';
import type { LiveTerminal } from '../../emulator/server/live-terminal';
import type { Action, LedgerUpdate, State, Update } from '../../emulator/server/messages';
import { servePage } from '../../emulator/server/server';
import { startLive } from '../../emulator/server/start-live';

const TEST_TMK = 'FEDCBA98765432100123456789ABCDEF';
const LONGEST_WAIT_MS = 15_000;

export interface Running {
  readonly url: string;
  readonly live: LiveTerminal;
  readonly tmk: string;
  /** As Ctrl-C does. */
  end(): Promise<void>;
  /** The process is gone: nothing more is written. */
  kill(): Promise<void>;
}

export interface StartOptions {
  /** Default: a free one. */
  readonly port?: number;
  readonly english?: boolean;
  readonly startsAt?: string;
}

export async function start(dataDir: string, options: StartOptions = {}): Promise<Running> {
  const { port = 0, english = false, startsAt } = options;
  const started = startLive({
    dataDir,
    seed: 1,
    english,
    startsAt,
    terminal: { terminalId: '10000001', merchantId: '898110053310001', tmk: TEST_TMK },
  });
  const server = await servePage(started.live, { host: '127.0.0.1', port });
  let ended = false;
  const stop = async (dies: boolean): Promise<void> => {
    if (ended) return;
    ended = true;
    if (dies) started.live.save = () => undefined;
    await server.close();
    started.close();
  };
  return { url: server.url, live: started.live, tmk: TEST_TMK, end: () => stop(false), kill: () => stop(true) };
}

type UpdateOf<Type extends Update['type']> = Extract<Update, { type: Type }>;

export class Desk {
  readonly updates: Update[] = [];
  ledger: LedgerUpdate | null = null;
  private latest: State | null = null;
  private readonly socket: WebSocket;
  private watchers: (() => void)[] = [];

  constructor(running: Running) {
    this.socket = new WebSocket(`${running.url.replace('http', 'ws')}/socket`, { origin: running.url });
    this.socket.on('message', (data: Buffer) => {
      const update = JSON.parse(data.toString('utf8')) as Update;
      this.updates.push(update);
      if (update.type === 'state') this.latest = update;
      if (update.type === 'ledger') this.ledger = update;
      for (const watcher of [...this.watchers]) watcher();
    });
  }

  get state(): State {
    if (!this.latest) throw new Error('no state came yet');
    return this.latest;
  }

  /** Resolves when `reached`; rejects with the last state when that takes too long. */
  private watch(reached: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const watcher = (): void => {
        if (!reached()) return;
        this.watchers = this.watchers.filter((other) => other !== watcher);
        clearTimeout(limit);
        resolve();
      };
      const limit = setTimeout(() => {
        const { next, supply, atMs } = this.latest ?? {};
        reject(new Error(`it never came; the terminal: ${JSON.stringify({ next, supply, atMs })}`));
      }, LONGEST_WAIT_MS);
      this.watchers.push(watcher);
      watcher();
    });
  }

  opened(): Promise<void> {
    return this.watch(() => this.latest !== null && this.ledger !== null);
  }

  until(reached: (state: State) => boolean): Promise<void> {
    return this.watch(() => this.latest !== null && reached(this.latest));
  }

  untilLedger(reached: (rows: LedgerUpdate['rows']) => boolean): Promise<void> {
    return this.watch(() => this.ledger !== null && reached(this.ledger.rows));
  }

  /** Lets virtual time pass. */
  pass(durationMs: number): Promise<void> {
    const untilMs = this.state.atMs + durationMs;
    return this.until((state) => state.atMs >= untilMs);
  }

  /** The next update of a type. */
  async next<Type extends Update['type']>(type: Type): Promise<UpdateOf<Type>> {
    const from = this.updates.length;
    const find = (): Update | undefined => this.updates.slice(from).find((update) => update.type === type);
    await this.watch(() => find() !== undefined);
    return find() as UpdateOf<Type>;
  }

  send(action: Action): void {
    this.sendText(JSON.stringify(action));
  }

  sendText(text: string): void {
    this.socket.send(text);
  }

  close(): void {
    this.socket.terminate();
  }

  press(...keys: string[]): void {
    for (const key of keys) this.send({ do: 'press', key });
  }

  async powerOn(): Promise<void> {
    this.send({ do: 'power-key', held: true });
    await this.until((state) => state.supply);
    await this.pass(400);
    this.send({ do: 'power-key', held: false });
    await this.until((state) => state.next === 'operator' || state.next === 'wait');
  }

  login(): void {
    this.press(...'01', 'confirm', ...'0000', 'confirm');
  }

  async signIn(): Promise<void> {
    await this.until((state) => state.next === 'operator');
    this.login();
    await this.until((state) => state.next === 'idle');
  }

  /** From idle until the PIN pad asks. */
  async sellUpToPin(card: string, amount: string): Promise<void> {
    this.press('1');
    await this.until((state) => state.next === 'amount');
    this.press(...amount, 'confirm');
    await this.until((state) => state.next === 'swipe');
    this.send({ do: 'swipe', card });
    await this.until((state) => state.next === 'check');
    this.press('confirm');
    await this.until((state) => state.padAsking);
  }

  pin(pin: string): void {
    for (const key of [...pin, 'confirm']) this.send({ do: 'pad', key });
  }

  /** Texts of the timeline's rows. */
  rowTexts(): string[] {
    return this.updates.flatMap((update) => (update.type === 'timeline' ? update.rows.map((row) => row.text) : []));
  }
}
