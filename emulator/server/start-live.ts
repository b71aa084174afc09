/** Puts a live terminal together from a data directory: center on disk, keys, flash and pad as they were left. */
import { openCenterOnDisk, readKeyFile } from '../../host/center/files';
import type { PadBattery } from '../devices/pad-keys';
import { TerminalWorld } from '../terminal-world';
import { LiveTerminal } from './live-terminal';
import { StateFiles } from './state-files';

export interface StartLiveOptions {
  readonly dataDir: string;
  readonly seed: number;
  readonly english: boolean;
}

/** 14 digits of a time of day on this machine's clock. */
function calendarDigits(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return (
    now.getFullYear() +
    two(now.getMonth() + 1) +
    two(now.getDate()) +
    two(now.getHours()) +
    two(now.getMinutes()) +
    two(now.getSeconds())
  );
}

/** Needs the key file of `cupos keys` in `dataDir`. Throws an Error with one clear sentence. */
export function startLive(options: StartLiveOptions): { live: LiveTerminal; closeStore: () => void } {
  const terminal = readKeyFile(options.dataDir)?.[0];
  if (!terminal) throw new Error(`no test keys in ${options.dataDir}`);
  const disk = openCenterOnDisk(options.dataDir, [terminal]);
  const inside = new TerminalWorld({
    seed: options.seed,
    startsAt: calendarDigits(new Date()),
    tmk: terminal.tmk,
    settings: { terminalId: terminal.terminalId, merchantId: terminal.merchantId, english: options.english },
    host: { center: disk.center, store: null },
  });
  const files = new StateFiles(options.dataDir, terminal.tmk);
  const image = files.loadFlash();
  if (image && image.length === inside.flash.sizeBytes) inside.flash.load(image);
  const battery = files.loadBattery();
  if (battery) inside.pad.state.battery = battery as PadBattery;
  return { live: new LiveTerminal(inside, files, Date.now()), closeStore: () => disk.close() };
}
