/**
 * The money, through every real layer: drivers, wires, fake devices, network, center. After each story the cardholder's
 * account and the paper must tell the same.
 */
import { cards, startTerminal, type Terminal } from '../../emulator/terminal';
import { answerTextId } from '../../firmware/texts/answer-codes';
import { createTexts } from '../../firmware/texts/text-table';
import { zhCn } from '../../firmware/texts/zh-cn';
import iconv from 'iconv-lite';

const FEN_FULL = 7_400;

function ready(): Terminal {
  return startTerminal({ record: false }).powerOn().signIn();
}

function balanceFen(terminal: Terminal): number {
  const account = terminal.inside.center.accounts().find((row) => row.card === 'credit');
  if (!account) throw new Error('the test card has no account');
  return account.balanceFen;
}

/** Fen that left the account while `story` ran. */
function chargedFen(terminal: Terminal, story: () => void): number {
  const before = balanceFen(terminal);
  story();
  return before - balanceFen(terminal);
}

function answerRow(code: string): string {
  const text = createTexts(zhCn)(answerTextId(code));
  return iconv.decode(Buffer.from(text.substring(0, 16), 'latin1'), 'gbk').trim();
}

describe('a center that misbehaves', () => {
  const faults: [string, number, boolean][] = [
    ['processes and keeps silent', 1, false],
    ['never gets the request', 2, false],
    ['answers after 75 s', 3, false],
    ['answers after 8 s', 4, true],
    ['answers twice', 5, true],
    ['answers with a wrong F64', 6, false],
    ['answers without F64', 7, false],
    ['closes the connection', 8, false],
    ['answers for another STAN', 9, false],
    ['answers for another amount', 10, false],
    ['answers for another terminal', 11, false],
    ['answers with another MTI', 12, false],
    ['answers with the F64 of another message', 13, false],
    ['cuts its answer short', 14, false],
    ['answers garbage', 15, false],
  ];

  it.each(faults)('%s', (_name, fen, approved) => {
    const terminal = ready();
    const charged = chargedFen(terminal, () => terminal.sell(`74.${String(fen).padStart(2, '0')}`, cards.credit));
    expect(charged).toBe(approved ? FEN_FULL + fen : 0);
    expect(terminal.paper.slips()).toHaveLength(approved ? 2 : 0);
    // And the next one is as good as any.
    expect(chargedFen(terminal, () => terminal.sell('1.00', cards.credit))).toBe(100);
  });
});

describe('the answer codes of the sheet', () => {
  const declined =
    '01 03 04 05 12 13 14 15 17 21 22 25 29 30 34 38 40 41 43 45 51 54 55 57 58 59 61 62 64 65 68 75 77 90 91 92 94 96 97 98 99';

  it.each(declined.split(' '))('%s: text on the screen, no money, no slip', (code) => {
    const terminal = ready();
    const charged = chargedFen(terminal, () => {
      terminal
        .press('1')
        .type(`44.${code}`)
        .press('confirm')
        .swipe(cards.credit)
        .waitFor('请核对卡号')
        .press('confirm');
      terminal.pinpad.waitFor().pinpad.press('confirm');
      terminal.waitFor(answerRow(code));
      terminal.takeSlips();
    });
    expect(charged).toBe(0);
    expect(terminal.paper.slips()).toHaveLength(0);
    expect(chargedFen(terminal, () => terminal.sell('1.00', cards.credit))).toBe(100);
  });

  it.each(['11', '82', '84', '85', '86'])('44.%s approves with a notice', (fen) => {
    const terminal = ready();
    expect(chargedFen(terminal, () => terminal.sell(`44.${fen}`, cards.credit))).toBe(4_400 + parseInt(fen, 10));
    expect(terminal.paper.slips()).toHaveLength(2);
  });

  it.each(['80', '83', '87'])('44.%s declines', (fen) => {
    const terminal = ready();
    expect(chargedFen(terminal, () => terminal.sell(`44.${fen}`, cards.credit))).toBe(0);
    expect(terminal.paper.slips()).toHaveLength(0);
    expect(chargedFen(terminal, () => terminal.sell('1.00', cards.credit))).toBe(100);
  });

  it('44.10 approves half where partial approval is on, and reverses it when refused', () => {
    const terminal = startTerminal({ record: false, settings: { partialApproval: true } })
      .powerOn()
      .signIn();
    const offer = (): void => {
      terminal.press('1').type('44.10').press('confirm').swipe(cards.credit).waitFor('请核对卡号').press('confirm');
      terminal.pinpad.waitFor().pinpad.press('confirm');
      terminal.waitFor('部分承兑金额');
    };
    expect(chargedFen(terminal, () => (offer(), terminal.press('cancel').takeSlips()))).toBe(0);
    expect(terminal.paper.slips()).toHaveLength(0);
    expect(chargedFen(terminal, () => (offer(), terminal.press('confirm').takeSlips()))).toBe(2_205);
    expect(terminal.paper.lastSlip()).toContain('22.05');
  });
});

describe('the supply fails in the middle of a sale', () => {
  /** Virtual time from the confirmed PIN to idle is some 10 s at a person's pace. */
  const cutsMs = Array.from({ length: 48 }, (_none, i) => 3 + i * i * 4);

  it.each(cutsMs)('%i ms after the PIN', (cutMs) => {
    const terminal = ready();
    const before = balanceFen(terminal);
    terminal.press('1').type('5.00').press('confirm').swipe(cards.credit).waitFor('请核对卡号').press('confirm');
    terminal.pinpad.waitFor().pinpad.press('confirm');
    terminal.wait(cutMs).powerCut().wait(3_000);
    terminal.powerOn();
    // Whatever is offered for printing is printed.
    for (let asked = 0; asked < 6 && !terminal.lcd.text().includes('操作员号'); asked++) {
      terminal.reach(() => /操作员号|确认 |按任意键|请撕下/.test(terminal.lcd.text()), 200_000);
      if (!terminal.lcd.text().includes('操作员号')) terminal.press('confirm');
    }
    terminal.signIn();
    const charged = before - balanceFen(terminal);
    const slips = terminal.paper.slips().map((slip) => slip.lines.map((line) => line.text).join('\n'));
    const merchantSlips = slips.filter((slip) => slip.includes('商户存根') && slip.includes('5.00'));
    expect([0, 500]).toContain(charged);
    expect(merchantSlips.length > 0).toBe(charged === 500);
    terminal.sell('1.00', cards.credit);
    expect(before - balanceFen(terminal)).toBe(charged + 100);
  });
});
