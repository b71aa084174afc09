/** The console face's own words, Chinese and English. What the terminal says comes from the terminal. */
import type { NextStep } from '../server/next-step';

export type Language = 'zh' | 'en';
type Pair = readonly [zh: string, en: string];

const words = {
  title: ['Cupos 银联 POS 终端', 'Cupos UnionPay terminal'],
  pinpad: ['密码键盘', 'PIN pad'],
  paper: ['签购单', 'Paper'],
  noPaper: ['还没有签购单', 'no slip yet'],
  timeline: ['时间线', 'Timeline'],
  cards: ['刷哪张卡', 'Swipe which card'],
  faults: ['制造什么故障', 'Break what'],
  noPin: ['无密码', 'no PIN'],
  pin: ['密码', 'PIN'],
  typing: ['键盘输入到', 'keys go to'],
  terminal: ['终端', 'the terminal'],
  paused: ['已暂停', 'paused'],
  pausedHint: ['已暂停：空格继续，n 走一步', 'paused: space goes on, n is one step'],
  fastest: ['最快', 'as fast as it goes'],
  search: ['查找', 'search'],
  tooSmall: ['窗口太小：至少 80×24', 'the window is too small: 80×24 at least'],
  noRoomForDots: ['点阵需要 25 行以上的窗口', 'dots need a window of 25 rows'],
  close: ['上下翻看，其他键关闭', 'up and down; any other key closes'],
  choose: ['上下选择，回车确定，Esc 取消', 'up, down, Enter chooses, Esc leaves'],
  footer: [
    'c 卡  b 故障  x 断电  p 开关机  g 撕纸  t 时间线  空格 暂停  ? 帮助  q 退出',
    'c cards  b break  x cut  p power  g tear  t wires  space pause  ? help  q quit',
  ],
  on: ['电源', 'power'],
  line: ['已连接', 'connected'],
  noPaperLeft: ['缺纸', 'no paper'],
} as const satisfies Record<string, Pair>;

export type Word = keyof typeof words;

const pick = (language: Language, pair: Pair): string => pair[language === 'zh' ? 0 : 1];

export function say(language: Language, word: Word): string {
  return pick(language, words[word]);
}

const hints: Readonly<Record<NextStep, Pair>> = {
  hold: ['按 p 开机', 'p holds the red key: power on'],
  boot: ['终端正在自检…', 'the terminal tests itself…'],
  wake: ['屏幕已熄灭：按退格键点亮', 'the screen sleeps: Backspace wakes it'],
  flash: ['板上没有固件：npm run flash', 'no firmware on the board: npm run flash'],
  operator: ['操作员号：01 回车', 'operator: 01 Enter'],
  password: ['密码：0000 回车', 'password: 0000 Enter'],
  idle: ['按 1 开始消费，或按 c 刷卡', '1 begins a sale, c swipes a card'],
  amount: ['金额：1234 即 12.34 元，回车', 'amount: 1234 is 12.34, then Enter'],
  swipe: ['按 c 选一张卡刷卡', 'c swipes a card'],
  check: ['核对卡号，回车', 'compare the card number, Enter'],
  pin: ['在密码键盘上输入密码，回车', 'key the PIN on the PIN pad, Enter'],
  wait: ['请稍候…', 'one moment…'],
  tear: ['按 g 撕下，回车打印商户存根', 'g tears off, Enter prints the next'],
  paper: ['按 b 选择装纸，再回车', 'b, new paper, then Enter'],
  shutdown: ['回车关机，Esc 返回', 'Enter switches off, Esc goes back'],
  menu: ['按数字选择，Esc 返回', 'a digit chooses, Esc goes back'],
  read: ['看屏幕：回车继续，Esc 返回', 'read the screen: Enter or Esc'],
};

export function hintOf(language: Language, step: NextStep): string {
  return pick(language, hints[step]);
}

export const help: Readonly<Record<Language, readonly string[]>> = {
  zh: [
    '0-9 数字    回车 确认    退格 清除    Esc 取消    . 点',
    '上 下       m 菜单       f 功能       u 走纸',
    'p 按住红键 2.6 秒（开机、关机）       Tab 换键盘：终端、密码键盘',
    'c 刷卡      b 制造故障   x 断电       g 撕下签购单',
    'PgUp PgDn 翻看签购单     v 点阵屏幕    t 时间线：上下选，回车看内容，/ 查找',
    '空格 暂停   n 单步       ×1 ×10 最快：+ 和 -',
    'q 或 Ctrl-C 退出，状态保留',
  ],
  en: [
    '0-9 digits  Enter OK     Backspace clear   Esc cancel   . dot',
    'up, down    m menu       f function        u feed',
    'p holds the red key 2.6 s (on, off)        Tab: terminal or PIN pad',
    'c swipe     b break      x power cut       g tear the slips off',
    'PgUp PgDn older paper    v dots of the LCD',
    't timeline: up, down, Enter opens an entry, / searches',
    'space pause n step       + and -: ×1, ×10, as fast as it goes',
    'q or Ctrl-C quits; the state is kept',
  ],
};

export interface FaultChoice {
  readonly device: string;
  readonly fault: string;
  readonly label: Pair;
}

/** What a person at a desk breaks most; scenarios have every fault there is. */
export const faultChoices: readonly FaultChoice[] = [
  { device: 'printer', fault: 'paper', label: ['打印机缺纸', 'paper runs out'] },
  { device: 'printer', fault: 'refill', label: ['装纸', 'new paper'] },
  { device: 'printer', fault: 'cover', label: ['打开打印机盖', 'printer cover opened'] },
  { device: 'printer', fault: 'close', label: ['合上打印机盖', 'printer cover closed'] },
  { device: 'network', fault: 'down', label: ['线路中断', 'the line dies'] },
  { device: 'network', fault: 'well', label: ['恢复线路', 'the line comes back'] },
  { device: 'network', fault: 'close', label: ['连接断开', 'the connection closes'] },
  { device: 'center', fault: 'silence', label: ['下一笔消费：处理但不应答', 'next sale: processed, no answer'] },
  { device: 'center', fault: 'lost', label: ['下一笔消费：没有收到', 'next sale: never arrives'] },
  { device: 'center', fault: 'badMac', label: ['下一笔消费：MAC 错', 'next sale: wrong MAC'] },
  {
    device: 'center',
    fault: 'forged',
    label: ['下一笔消费：应答被改成“成功”', 'next sale: refusal forged to approval'],
  },
  { device: 'center', fault: 'keys', label: ['中心更换工作密钥', 'the center replaces the keys'] },
  { device: 'modem', fault: 'reset', label: ['通讯模块重启', 'the modem restarts'] },
  { device: 'pinpad', fault: 'restart', label: ['密码键盘重启', 'the PIN pad restarts'] },
  { device: 'pinpad', fault: 'keyloss', label: ['密码键盘丢失密钥', 'the PIN pad loses its keys'] },
];

export function labelOf(language: Language, choice: FaultChoice): string {
  return pick(language, choice.label);
}
