// A run of the whole terminal as a tape for a real engine: every call of the bus and every event from it, in order, recorded
// with the firmware in Node. Played synchronously to the built image inside the engine it gives the time of each step of a
// sale, waiting excluded (scripts/mcu/tape-player.js, `npm run bench:engine`).
import { crcOf } from './image.mjs';
import { loadSource } from './load-sources.mjs';

/** Ports of the reference bus, in the order of their numbers on the tape. */
export const ports = {
  uart: ['pinpadUart', 'printerUart', 'modemUart'],
  spi: ['lcdSpi', 'flashSpi', 'stripeSpi'],
  // prettier-ignore
  pins: ['lcdLight', 'keyRows', 'keyColumns', 'stripeSense', 'powerKey', 'powerLatch', 'modemDtr', 'modemStatus', 'charger', 'buzzer'],
};

/** What a call gives back, as bytes on the tape: a number as four, big-endian. */
const number = (value) =>
  String.fromCharCode((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
const crc = (text) => number(crcOf(Buffer.from(text, 'latin1')));

/**
 * Tells `story(terminal, mark)` and writes down what crosses the bus. Gives { events, results, checks, calls, settings }:
 * `events` lines (`a handle`, `u port bytes`, `p port levels`, `m name`), `results` the answers of all calls in a row,
 * `checks` a CRC-32 a call of its port, name and arguments, `calls` the same as text. A mark counts from the next event.
 */
export function record(story) {
  const { startTerminal } = loadSource('emulator/terminal');
  const terminalSource = loadSource('firmware/terminal');
  const { createReferenceBoard } = loadSource('drivers/boards/reference');
  const { createTexts } = loadSource('firmware/texts/text-table');
  const { zhCn } = loadSource('firmware/texts/zh-cn');
  const { moduleList } = loadSource('firmware/module-list');
  const tape = { events: [], results: '', checks: '', calls: [], settings: null };
  let inside = 0;
  /** Inputs that changed while the firmware ran, by port: a board tells it afterwards. */
  const inputs = new Map();

  function call(name, port, text, result) {
    if (inside === 0) throw new Error(`${name} ${port}: called by nobody`);
    const line = `${name} ${port} ${text}`;
    tape.calls.push(line);
    tape.checks += crc(line);
    tape.results += result;
  }
  function event(line, run) {
    if (inside > 0) throw new Error(`an event inside another: ${line}`);
    tape.events.push(line);
    inside++;
    run();
    inside--;
    if (inputs.size > 0) for (const deliver of [...inputs.values()]) deliver();
  }

  const firmware = (bus, settings) => {
    tape.settings = settings;
    const recorded = {};
    const hex = (bytes) => Buffer.from(bytes, 'latin1').toString('hex');
    for (const port of ports.uart) {
      const index = ports.uart.indexOf(port);
      recorded[port] = {
        write: (bytes) => {
          call('w', index, bytes, '');
          bus[port].write(bytes);
        },
        onData: (listener) => {
          call('l', index, listener ? 1 : 0, '');
          bus[port].onData(listener && ((bytes) => event(`u ${index} ${hex(bytes)}`, () => listener(bytes))));
        },
        lostBytes: () => {
          call('o', index, '', '');
          if (bus[port].lostBytes() > 0) throw new Error(`${port} lost bytes`);
          return 0;
        },
      };
    }
    for (const port of ports.spi) {
      recorded[port] = {
        transfer: (out, length) => {
          const answer = bus[port].transfer(out, length);
          call('s', ports.spi.indexOf(port), `${length} ${out}`, answer);
          return answer;
        },
      };
    }
    for (const port of ports.pins) {
      const index = ports.pins.indexOf(port);
      recorded[port] = {
        write: (levels) => {
          call('g', index, levels, '');
          bus[port].write(levels);
        },
        read: () => {
          const levels = bus[port].read();
          call('r', index, '', String.fromCharCode(levels));
          return levels;
        },
        onChange: (listener) => {
          call('c', index, listener ? 1 : 0, '');
          let last = bus[port].read();
          const deliver = (now) => {
            inputs.delete(port);
            const levels = now ?? bus[port].read();
            if (levels === last) return;
            last = levels;
            event(`p ${index} ${levels}`, () => listener(levels));
          };
          bus[port].onChange(listener && ((levels) => (inside > 0 ? inputs.set(port, deliver) : deliver(levels))));
        },
      };
    }
    let handles = 0;
    const real = new Map();
    recorded.clock = {
      nowMs: () => {
        const now = bus.clock.nowMs();
        call('n', 0, '', number(now));
        return now;
      },
      alarm: (delayMs, callback) => {
        const handle = ++handles;
        call('a', 0, delayMs, '');
        real.set(
          handle,
          bus.clock.alarm(delayMs, () => event(`a ${handle}`, callback)),
        );
        return handle;
      },
      cancelAlarm: (handle) => {
        call('x', 0, handle, '');
        bus.clock.cancelAlarm(real.get(handle) ?? 0);
      },
      worked: () => undefined,
    };
    recorded.rtc = {
      read: () => {
        const digits = bus.rtc.read();
        call('t', 0, '', digits);
        return digits;
      },
      write: (digits) => {
        call('T', 0, digits, '');
        bus.rtc.write(digits);
      },
    };
    recorded.random = {
      bytes: (length) => {
        const bytes = bus.random.bytes(length);
        call('b', 0, length, bytes);
        return bytes;
      },
    };
    recorded.batteryAdc = {
      read: () => {
        const value = bus.batteryAdc.read();
        call('v', 0, '', number(value));
        return value;
      },
    };
    event('b', () =>
      terminalSource.startTerminal(createReferenceBoard(recorded), settings, createTexts(zhCn), moduleList),
    );
  };
  story(startTerminal({ firmware }), (name) => tape.events.push(`m ${name}`));
  return tape;
}

const step = (terminal, mark, name, act) => {
  mark(name);
  act(terminal);
};

/** Power on, sign in, then `sales` stripe sales with PIN and two slips, each step marked by its name. */
export function saleStory(sales) {
  const { cards } = loadSource('emulator/terminal');
  return (terminal, mark) => {
    mark('boot');
    terminal.powerOn();
    mark('sign in');
    terminal.signIn().waitForIdle().wait(1000);
    for (let n = 0; n < sales; n++) {
      const one = (name, act) => step(terminal, mark, `${n} ${name}`, act);
      // A card of its own each time: the same card and amount again would be asked about.
      one('choose', () => terminal.press('1').waitFor('金额'));
      one('amount', () => terminal.type(`12.3${n}`).wait(50));
      one('confirm amount', () => terminal.press('confirm').wait(300));
      one('swipe', () => terminal.swipe(n % 2 ? cards.credit : cards.debit).wait(300));
      one('confirm card', () => terminal.press('confirm').wait(800));
      one('PIN', () => terminal.pinpad.enter(cards.debit.pin));
      one('slip 1', () => terminal.waitFor('按确认键打印'));
      one('tear', () => terminal.press('confirm'));
      one('slip 2', () => terminal.waitForIdle().wait(3000));
    }
    mark('end');
  };
}

/** Length, TPDU and header before the body. */
const ENVELOPE_BYTES = 13;

/** Body (from its MTI on) of the last sale's request on the tape. */
export function saleRequest(tape) {
  const start = `w ${ports.uart.indexOf('modemUart')} `;
  const isSale = (line) => line.startsWith(start) && line.startsWith('\x02\x00', start.length + ENVELOPE_BYTES);
  const sent = tape.calls.findLast(isSale);
  if (sent === undefined) throw new Error('no sale was sent');
  return sent.slice(start.length + ENVELOPE_BYTES);
}
