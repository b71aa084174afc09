/** Board variants by name: which fake stands at a wire's far end, and which driver in place of the board's own. */
import type { BoardParts } from '../drivers/boards/reference';
import { createEdgeHead } from '../drivers/edge-head';
import { ec20 } from '../drivers/ec20';
import { createGprsModem } from '../drivers/gprs-modem';
import { createPstnModem } from '../drivers/pstn-modem';
import type { PulseCapture } from '../hal/bus';

/** Stripe heads: with buffers and a shift register (the board's own), or raw edges. */
export const headNames = ['shiftOut', 'edges'] as const;
export type HeadName = (typeof headNames)[number];

/** Modems: GPRS of the SIM800 family (the board's own), LTE of the EC20 family, dial-up. */
export const modemNames = ['sim800', 'ec20', 'pstn'] as const;
export type ModemName = (typeof modemNames)[number];

/** PIN pads: a fake that computes with OpenSSL, or the pad's own program. */
export const padNames = ['openssl', 'firmware'] as const;
export type PadName = (typeof padNames)[number];

/** Which variants of its parts a board has. */
export interface PartNames {
  readonly pad?: PadName;
  readonly head?: HeadName;
  readonly modem?: ModemName;
}

/** The drivers that replace the board's own. */
export function boardPartsOf(parts: PartNames): BoardParts {
  return {
    ...(parts.head === 'edges' && {
      stripe: (bus) => createEdgeHead(bus.stripeCapture as PulseCapture, bus.clock),
    }),
    ...(parts.modem === 'ec20' && { modem: (bus) => createGprsModem(bus.modemUart, bus.clock, ec20) }),
    ...(parts.modem === 'pstn' && {
      modem: (bus) => createPstnModem(bus.modemUart, bus.modemDtr, bus.modemStatus, bus.clock),
    }),
  };
}
