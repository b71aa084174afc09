/** What went over the wires, newest first: decoded and masked by the server; each row opens to its fields and bytes. */
import { useMemo, useState } from 'preact/hooks';
import type { OpenedRow, TimelineRow } from '../../server/messages';
import { send } from './connection';
import { say, sayWire, type Language } from './texts';

const arrows = { out: '→', in: '←', note: '•' } as const;
const SHOWN_ROWS = 200;
const LINE_BYTES = 16;

/** Sixteen bytes a line: offset, hex, what of it is text. */
function dump(hex: string): string {
  const lines: string[] = [];
  for (let at = 0; at < hex.length; at += 2 * LINE_BYTES) {
    const bytes = hex.slice(at, at + 2 * LINE_BYTES).match(/../g) ?? [];
    const text = bytes.map((byte) => {
      const code = parseInt(byte, 16);
      return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '·';
    });
    const offset = (at / 2).toString(16).padStart(4, '0');
    lines.push(`${offset}  ${bytes.join(' ').padEnd(3 * LINE_BYTES)} ${text.join('')}`);
  }
  return lines.join('\n');
}

function Opened({ row, bytes, language }: { row: TimelineRow; bytes: OpenedRow | undefined; language: Language }) {
  return (
    <div class="opened">
      {row.detail !== undefined && (
        <>
          <h3>{say(language, 'fields')}</h3>
          <pre class="fields">{row.detail}</pre>
        </>
      )}
      <h3>
        {say(language, 'bytes')} <small>{say(language, row.lengthBytes > 0 ? 'bytesHint' : 'noBytes')}</small>
      </h3>
      {bytes && bytes.hex !== '' && (
        <pre class="dump" tabIndex={0} aria-label={say(language, 'bytes')}>
          {dump(bytes.hex)}
        </pre>
      )}
    </div>
  );
}

interface RowProps {
  readonly row: TimelineRow;
  readonly isOpen: boolean;
  readonly bytes: OpenedRow | undefined;
  readonly language: Language;
  readonly onToggle: (id: number) => void;
}

function Row({ row, isOpen, bytes, language, onToggle }: RowProps) {
  return (
    <li class={isOpen ? 'open' : ''}>
      <button
        class={`row ${row.direction} ${row.detail === undefined ? '' : 'frame'}`}
        aria-expanded={isOpen}
        onClick={() => onToggle(row.id)}
      >
        <time>{(row.atMs / 1000).toFixed(3)}</time>
        <span class={`wire wire-${row.wire}`}>{sayWire(language, row.wire)}</span>
        <span class="arrow" aria-hidden="true">
          {arrows[row.direction]}
        </span>
        <span class="what">{row.text}</span>
      </button>
      {isOpen && <Opened row={row} bytes={bytes} language={language} />}
    </li>
  );
}

interface TimelineProps {
  readonly rows: readonly TimelineRow[];
  readonly opened: readonly OpenedRow[];
  readonly language: Language;
}

export function Timeline({ rows, opened, language }: TimelineProps) {
  const [search, setSearch] = useState('');
  const [wire, setWire] = useState('');
  const [openIds, setOpenIds] = useState<readonly number[]>([]);
  const wires = useMemo(() => [...new Set(rows.map((row) => row.wire))].sort(), [rows]);
  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    const fits = (row: TimelineRow): boolean =>
      (wire === '' || row.wire === wire) &&
      (wanted === '' ||
        `${row.wire} ${sayWire(language, row.wire)} ${row.text} ${row.detail ?? ''}`.toLowerCase().includes(wanted));
    // A row comes when its last byte has come; it stands where its first one was.
    const found = rows.filter(fits).slice(-SHOWN_ROWS);
    return found.sort((one, other) => other.atMs - one.atMs || other.id - one.id);
  }, [rows, search, wire, language]);
  const toggle = (id: number): void => {
    if (openIds.includes(id)) setOpenIds(openIds.filter((one) => one !== id));
    else {
      if (!opened.some((one) => one.id === id)) send({ do: 'open', id });
      setOpenIds([...openIds, id]);
    }
  };
  const list = useMemo(
    () =>
      shown.map((row) => (
        <Row
          key={row.id}
          row={row}
          isOpen={openIds.includes(row.id)}
          bytes={opened.find((one) => one.id === row.id)}
          language={language}
          onToggle={toggle}
        />
      )),
    [shown, openIds, opened, language],
  );
  return (
    <div class="timeline">
      <div class="filters">
        <div class="chips" role="group" aria-label={say(language, 'wires')}>
          {['', ...wires].map((name) => (
            <button
              key={name}
              class={`chip wire-${name || 'all'}`}
              aria-pressed={wire === name}
              onClick={() => setWire(name)}
            >
              {name === '' ? say(language, 'allWires') : sayWire(language, name)}
            </button>
          ))}
        </div>
        <input
          type="search"
          class="small"
          placeholder={say(language, 'search')}
          aria-label={say(language, 'search')}
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      </div>
      {shown.length === 0 && <p class="empty">{say(language, rows.length === 0 ? 'noRows' : 'nothingFound')}</p>}
      <ol>{list}</ol>
    </div>
  );
}
