/** The terminal as an object: printer on top, slot at its side, screen, lamps, keys. */
import type { CardView, State } from '../../server/messages';
import { TerminalKeys } from './keys';
import { Display, lcdGlass } from './lcd';
import { PrinterMouth } from './paper';
import { say, type Language, type Word } from './texts';

const WIDTH_DOTS = 128;

/** A card on its way through the slot; its number makes each swipe a new one. */
export interface Passing {
  readonly card: CardView | null;
  readonly tone: string;
  readonly number: number;
  readonly reverse: boolean;
  readonly speed: string;
}

function Lamp({ name, tone, on, language }: { name: Word; tone: string; on: boolean; language: Language }) {
  const label = `${say(language, name)}: ${say(language, on ? 'on' : 'off')}`;
  return (
    <span class="lamp-place">
      <i class={on ? `lamp on ${tone}` : 'lamp'} role="img" aria-label={label} title={label} />
      <span aria-hidden="true">{say(language, name)}</span>
    </span>
  );
}

interface TerminalProps {
  readonly state: State;
  readonly language: Language;
  readonly passing: Passing | null;
  readonly onTear: () => void;
}

function PassingCard({ passing, language }: { passing: Passing; language: Language }) {
  const way = `${passing.reverse ? 'up' : 'down'} ${passing.speed}`;
  return (
    <div key={passing.number} class={`passing ${passing.tone} ${way}`} aria-hidden="true">
      <b>{passing.card ? passing.card[language] : say(language, 'ownCard')}</b>
      <span>{passing.card ? passing.card.maskedPan : ''}</span>
    </div>
  );
}

export function Terminal({ state, language, passing, onTear }: TerminalProps) {
  const glass = lcdGlass[!state.supply ? 'off' : state.light ? 'lit' : 'dark'];
  return (
    <section class="terminal" aria-label={say(language, 'terminal')}>
      <PrinterMouth slip={state.slips.find((slip) => slip.inMouth)} language={language} onTear={onTear} />
      <div class="body">
        <div class="brand">
          <b>CUPOS</b>
          <span class="lamps">
            <Lamp name="lampPower" tone="green" on={state.supply} language={language} />
            <Lamp name="lampLine" tone="blue" on={state.modem.online} language={language} />
            <Lamp name="lampPaper" tone="red" on={state.paperOut} language={language} />
          </span>
        </div>
        <div class="glass">
          <Display
            class="lcd"
            pixels={state.lcd}
            widthDots={WIDTH_DOTS}
            glass={glass}
            label={say(language, 'screen')}
            text={state.lcdText || say(language, 'screenDark')}
          />
        </div>
        <TerminalKeys language={language} />
      </div>
      <div class="rail" aria-hidden="true">
        {passing && <PassingCard passing={passing} language={language} />}
        <div class="rail-front" />
      </div>
    </section>
  );
}
