/** A live terminal whose run is noted from its first moment: a new one, or that of a state directory. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TerminalSetup } from '../../host/center/types';
import { testCardList } from '../../host/center/test-cards';
import type { PartNames } from '../parts';
import { calendarDigits } from '../beijing-time';
import { startLive, type StartLiveOptions } from '../server/start-live';
import { LiveTerminal } from '../server/live-terminal';
import { TerminalWorld } from '../terminal-world';
import { Observer } from './observations';
import { holdsOwnCards, RunRecorder, type Beginning, type FormerState, type RecordedRun } from './recorded-run';
import { writeStory } from './write-story';

export interface Recording {
  readonly live: LiveTerminal;
  readonly inside: TerminalWorld;
  /** Ends the noting; the World may then be closed. */
  end(): { readonly run: RecordedRun; readonly hasOwnCards: boolean; readonly story: (name: string) => string };
  close(): void;
}

function record(
  live: LiveTerminal,
  inside: TerminalWorld,
  beginning: Beginning,
  former: FormerState | null,
  close: () => void,
): Recording {
  const observer = new Observer(inside);
  let tornSlips = 0;
  const recorder = new RunRecorder(inside, (input) => {
    observer.note(input);
    if (input.door === 'printer') tornSlips += inside.printer.slips().length;
  });
  return {
    live,
    inside,
    close,
    end: () => {
      observer.end();
      const run = recorder.end(beginning, former);
      const slips = tornSlips + inside.printer.slips().length;
      return {
        run,
        hasOwnCards: holdsOwnCards(run.inputs, testCardList),
        story: (name) => writeStory({ name, beginning, seen: observer.seen, slips }, inside),
      };
    },
  };
}

/** A terminal that nobody has used, with the test center, all in memory. */
export function recordNew(options: {
  readonly seed: number;
  readonly english: boolean;
  readonly parts: PartNames;
}): Recording {
  const { seed, english, parts } = options;
  const beginning: Beginning = {
    ...{ seed, parts, profile: 'instant', provisioned: true, settings: { english } },
    startsAt: calendarDigits(Date.now()),
  };
  const inside = new TerminalWorld(beginning);
  const live = new LiveTerminal(inside, null, Date.now());
  return record(live, inside, beginning, null, () => inside.store?.close());
}

function formerStateOf(dataDir: string, inside: TerminalWorld): FormerState {
  const key = /[0-9a-f]{64}/.exec(readFileSync(join(dataDir, 'center.key'), 'utf8'))?.[0] ?? '';
  return {
    flash: Buffer.concat(inside.flash.state.sectors).toString('base64'),
    battery: structuredClone(inside.pad.battery),
    centerDatabase: readFileSync(join(dataDir, 'center.db')).toString('base64'),
    centerKey: Buffer.from(key, 'hex').toString('base64'),
  };
}

/** The terminal of a state directory, as it was left; it goes on there. */
export function recordContinued(
  options: Omit<StartLiveOptions, 'centerSeed' | 'foreign'> & { readonly terminal: TerminalSetup },
): Recording {
  const { live, inside, close } = startLive({ ...options, centerSeed: options.seed });
  const { seed, startsAt, parts, provisioned, settings } = inside.options;
  const beginning: Beginning = {
    ...{ seed: seed ?? options.seed, parts: parts ?? {}, profile: 'instant', provisioned: provisioned !== false },
    ...{ startsAt: startsAt ?? '', settings: settings ?? {} },
  };
  return record(live, inside, beginning, formerStateOf(options.dataDir, inside), close);
}
