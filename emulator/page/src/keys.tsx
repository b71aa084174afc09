/** Keys of the terminal and of the PIN pad, by mouse, touch and (the terminal's) keyboard. */
import { useEffect } from 'preact/hooks';
import { send } from './connection';
import { say, type Language, type Word } from './texts';

/** Five rows of four, as the matrix is wired; a string that is a word names a function key. */
const terminalKeys: readonly (readonly [key: string, cap: string | null, word: Word | null, tone: string])[] = [
  ['1', '1', null, ''],
  ['2', '2', null, ''],
  ['3', '3', null, ''],
  ['cancel', null, 'cancel', 'red'],
  ['4', '4', null, ''],
  ['5', '5', null, ''],
  ['6', '6', null, ''],
  ['clear', null, 'clear', 'yellow'],
  ['7', '7', null, ''],
  ['8', '8', null, ''],
  ['9', '9', null, ''],
  ['function', null, 'function', 'grey'],
  ['dot', '.', null, ''],
  ['0', '0', null, ''],
  ['double-zero', '00', null, ''],
  ['menu', null, 'menu', 'grey'],
  ['up', '▲', null, 'grey'],
  ['down', '▼', null, 'grey'],
  ['feed', null, 'feed', 'grey'],
  ['confirm', null, 'confirm', 'green'],
];

const keyboard: Record<string, string> = {
  Enter: 'confirm',
  Backspace: 'clear',
  Escape: 'cancel',
  ArrowUp: 'up',
  ArrowDown: 'down',
  '.': 'dot',
  F1: 'function',
  F2: 'menu',
};

export function TerminalKeys({ language }: { language: Language }) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || target.tagName === 'INPUT') return;
      // A focused button answers to Enter by itself.
      if (target.tagName === 'BUTTON' && event.key === 'Enter') return;
      const key = /^[0-9]$/.test(event.key) ? event.key : keyboard[event.key];
      if (key === undefined) return;
      event.preventDefault();
      send({ do: 'press', key });
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <div class="keys">
      {terminalKeys.map(([key, cap, word, tone]) =>
        key === 'cancel' ? (
          <button
            key={key}
            class={`key ${tone}`}
            title={say(language, 'powerHint')}
            onPointerDown={() => send({ do: 'power-key', held: true })}
            onPointerUp={() => send({ do: 'power-key', held: false })}
            onPointerLeave={(event) => event.buttons && send({ do: 'power-key', held: false })}
            onPointerCancel={() => send({ do: 'power-key', held: false })}
            onContextMenu={(event) => event.preventDefault()}
          >
            ⏻ {say(language, 'cancel')}
          </button>
        ) : (
          <button key={key} class={`key ${tone}`} onClick={() => send({ do: 'press', key })}>
            {word ? say(language, word) : cap}
          </button>
        ),
      )}
    </div>
  );
}

const padKeys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'cancel', '0', 'confirm'];

export function PinPad({ rows, language }: { rows: readonly [string, string]; language: Language }) {
  return (
    <section class="pinpad" aria-label={say(language, 'pinpad')}>
      <div class="pad-screen">
        <div>{rows[0] || ' '}</div>
        <div>{rows[1] || ' '}</div>
      </div>
      <div class="pad-keys">
        {padKeys.map((key) => (
          <button
            key={key}
            class={`key ${key === 'cancel' ? 'red' : key === 'confirm' ? 'green' : ''}`}
            onClick={() => send({ do: 'pad', key })}
          >
            {key === 'cancel' || key === 'confirm' ? say(language, key) : key}
          </button>
        ))}
      </div>
      <button class="key yellow wide" onClick={() => send({ do: 'pad', key: 'clear' })}>
        {say(language, 'clear')}
      </button>
    </section>
  );
}
