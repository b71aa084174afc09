/** Start, log-in, sign-in, power: everything before and around the first sale. */
import { KEY_CANCEL } from '../../hal/devices';
import { fullDate } from '../../firmware/flows/sign-in';
import { logIn, powerOn, ready, sell, sellAndPrint } from '../support/terminal-rig';

const idle = '请刷卡或按确认键';

describe('self-test', () => {
  it('says nothing when all is well', () => {
    const { board } = powerOn();
    board.see('操作员号');
    expect(board.beeps.filter((ms) => ms > 50)).toHaveLength(0);
  });

  it('stands there long enough to be read', () => {
    const { board } = powerOn();
    board.clock.run(800);
    expect(board.screen()).toContain('正在自检');
  });

  it.each<[string, string, (board: ReturnType<typeof powerOn>['board']) => void]>([
    ['a silent PIN pad', '操作超时', (board) => (board.padSilent = true)],
    ['no master key', '请装载主密钥', (board) => (board.remains.padHasTmk = false)],
    ['no paper', '打印机缺纸', (board) => (board.printerBits = 1)],
    ['an open cover', '打印机盖未合上', (board) => (board.printerBits = 2)],
    ['a silent printer', '打印机故障', (board) => (board.printerBits = -1)],
  ])('%s is named, and the clerk may go on', (_name, text, prepare) => {
    const { board } = powerOn({}, prepare);
    board.see(text);
    board.confirm();
    board.see('操作员号');
  });

  it('a damaged journal is named; it signs in with batch 000000 and gets a new one', () => {
    const rig = ready();
    sellAndPrint(rig.board);
    for (let sector = 0; sector < 64; sector++) rig.remains.flash.fill(0x5a, sector * 4096 + 40, sector * 4096 + 400);
    const board = rig.cutAndBoot();
    board.see('流水文件已损坏');
    logIn(rig);
    const signIn = rig.center.of('0800')[1];
    expect(signIn.digits(60).substring(2, 8)).toBe('000000');
    expect(rig.center.batch).toBe(2);
    sellAndPrint(board);
    expect(rig.center.of('0200')[1].digits(60).substring(2, 8)).toBe('000002');
  });

  describe('a damaged journal of which something can be read', () => {
    const damaged = (): ReturnType<typeof ready> => {
      const rig = ready();
      for (const amount of ['1.00', '2.00', '3.00']) sellAndPrint(rig.board, amount);
      // Somewhere in the middle of the first sale's records.
      const at = Buffer.from(rig.remains.flash.subarray(0, 4096)).indexOf(Buffer.from('000000000100', 'hex'));
      rig.remains.flash[at] ^= 0x10;
      rig.cutAndBoot();
      rig.board.see('打印可读交易?');
      return rig;
    };

    it('goes on paper before it is forgotten', () => {
      const rig = damaged();
      expect(rig.board.lcd()[0]).toBe('流水文件已损坏');
      rig.board.confirm();
      rig.board.see('请重新签到');
      const slip = rig.board.slips().slice(-2).join('');
      for (const line of ['本单可能不完整', 'BATCH NO:000001', 'RMB 2.00', 'RMB 3.00', '银联测试商户'])
        expect(slip).toContain(line);
      logIn(rig);
      expect(rig.center.of('0800').at(-1)?.digits(60).substring(2, 8)).toBe('000000');
    });

    it('left alone: is printed all the same', () => {
      const rig = damaged();
      rig.board.clock.run(61_000);
      rig.board.see('操作员号', 20_000);
      expect(rig.board.slips().join('')).toContain('本单可能不完整');
    });

    it('a power cut before it is printed: is asked again', () => {
      const rig = damaged();
      rig.cutAndBoot();
      rig.board.see('打印可读交易?');
      rig.board.cancel();
      rig.board.see('请重新签到');
      rig.cutAndBoot();
      rig.board.see('操作员号');
      expect(rig.board.shown.join()).not.toContain('打印可读交易?');
    });
  });

  it('another pad, without working keys: signs in before it sells', () => {
    const rig = ready();
    rig.remains.padKey = '';
    rig.cutAndBoot();
    logIn(rig);
    expect(rig.center.of('0800')).toHaveLength(2);
  });
});

describe('the clerk', () => {
  it('needs the right password', () => {
    const { board } = powerOn();
    board.see('操作员号');
    board.type('01\r1111\r');
    board.see('操作员或密码错');
    board.see('操作员号');
    board.type('02\r0000\r');
    board.see('操作员或密码错');
    board.see('操作员号');
    expect(board.shown.join()).not.toContain('1111');
  });

  it('may leave out the leading zero and correct a digit', () => {
    const { board } = powerOn();
    board.see('操作员号');
    board.type('2\b1\r0001\b0\r');
    board.see('签到成功');
  });

  it('cancels back to the log-in', () => {
    const { board } = powerOn();
    board.see('操作员号');
    board.type('01\r00');
    board.cancel();
    board.see('操作员号');
    expect(board.lcd()[2]).toBe('');
  });

  it('does not sign in a second time on the same day', () => {
    const rig = ready();
    rig.cutAndBoot();
    logIn(rig);
    expect(rig.center.of('0800')).toHaveLength(1);
  });
});

