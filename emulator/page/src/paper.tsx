/** Paper: what hangs out of the printer's mouth, and the slips that lie beside the terminal, newest first. */
import type { SlipView } from '../../server/messages';
import { send } from './connection';
import { say, type Language } from './texts';

function pictureOf(slip: SlipView): string {
  return `/paper/${slip.id}.png?v=${slip.version}`;
}

/** The end of the newest slip, as it comes out. */
export function PrinterMouth({ slip }: { slip: SlipView | undefined }) {
  return (
    <div class="mouth" aria-hidden="true">
      {slip && slip.version > 0 && (
        <div class={slip.cut ? 'strip cut' : 'strip'}>
          <img src={pictureOf(slip)} alt="" />
        </div>
      )}
      <div class="lip" />
    </div>
  );
}

export function Paper({ slips, language }: { slips: readonly SlipView[]; language: Language }) {
  return (
    <section class="paper" aria-label={say(language, 'paper')}>
      <h2>
        {say(language, 'paper')}
        {slips.length > 0 && (
          <button class="small" onClick={() => send({ do: 'tear' })}>
            {say(language, 'tear')}
          </button>
        )}
      </h2>
      <div class="slips" tabIndex={0}>
        {slips.length === 0 && <p class="hint">{say(language, 'noPaper')}</p>}
        {[...slips].reverse().map((slip) => (
          <a key={slip.id} href={pictureOf(slip)} target="_blank" rel="noreferrer" title={say(language, 'large')}>
            <img class="slip" src={pictureOf(slip)} alt={`${say(language, 'slip')} ${slip.id + 1}`} />
          </a>
        ))}
      </div>
    </section>
  );
}
