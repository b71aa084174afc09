/** A run as a scenario file: its World, its steps, and what was true at its end. */
import { T_LCD_IDLE_HINT } from '../../firmware/texts/ids';
import { defaultSettings } from '../../firmware/settings';
import { testCardList } from '../../host/center/test-cards';
import { createScreenTexts } from '../headless/screen-texts';
import { yuanOf } from '../scenario/values';
import type { TerminalWorld } from '../terminal-world';
import type { Seen } from './observations';
import type { Beginning } from './recorded-run';
import { StepWriter } from './scenario-steps';

export interface Story {
  readonly name: string;
  readonly beginning: Beginning;
  readonly seen: readonly Seen[];
  /** Slips so far, those torn off too. */
  readonly slips: number;
}

const boardsOwn: readonly string[] = ['shiftOut', 'sim800'];
const SCHEMA_LINE = '# yaml-language-server: $schema=node_modules/cupos/docs/scenario.schema.json';

function beginningLines({ name, beginning }: Story): string[] {
  const { seed, startsAt, profile, parts, settings } = beginning;
  const told = Object.entries(parts as Readonly<Record<string, string>>).flatMap(([part, value]) =>
    boardsOwn.includes(value) ? [] : [`${part}: ${value}`],
  );
  // Settings are told as far as a person would write them; nothing of a record is in them but what the command line gave.
  const given = Object.entries(settings).filter(
    ([key, value]) => typeof value !== 'string' && value !== defaultSettings[key as keyof typeof defaultSettings],
  );
  return [
    `name: ${JSON.stringify(name)}`,
    `seed: ${seed}`,
    `startsAt: '${startsAt}'`,
    ...(profile === 'instant' ? [] : [`profile: ${profile}`]),
    ...(told.length === 0 ? [] : [`parts: { ${told.join(', ')} }`]),
    ...(given.length === 0
      ? []
      : [`settings: { ${given.map(([key, value]) => `${key}: ${String(value)}`).join(', ')} }`]),
  ];
}

/** Rows of the last slip that the next run prints again: no number that time or chance makes. */
function slipTexts(inside: TerminalWorld): string[] {
  const lines =
    inside.printer
      .slips()
      .at(-1)
      ?.lines.map((line) => line.text.trim()) ?? [];
  return lines.filter((line) => /\(SALE\)|\(REVERSAL\)|RMB/.test(line));
}

/** What the center holds; nothing of it where no money moved. */
function bookLines(inside: TerminalWorld): string[] {
  const ledger = inside.center.ledger().map((row) => `${row.kind} ${row.card} ${yuanOf(row.amountFen)}`);
  const exchanges = inside.center.exchanges().map((row) => `${row.mti} ${row.code}`);
  const balances = inside.center
    .accounts()
    .filter((row) => testCardList.some(({ id, balanceFen }) => id === row.card && balanceFen !== row.balanceFen))
    .map((row) => `${row.card}: ${yuanOf(row.balanceFen)}`);
  return [
    `ledger: [${ledger.join(', ')}]`,
    `exchanges: [${exchanges.join(', ')}]`,
    ...(balances.length === 0 ? [] : [`balance: { ${balances.join(', ')} }`]),
  ];
}

/** Text of a scenario file. `inside` is the World at the end of the run. */
export function writeStory(story: Story, inside: TerminalWorld): string {
  const idleRow = createScreenTexts(inside.settings.english)(T_LCD_IDLE_HINT);
  const writer = new StepWriter(idleRow);
  for (const seen of story.seen) writer.add(seen);
  writer.end();
  const isOn = inside.power.state.supplyOn;
  const rows = inside.lcd.text().map((row) => row.trim());
  const isIdle = isOn && rows.includes(idleRow);
  const slip = slipTexts(inside).map((text) => JSON.stringify(text));
  const came = [...(slip.length === 0 ? [] : [`slip: [${slip.join(', ')}]`]), ...bookLines(inside)];
  // With a card that is not told, what came of it is not told either.
  const facts = [`power: ${isOn ? 'on' : 'off'}`, `slips: ${story.slips}`, ...(writer.replaced ? [] : came)];
  return [
    SCHEMA_LINE,
    '# Written by cupos record.',
    ...(writer.replaced
      ? ['# Cards of your own were drawn: a test card stands in for them, so its end may be another.']
      : []),
    ...beginningLines(story),
    'steps:',
    ...writer.lines.map((line) => (line.startsWith('#') ? `  ${line}` : `  - ${line}`)),
    ...(isIdle ? ['  - wait for idle'] : []),
    '  - expect:',
    '      within: 5min',
    ...facts.map((fact) => `      ${fact}`),
    '',
  ].join('\n');
}
