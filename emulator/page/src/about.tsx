/** Short facts about the terminal: who it is, what is loaded and built in. A name without a word of its own is shown as it is. */
import { say, type Language, type Word } from './texts';

const names: Readonly<Record<string, Word>> = {
  terminal: 'terminalNumber',
  merchant: 'merchant',
  head: 'stripeHead',
  masterKey: 'masterKey',
  workingKeys: 'workingKeys',
};

const values: Readonly<Record<string, Word>> = { yes: 'yes', no: 'no' };

export function About({ facts, language }: { facts: Readonly<Record<string, string>>; language: Language }) {
  return (
    <dl class="about" aria-label={say(language, 'about')}>
      {Object.entries(facts).map(([name, value]) => (
        <div key={name}>
          <dt>{names[name] ? say(language, names[name]) : name}</dt>
          <dd class={value === 'no' ? 'missing' : ''}>{values[value] ? say(language, values[value]) : value}</dd>
        </div>
      ))}
    </dl>
  );
}
