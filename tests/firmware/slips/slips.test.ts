/**
 * Slips as they come out of the printer. Lines and their order: Q/CUP 009's sales slip; the values are of a worked
 * example with an invented card.
 */
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { EscPosPrinter } from '../../../emulator/devices/escpos-printer';
import { STYLE_CENTRED, STYLE_DOUBLE_HEIGHT, STYLE_DOUBLE_WIDTH } from '../../../emulator/devices/paper';
import { Mcu } from '../../../emulator/world/mcu';
import { UartWire } from '../../../emulator/world/uart-wire';
import { World } from '../../../emulator/world/world';
import { createEscPosPrinter } from '../../../drivers/escpos-printer';
import { bcd, bcdLeft, llBytes, lllBytes, lllDigits } from '../../../firmware/iso8583/wire-form';
import { RECORD_APPROVED, type TransactionRecord } from '../../../firmware/journal/transaction-record';
import { bankTextId } from '../../../firmware/slips/banks';
import { clearedSlip, faultSlip, reversalSlip } from '../../../firmware/slips/notice-slips';
import { readCode } from '../../support/code-reader';
import { saleSlip, type SaleSlipInfo } from '../../../firmware/slips/sale-slip';
import { en } from '../../../firmware/texts/en';
import { foreignText } from '../../../firmware/texts/foreign-text';
import * as ids from '../../../firmware/texts/ids';
import { createTexts } from '../../../firmware/texts/text-table';
import { zhCn } from '../../../firmware/texts/zh-cn';
import type { Bytes } from '../../../hal/bytes';
import { FAULT_NONE } from '../../../hal/fault';

const gb = (text: string): Bytes => iconv.encode(text, 'gb18030').toString('latin1');
const remark = (text: string, length = 20): Bytes => (gb(text) + ' '.repeat(length)).slice(0, length);

const info: SaleSlipInfo = {
  merchantName: gb('银联测试商户'),
  merchantId: '898110053310001',
  terminalId: '10000001',
  hotline: '95516',
  logo: false,
  qr: false,
  advert: '',
  english: false,
  text: createTexts(zhCn),
  now: '20240131091500',
};

function record(
  changes: Record<number, Bytes | undefined> = {},
  other: Partial<TransactionRecord> = {},
): TransactionRecord {
  const fields: (Bytes | undefined)[] = [];
  fields[4] = bcd('000000001234');
  fields[11] = bcd('000007');
  fields[12] = bcd('183059');
  fields[13] = bcd('0131');
  fields[22] = bcdLeft('021');
  fields[37] = '123456789012';
  fields[38] = 'A1B2C3';
  fields[39] = '00';
  fields[44] = llBytes('01020000   00010000   ');
  fields[60] = lllDigits('2200000100060');
  fields[63] = lllBytes('CUP' + remark('谢谢惠顾') + remark('') + remark('ACQUIRER'));
  for (const [number, value] of Object.entries(changes)) fields[parseInt(number, 10)] = value;
  return {
    transaction: 5,
    state: RECORD_APPROVED,
    fields,
    maskedPan: '622202******1234',
    operator: '01',
    reason: '',
    tries: 0,
    slipsDone: 0,
    ...other,
  };
}

/** Prints a block with the real driver. */
function onPaper(block: Bytes): EscPosPrinter {
  const world = new World(1);
  const mcu = new Mcu(world);
  const uart = new UartWire(world, mcu, 'printer', 115_200);
  const printer = new EscPosPrinter(world);
  printer.connect(uart);
  let fault = -1;
  mcu.boot((clock) => {
    createEscPosPrinter(uart.host, clock).start(block, (result) => (fault = result));
  });
  world.run(60_000);
  expect(fault).toBe(FAULT_NONE);
  expect(printer.slips().map((slip) => slip.cut)).toEqual([true]);
  return printer;
}

const linesOf = (block: Bytes): string[] => onPaper(block).lastSlip();

