// Modules that a board brings in for one call and lets go of with it: what is used seldom, or for a part of a sale. Where
// their functions are called stands `require.fresh(id).f(…)` in place of a variable that holds the module; what such a call
// leaves behind in closures lives as long as those. One that needs another holds it as long as it is there itself. They keep no
// state of their own.
export const seldom = new Set([
  'drivers/track-code',
  'firmware/flows/decline',
  'firmware/flows/online-troubles',
  'firmware/journal/journal-upkeep',
  'firmware/journal/log-scan',
  'firmware/journal/log-summary',
  'firmware/journal/log-upkeep',
  'firmware/journal/state-codec',
  'firmware/line/envelope',
  'firmware/line/session',
  'firmware/ui/fault-text',
]);
