/** Acts as a scenario file (docs/testing.md), so that what a storm has found can be told again, step by step. */
import { testCardList } from '../../host/center/test-cards';
import type { PartNames } from '../parts';
import type { Action } from '../scenario/scenario';
import { STORM_SETTINGS } from './storm';

const LONGEST_NAME = 180;

function duration(ms: number): string {
  const [value, unit] = ms >= 1_000_000 ? [ms / 1000, 's'] : [ms, 'ms'];
  return `${parseFloat(value.toFixed(3))}${unit}`;
}

function swipe(track2: string, options: object): string {
  const id = testCardList.find((card) => card.track2 === track2)?.id ?? '';
  const flags = Object.entries(options).filter(([, value]) => value === true);
  return `swipe: { card: ${id}${flags.map(([name]) => `, ${name}: true`).join('')} }`;
}

function stepOf(action: Action): string {
  switch (action.do) {
    case 'power':
      return `power ${action.what}`;
    case 'signIn':
      return 'sign in';
    case 'press':
      return `press: ${JSON.stringify(action.keys)}`;
    case 'pressPad':
      return `press pad: ${JSON.stringify(action.keys)}`;
    case 'swipe':
      return swipe(action.track2, action.options);
    case 'wait':
      return `wait: ${duration(action.forMs)}`;
    case 'clerkToIdle':
      return `clerk to idle: { within: ${duration(action.withinMs)} }`;
    case 'clerkSells':
      return `clerk sells: { amount: ${action.amount}, card: ${action.card}, within: ${duration(action.withinMs)} }`;
    case 'clerkAsksBalance':
      return `clerk asks balance: { card: ${action.card}, within: ${duration(action.withinMs)} }`;
    case 'fault': {
      const { device, fault, value, afterMs } = action;
      const later = afterMs > 0 ? `, after: ${duration(afterMs)}` : '';
      return `fault: { device: ${device}, fault: ${fault}, value: ${value}${later} }`;
    }
    case 'centerFault': {
      const mti = action.mti === '*' ? '' : `, mti: '${action.mti}'`;
      return `fault: { device: center, fault: ${action.fault}, count: ${action.count}${mti} }`;
    }
    case 'clearCenterFaults':
      return 'clear center faults';
    case 'loseKeys':
      return 'center replaces keys';
    case 'checkMoney':
      return action.except.length === 0 ? 'check money' : `check money: { except: [${action.except.join(', ')}] }`;
    default:
      throw new Error(`a storm has no act ${action.do}`);
  }
}

export interface StoryOfADay {
  readonly seed: number;
  readonly parts: PartNames;
  readonly acts: readonly Action[];
}

/** `remarks` become comments above it. */
export function writeScenario(name: string, story: StoryOfADay, remarks: readonly string[]): string {
  const { seed, acts } = story;
  const parts = Object.entries(story.parts).map(([key, value]) => `${key}: ${value}`);
  const settings = Object.entries(STORM_SETTINGS).map(([key, value]) => `${key}: ${value}`);
  return [
    ...remarks.map((remark) => `# ${remark}`),
    `name: ${JSON.stringify(name.slice(0, LONGEST_NAME))}`,
    `seed: ${seed}`,
    ...(parts.length > 0 ? [`parts: { ${parts.join(', ')} }`] : []),
    `settings: { ${settings.join(', ')} }`,
    'steps:',
    ...acts.map((act) => `  - ${stepOf(act)}`),
    '',
  ].join('\n');
}
