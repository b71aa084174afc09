/** One line for a newcomer: what to do next, and how far the tour has come. */
import type { CardView, State, Tour } from '../../server/messages';
import { say, type Language, type Word } from './texts';

type Hints = Readonly<Record<State['next'], readonly [string, string]>>;

const hints: Hints = {
  hold: ['按住红色键 2 秒开机（或按住 Esc）', 'Hold the red key for 2 seconds to switch on (or hold Esc)'],
  boot: ['终端正在自检…', 'The terminal tests itself…'],
  wake: ['屏幕已熄灭：按任意键点亮', 'The screen sleeps: press any key'],
  flash: ['板上没有可运行的固件：npm run flash 下载', 'No firmware runs on the board: npm run flash brings one'],
  operator: ['输入操作员号 0 1，按绿色确认键', 'Operator number: key 0 1, then the green OK'],
  password: ['输入密码 0 0 0 0，按绿色确认键', 'Password: key 0 0 0 0, then the green OK'],
  idle: ['按 1 开始消费', 'Press 1 for a sale'],
  amount: ['输入金额，例如 1 2 3 4 即 12.34 元，按确认', 'Key the amount, for example 1 2 3 4 for 12.34, then OK'],
  swipe: ['点一张卡刷卡', 'Swipe a card: click one in the tray'],
  check: ['核对屏幕上的卡号，按确认', 'Compare the card number on the screen, then OK'],
  pin: ['在密码键盘上输入密码，按密码键盘的确认：', "Key the card's PIN on the PIN pad, then its OK:"],
  wait: ['请稍候…', 'One moment…'],
  tear: [
    '撕下持卡人存根（点纸），按确认打印商户存根',
    "Tear off the customer's slip (click it), then OK prints the merchant's",
  ],
  paper: ['打印机需要纸：点“装纸”，再按确认', 'The printer needs paper: click “New paper”, then OK'],
  shutdown: ['按确认关机，按取消返回', 'OK switches off, Cancel goes back'],
  menu: ['按数字选择；取消返回', 'Choose by number; Cancel goes back'],
  read: ['看屏幕提示；确认继续，取消返回', 'Read the screen: OK goes on, Cancel goes back'],
};

const noPinHint = ['此卡无密码：在密码键盘上按确认', 'This card has no PIN: press OK on the PIN pad'] as const;
const ownPinHint = ['在密码键盘上输入您的卡的密码，按确认', "Key your card's PIN on the PIN pad, then its OK"] as const;
const pausedHint = ['时间已暂停：点“继续”', 'Time stands still: click “Run”'] as const;

/** What the tour shows next. */
export type Stop = 'sale' | 'decline' | 'cut' | 'recovery' | 'end';

export function stopOf(tour: Tour): Stop {
  if (!tour.sale) return 'sale';
  if (tour.cut && !tour.recovered) return 'recovery';
  if (!tour.declined) return 'decline';
  return tour.cut ? 'end' : 'cut';
}

/** Where the tour has something better to say than the step alone. */
const tourHints: Readonly<Partial<Record<`${Stop} ${State['next']}`, readonly [string, string]>>> = {
  'decline idle': ['再试一次拒绝：按 1，金额 2 0 0 0', 'Now a decline: press 1, the amount is 2 0 0 0'],
  'decline amount': ['输入 2 0 0 0 即 20.00 元，按确认', 'Key 2 0 0 0 for 20.00, then OK'],
  'decline swipe': ['点“余额不足的卡”', 'Swipe “Card with 12.00 left”'],
  'cut idle': [
    '再试断电：先点“交易中断电”，再按 1 消费',
    'Now a power cut: click “Cut in mid-sale”, then press 1 and sell',
  ],
  'recovery hold': [
    '交易中断电了。按住红色键开机：终端会自己收拾残局',
    'The power went in mid-sale. Hold the red key: the terminal will put things right by itself',
  ],
  'recovery operator': [
    '重新登录（0 1 确认）；没做完的那笔在中心账务里已冲正',
    "Log in again (0 1 OK). What was left open is reversed: see the center's books",
  ],
  'end idle': [
    '全部试过了：试试缺纸、断线、中心的各种应答，或别的卡',
    'All done. Go on: no paper, a dead line, odd answers of the center, another card',
  ],
};

const steps: readonly (readonly [Word, keyof Tour])[] = [
  ['tourSale', 'sale'],
  ['tourDecline', 'declined'],
  ['tourCut', 'cut'],
  ['tourRecovery', 'recovered'],
];

interface HintProps {
  readonly state: State;
  readonly cards: readonly CardView[];
  readonly language: Language;
}

function textOf(state: State, card: CardView | undefined): readonly [string, string] {
  if (state.paused) return pausedHint;
  if (state.next === 'pin' && !card) return ownPinHint;
  if (state.next === 'pin' && card?.pin === '') return noPinHint;
  return tourHints[`${stopOf(state.tour)} ${state.next}`] ?? hints[state.next];
}

export function Hint({ state, cards, language }: HintProps) {
  const card = cards.find((one) => one.id === state.card);
  return (
    <section class="hint-line" aria-label={say(language, 'next')}>
      <p role="status">
        <b>{say(language, 'next')}</b>
        <span>
          {textOf(state, card)[language === 'zh' ? 0 : 1]}
          {state.next === 'pin' && card && card.pin !== '' && !state.paused && (
            <>
              {' '}
              <kbd>{card.pin}</kbd>
            </>
          )}
        </span>
      </p>
      <ol class="tour" aria-label={say(language, 'tour')}>
        {steps.map(([word, name]) => (
          <li key={name} class={state.tour[name] ? 'done' : ''}>
            <span aria-hidden="true">{state.tour[name] ? '✓' : ''}</span>
            {say(language, word)}
            <span class="unseen">, {say(language, state.tour[name] ? 'done' : 'open')}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
