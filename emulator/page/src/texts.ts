/** The page's own words, Chinese and English. What the terminal says comes from the terminal. */
export type Language = 'zh' | 'en';

const words = {
  title: ['银联 POS 终端仿真', 'UnionPay terminal emulator'],
  next: ['下一步', 'Next'],
  hintHold: ['按住红色键 2 秒开机（或按住 Esc）', 'Hold the red key for 2 seconds to switch on (or hold Esc)'],
  hintBoot: ['终端正在自检…', 'The terminal tests itself…'],
  hintWake: ['屏幕已熄灭：按任意键点亮', 'The screen sleeps: press any key'],
  hintOperator: ['输入操作员号 01，按确认', 'Operator number: key 0 1, then the green OK'],
  hintPassword: ['输入密码 0000，按确认', 'Password: key 0 0 0 0, then the green OK'],
  hintIdle: ['按 1 开始消费，或直接刷一张卡', 'Press 1 for a sale, or swipe a card'],
  hintAmount: ['输入金额，例如 1234 即 12.34 元，按确认', 'Key the amount, for example 1 2 3 4 for 12.34, then OK'],
  hintSwipe: ['点一张卡刷卡', 'Swipe a card: click one in the tray'],
  hintCheck: ['核对屏幕上的卡号，按确认', 'Compare the card number on the screen, then OK'],
  hintPin: ['在密码键盘上输入该卡密码，按密码键盘的确认：', "Key the card's PIN on the PIN pad, then its OK:"],
  hintNoPin: ['此卡无密码：在密码键盘上按确认', 'This card has no PIN: press OK on the PIN pad'],
  hintWait: ['请稍候…', 'One moment…'],
  hintTear: ['撕下持卡人存根，按确认打印商户存根', "The customer's slip is done: OK prints the merchant's"],
  hintPaper: ['打印机需要纸：点“装纸”，再按确认', 'The printer needs paper: click “New paper”, then OK'],
  hintShutdown: ['按确认关机，按取消返回', 'OK switches off, cancel goes back'],
  hintMenu: ['按数字选择；取消返回', 'Choose by number; cancel goes back'],
  hintRead: ['看屏幕提示；确认继续，取消返回', 'Read the screen: OK goes on, cancel goes back'],
  hintPaused: ['时间已暂停：点“继续”', 'Time stands still: click “Run”'],
  terminal: ['终端', 'Terminal'],
  keys: ['按键', 'Keys'],
  pinpad: ['密码键盘', 'PIN pad'],
  cards: ['测试卡', 'Test cards'],
  swipe: ['刷卡', 'Swipe'],
  howToSwipe: ['怎样刷卡', 'How to swipe'],
  swipeWell: ['正常刷卡', 'swipe well'],
  swipeReverse: ['反向刷卡', 'swipe backwards'],
  swipeScratched: ['磁条有划痕', 'scratched stripe'],
  paper: ['签购单', 'Slips'],
  slip: ['签购单', 'Slip'],
  large: ['打开大图', 'Open the picture'],
  noPaper: ['还没有签购单', 'No slip yet'],
  tear: ['取走', 'Take away'],
  timeline: ['时间线：每条线上的数据（已屏蔽）', 'Timeline: what every wire carried, masked'],
  ledger: ['收单中心账务', 'Books of the center'],
  accounts: ['账户余额', 'Accounts'],
  noPosting: ['尚无入账', 'Nothing posted yet'],
  sale: ['消费', 'Sale'],
  reversal: ['冲正', 'Reversal'],
  faults: ['制造故障', 'Break things'],
  time: ['时间', 'Time'],
  pause: ['暂停', 'Pause'],
  resume: ['继续', 'Run'],
  step: ['单步', 'Step'],
  filter: ['筛选', 'Filter'],
  pinIs: ['密码', 'PIN'],
  noPin: ['无密码', 'no PIN'],
  powerHint: ['按住红键 2–3 秒开机或关机', 'Hold the red key for 2–3 s to switch on or off'],
  offline: ['与服务器的连接断开，正在重连…终端不受影响', 'The server does not answer; trying again…'],
  connecting: ['正在连接…', 'Connecting…'],
  powerCut: ['断电', 'Cut the power'],
  paperOut: ['缺纸', 'Paper out'],
  paperIn: ['装纸', 'New paper'],
  lineDead: ['线路中断', 'Line dead'],
  lineBack: ['恢复线路', 'Line back'],
  centerFault: ['下一笔消费，中心…', 'Next sale, the center…'],
  deviceFault: ['现在发生…', 'Right now…'],
  lampPower: ['电源', 'Power'],
  lampLine: ['已连接中心', 'Connected to the center'],
  lampPaper: ['缺纸', 'Paper out'],
  confirm: ['确认', 'OK'],
  clear: ['清除', 'Clear'],
  cancel: ['取消', 'Cancel'],
  menu: ['菜单', 'Menu'],
  function: ['功能', 'Func'],
  feed: ['走纸', 'Feed'],
} as const;

export type Word = keyof typeof words;

function index(language: Language): 0 | 1 {
  return language === 'zh' ? 0 : 1;
}

export function say(language: Language, word: Word): string {
  return words[word][index(language)];
}

const faults: Readonly<Record<string, readonly [string, string]>> = {
  'center silence': ['处理但不应答', 'processes it and says nothing'],
  'center lost': ['没有收到请求', 'never gets it'],
  'center late': ['75 秒后才应答', 'answers after 75 s'],
  'center slow': ['8 秒后应答', 'answers after 8 s'],
  'center duplicate': ['应答两次', 'answers twice'],
  'center badMac': ['应答 MAC 错', 'answers with a wrong MAC'],
  'center noMac': ['应答无 MAC', 'answers without a MAC'],
  'center close': ['处理后断开连接', 'processes it and hangs up'],
  'center wrongStan': ['应答流水号错', 'answers another trace number'],
  'center wrongAmount': ['应答金额错', 'answers another amount'],
  'center wrongTerminal': ['应答终端号错', 'answers another terminal'],
  'center wrongMti': ['应答类型错', 'answers with another type'],
  'center macOfOther': ['MAC 是别的报文的', 'sends the MAC of another message'],
  'center forged': ['应答被改成“成功”', 'is impersonated: refusal made approval'],
  'center truncated': ['只应答前半截', 'sends half an answer'],
  'center garbage': ['应答乱码', 'sends garbage'],
  'center keys': ['更换工作密钥', 'has replaced the keys'],
  'network close': ['连接断开', 'the connection closes'],
  'network garbage': ['线路上出现乱码', 'garbage comes over the line'],
  'modem reset': ['通讯模块重启', 'the modem restarts'],
  'modem garbage': ['通讯模块乱码', 'the modem babbles'],
  'pinpad keyloss': ['密码键盘丢失密钥', 'the PIN pad loses its keys'],
  'pinpad restart': ['密码键盘重启', 'the PIN pad restarts'],
};

export function sayFault(language: Language, device: string, fault: string): string {
  return faults[`${device} ${fault}`]?.[index(language)] ?? `${device} ${fault}`;
}

const wires: Readonly<Record<string, readonly [string, string]>> = {
  modem: ['通讯模块', 'modem'],
  network: ['网络', 'network'],
  pinpad: ['密码键盘', 'PIN pad'],
  printer: ['打印机', 'printer'],
  flash: ['闪存', 'flash'],
  power: ['电源', 'power'],
  stripe: ['磁卡头', 'stripe'],
  center: ['中心', 'center'],
};

export function sayWire(language: Language, wire: string): string {
  return wires[wire]?.[index(language)] ?? wire;
}
