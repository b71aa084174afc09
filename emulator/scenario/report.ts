/** Results of scenarios for people, and as JUnit XML for build servers. */
import type { ScenarioResult } from './run-scenario';

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(1);
}

/** What went wrong, over several lines. */
function explanation({ file, seed, failure }: ScenarioResult): string[] {
  if (!failure) return [];
  return [
    `${file}:${failure.line}: ${failure.step}: ${failure.message}`,
    'screen',
    ...failure.screen.map((row) => `  |${row}`),
    'last on the wires',
    ...failure.timeline.map((line) => `  ${line}`),
    `seed ${seed}`,
  ];
}

/** One line for a story that went as told, more for one that did not. */
export function textOf(result: ScenarioResult): string {
  if (result.skipped) return `skip ${result.file}  ${result.name}: ${result.skipped}`;
  const head = `${result.passed ? 'ok  ' : 'FAIL'} ${result.file}  ${result.name} (${seconds(result.durationMs)} s virtual)`;
  return [head, ...explanation(result).map((line) => `     ${line}`)].join('\n');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for XML 1.0, which has no control characters and no halves of a pair. */
function xml(text: string): string {
  return text
    .replace(/[&<>"]/g, (character) => entities[character])
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '�');
}

function caseOf(result: ScenarioResult): string {
  const attributes = `classname="${xml(result.file)}" name="${xml(result.name)}" time="${seconds(result.durationMs)}"`;
  if (result.skipped) {
    const skipped = `      <skipped message="${xml(result.skipped)}"/>`;
    return [`    <testcase ${attributes}>`, skipped, '    </testcase>'].join('\n');
  }
  if (!result.failure) return `    <testcase ${attributes}/>`;
  const message = xml(result.failure.message);
  return [
    `    <testcase ${attributes}>`,
    `      <failure message="${message}">${xml(explanation(result).join('\n'))}</failure>`,
    '    </testcase>',
  ].join('\n');
}

/** Results as JUnit XML for build servers; times are virtual. */
export function junitOf(results: readonly ScenarioResult[]): string {
  const failures = results.filter((result) => !result.passed).length;
  const time = seconds(results.reduce((sum, result) => sum + result.durationMs, 0));
  const skipped = results.filter((result) => result.skipped).length;
  const counts = `tests="${results.length}" failures="${failures}" errors="0"${skipped ? ` skipped="${skipped}"` : ''} time="${time}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="cupos" ${counts}>`,
    ...results.map(caseOf),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
