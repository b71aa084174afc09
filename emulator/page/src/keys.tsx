/** Keys of the terminal and of the PIN pad, by mouse, touch and keyboard. */
import { useEffect, useRef } from 'preact/hooks';
import { send } from './connection';
import { say, type Language, type Word } from './texts';

interface KeyCap {
  readonly key: string;
  readonly cap: string;
  /** What is printed below a digit. */
  readonly letters?: string;
  readonly word?: Word;
  /** Name where the cap is a symbol. */
  readonly name?: Word;
  readonly tone: string;
  readonly keyboard: string;
}

const letters = ['', 'QZ', 'ABC', 'DEF', 'GHI', 'JKL', 'MNO', 'PRS', 'TUV', 'WXY'];

function digits(caps: string): KeyCap[] {
  return [...caps].map((cap) => {
    return { key: cap, cap, letters: letters[Number(cap)], tone: 'digit', keyboard: cap };
  });
}

/** Five rows of four, as the matrix is wired and printed. */
const terminalKeys: readonly KeyCap[] = [
  ...digits('123'),
  { key: 'cancel', cap: '', word: 'cancel', tone: 'red', keyboard: 'Esc' },
  ...digits('456'),
  { key: 'clear', cap: '', word: 'clear', tone: 'yellow', keyboard: '⌫' },
  ...digits('789'),
  { key: 'function', cap: '', word: 'function', tone: 'grey', keyboard: 'F1, F' },
  { key: 'dot', cap: '.', name: 'dot', tone: 'digit', keyboard: '.' },
  ...digits('0'),
  { key: 'double-zero', cap: '00', name: 'doubleZero', tone: 'digit', keyboard: ',' },
  { key: 'menu', cap: '', word: 'menu', tone: 'grey', keyboard: 'F2, M' },
  { key: 'up', cap: '▲', name: 'up', tone: 'grey', keyboard: '↑' },
  { key: 'down', cap: '▼', name: 'down', tone: 'grey', keyboard: '↓' },
  { key: 'feed', cap: '', word: 'feed', tone: 'grey', keyboard: 'P' },
  { key: 'confirm', cap: '', word: 'confirm', tone: 'green', keyboard: '⏎' },
];

const padKeys: readonly KeyCap[] = [
  ...digits('123456789'),
  { key: 'cancel', cap: '', word: 'cancel', tone: 'red', keyboard: 'Esc' },
  ...digits('0'),
  { key: 'confirm', cap: '', word: 'confirm', tone: 'green', keyboard: '⏎' },
  { key: 'clear', cap: '', word: 'clear', tone: 'yellow wide', keyboard: '⌫' },
];

const keyboard: Readonly<Record<string, string>> = {
  Enter: 'confirm',
  Backspace: 'clear',
  Delete: 'clear',
  Escape: 'cancel',
  ArrowUp: 'up',
  ArrowDown: 'down',
  '.': 'dot',
  ',': 'double-zero',
  F1: 'function',
  f: 'function',
  F2: 'menu',
  m: 'menu',
  p: 'feed',
};

const padOnly = new Set(['confirm', 'clear', 'cancel']);
const writing = new Set(['INPUT', 'SELECT', 'TEXTAREA']);
const TRAVEL_MS = 110;

/** What a keystroke means, '' for nothing of ours. `hasTabbed`: the focus is where somebody moved it by the keyboard. */
function keyOf(event: KeyboardEvent, hasTabbed: boolean): string {
  if (event.ctrlKey || event.metaKey || event.altKey) return '';
  const target = event.target as HTMLElement;
  if (writing.has(target.tagName) || target.closest('dialog')) return '';
  const key = /^[0-9]$/.test(event.key) ? event.key : (keyboard[event.key] ?? '');
  // Whoever came to a button by the keyboard wants to press that; whoever clicked it last does not.
  return hasTabbed && target !== document.body && (key === 'confirm' || key === 'up' || key === 'down') ? '' : key;
}

/** The key on the page goes down for a moment. */
function travel(selector: string): void {
  const key = document.querySelector(selector);
  key?.classList.add('down');
  window.setTimeout(() => key?.classList.remove('down'), TRAVEL_MS);
}

