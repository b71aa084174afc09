/** One line for a newcomer: what to do next. */
import type { CardView, State } from '../../server/messages';
import { say, type Language, type Word } from './texts';

const words: Readonly<Record<State['next'], Word>> = {
  hold: 'hintHold',
  boot: 'hintBoot',
  wake: 'hintWake',
  operator: 'hintOperator',
  password: 'hintPassword',
  idle: 'hintIdle',
  amount: 'hintAmount',
  swipe: 'hintSwipe',
  check: 'hintCheck',
  pin: 'hintPin',
  wait: 'hintWait',
  tear: 'hintTear',
  paper: 'hintPaper',
  shutdown: 'hintShutdown',
  menu: 'hintMenu',
  read: 'hintRead',
};

interface HintProps {
  readonly state: State;
  readonly cards: readonly CardView[];
  readonly language: Language;
}

export function Hint({ state, cards, language }: HintProps) {
  const card = cards.find((one) => one.id === state.card);
  const noPin = state.next === 'pin' && card?.pin === '';
  const text = state.paused ? say(language, 'hintPaused') : say(language, noPin ? 'hintNoPin' : words[state.next]);
  return (
    <p class="hint-line" role="status">
      <b>{say(language, 'next')}</b>
      <span>
        {text}
        {state.next === 'pin' && card && card.pin !== '' && !state.paused && (
          <>
            {' '}
            <kbd>{card.pin}</kbd>
          </>
        )}
      </span>
    </p>
  );
}