describe('the sales slip', () => {
  test("the cardholder's copy, line by line", () => {
    expect(linesOf(saleSlip(record(), info, 1, false))).toEqual([
      '银联POS签购单',
      '持卡人存根       CARDHOLDER COPY',
      '--------------------------------',
      '商户名称 MERCHANT NAME:',
      '银联测试商户',
      '商户编号 MERCHANT NO:',
      '898110053310001',
      '终端编号 TERMINAL NO:10000001',
      '操作员号 OPERATOR NO:01',
      '发卡行 ISSUER:工商银行',
      '收单行 ACQUIRER:银联中心',
      '卡号 CARD NO:',
      '622202******1234 S',
      '交易类型 TRANS TYPE:',
      '消费(SALE)',
      '批次号 BATCH NO:000001',
      '凭证号 VOUCHER NO:000007',
      '授权码 AUTH NO:A1B2C3',
      '日期/时间:2024/01/31 18:30:59',
      '交易参考号 REF. NO:123456789012',
      '金额 AMOUNT:',
      'RMB 12.34',
      '备注 REFERENCE:',
      '发卡行返回:谢谢惠顾',
      '收单行返回:ACQUIRER',
      '客服热线:95516',
      '',
    ]);
  });

  test('the merchant keeps the one with a signature and what was signed', () => {
    const lines = linesOf(saleSlip(record(), info, 2, false));
    expect(lines[1]).toBe('商户存根           MERCHANT COPY');
    const from = lines.indexOf('持卡人签名 CARDHOLDER SIGNATURE:');
    expect(lines.slice(from + 1, from + 7)).toEqual([
      '',
      '',
      '',
      '--------------------------------',
      '本人确认以上交易，',
      '同意将其记入本卡账户',
    ]);
  });

  test('card number and amount are large, the title centred', () => {
    const [slip] = onPaper(saleSlip(record(), info, 1, false)).slips();
    const styles = new Map(slip?.lines.map((line) => [line.text, line.style]));
    expect(styles.get('银联POS签购单')).toBe(STYLE_CENTRED | STYLE_DOUBLE_WIDTH | STYLE_DOUBLE_HEIGHT);
    expect(styles.get('622202******1234 S')).toBe(STYLE_DOUBLE_HEIGHT);
    expect(styles.get('RMB 12.34')).toBe(STYLE_DOUBLE_WIDTH | STYLE_DOUBLE_HEIGHT);
  });

  test('a reprint says so', () => {
    expect(linesOf(saleSlip(record(), info, 1, true))).toContain('****重打印/DUPLICATED****');
    expect(linesOf(saleSlip(record(), info, 1, false))).not.toContain('****重打印/DUPLICATED****');
  });

  test('the mark on top, the advertisement last, by settings', () => {
    const printer = onPaper(saleSlip(record(), { ...info, logo: true, advert: gb('天天低价') }, 1, false));
    const [slip] = printer.slips();
    const picture = slip.lines.findIndex((line) => line.runs.some((run) => run.dots));
    expect(picture).toBe(0);
    expect(slip.lines.slice(0, 2).map((line) => line.heightDots)).toEqual([23, 23]);
    expect(printer.lastSlip().slice(0, 1)).toEqual(['银联POS签购单']);
    expect(printer.lastSlip().slice(-3)).toEqual(['天天低价', '客服热线:95516', '']);
    expect(linesOf(saleSlip(record(), { ...info, advert: '\x1b@\x04evil' }, 1, false)).join()).not.toContain('\x1b');
  });

  test('the QR code is read, names the sale, and nothing of the card', () => {
    const printer = onPaper(saleSlip(record(), { ...info, qr: true }, 1, false));
    const { text } = readCode(printer.png(0));
    expect(text).toBe('T10000001 B000001 V000007 R123456789012');
    expect(printer.lastSlip().join('')).toBe(linesOf(saleSlip(record(), info, 1, false)).join(''));
  });

  test('a partial approval is called one', () => {
    const lines = linesOf(saleSlip(record({ 39: '10', 4: bcd('000000000500') }), info, 1, false));
    expect(lines.slice(lines.indexOf('承兑金额 APPROVED AMOUNT:'))).toContain('RMB 5.00');
    expect(lines).not.toContain('金额 AMOUNT:');
  });

  test('lines without a value are left out', () => {
    const bare = record({ 12: undefined, 13: undefined, 37: undefined, 38: undefined, 44: undefined, 63: undefined });
    const text = linesOf(saleSlip(bare, info, 1, false)).join('\n');
    expect(text).toContain('发卡行 ISSUER:未知发卡行');
    for (const label of ['收单行', '授权码', '日期', '参考号', '备注', '外卡组织', '有效期'])
      expect(text).not.toContain(label);
  });

  test('a foreign card, a bank nobody knows, an expiry, a chip', () => {
    const text = linesOf(
      saleSlip(
        record({ 14: bcd('3012'), 22: bcdLeft('051'), 44: llBytes('99990000   88880000   '), 63: lllBytes('VIS') }),
        info,
        1,
        false,
      ),
    );
    expect(text).toContain('外卡组织 CARD ORG.:VIS');
    expect(text).toContain('发卡行 ISSUER:99990000');
    expect(text).toContain('收单行 ACQUIRER:88880000');
    expect(text).toContain('有效期 EXP DATE:2030/12');
    expect(text).toContain('622202******1234 I');
  });

  test.each([
    ['000000000001', 'RMB 0.01'],
    ['000000000100', 'RMB 1.00'],
    ['000123456789', 'RMB 1234567.89'],
    ['999999999999', 'RMB 9999999999.99'],
  ])('amount %s prints as %s in one line', (fen, printed) => {
    expect(linesOf(saleSlip(record({ 4: bcd(fen) }), info, 1, false))).toContain(printed);
  });

  test.each([
    ['1231', '20250101', '2024/12/31'],
    ['0101', '20241231', '2025/01/01'],
    ['0630', '20240701', '2024/06/30'],
  ])('a sale of %s printed on %s has the right year', (day, today, printed) => {
    expect(linesOf(saleSlip(record({ 13: bcd(day) }), { ...info, now: today + '091500' }, 1, false)).join()).toContain(
      `${printed} 18:30:59`,
    );
  });

  test('no line is wider than the paper, in either language', () => {
    for (const text of [createTexts(zhCn), createTexts(en)]) {
      for (const copy of [1, 2] as const) {
        const block = saleSlip(record(), { ...info, text }, copy, true);
        for (const line of block.split('\n')) {
          const bare = line.replace(/^[\x01-\x04]+/, '');
          expect(bare.length).toBeLessThanOrEqual(line.includes('\x02') ? 16 : 32);
        }
      }
    }
  });

  test('English is a second file', () => {
    const lines = linesOf(saleSlip(record(), { ...info, text: createTexts(en) }, 2, true));
    expect(lines.slice(0, 2)).toEqual(['UNIONPAY SLIP', 'MERCHANT COPY']);
    expect(lines).toContain('ISSUER:ICBC');
    expect(lines.filter((line) => /[^\x20-\x7e]/.test(line))).toEqual(['银联测试商户', 'ISSUER SAYS:谢谢惠顾']);
  });
});

