/** The tray of test cards, how they are drawn through the slot, and a card of one's own. */
import { useRef, useState } from 'preact/hooks';
import type { CardView, Refusal, SwipeSpeed, Swiping } from '../../server/messages';
import { send } from './connection';
import type { Passing } from './terminal';
import { say, type Language } from './texts';

const tones: Readonly<Record<string, string>> = {
  debit: 'blue',
  credit: 'red',
  vip: 'gold',
  lowBalance: 'green',
  limited: 'teal',
  expired: 'stone',
  lost: 'plum',
  stolen: 'night',
  restricted: 'brown',
  chipOnly: 'indigo',
  unknown: 'slate',
};

const speeds: readonly SwipeSpeed[] = ['slow', 'normal', 'fast'];

/** The server's refusal is here by then. */
const ANSWER_MS = 120;

type OnSwipe = (passing: Omit<Passing, 'number'>) => void;

interface HowProps {
  readonly how: Required<Swiping>;
  readonly onChange: (how: Required<Swiping>) => void;
  readonly language: Language;
}

function How({ how, onChange, language }: HowProps) {
  return (
    <span class="how">
      <label>
        {say(language, 'speed')}{' '}
        <select
          class="small"
          value={how.speed}
          onChange={(event) => onChange({ ...how, speed: event.currentTarget.value as SwipeSpeed })}
        >
          {speeds.map((speed) => (
            <option key={speed} value={speed}>
              {say(language, speed)}
            </option>
          ))}
        </select>
      </label>
      {(['reverse', 'scratched'] as const).map((name) => (
        <label key={name}>
          <input
            type="checkbox"
            checked={how[name]}
            onChange={(event) => onChange({ ...how, [name]: event.currentTarget.checked })}
          />
          {say(language, name)}
        </label>
      ))}
    </span>
  );
}

interface OwnProps {
  readonly how: Required<Swiping>;
  readonly onSwipe: OnSwipe;
  readonly language: Language;
  readonly refused: Refusal | null;
}

/** Nothing of it is kept: the field shows no character, and is empty once the card was swiped. */
function OwnCard({ how, onSwipe, language, refused }: OwnProps) {
  const [tracks, setTracks] = useState('');
  const latest = useRef(refused);
  latest.current = refused;
  const refusal = refused?.place === 'swipe-own' ? refused.message : '';
  return (
    <div class="own" id="own-card">
      <form
        autocomplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          const before = latest.current;
          send({ do: 'swipe-own', tracks, ...how });
          setTracks('');
          // A card that was refused does not go through the slot.
          window.setTimeout(() => {
            if (latest.current !== before) return;
            onSwipe({ card: null, tone: 'plain', reverse: how.reverse, speed: how.speed });
          }, ANSWER_MS);
        }}
      >
        <label>
          <span class="unseen">{say(language, 'ownPaste')}</span>
          <input
            type="password"
            autofocus
            name="tracks"
            autocomplete="off"
            spellcheck={false}
            maxLength={300}
            placeholder={say(language, 'ownPaste')}
            aria-describedby="own-help"
            value={tracks}
            onInput={(event) => setTracks(event.currentTarget.value)}
          />
        </label>
        <button disabled={tracks === ''}>{say(language, 'ownSwipe')}</button>
      </form>
      <p id="own-help" class={refusal ? 'refusal' : 'help'} role={refusal ? 'alert' : undefined}>
        {refusal || say(language, 'ownHelp')}
      </p>
    </div>
  );
}

interface CardsProps {
  readonly cards: readonly CardView[];
  readonly language: Language;
  readonly refused: Refusal | null;
  /** Id of the card that the hint speaks of, '' for any. */
  readonly wanted: string;
  readonly onSwipe: OnSwipe;
}

export function Cards({ cards, language, refused, wanted, onSwipe }: CardsProps) {
  const [hasOwn, setHasOwn] = useState(false);
  const [how, setHow] = useState<Required<Swiping>>({ speed: 'normal', reverse: false, scratched: false });
  return (
    <section class="tray panel" aria-labelledby="tray-title">
      <h2 id="tray-title">
        {say(language, 'cards')} <small>{say(language, 'cardsHint')}</small>
      </h2>
      <How how={how} onChange={setHow} language={language} />
      <div class="cards">
        {cards.map((card) => (
          <button
            key={card.id}
            class={`card ${tones[card.id] ?? 'plain'} ${wanted === card.id || wanted === '' ? 'wanted' : ''}`}
            data-card={card.id}
            title={`${say(language, 'swipe')}: ${card[language]}`}
            onClick={() => {
              onSwipe({ card, tone: tones[card.id] ?? 'plain', reverse: how.reverse, speed: how.speed });
              send({ do: 'swipe', card: card.id, ...how });
            }}
          >
            <span class="card-name">{card[language]}</span>
            <span class="card-pan">{card.maskedPan.replace(/(.{4})(?=.)/g, '$1 ')}</span>
            <span class="card-foot">
              {card.pin ? (
                <>
                  {say(language, 'pinIs')} <b>{card.pin}</b>
                </>
              ) : (
                say(language, 'noPin')
              )}
            </span>
          </button>
        ))}
        <button
          class="card own-card"
          aria-expanded={hasOwn}
          aria-controls="own-card"
          onClick={() => setHasOwn(!hasOwn)}
        >
          <b aria-hidden="true">{hasOwn ? '−' : '+'}</b>
          {say(language, 'ownCard')}
        </button>
      </div>
      {hasOwn && <OwnCard how={how} onSwipe={onSwipe} language={language} refused={refused} />}
    </section>
  );
}
