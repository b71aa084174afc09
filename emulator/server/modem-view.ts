/** What one sees of a modem without opening it: lamps, signal, and how much went through. Any kind of modem. */
import type { TerminalWorld } from '../terminal-world';
import type { ModemView } from './messages';

const UNKNOWN_SIGNAL = 99;
const BEST_SIGNAL = 31;

/** What fakes of modems may have; a kind without a radio has no signal. */
interface ModemLike {
  lights?(): { power: boolean; network: boolean; online: boolean };
  readonly state: { readonly powered?: boolean; readonly signal?: number };
}

/** 0–5 bars of a signal of 0–31 (3GPP TS 27.007, +CSQ); -1 without a radio. */
function barsOf(signal: number | undefined): number {
  if (signal === undefined) return -1;
  if (signal === UNKNOWN_SIGNAL || signal <= 0) return 0;
  return Math.min(5, 1 + Math.floor((signal * 5) / (BEST_SIGNAL + 1)));
}

/** Counts a modem's bytes and shows its lamps. */
export function watchModem(inside: TerminalWorld): () => ModemView {
  let sent = 0;
  let received = 0;
  inside.world.timeline.listen((entry) => {
    if (entry.wire !== 'modem') return;
    if (entry.direction === 'out') sent += entry.bytes.length;
    else received += entry.bytes.length;
  });
  const modem = inside.modem as unknown as ModemLike;
  const kind = inside.options.parts?.modem ?? 'sim800';
  const real = inside.options.realParts?.modem;
  return () => {
    // A real one shows its own lamps.
    if (real) return { kind, bars: -1, power: real.isOpen, ready: real.isOpen, online: false, sent, received };
    const { signal, powered } = modem.state;
    const online = Object.values(inside.network.state.connections).some((one) => one.clientOpen && one.hostOpen);
    const lights = modem.lights?.() ?? { power: powered ?? false, network: powered ?? false, online };
    const bars = lights.network ? barsOf(signal) : signal === undefined ? -1 : 0;
    return {
      kind,
      bars: lights.power ? bars : signal === undefined ? -1 : 0,
      power: lights.power,
      ready: lights.network,
      online: lights.online,
      sent,
      received,
    };
  };
}
