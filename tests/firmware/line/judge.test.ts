/** Money rule 2 as a table: every answer code, every state of F64, every binding field. */
import {
  answerMti,
  belongs,
  isSuccess,
  judge,
  judgeReversal,
  MAC_ABSENT,
  MAC_VALID,
  MAC_WRONG,
  REVERSAL_ENDED,
  REVERSAL_KEYS_STALE,
  REVERSAL_TRIED,
  reversalReason,
  VERDICT_APPROVED,
  VERDICT_DECLINED,
  VERDICT_DECLINED_OWED,
  VERDICT_UNKNOWN_06,
  VERDICT_UNKNOWN_A0,
} from '../../../firmware/line/judge';
import { createIndex, indexMessage, packMessage, type WireFields } from '../../../firmware/iso8583/message';
import { fromHex } from '../../../hal/bytes';

const SUCCESS = ['00', '10', '11', 'A2', 'A4', 'A5', 'A6'];

function sale(partial = false): WireFields {
  const fields: WireFields = [];
  fields[3] = fromHex('000000');
  fields[4] = fromHex('000000012345');
  fields[11] = fromHex('000123');
  fields[41] = '12345678';
  fields[42] = '898100012340001';
  fields[60] = partial ? fromHex('0014' + '22000001000601') : fromHex('0013' + '22000001000600');
  fields[64] = '0011AABB';
  return fields;
}

/** An answer to `sale` with some fields replaced ('' leaves one out). */
function answer(code: string, changes: Record<number, string> = {}, mti = '0210'): string {
  const fields = sale();
  fields[60] = undefined;
  if (code !== '') fields[39] = code;
  for (const [field, value] of Object.entries(changes)) fields[Number(field)] = value === '' ? undefined : value;
  return packMessage(fromHex(mti), fields);
}

function indexed(body: string): ReturnType<typeof createIndex> {
  const index = createIndex();
  expect(indexMessage(body, index)).toBe(0);
  return index;
}

const takes = (body: string, request = sale()): boolean => belongs(fromHex('0200'), request, body, indexed(body));
const verdict = (body: string, mac: number, request = sale()): number => judge(request, body, indexed(body), mac);

/** Every two-character code of digits, upper-case letters and blanks. */
function everyCode(): string[] {
  const characters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ ';
  const codes: string[] = [];
  for (const a of characters) for (const b of characters) codes.push(a + b);
  return codes;
}

test('the success set is these seven and nothing else', () => {
  expect(everyCode().filter(isSuccess)).toEqual(SUCCESS);
  for (const odd of ['', '0', '000', '00 10', '1 ', ' A', 'a2', '\0\0']) expect(isSuccess(odd)).toBe(false);
});

test('an answer has the MTI of the request plus ten', () => {
  for (const [asked, answered] of [
    ['0200', '0210'],
    ['0400', '0410'],
    ['0800', '0810'],
    ['0820', '0830'],
    ['0100', '0110'],
    ['0220', '0230'],
    ['0320', '0330'],
    ['0500', '0510'],
  ] as const) {
    expect(answerMti(fromHex(asked))).toBe(fromHex(answered));
  }
  for (const mti of ['0200', '0410', '0230', '0810', '0110', '1210', '0211']) {
    expect(takes(answer('00', {}, mti))).toBe(false);
  }
});

describe('which frame belongs', () => {
  test('the plain answer does, whatever its code', () => {
    for (const code of everyCode()) expect(takes(answer(code))).toBe(true);
    expect(takes(answer(''))).toBe(true);
  });

  const other: Record<number, string> = {
    3: fromHex('200000'),
    4: fromHex('000000012346'),
    11: fromHex('000124'),
    41: '12345679',
    42: '898100012340002',
  };

  test.each(Object.keys(other).map(Number))(
    'F%i of another transaction never does (F4 of a part approval excepted)',
    (n) => {
      for (const code of everyCode().concat('')) {
        expect([code, takes(answer(code, { [n]: other[n] }))]).toEqual([code, n === 4 && code === '10']);
      }
    },
  );

  test.each([3, 4, 42])('F%i may be absent where the answer does not approve', (n) => {
    for (const code of everyCode().concat('')) {
      const may = !SUCCESS.includes(code) || (n === 4 && code === '10');
      expect([code, takes(answer(code, { [n]: '' }))]).toEqual([code, may]);
    }
  });

  test.each([11, 41])('F%i must always be there', (n) => {
    for (const code of everyCode().concat('')) expect(takes(answer(code, { [n]: '' }))).toBe(false);
  });

  test('what the request did not carry is not compared', () => {
    const echo: WireFields = [];
    echo[41] = '12345678';
    echo[42] = '898100012340001';
    const body = answer('00', { 3: '', 4: '' }, '0830');
    expect(belongs(fromHex('0820'), echo, body, indexed(body))).toBe(true);
  });
});

