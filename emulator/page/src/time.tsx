/** The World's clock and its controls. */
import type { State } from '../../server/messages';
import { send } from './connection';
import { say, type Language } from './texts';

const FASTEST = 0;

export function Time({ state, language }: { state: State; language: Language }) {
  return (
    <section class="time" aria-label={say(language, 'time')}>
      <output title={say(language, 'virtualTime')}>{(state.atMs / 1000).toFixed(1)} s</output>
      <button onClick={() => send({ do: 'pause', paused: !state.paused })} aria-pressed={state.paused}>
        {say(language, state.paused ? 'resume' : 'pause')}
      </button>
      <button onClick={() => send({ do: 'step' })} disabled={!state.paused}>
        {say(language, 'step')}
      </button>
      <span class="speeds" role="group" aria-label={say(language, 'speed')}>
        {[1, 10, FASTEST].map((factor) => (
          <button
            key={factor}
            data-speed={factor}
            aria-pressed={state.speed === factor}
            title={factor === FASTEST ? say(language, 'fastestHint') : undefined}
            onClick={() => send({ do: 'speed', factor })}
          >
            {factor === FASTEST ? say(language, 'fastest') : `×${factor}`}
          </button>
        ))}
      </span>
    </section>
  );
}
