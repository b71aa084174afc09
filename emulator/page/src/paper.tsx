/** Paper: what comes out of the printer's mouth, line by line, and the slips that were torn off. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { SlipView } from '../../server/messages';
import { send } from './connection';
import { say, type Language } from './texts';

const PAPER_DOTS = 384;
const TEAR_MS = 520;

function pictureOf(slip: { id: number; version: number }): string {
  return `/paper/${slip.id}.png?v=${slip.version}`;
}

export function fileNameOf(id: number): string {
  return `cupos-slip-${String(id).padStart(6, '0')}.png`;
}

interface Sheet {
  readonly id: number;
  readonly src: string;
  /** Of the picture, in dots. */
  readonly heightDots: number;
  readonly cut: boolean;
}

/** The newest picture of the slip in the mouth, once it is loaded: no flicker while it grows. */
function useSheet(slip: SlipView | undefined): Sheet | null {
  const [sheet, setSheet] = useState<Sheet | null>(null);
  useEffect(() => {
    if (!slip) {
      setSheet(null);
      return undefined;
    }
    const picture = new Image();
    let gone = false;
    const { id, cut } = slip;
    picture.onload = () => {
      if (!gone) setSheet({ id, src: picture.src, heightDots: picture.naturalHeight, cut });
    };
    picture.src = pictureOf(slip);
    return () => {
      gone = true;
    };
  }, [slip?.id, slip?.version, slip?.cut]);
  return sheet;
}

/** The end of the newest slip as it comes out; a click tears it off. */
export function PrinterMouth({ slip, language, onTear }: { slip?: SlipView; language: Language; onTear: () => void }) {
  const sheet = useSheet(slip);
  const [torn, setTorn] = useState<Sheet | null>(null);
  const strip = useRef<HTMLDivElement>(null);
  const tear = (): void => {
    if (!sheet?.cut) return;
    setTorn(sheet);
    window.setTimeout(() => setTorn(null), TEAR_MS);
    send({ do: 'tear' });
    onTear();
  };
  const shown = sheet && slip && sheet.id === slip.id ? sheet : null;
  const heightOf = (one: Sheet): string => `calc(var(--paper-width) * ${one.heightDots / PAPER_DOTS})`;
  return (
    <div class="mouth">
      <div class="bay" aria-hidden="true" />
      <div class="chute">
        {shown && (
          <div
            ref={strip}
            key={shown.id}
            class={shown.cut ? 'strip cut' : 'strip'}
            style={{ '--height': heightOf(shown) }}
          >
            <img src={shown.src} alt="" />
          </div>
        )}
        {torn && (
          <div class="strip cut flying" style={{ '--height': heightOf(torn) }} aria-hidden="true">
            <img src={torn.src} alt="" />
          </div>
        )}
        {shown?.cut && (
          <button class="tear" onClick={tear}>
            <span>{say(language, 'tear')}</span>
          </button>
        )}
      </div>
      <div class="tear-bar" aria-hidden="true" />
    </div>
  );
}

function Large({ slip, language, onClose }: { slip: SlipView; language: Language; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const name = `${say(language, 'slip')} ${slip.id}`;
  return (
    <dialog
      ref={dialog}
      class="large"
      aria-label={name}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current?.close();
      }}
    >
      <div class="large-bar">
        <b>{name}</b>
        <a class="button" href={pictureOf(slip)} download={fileNameOf(slip.id)}>
          {say(language, 'savePng')}
        </a>
        <button onClick={() => dialog.current?.close()}>{say(language, 'close')}</button>
      </div>
      <div class="sheet-holder">
        <img class="sheet" src={pictureOf(slip)} alt={name} width={PAPER_DOTS} />
      </div>
    </dialog>
  );
}

export function Slips({ slips, language }: { slips: readonly SlipView[]; language: Language }) {
  const [large, setLarge] = useState<number | null>(null);
  const torn = slips.filter((slip) => !slip.inMouth);
  const opened = torn.find((slip) => slip.id === large);
  return (
    <div class="slips" tabIndex={0}>
      {torn.length === 0 && <p class="empty">{say(language, 'noPaper')}</p>}
      {torn.length > 0 && (
        <ul class="slip-list">
          {[...torn].reverse().map((slip) => (
            <li key={slip.id}>
              <button class="sheet-button" title={say(language, 'large')} onClick={() => setLarge(slip.id)}>
                <img class="sheet slip" src={pictureOf(slip)} alt={`${say(language, 'slip')} ${slip.id}`} />
              </button>
              <div class="slip-bar">
                <a class="button small" href={pictureOf(slip)} download={fileNameOf(slip.id)}>
                  {say(language, 'savePng')}
                </a>
                <button
                  class="small"
                  aria-label={`${say(language, 'discard')}: ${say(language, 'slip')} ${slip.id}`}
                  title={say(language, 'discard')}
                  onClick={() => send({ do: 'discard', id: slip.id })}
                >
                  ✕
                </button>
              </div>
            </li>
          ))}
        </ul>
      )}
      {torn.length > 1 && (
        <button class="small all" onClick={() => send({ do: 'discard' })}>
          {say(language, 'discardAll')}
        </button>
      )}
      {opened && <Large slip={opened} language={language} onClose={() => setLarge(null)} />}
    </div>
  );
}
