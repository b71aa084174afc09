/** Wires on which every key, level or refresh of the screen would drown the rest of a timeline. */
const quiet = new Set([
  ...['lcd', 'lcdLight', 'keyRows', 'keyColumns', 'stripe', 'stripeSense', 'stripeEdges', 'powerKey', 'powerLatch'],
  ...['modemDtr', 'modemStatus', 'battery', 'adc'],
]);

export function isQuietWire(wire: string): boolean {
  return quiet.has(wire);
}