describe('sign-in', () => {
  it('takes keys, calendar and batch', () => {
    const { board, center, remains } = ready();
    expect(board.rtc).toBe('20260301093015');
    expect(remains.padKey).toBe(center.key);
    const [request] = center.of('0800');
    const present = [...Array(65).keys()].filter((n) => n > 1 && request.has(n));
    expect(present).toEqual([11, 41, 42, 60, 62, 63]);
    expect(request.digits(60)).toBe('000000000040');
    expect(request.data(63)).toBe('01 ');
    expect(request.data(62).substring(0, 13)).toBe('Sequence No12');
  });

  it('003 without track encryption', () => {
    const { center } = ready({ trackEncryption: false });
    expect(center.of('0800')[0].digits(60)).toBe('000000000030');
  });

  it('wrong check value: says so, and sells nothing', () => {
    const rig = powerOn({}, (board) => (board.padRefusesKeys = true));
    const { board } = rig;
    board.see('操作员号');
    board.type('01\r0000\r');
    board.see('密钥校验错');
    board.see(idle);
    board.key(49);
    board.see('密钥校验错');
    board.see(idle);
    expect(rig.center.of('0200')).toHaveLength(0);
    board.padRefusesKeys = false;
    sellLater(rig);
  });

  it.each([
    ['refused', { code: '97' }, '终端号未登记'],
    ['unanswered', { silent: true }, '中心无应答'],
    ['cut', { close: true }, '通讯中断'],
    ['without keys', { fields: (fields: unknown[]) => delete fields[62] }, '应答报文错误'],
    ['without a batch', { fields: (fields: unknown[]) => delete fields[60] }, '应答报文错误'],
  ])('%s: says so, lets the clerk in and tries again at the first sale', (_name, plan, text) => {
    const rig = powerOn();
    rig.center.plan('0800', plan);
    rig.board.see('操作员号');
    rig.board.type('01\r0000\r');
    rig.board.see(text, 90000);
    rig.board.see(idle);
    sellLater(rig);
    expect(rig.center.of('0800')).toHaveLength(2);
  });

  it.each([
    ['20260301', '0301', '20260301'],
    ['20251231', '0101', '20260101'],
    ['20260101', '1231', '20251231'],
  ])('own date %s, center %s: %s', (own, center, date) => {
    expect(fullDate(own, center)).toBe(date);
  });
});

function sellLater(rig: ReturnType<typeof powerOn>): void {
  rig.board.key(49);
  rig.board.see('请输入金额');
  rig.board.cancel();
  rig.board.see(idle);
}

describe('the screen', () => {
  it('goes dark after 30 s without a key; the key that wakes it does nothing else', () => {
    const { board } = ready();
    board.clock.run(31000);
    expect(board.lit).toBe(false);
    board.key(49);
    expect(board.lit).toBe(true);
    expect(board.screen()).toContain(idle);
    board.key(49);
    board.see('请输入金额');
  });

  it('stays lit while keys are pressed', () => {
    const { board } = ready();
    for (let i = 0; i < 5; i++) {
      board.clock.run(20000);
      board.key(48);
    }
    expect(board.lit).toBe(true);
  });

  it('lights up for the result of a long wait', () => {
    const { board, center } = ready();
    center.plan('0200', { delayMs: 50000 });
    sell(board);
    board.clock.run(45000);
    expect(board.lit).toBe(false);
    board.see('请撕下持卡人存根');
    expect(board.lit).toBe(true);
  });

  it('shows the time, and keeps it', () => {
    const { board } = ready();
    board.see('2026-03-01 09:30');
    board.rtc = '20260301093100';
    board.see('2026-03-01 09:31');
  });
});

describe('the red key held', () => {
  it('at idle: the shutdown page, confirm switches off', () => {
    const { board } = ready();
    board.key(KEY_CANCEL);
    board.holdListener!();
    board.see('确认关机?');
    board.confirm();
    expect(board.poweredOff).toBe(1);
  });

  it('cancel goes back', () => {
    const { board } = ready();
    board.holdListener!();
    board.see('确认关机?');
    board.cancel();
    board.see(idle);
    expect(board.poweredOff).toBe(0);
  });

  it('at the log-in', () => {
    const { board } = powerOn();
    board.see('操作员号');
    board.cancel();
    board.holdListener!();
    board.see('确认关机?');
    board.cancel();
    board.see('操作员号');
  });

  it('in the middle of a sale: the sale is left, then the page', () => {
    const { board } = ready();
    board.key(49);
    board.type('100');
    board.cancel();
    board.holdListener!();
    board.see('确认关机?');
  });

  it('while the center is working: the sale ends first', () => {
    const { board, center } = ready();
    sell(board);
    board.holdListener!();
    board.see('请撕下持卡人存根');
    board.confirm();
    board.see('确认关机?');
    expect(center.charged.size).toBe(1);
    expect(board.paper).toHaveLength(2);
  });
});
