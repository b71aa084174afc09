/** The modem on the desk: bars of its signal, lamps that flicker with every byte. */
import { useEffect, useState } from 'preact/hooks';
import type { ModemView } from '../../server/messages';
import { say, type Language } from './texts';

const FLICKER_MS = 160;

const kinds: Readonly<Record<string, string>> = {
  sim800: 'GPRS · SIM800',
  ec20: 'LTE · EC20',
  pstn: 'PSTN · V.22bis',
};

/** True for a moment after `count` has grown. */
function useFlicker(count: number): boolean {
  const [lit, setLit] = useState(false);
  useEffect(() => {
    if (count === 0) return undefined;
    setLit(true);
    const timer = window.setTimeout(() => setLit(false), FLICKER_MS);
    return () => window.clearTimeout(timer);
  }, [count]);
  return lit;
}

function Led({ name, on, tone, language }: { name: string; on: boolean; tone: string; language: Language }) {
  const label = `${name}: ${say(language, on ? 'on' : 'off')}`;
  return (
    <span class="lamp-place">
      <i class={on ? `lamp on ${tone}` : 'lamp'} role="img" aria-label={label} title={label} />
      <span aria-hidden="true">{name}</span>
    </span>
  );
}

function Bars({ bars, language }: { bars: number; language: Language }) {
  const text = bars > 0 ? `${bars}/5` : say(language, 'noSignal');
  return (
    <svg class="bars" viewBox="0 0 46 26" role="img" aria-label={`${say(language, 'signal')}: ${text}`}>
      {[0, 1, 2, 3, 4].map((bar) => (
        <rect
          key={bar}
          class={bar < bars ? 'bar on' : 'bar'}
          x={1 + bar * 9}
          y={20 - bar * 4.5}
          width="6.5"
          height={5 + bar * 4.5}
          rx="1.2"
        />
      ))}
    </svg>
  );
}

export function Modem({ modem, language }: { modem: ModemView; language: Language }) {
  const sends = useFlicker(modem.sent);
  const receives = useFlicker(modem.received);
  const isDialUp = modem.bars < 0;
  return (
    <section class="modem" aria-label={say(language, 'modem')}>
      {!isDialUp && <div class="antenna" aria-hidden="true" />}
      <h2>
        {say(language, 'modem')}
        <small>{kinds[modem.kind] ?? modem.kind}</small>
      </h2>
      <div class="modem-face">
        {isDialUp ? (
          <span class="phone">☏ {say(language, 'line')}</span>
        ) : (
          <Bars bars={modem.bars} language={language} />
        )}
        <span class="leds">
          <Led name="PWR" tone="green" on={modem.power} language={language} />
          <Led
            name={isDialUp ? 'DCD' : 'NET'}
            tone="blue"
            on={isDialUp ? modem.online : modem.ready}
            language={language}
          />
          <Led name="TX" tone="amber" on={sends} language={language} />
          <Led name="RX" tone="amber" on={receives} language={language} />
        </span>
      </div>
    </section>
  );
}
