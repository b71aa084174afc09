/**
 * The engine's timers give their numbers away again (recorded from Espruino 2v29): an alarm that is cancelled late must not stop
 * another one.
 */
import type * as Alarms from '../../drivers/boards/espruino/alarms';
import { boardOnDesk } from './board-rig';

test('the emulated engine numbers its timers as the real one does', async () => {
  const { board, terminal } = await boardOnDesk();
  let said = '';
  board.plug({ onData: (bytes) => (said += bytes), onGone: () => undefined });
  const type = (line: string): string => {
    said = '';
    board.receive(`\x10${line}\n`);
    terminal.wait(1000);
    return said.replace(/[\r>]|\x1b\[J/g, '');
  };
  type('var a=setTimeout(function(){print("A")},50),b;');
  expect(type('b=setTimeout(function(){print("B")},300);print(a,b);clearTimeout(a);')).toBe('1 1\n');
  expect(
    type(
      'a=setInterval(function(){},9000);b=setTimeout(function(){var c=setTimeout(print,300,"C",7);print(a,b,c)},10);',
    ),
  ).toBe('1 2 3\nC 7\n');
});

describe('alarms on such timers', () => {
  const calls: ((() => void) | undefined)[] = [];
  const { setTimeout: realSet, clearTimeout: realClear } = globalThis;
  let alarm: typeof Alarms.alarm;
  let cancelAlarm: typeof Alarms.cancelAlarm;

  beforeEach(() => {
    calls.length = 0;
    const set = (call: (...values: unknown[]) => void, _ms: number, ...values: unknown[]): number => {
      const last = calls.reduce((highest, one, id) => (one ? id : highest), 0);
      calls[last + 1] = () => call(...values);
      return last + 1;
    };
    Object.assign(globalThis, {
      setTimeout: set,
      clearTimeout: (id: number) => (calls[id] = undefined),
      getTime: () => 0,
    });
    jest.isolateModules(() => {
      ({ alarm, cancelAlarm } = jest.requireActual<typeof Alarms>('../../drivers/boards/espruino/alarms'));
    });
  });

  afterEach(() => {
    Object.assign(globalThis, { setTimeout: realSet, clearTimeout: realClear, getTime: undefined });
  });

  const ring = (id: number): void => {
    const call = calls[id];
    calls[id] = undefined;
    call?.();
  };

  test('one that has rung is cancelled, and the next one rings all the same', () => {
    const rung: string[] = [];
    const first = alarm(10, () => rung.push('first'));
    ring(first);
    const second = alarm(10, () => rung.push('second'));
    expect(second).not.toBe(first);
    cancelAlarm(first);
    cancelAlarm(0);
    cancelAlarm(99_999);
    ring(second);
    expect(rung).toEqual(['first', 'second']);
  });

  test('one that waits is cancelled, once', () => {
    const rung: string[] = [];
    const first = alarm(10, () => rung.push('first'));
    const second = alarm(10, () => rung.push('second'));
    cancelAlarm(second);
    cancelAlarm(second);
    ring(second);
    ring(first);
    cancelAlarm(first);
    expect(rung).toEqual(['first']);
  });

  test('a thousand leave one timer behind, and none had the number of another', () => {
    const numbers = new Set<number>();
    for (let n = 0; n < 1000; n++) {
      const one = alarm(10, () => undefined);
      numbers.add(one);
      if (n % 2) ring(one);
      else cancelAlarm(one);
    }
    expect(numbers.size).toBe(1000);
    expect(calls.filter(Boolean)).toHaveLength(1);
  });
});
