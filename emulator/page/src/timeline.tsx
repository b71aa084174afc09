/** What went over the wires, newest first: decoded and masked by the server; frames open to all their fields. */
import { useMemo, useState } from 'preact/hooks';
import type { TimelineRow } from '../../server/messages';
import { say, sayWire, type Language } from './texts';

const arrows = { out: '→', in: '←', note: '•' } as const;
const SHOWN_ROWS = 150;

function Row({ row, language }: { row: TimelineRow; language: Language }) {
  const line = (
    <>
      <time>{(row.atMs / 1000).toFixed(3)}</time>
      <span class={`wire wire-${row.wire}`}>{sayWire(language, row.wire)}</span>
      <span class="arrow">{arrows[row.direction]}</span>
      <span class="what">{row.text}</span>
    </>
  );
  if (row.detail === undefined) return <li class={`row ${row.direction}`}>{line}</li>;
  return (
    <li class={row.direction}>
      <details>
        <summary class="row frame">{line}</summary>
        <pre>{row.detail}</pre>
      </details>
    </li>
  );
}

export function Timeline({ rows, language }: { rows: readonly TimelineRow[]; language: Language }) {
  const [filter, setFilter] = useState('');
  const shown = useMemo(() => {
    const wanted = filter.toLowerCase();
    const fits = (row: TimelineRow): boolean =>
      `${row.wire} ${sayWire(language, row.wire)} ${row.text}`.toLowerCase().includes(wanted);
    return rows.filter(fits).slice(-SHOWN_ROWS).reverse();
  }, [rows, filter, language]);
  const list = useMemo(() => shown.map((row) => <Row key={row.id} row={row} language={language} />), [shown]);
  return (
    <section class="timeline" aria-label={say(language, 'timeline')}>
      <h2>
        {say(language, 'timeline')}
        <input
          type="search"
          placeholder={say(language, 'filter')}
          aria-label={say(language, 'filter')}
          value={filter}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
      </h2>
      <ol>{list}</ol>
    </section>
  );
}
