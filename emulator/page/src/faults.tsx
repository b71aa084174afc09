/** What can be broken, now or later, and what waits to break. */
import { useState } from 'preact/hooks';
import type { LedgerUpdate, PlannedAction, State, WaitingFault, When } from '../../server/messages';
import { send } from './connection';
import { say, sayFault, type Language, type Word } from './texts';

const centerFaults = [
  ...['silence', 'lost', 'late', 'slow', 'duplicate', 'badMac', 'noMac', 'close', 'wrongStan', 'wrongAmount'],
  ...['wrongTerminal', 'wrongMti', 'macOfOther', 'forged', 'truncated', 'garbage', 'keys'],
];

const moreFaults: readonly (readonly [device: string, fault: string, value?: number])[] = [
  ['network', 'close'],
  ['network', 'garbage', 16],
  ['network', 'refuse'],
  ['network', 'dropUp'],
  ['network', 'dropDown'],
  ['network', 'well'],
  ['modem', 'reset'],
  ['modem', 'garbage', 16],
  ['modem', 'simAbsent'],
  ['modem', 'silent'],
  ['modem', 'well'],
  ['pinpad', 'keyloss'],
  ['pinpad', 'restart'],
  ['pinpad', 'tamper'],
  ['pinpad', 'repair'],
  ['keyLoader', 'load'],
  ['keyLoader', 'loadSm4'],
  ['keyLoader', 'wrongCheck'],
  ['battery', 'level', 4],
  ['battery', 'pull'],
  ['battery', 'well'],
  ['printer', 'offline'],
  ['printer', 'online'],
  ['flash', 'stuckBusy'],
  ['lcd', 'glitch'],
  ['keypad', 'free'],
];

/** In place of those of the mobile network, where the modem dials. */
const phoneFaults: readonly (readonly [device: string, fault: string, value?: number])[] = [
  ['phoneLine', 'noTone'],
  ['phoneLine', 'busy'],
  ['phoneLine', 'noAnswer'],
  ['phoneLine', 'noCarrier'],
  ['phoneLine', 'noise'],
  ['phoneLine', 'carrierLoss'],
  ['phoneLine', 'well'],
  ['nac', 'hangUp'],
];

/** `now`, `in`, `at`, or the message type that is waited for. */
const moments: readonly (readonly [moment: string, word: Word])[] = [
  ['now', 'now'],
  ['in', 'inSeconds'],
  ['at', 'atTime'],
  ['0200', 'whenSale'],
  ['0400', 'whenReversal'],
  ['0800', 'whenSignIn'],
  ['0820', 'whenManagement'],
];

interface Toggle {
  readonly name: string;
  readonly breaks: readonly [Word, string, string, number];
  readonly mends: readonly [Word, string, string, number];
}

const toggles: readonly Toggle[] = [
  {
    name: 'network down',
    breaks: ['lineDead', 'network', 'down', 1],
    mends: ['lineBack', 'network', 'down', 0],
  },
  {
    name: 'printer paper',
    breaks: ['paperOut', 'printer', 'paper', 0],
    mends: ['paperIn', 'printer', 'refill', 0],
  },
  {
    name: 'printer cover',
    breaks: ['coverOpen', 'printer', 'cover', 1],
    mends: ['coverShut', 'printer', 'close', 1],
  },
  { name: 'printer heat', breaks: ['tooHot', 'printer', 'heat', 1], mends: ['cool', 'printer', 'cool', 1] },
  {
    name: 'pinpad silent',
    breaks: ['padOff', 'pinpad', 'silent', 1],
    mends: ['padOn', 'pinpad', 'well', 1],
  },
  {
    name: 'battery charger',
    breaks: ['chargerOff', 'battery', 'charger', 0],
    mends: ['chargerOn', 'battery', 'charger', 1],
  },
];

const pulledPhone: Toggle = {
  name: 'phoneLine unplug',
  breaks: ['linePull', 'phoneLine', 'unplug', 1],
  mends: ['linePlug', 'phoneLine', 'unplug', 0],
};

interface PickProps {
  readonly label: string;
  readonly name: string;
  readonly choices: readonly (readonly [device: string, fault: string, value?: number])[];
  readonly onPick: (device: string, fault: string, value: number) => void;
  readonly language: Language;
}

function Pick({ label, name, choices, onPick, language }: PickProps) {
  return (
    <select
      class={name}
      aria-label={label}
      value=""
      onChange={(event) => {
        const [device, fault, value] = choices[Number(event.currentTarget.value)] ?? [];
        event.currentTarget.value = '';
        if (device && fault) onPick(device, fault, value ?? 1);
      }}
    >
      <option value="">{label}</option>
      {choices.map(([device, fault], i) => (
        <option key={`${device} ${fault}`} value={i}>
          {sayFault(language, device, fault)}
        </option>
      ))}
    </select>
  );
}

