// Modules that a board brings in for one call and lets go of with it: what is used seldom, or not while a sale runs. Where
// their functions are called stands `require.fresh(id).f(…)` in place of a variable that holds the module; what such a call
// leaves behind in closures lives as long as those. They keep no state of their own.
export const seldom = new Set([
  'firmware/flows/decline',
  'firmware/journal/log-scan',
  'firmware/journal/log-upkeep',
  'firmware/ui/fault-text',
]);
