/** The page's own words, Chinese and English. What the terminal says comes from the terminal. */
export type Language = 'zh' | 'en';

const words = {
  title: ['银联终端模拟器', 'UnionPay terminal emulator'],
  first: [
    '第一次消费：刷一张卡 → 输入金额 → 确认 → 在密码键盘输入密码 → 确认',
    'First sale: swipe a card → key the amount → confirm → key the PIN on the PIN pad → confirm',
  ],
  terminal: ['终端', 'Terminal'],
  pinpad: ['密码键盘', 'PIN pad'],
  cards: ['卡片', 'Cards'],
  swipe: ['刷卡', 'Swipe'],
  paper: ['打印纸', 'Paper'],
  noPaper: ['还没有签购单', 'No slip yet'],
  tear: ['撕下', 'Tear off'],
  timeline: ['时间线', 'Timeline'],
  ledger: ['中心账户', 'Accounts at the center'],
  faults: ['制造故障', 'Break things'],
  time: ['时间', 'Time'],
  pause: ['暂停', 'Pause'],
  resume: ['继续', 'Run'],
  step: ['单步', 'Step'],
  filter: ['筛选', 'Filter'],
  pinIs: ['密码', 'PIN'],
  noPin: ['无密码', 'no PIN'],
  powerKey: ['电源/取消', 'Power / cancel'],
  powerHint: ['按住红键 2–3 秒开机或关机', 'Hold the red key for 2–3 s to switch on or off'],
  offline: ['与服务器的连接断开，正在重连…', 'The server is gone; reconnecting…'],
  powerCut: ['断电', 'Cut the power'],
  paperOut: ['缺纸', 'Paper out'],
  paperIn: ['装纸', 'New paper'],
  lineDead: ['线路中断', 'Line dead'],
  lineBack: ['线路恢复', 'Line back'],
  loseAnswer: ['丢失下一个应答', 'Lose the next answer'],
  wrongMac: ['下一个应答 MAC 错', 'Next answer: wrong MAC'],
  confirm: ['确认', 'OK'],
  clear: ['清除', 'Clear'],
  cancel: ['取消', 'Cancel'],
  menu: ['菜单', 'Menu'],
  function: ['功能', 'Func'],
  feed: ['走纸', 'Feed'],
} as const;

export type Word = keyof typeof words;

export function say(language: Language, word: Word): string {
  return words[word][language === 'zh' ? 0 : 1];
}
