/**
 * `cupos`: the terminal for your own tests. `startTerminal()` gives one in a virtual World with the test center at the far
 * end; docs/testing.md shows how to use it. Everything here runs in virtual time and without a network.
 */
export { cards, startTerminal, Terminal, TerminalError } from './terminal';
export type { CenterFace, SaleOptions, Slip, StripeCard, SwipeOptions, TerminalOptions, TestCard } from './terminal';
export type { CenterFaultOptions } from './headless/center-face';
export type { Circumstances } from './headless/terminal-error';
export { keyNames } from './key-names';
export { parseScenario, ScenarioError } from './scenario/parse-scenario';
export { junitOf } from './scenario/report';
export { runScenario } from './scenario/run-scenario';
export type { ScenarioFailure, ScenarioResult } from './scenario/run-scenario';
export type { Scenario } from './scenario/scenario';
