/** Keys of the terminal and of the PIN pad, by mouse, touch and keyboard. */
import { useEffect, useRef } from 'preact/hooks';
import { send } from './connection';
import { say, type Language, type Word } from './texts';

interface KeyCap {
  readonly key: string;
  readonly cap: string;
  readonly word?: Word;
  readonly tone?: string;
}

function digits(caps: string): KeyCap[] {
  return [...caps].map((cap) => ({ key: cap, cap }));
}

/** Five rows of four, as the matrix is wired and printed. */
const terminalKeys: readonly KeyCap[] = [
  ...digits('123'),
  { key: 'cancel', cap: '', word: 'cancel', tone: 'red' },
  ...digits('456'),
  { key: 'clear', cap: '', word: 'clear', tone: 'yellow' },
  ...digits('789'),
  { key: 'function', cap: '', word: 'function', tone: 'grey' },
  { key: 'dot', cap: '.' },
  ...digits('0'),
  { key: 'double-zero', cap: '00' },
  { key: 'menu', cap: '', word: 'menu', tone: 'grey' },
  { key: 'up', cap: '▲', tone: 'grey' },
  { key: 'down', cap: '▼', tone: 'grey' },
  { key: 'feed', cap: '', word: 'feed', tone: 'grey' },
  { key: 'confirm', cap: '', word: 'confirm', tone: 'green' },
];

const keyboard: Readonly<Record<string, string>> = {
  Enter: 'confirm',
  Backspace: 'clear',
  Delete: 'clear',
  Escape: 'cancel',
  ArrowUp: 'up',
  ArrowDown: 'down',
  '.': 'dot',
  F1: 'function',
  F2: 'menu',
};

const padOnly = new Set(['confirm', 'clear', 'cancel']);

/** What a keystroke means, '' for nothing of ours. */
function keyOf(event: KeyboardEvent): string {
  if (event.ctrlKey || event.metaKey || event.altKey) return '';
  const target = event.target as HTMLElement;
  if (['INPUT', 'SELECT', 'SUMMARY'].includes(target.tagName)) return '';
  return /^[0-9]$/.test(event.key) ? event.key : (keyboard[event.key] ?? '');
}

/** The keyboard is the terminal's keypad; while the PIN pad asks it is the pad's. Escape can be held: the power key. */
export function useKeyboard(padAsking: boolean): void {
  const asking = useRef(padAsking);
  asking.current = padAsking;
  useEffect(() => {
    let holdsRed = false;
    const letGo = (): void => {
      if (holdsRed) send({ do: 'power-key', held: false });
      holdsRed = false;
    };
    const onDown = (event: KeyboardEvent): void => {
      const key = keyOf(event);
      if (key === '') return;
      // Also keeps Enter from pressing the button that the mouse touched last.
      event.preventDefault();
      if (event.repeat) return;
      if (asking.current && (padOnly.has(key) || /^[0-9]$/.test(key))) send({ do: 'pad', key });
      else if (key === 'cancel') {
        holdsRed = true;
        send({ do: 'power-key', held: true });
      } else send({ do: 'press', key });
    };
    const onUp = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') letGo();
    };
    window.addEventListener('keydown', onDown);
    window.addEventListener('keyup', onUp);
    window.addEventListener('blur', letGo);
    return () => {
      window.removeEventListener('keydown', onDown);
      window.removeEventListener('keyup', onUp);
      window.removeEventListener('blur', letGo);
    };
  }, []);
}

function RedKey({ language }: { language: Language }) {
  const held = useRef(false);
  const hold = (down: boolean): void => {
    if (held.current === down) return;
    held.current = down;
    send({ do: 'power-key', held: down });
  };
  return (
    <button
      class="key red"
      data-key="cancel"
      title={say(language, 'powerHint')}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        hold(true);
      }}
      onPointerUp={() => hold(false)}
      onPointerCancel={() => hold(false)}
      onLostPointerCapture={() => hold(false)}
      onContextMenu={(event) => event.preventDefault()}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M8 1.5v6M4.6 3.6a5.6 5.6 0 1 0 6.8 0" />
      </svg>
      {say(language, 'cancel')}
    </button>
  );
}

export function TerminalKeys({ language }: { language: Language }) {
  return (
    <div class="keys" role="group" aria-label={say(language, 'keys')}>
      {terminalKeys.map(({ key, cap, word, tone }) =>
        key === 'cancel' ? (
          <RedKey key={key} language={language} />
        ) : (
          <button
            key={key}
            data-key={key}
            class={`key ${tone ?? 'digit'}`}
            aria-label={cap === '▲' || cap === '▼' ? key : undefined}
            onClick={() => send({ do: 'press', key })}
          >
            {word ? say(language, word) : cap}
          </button>
        ),
      )}
    </div>
  );
}

const padKeys: readonly KeyCap[] = [
  ...digits('123456789'),
  { key: 'cancel', cap: '', word: 'cancel', tone: 'red' },
  ...digits('0'),
  { key: 'confirm', cap: '', word: 'confirm', tone: 'green' },
];

interface PinPadProps {
  readonly rows: readonly [string, string];
  readonly asking: boolean;
  readonly language: Language;
}

/** A row of the pad's 16 columns; a Chinese character takes two, whatever font the browser has for it. */
function PadRow({ text }: { text: string }) {
  const cells = [...text].map((char, i) => (char > '\u00ff' ? <i key={i}>{char}</i> : char));
  return <div>{text === '' ? ' ' : cells}</div>;
}

export function PinPad({ rows, asking, language }: PinPadProps) {
  const pad = useRef<HTMLElement>(null);
  const asked = useRef(false);
  useEffect(() => {
    // On a phone only one of the two is in sight: the pad while it asks, then the terminal's screen with the outcome.
    const lcd = asked.current ? document.querySelector('.lcd') : null;
    (asking ? pad.current : lcd)?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
    asked.current = asking;
  }, [asking]);
  return (
    <section ref={pad} class="pinpad" aria-label={say(language, 'pinpad')}>
      <h2>{say(language, 'pinpad')}</h2>
      <div class={asking ? 'pad-screen asking' : 'pad-screen'} aria-live="polite">
        <PadRow text={rows[0]} />
        <PadRow text={rows[1]} />
      </div>
      <div class="pad-keys">
        {padKeys.map(({ key, cap, word, tone }) => (
          <button key={key} data-pad={key} class={`key ${tone ?? 'digit'}`} onClick={() => send({ do: 'pad', key })}>
            {word ? say(language, word) : cap}
          </button>
        ))}
      </div>
      <button class="key yellow" data-pad="clear" onClick={() => send({ do: 'pad', key: 'clear' })}>
        {say(language, 'clear')}
      </button>
    </section>
  );
}
