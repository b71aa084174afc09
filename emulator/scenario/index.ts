/** `cupos/scenario`: stories in YAML, run from code as `cupos scenario` runs them (docs/testing.md). */
export { parseScenario, ScenarioError } from './parse-scenario';
export { junitOf, textOf } from './report';
export { runScenario } from './run-scenario';
export type { ScenarioFailure, ScenarioResult } from './run-scenario';
export type { Scenario } from './scenario';
