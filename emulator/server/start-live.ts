/** Puts a live terminal together from a data directory: center on disk, keys, flash and pad as they were left. */
import type { TerminalSettings } from '../../firmware/settings';
import { createCenter } from '../../host/center/center';
import { openCenterOnDisk, type CenterOnDisk } from '../../host/center/files';
import { openStore } from '../../host/center/open-store';
import type { TerminalSetup } from '../../host/center/types';
import type { ForeignAddress } from '../foreign-host';
import type { PartNames } from '../parts';
import type { RealParts } from '../serial/real-parts';
import { calendarDigits } from '../beijing-time';
import { TerminalWorld, type TerminalWorldOptions } from '../terminal-world';
import { LiveTerminal } from './live-terminal';
import { StateFiles } from './state-files';

export interface StartLiveOptions {
  readonly dataDir: string;
  readonly seed: number;
  readonly english: boolean;
  readonly parts?: PartNames;
  /** What the board's calendar says at the start, 14 digits; default the time of this machine. */
  readonly startsAt?: string;
  /** The terminal with its TEST master key; the pad is loaded with it, the center knows it. */
  readonly terminal: TerminalSetup;
  /** The terminal knows only what is in its own flash and pad; its center is here. */
  readonly ownFlashOnly?: { readonly host: string; readonly port: number };
  /** Makes the center's working keys repeatable, for a run that is recorded. */
  readonly centerSeed?: number;
  /** Runs in place of the firmware: an emulated board's. */
  readonly firmware?: TerminalWorldOptions['firmware'];
  /** A PIN pad that keeps its own keys: an emulated board's. */
  readonly pad?: TerminalWorldOptions['pad'];
  /** Open serial ports with real parts, in place of the fakes; whoever opened them closes them. */
  readonly realParts?: RealParts;
  /** A host that is none of ours, in place of the center on disk, and the dialect it speaks. */
  readonly foreign?: { readonly address: ForeignAddress; readonly settings: Partial<TerminalSettings> };
}

export interface StartedLive {
  readonly live: LiveTerminal;
  /** What the live terminal drives. */
  readonly inside: TerminalWorld;
  /** Writes what is left to write and gives the database back. */
  readonly close: () => void;
}

/** Books that stay empty: a foreign host keeps its own. */
function openNoCenter(): CenterOnDisk {
  const store = openStore({ path: ':memory:' });
  return { center: createCenter(store), close: () => store.close() };
}

/** Throws an Error with one clear sentence. */
export function startLive(options: StartLiveOptions): StartedLive {
  const { terminal, dataDir, foreign } = options;
  const files = new StateFiles(dataDir, terminal.tmk);
  const disk = foreign ? openNoCenter() : openCenterOnDisk(dataDir, [terminal], undefined, options.centerSeed);
  try {
    let live: LiveTerminal | null = null;
    // What the terminal wrote before it sent is on disk before the center acts on it, so that this process may be
    // killed at any moment as a terminal may lose its power.
    const handle: typeof disk.center.handle = (frame, nowMs) => {
      live?.save(true);
      return disk.center.handle(frame, nowMs);
    };
    const inside = new TerminalWorld({
      seed: options.seed,
      startsAt: options.startsAt ?? calendarDigits(Date.now()),
      tmk: terminal.tmk,
      parts: options.parts,
      firmware: options.firmware,
      pad: options.pad,
      settings: {
        ...foreign?.settings,
        ...foreign?.address,
        ...options.ownFlashOnly,
        terminalId: terminal.terminalId,
        merchantId: terminal.merchantId,
        english: options.english,
      },
      provisioned: options.ownFlashOnly === undefined,
      foreignHost: foreign?.address,
      realParts: options.realParts,
      host: { center: { ...disk.center, handle }, store: null },
    });
    const image = files.loadFlash(inside.flash.sizeBytes);
    if (image) inside.flash.load(image);
    const battery = files.loadBattery();
    if (battery && !options.pad) inside.pad.battery = battery;
    live = new LiveTerminal(inside, files, Date.now());
    const running = live;
    if (inside.foreignHost) inside.foreignHost.onSend = () => running.save(true);
    for (const wire of inside.serialWires) if (wire.wire === 'modem') wire.onSend = () => running.save(true);
    return {
      live: running,
      inside,
      close: () => {
        inside.foreignHost?.close();
        running.save(true);
        files.close();
        disk.close();
      },
    };
  } catch (error) {
    files.close();
    disk.close();
    throw error;
  }
}
