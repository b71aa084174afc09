/** Faults that wait: none is forgotten, none comes twice, and a message is seen whatever the modem is told around it. */
import { MessageWatch } from '../../emulator/server/message-watch';
import { Schedule } from '../../emulator/server/schedule';

const cut = { do: 'cut' } as const;
const noPaper = { do: 'fault', device: 'printer', fault: 'paper', value: 0 } as const;
const TPDU_AND_HEADER = '\x60\x00\x03\x00\x00\x60\x31\x00\x31\x00\x00';
const STANDARD = { hasLength: true, envelopeBytes: 11 };

function frame(mti: string, lengthBytes = 60): string {
  const body = (TPDU_AND_HEADER + Buffer.from(mti, 'hex').toString('latin1')).padEnd(lengthBytes, '\x31');
  return String.fromCharCode(body.length >> 8, body.length & 255) + body;
}

function seenIn(pieces: readonly string[], shape = STANDARD): string[] {
  const seen: string[] = [];
  const watch = new MessageWatch(shape, (mti) => seen.push(mti));
  for (const piece of pieces) watch.add(piece);
  return seen;
}

describe('the schedule', () => {
  test('by the clock and by a message, each once', () => {
    const schedule = new Schedule();
    schedule.add(cut, { in: 5 }, 1_000_000);
    schedule.add(noPaper, { sent: '0200' }, 1_000_000);
    expect(schedule.nextUs()).toBe(6_000_000);
    expect(schedule.list()).toMatchObject([
      { what: cut, atMs: 6000 },
      { what: noPaper, sent: '0200' },
    ]);
    schedule.clockReached(5_999_999);
    schedule.messageSent('0400');
    expect(schedule.takeReady()).toEqual([]);
    schedule.clockReached(6_000_000);
    schedule.messageSent('0200');
    expect(schedule.takeReady()).toEqual([cut, noPaper]);
    schedule.messageSent('0200');
    expect(schedule.takeReady()).toEqual([]);
    expect(schedule.nextUs()).toBe(Infinity);
  });

  test('what was taken back does not come; taking it back twice is told', () => {
    const schedule = new Schedule();
    schedule.add(cut, { at: 9 }, 0);
    const { id } = schedule.list()[0];
    schedule.remove(id);
    schedule.clockReached(10_000_000);
    expect(schedule.takeReady()).toEqual([]);
    expect(() => schedule.remove(id)).toThrow('does not wait any more');
  });

  test('a time that is over, and too many', () => {
    const schedule = new Schedule();
    expect(() => schedule.add(cut, { at: 1 }, 2_000_000)).toThrow('it is 2.0 s now');
    for (let i = 0; i < 50; i++) schedule.add(cut, { sent: '0200' }, 0);
    expect(() => schedule.add(cut, { sent: '0200' }, 0)).toThrow('50 faults wait already');
  });
});

describe('messages that go out', () => {
  test('in bursts, behind commands of the modem, two in a row', () => {
    const stream = `AT+CIPSEND=62\r${frame('0200')}AT\r\n${frame('0400')}${frame('0820', 33)}`;
    expect(seenIn([stream])).toEqual(['0200', '0400', '0820']);
    expect(seenIn([...stream])).toEqual(['0200', '0400', '0820']);
    expect(seenIn(stream.match(/[^]{1,16}/g) ?? [])).toEqual(['0200', '0400', '0820']);
  });

  test('it has gone when its last byte has', () => {
    const sale = frame('0200');
    expect(seenIn([sale.slice(0, -1)])).toEqual([]);
    expect(seenIn([sale.slice(0, -1), sale.slice(-1)])).toEqual(['0200']);
  });

  test('noise is none, and does not hide the message behind it', () => {
    expect(seenIn(['\x00\x3c\x60garbage that only looks like one', '\xff'.repeat(5000), frame('0200')])).toEqual([
      '0200',
    ]);
  });

  test('a dialect without TPDU and header', () => {
    const bare = '\x02\x00'.padEnd(40, '\x30');
    expect(seenIn([`\x00${String.fromCharCode(bare.length)}${bare}`], { hasLength: true, envelopeBytes: 0 })).toEqual([
      '0200',
    ]);
  });
});