/** The keyboard is the terminal's keypad; while the PIN pad asks it is the pad's. Escape can be held: the power key. */
export function useKeyboard(padAsking: boolean): void {
  const asking = useRef(padAsking);
  asking.current = padAsking;
  useEffect(() => {
    let holdsRed = false;
    let hasTabbed = false;
    const onPointer = (): void => {
      hasTabbed = false;
    };
    const letGo = (): void => {
      if (holdsRed) send({ do: 'power-key', held: false });
      holdsRed = false;
    };
    const onDown = (event: KeyboardEvent): void => {
      if (event.key === 'Tab') hasTabbed = true;
      const key = keyOf(event, hasTabbed);
      if (key === '') return;
      event.preventDefault();
      if (event.repeat) return;
      if (asking.current && (padOnly.has(key) || /^[0-9]$/.test(key))) {
        travel(`[data-pad="${key}"]`);
        send({ do: 'pad', key });
        return;
      }
      travel(`[data-key="${key}"]`);
      if (key === 'cancel') {
        holdsRed = true;
        send({ do: 'power-key', held: true });
      } else send({ do: 'press', key });
    };
    const onUp = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') letGo();
    };
    window.addEventListener('keydown', onDown);
    window.addEventListener('keyup', onUp);
    window.addEventListener('pointerdown', onPointer);
    window.addEventListener('blur', letGo);
    return () => {
      window.removeEventListener('keydown', onDown);
      window.removeEventListener('keyup', onUp);
      window.removeEventListener('pointerdown', onPointer);
      window.removeEventListener('blur', letGo);
    };
  }, []);
}

function Cap({ cap, letters: below, word }: KeyCap, language: Language) {
  return (
    <>
      <span class="cap">{word ? say(language, word) : cap}</span>
      {below && (
        <small class="letters" aria-hidden="true">
          {below}
        </small>
      )}
    </>
  );
}

function titleOf(key: KeyCap, language: Language): string {
  const name = key.word ?? key.name;
  return `${name ? say(language, name) : key.cap} (${say(language, 'keyboard')}: ${key.keyboard})`;
}

function RedKey({ cap, language }: { cap: KeyCap; language: Language }) {
  const held = useRef(false);
  const hold = (down: boolean): void => {
    if (held.current === down) return;
    held.current = down;
    send({ do: 'power-key', held: down });
  };
  const byKeyboard = (down: boolean) => (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    hold(down);
  };
  return (
    <button
      class="key red"
      data-key="cancel"
      title={`${titleOf(cap, language)}; ${say(language, 'powerHint')}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        hold(true);
      }}
      onPointerUp={() => hold(false)}
      onPointerCancel={() => hold(false)}
      onLostPointerCapture={() => hold(false)}
      onKeyDown={byKeyboard(true)}
      onKeyUp={byKeyboard(false)}
      onBlur={() => hold(false)}
      onContextMenu={(event) => event.preventDefault()}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M8 1.5v6M4.6 3.6a5.6 5.6 0 1 0 6.8 0" />
      </svg>
      <span class="cap">{say(language, 'cancel')}</span>
    </button>
  );
}

export function TerminalKeys({ language }: { language: Language }) {
  return (
    <div class="keys" role="group" aria-label={say(language, 'keys')}>
      {terminalKeys.map((cap) =>
        cap.key === 'cancel' ? (
          <RedKey key={cap.key} cap={cap} language={language} />
        ) : (
          <button
            key={cap.key}
            data-key={cap.key}
            class={`key ${cap.tone}`}
            title={titleOf(cap, language)}
            aria-label={cap.name && cap.cap !== '00' ? say(language, cap.name) : undefined}
            onClick={() => send({ do: 'press', key: cap.key })}
          >
            {Cap(cap, language)}
          </button>
        ),
      )}
    </div>
  );
}

export function PadKeys({ language }: { language: Language }) {
  return (
    <div class="pad-keys" role="group" aria-label={say(language, 'padKeys')}>
      {padKeys.map((cap) => (
        <button
          key={cap.key}
          data-pad={cap.key}
          class={`key ${cap.tone}`}
          title={titleOf(cap, language)}
          onClick={() => send({ do: 'pad', key: cap.key })}
        >
          <span class="cap">{cap.word ? say(language, cap.word) : cap.cap}</span>
        </button>
      ))}
    </div>
  );
}
