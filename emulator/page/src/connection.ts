/** The socket to the server: sends actions, keeps the latest of every update, reconnects by itself. */
import { useEffect, useState } from 'preact/hooks';
import type {
  Action,
  Hello,
  LedgerUpdate,
  OpenedRow,
  Refusal,
  State,
  TimelineRow,
  Update,
} from '../../server/messages';

const TIMELINE_ROWS = 600;
const KEPT_OPENED = 50;
const RECONNECT_MS = 1000;
const REFUSAL_SHOWN_MS = 6000;

export interface View {
  readonly connected: boolean;
  readonly hello: Hello | null;
  readonly state: State | null;
  readonly ledger: LedgerUpdate | null;
  readonly rows: readonly TimelineRow[];
  readonly opened: readonly OpenedRow[];
  readonly refused: Refusal | null;
}

const nothing: View = {
  connected: false,
  hello: null,
  state: null,
  ledger: null,
  rows: [],
  opened: [],
  refused: null,
};

let socket: WebSocket | null = null;

export function send(action: Action): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(action));
}

function apply(view: View, update: Update): View {
  switch (update.type) {
    case 'hello':
      return { ...view, hello: update, rows: [], opened: [] };
    case 'state':
      return { ...view, state: update };
    case 'timeline':
      return { ...view, rows: [...view.rows, ...update.rows].slice(-TIMELINE_ROWS) };
    case 'opened':
      return { ...view, opened: [...view.opened.filter(({ id }) => id !== update.id), update].slice(-KEPT_OPENED) };
    case 'ledger':
      return { ...view, ledger: update };
    case 'refused':
      return { ...view, refused: update };
  }
}

export function useConnection(): View {
  const [view, setView] = useState<View>(nothing);
  useEffect(() => {
    let again = 0;
    let forget = 0;
    let ended = false;
    const open = (): void => {
      socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/socket`);
      socket.onopen = () => setView((old) => ({ ...old, connected: true }));
      socket.onmessage = (event) => {
        const update = JSON.parse(event.data as string) as Update;
        setView((old) => apply(old, update));
        if (update.type !== 'refused') return;
        window.clearTimeout(forget);
        forget = window.setTimeout(() => setView((old) => ({ ...old, refused: null })), REFUSAL_SHOWN_MS);
      };
      socket.onclose = () => {
        setView((old) => ({ ...old, connected: false }));
        if (!ended) again = window.setTimeout(open, RECONNECT_MS);
      };
    };
    open();
    return () => {
      ended = true;
      window.clearTimeout(again);
      window.clearTimeout(forget);
      socket?.close();
    };
  }, []);
  return view;
}