function sayPlanned(language: Language, what: PlannedAction): string {
  return what.do === 'cut' ? say(language, 'powerCut') : sayFault(language, what.device, what.fault);
}

function sayMoment(waiting: WaitingFault): string {
  return waiting.sent === undefined ? `@ ${((waiting.atMs ?? 0) / 1000).toFixed(1)} s` : `→ ${waiting.sent}`;
}

interface FaultsProps {
  readonly state: State;
  readonly waitingAtCenter: LedgerUpdate['faults'];
  readonly language: Language;
}

function Waiting({ state, waitingAtCenter, language }: FaultsProps) {
  if (state.waiting.length === 0 && waitingAtCenter.length === 0) return null;
  const chip = (key: string, text: string, remove: () => void) => (
    <li key={key}>
      {text}
      <button class="chip-remove" aria-label={`${say(language, 'remove')}: ${text}`} onClick={remove}>
        ✕
      </button>
    </li>
  );
  return (
    <ul class="waiting" aria-label={say(language, 'waiting')}>
      {state.waiting.map((one) =>
        chip(`w${one.id}`, `${sayPlanned(language, one.what)} ${sayMoment(one)}`, () =>
          send({ do: 'unschedule', id: one.id }),
        ),
      )}
      {waitingAtCenter.map((one) =>
        chip(`c${one.id}`, `${sayFault(language, 'center', one.fault)} → ${one.mti}`, () =>
          send({ do: 'spare', id: one.id }),
        ),
      )}
    </ul>
  );
}

/** Seconds keyed by a person; '' and nonsense go to the server as they are, which says what is wrong. */
function whenOf(moment: string, seconds: string): When | null {
  if (moment === 'now') return null;
  if (moment === 'in') return { in: seconds === '' ? NaN : Number(seconds) };
  if (moment === 'at') return { at: seconds === '' ? NaN : Number(seconds) };
  return { sent: moment };
}

export function Faults({ state, waitingAtCenter, language }: FaultsProps) {
  const [moment, setMoment] = useState('now');
  const [seconds, setSeconds] = useState('5');
  const takesSeconds = moment === 'in' || moment === 'at';
  const cause = (what: PlannedAction): void => {
    const when = whenOf(moment, seconds);
    send(when ? { do: 'schedule', when, what } : what);
    setMoment('now');
  };
  const isDialUp = state.modem.kind === 'pstn';
  const shownToggles = isDialUp ? [pulledPhone, ...toggles.slice(1)] : toggles;
  const choices = isDialUp ? [...phoneFaults, ...moreFaults.filter(([device]) => device !== 'modem')] : moreFaults;
  const fault = (device: string, name: string, value: number): void =>
    cause({ do: 'fault', device, fault: name, value });
  return (
    <section class="faults panel" aria-labelledby="faults-title">
      <div class="panel-head">
        <h2 id="faults-title">{say(language, 'faults')}</h2>
        <span class="when">
          <label>
            {say(language, 'when')}{' '}
            <select class="small" value={moment} onChange={(event) => setMoment(event.currentTarget.value)}>
              {moments.map(([name, word]) => (
                <option key={name} value={name}>
                  {say(language, word)}
                </option>
              ))}
            </select>
          </label>
          {takesSeconds && (
            <input
              class="small seconds"
              inputMode="decimal"
              aria-label={say(language, 'seconds')}
              value={seconds}
              onInput={(event) => setSeconds(event.currentTarget.value)}
            />
          )}
        </span>
      </div>
      <div class="fault-buttons">
        <button class="danger" onClick={() => cause({ do: 'cut' })}>
          {say(language, 'powerCut')}
        </button>
        <button
          class="danger light mid-sale"
          onClick={() => send({ do: 'schedule', when: { sent: '0200' }, what: { do: 'cut' } })}
        >
          {say(language, 'cutInSale')}
        </button>
        {shownToggles.map(({ name, breaks, mends }) => {
          const isBroken = state.broken.includes(name);
          const [word, device, fault_, value] = isBroken ? mends : breaks;
          return (
            <button key={name} class={isBroken ? 'mend' : ''} onClick={() => fault(device, fault_, value)}>
              {say(language, word)}
            </button>
          );
        })}
        <button onClick={() => fault('flash', 'rot', 1 + Math.floor(Math.random() * 999_999))}>
          {say(language, 'flashPage')}
        </button>
        <Pick
          label={say(language, 'centerFault')}
          name="center"
          choices={centerFaults.map((one) => ['center', one] as const)}
          onPick={fault}
          language={language}
        />
        <Pick label={say(language, 'deviceFault')} name="more" choices={choices} onPick={fault} language={language} />
      </div>
      <Waiting state={state} waitingAtCenter={waitingAtCenter} language={language} />
    </section>
  );
}
