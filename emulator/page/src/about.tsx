/** Short facts about the terminal: who it is, what is loaded and built in. A name without a word of its own is shown as it is. */
import { send } from './connection';
import { say, sayFault, sayWire, type Language, type Word } from './texts';

const names: Readonly<Record<string, Word>> = {
  terminal: 'terminalNumber',
  merchant: 'merchant',
  head: 'stripeHead',
  battery: 'battery',
  masterKey: 'masterKey',
  workingKeys: 'workingKeys',
};

const values: Readonly<Record<string, Word>> = { yes: 'yes', no: 'no' };

export function About({ facts, language }: { facts: Readonly<Record<string, string>>; language: Language }) {
  return (
    <dl class="about" aria-label={say(language, 'about')}>
      {Object.entries(facts).map(([name, value]) => (
        <div key={name}>
          <dt>{names[name] ? say(language, names[name]) : sayWire(language, name)}</dt>
          <dd class={value === 'no' ? 'missing' : ''}>
            {values[value] ? say(language, values[value]) : value}
            {name === 'masterKey' && value === 'no' && (
              <button
                class="small"
                title={sayFault(language, 'keyLoader', 'load')}
                onClick={() => send({ do: 'fault', device: 'keyLoader', fault: 'load', value: 0 })}
              >
                {say(language, 'load')}
              </button>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A note beside a terminal that speaks the other language. */
export function Gloss({ rows, language }: { rows: readonly string[]; language: Language }) {
  if (rows.length === 0) return null;
  return (
    <aside class="gloss" aria-label={say(language, 'screenSays')}>
      <b>{say(language, 'screenSays')}</b>
      {rows.map((row, i) => (
        <span key={i}>{row}</span>
      ))}
    </aside>
  );
}