describe('the verdict', () => {
  test('every code with every state of F64', () => {
    for (const code of everyCode()) {
      const success = SUCCESS.includes(code);
      // A part approval that was not offered approves nothing.
      const good = code === '10' ? VERDICT_UNKNOWN_06 : success ? VERDICT_APPROVED : VERDICT_DECLINED;
      const bad = success ? VERDICT_UNKNOWN_A0 : VERDICT_DECLINED_OWED;
      expect([code, verdict(answer(code), MAC_VALID)]).toEqual([code, good]);
      expect([code, verdict(answer(code), MAC_WRONG)]).toEqual([code, bad]);
      expect([code, verdict(answer(code), MAC_ABSENT)]).toEqual([code, bad]);
    }
  });

  test('an answer without a code settles nothing', () => {
    expect(verdict(answer(''), MAC_VALID)).toBe(VERDICT_UNKNOWN_06);
    expect(verdict(answer(''), MAC_WRONG)).toBe(VERDICT_DECLINED_OWED);
  });

  test('a request without F64 (sign-in) asks for none', () => {
    const signIn = sale();
    signIn[64] = undefined;
    for (const mac of [MAC_ABSENT, MAC_WRONG, MAC_VALID]) {
      expect(verdict(answer('00'), mac, signIn)).toBe(VERDICT_APPROVED);
      expect(verdict(answer('05'), mac, signIn)).toBe(VERDICT_DECLINED);
    }
  });

  test('a part approval needs 60.6 = 1 and an amount above nothing and up to what was asked', () => {
    const part = (fen: string, request: WireFields, mac = MAC_VALID): number =>
      verdict(answer('10', { 4: fen === '' ? '' : fromHex(fen) }), mac, request);
    expect(part('000000012344', sale(true))).toBe(VERDICT_APPROVED);
    expect(part('000000012345', sale(true))).toBe(VERDICT_APPROVED);
    expect(part('000000000001', sale(true))).toBe(VERDICT_APPROVED);
    expect(part('000000012346', sale(true))).toBe(VERDICT_UNKNOWN_06);
    expect(part('999999999999', sale(true))).toBe(VERDICT_UNKNOWN_06);
    expect(part('000000000000', sale(true))).toBe(VERDICT_UNKNOWN_06);
    expect(part('00000000000A', sale(true))).toBe(VERDICT_UNKNOWN_06);
    expect(part('', sale(true))).toBe(VERDICT_UNKNOWN_06);
    expect(part('000000012344', sale(false))).toBe(VERDICT_UNKNOWN_06);
    expect(part('000000012344', sale(true), MAC_WRONG)).toBe(VERDICT_UNKNOWN_A0);
    const without60 = sale();
    without60[60] = undefined;
    expect(part('000000012344', without60)).toBe(VERDICT_UNKNOWN_06);
    const withoutAmount = sale(true);
    withoutAmount[4] = undefined;
    expect(part('000000012344', withoutAmount)).toBe(VERDICT_UNKNOWN_06);
  });

  test('what each verdict leaves behind', () => {
    expect(reversalReason(VERDICT_APPROVED)).toBe('');
    expect(reversalReason(VERDICT_DECLINED)).toBe('');
    expect(reversalReason(VERDICT_UNKNOWN_A0)).toBe('A0');
    expect(reversalReason(VERDICT_UNKNOWN_06)).toBe('06');
    expect(reversalReason(VERDICT_DECLINED_OWED)).toBe('A0');
  });
});

describe('the answer to a reversal', () => {
  test('every code, every state of F64, both settings', () => {
    for (const code of everyCode().concat('')) {
      const stale = code === 'A0' || code === '99';
      const ends = code === '00' || code === '12' || code === '25';
      const valid = stale ? REVERSAL_KEYS_STALE : ends ? REVERSAL_ENDED : REVERSAL_TRIED;
      for (const ifPresent of [false, true]) {
        expect([code, judgeReversal(code, MAC_VALID, ifPresent)]).toEqual([code, valid]);
        expect([code, judgeReversal(code, MAC_WRONG, ifPresent)]).toEqual([code, REVERSAL_KEYS_STALE]);
        const bare = ifPresent && (code === '12' || code === '25') ? REVERSAL_ENDED : REVERSAL_KEYS_STALE;
        expect([code, judgeReversal(code, MAC_ABSENT, ifPresent)]).toEqual([code, bare]);
      }
    }
  });
});
