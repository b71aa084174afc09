/** The customer's PIN pad, an object of its own at the end of a cable. */
import { useEffect, useRef } from 'preact/hooks';
import type { State } from '../../server/messages';
import { PadKeys } from './keys';
import { Display, padGlass } from './lcd';
import { say, type Language } from './texts';

const WIDTH_DOTS = 128;

export function PinPad({ state, language }: { state: State; language: Language }) {
  const pad = useRef<HTMLElement>(null);
  const asked = useRef(false);
  const asking = state.padAsking;
  useEffect(() => {
    // On a phone only one of the two is in sight: the pad while it asks, then the terminal's screen with the outcome.
    const lcd = asked.current && !asking ? document.querySelector('.lcd') : null;
    lcd?.scrollIntoView({ block: 'nearest' });
    asked.current = asking;
  }, [asking]);
  return (
    <section ref={pad} class={asking ? 'pinpad asking' : 'pinpad'} aria-label={say(language, 'pinpad')}>
      <div class="hood" aria-hidden="true" />
      <h2>{say(language, 'pinpad')}</h2>
      <div class="pad-screen">
        <Display
          class="pad-lcd"
          pixels={state.pad}
          widthDots={WIDTH_DOTS}
          glass={padGlass[asking ? 'asking' : 'idle']}
          label={say(language, 'padScreen')}
          text={state.padText}
        />
      </div>
      <PadKeys language={language} />
    </section>
  );
}
