/** What commands share that serve a live terminal's page: which parts it has, and serving until somebody ends it. */
import type { PartNames } from '../emulator/parts';
import type { LiveTerminal } from '../emulator/server/live-terminal';
import { oneOf } from './option-values';

function interrupted(): Promise<void> {
  return new Promise((ended) => {
    process.once('SIGINT', () => ended());
    process.once('SIGTERM', () => ended());
    // The window was closed: what was recorded is written all the same.
    process.once('SIGHUP', () => {
      process.exitCode = 129;
      ended();
    });
  });
}

/** The board variants of `--head`, `--modem` and `--pad`, checked. */
export function partsOf(options: { readonly head: string; readonly modem: string; readonly pad: string }): PartNames {
  const { headNames, modemNames, padNames } = require('../emulator/parts') as typeof import('../emulator/parts');
  return {
    head: oneOf(options.head, '--head', headNames),
    modem: oneOf(options.modem, '--modem', modemNames),
    pad: oneOf(options.pad, '--pad', padNames),
  };
}

/** `announce` is told the page's address. Rejects where it cannot be served. */
export async function serveUntilInterrupted(
  live: LiveTerminal,
  place: { readonly host: string; readonly port: number },
  announce: (url: string) => void,
): Promise<void> {
  const { servePage } = require('../emulator/server/server') as typeof import('../emulator/server/server');
  const server = await servePage(live, place);
  const ended = interrupted();
  announce(server.url);
  await Promise.race([ended, server.failed]);
  await server.close();
}
