/**
 * `cupos`: the terminal for your own tests. `startTerminal()` gives one in a virtual World with the test center at the far
 * end; docs/testing.md shows how to use it. Everything but `startAtWallSpeed()` runs in virtual time and without a network.
 */
export { cards, startTerminal, Terminal, TerminalError } from './terminal';
export type { CenterFace, SaleOptions, Slip, StripeCard, SwipeOptions, TerminalOptions, TestCard } from './terminal';
export type { CenterFaultOptions } from './headless/center-face';
export type { Circumstances } from './headless/terminal-error';
export { keyNames } from './key-names';
export { startAtWallSpeed, WallTerminal } from './serial/wall-terminal';
export type { WallSpeedOptions } from './serial/wall-terminal';
export type { FlowControl, PortSettings } from './serial/port-settings';
export type { RealPartName, RealParts } from './serial/real-parts';
export type { PartNames } from './parts';
export type { ProfileName } from './processor-profiles';
export type { TerminalWorld, TerminalWorldOptions } from './terminal-world';
export { junitOf, parseScenario, runScenario, ScenarioError } from './scenario';
export type { Scenario, ScenarioFailure, ScenarioResult } from './scenario';
export type { TerminalSettings } from '../firmware/settings';
export type { CenterFault } from '../host/center/types';