describe('slips about a reversal', () => {
  const owed = record({ 12: undefined, 13: undefined, 37: undefined, 39: undefined }, { reason: '98', tries: 3 });

  test('not finished: the clerk learns that the result is unknown', () => {
    const lines = linesOf(faultSlip(owed, info));
    expect(lines[0]).toBe('冲正故障单');
    for (const line of [
      '冲正原因 REASON:98',
      '冲正次数 TRIES:3',
      '凭证号 VOUCHER NO:000007',
      'RMB 12.34',
      '本笔交易结果未知，冲正未完成',
      // Nobody answered: the time of the slip is the only one there is.
      '日期/时间:2024/01/31 09:15:00',
    ]) {
      expect(lines).toContain(line);
    }
  });

  test('cleared by the supervisor, and done', () => {
    expect(linesOf(clearedSlip(owed, info))).toContain('主管已清除本笔冲正，结果未知');
    expect(linesOf(reversalSlip(record(), info))).toContain('不计入持卡人账户，签购单作废');
  });

  test('none of them says approved or asks for a signature', () => {
    for (const slip of [faultSlip(owed, info), clearedSlip(owed, info), reversalSlip(owed, info)]) {
      expect(linesOf(slip).join()).not.toMatch(/成功|签名|APPROVED/);
    }
  });
});

describe('text from outside', () => {
  test('cannot command the printer, forge a line or end the slip', () => {
    const attack = '\x1b@\x1dV\x00\n\x04\x02RMB 0.01\x7f';
    const lines = linesOf(
      saleSlip(
        record({ 37: attack.slice(0, 12), 38: '\x1b@\n\x04\x02!', 63: lllBytes(attack + attack) }),
        { ...info, merchantName: attack },
        1,
        false,
      ),
    );
    expect(lines.at(-1)).toBe('');
    expect(lines).toContain('RMB 12.34');
    expect(lines).not.toContain('RMB 0.01');
  });

  test('half a character at its end does not swallow the line end', () => {
    const lines = linesOf(
      saleSlip(record({ 63: lllBytes('CUP' + (gb('谢'.repeat(9)) + 'A谢').slice(0, 20) + '\xd0') }), info, 1, false),
    );
    expect(lines.filter((line) => line.startsWith('发卡行返回:'))).toHaveLength(1);
    expect(lines).toContain('客服热线:95516');
  });

  test('any bytes: no control left, no half character, never longer than asked', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(40), (array, longest) => {
        const out = foreignText(Buffer.from(array).toString('latin1'), longest);
        expect(out.length).toBeLessThanOrEqual(longest);
        expect([...Buffer.from(out, 'latin1')].every((code) => code >= 0x20 && code !== 0x7f)).toBe(true);
        expect(iconv.decode(Buffer.from(out + '\n', 'latin1'), 'gb18030').endsWith('\n')).toBe(true);
        expect(foreignText(out, longest)).toBe(out);
      }),
    );
  });

  test('any record from the journal prints and is cut once', () => {
    const anyField = fc.option(
      fc.uint8Array({ maxLength: 90 }).map((array) => Buffer.from(array).toString('latin1')),
      { nil: undefined },
    );
    fc.assert(
      fc.property(
        fc.record({
          4: anyField,
          12: anyField,
          13: anyField,
          14: anyField,
          22: anyField,
          37: anyField,
          44: anyField,
          60: anyField,
          63: anyField,
        }),
        (fields) => {
          onPaper(saleSlip(record(fields), info, 2, true));
        },
      ),
      { numRuns: 60 },
    );
  });
});

test('a bank finds its own name', () => {
  for (const name of Object.keys(ids).filter((each) => each.startsWith('T_SLIP_BANK_'))) {
    expect(bankTextId(name.slice(-8))).toBe((ids as Record<string, number>)[name]);
  }
  for (const id of ['', '0102', '99999999', ' 0102000', '00 01030']) expect(bankTextId(id)).toBe(-1);
});
