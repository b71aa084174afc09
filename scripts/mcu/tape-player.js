// Plays a tape (tape.mjs) inside a real engine: the stored image runs over a bus that answers from the tape and counts its
// own calls, so that their time can be taken off. `_name` stands for the name that the image gives a property (tape-runner.mjs
// puts it there). Prints `L µs` of an empty loop, `P step|ms|calls` for each step, `U name µs` for each kind of call.
/* global E, getTime, print, require, exports, $wires, $codec */

let events = '';
let results = '';
let checks = '';
let at = 0;
let taken = 0;
let calls = 0;
let handles = 0;
let bad = false;
let checked = false;
const counts = new Uint32Array(9);
const listeners = {};
const alarms = {};
const bus = {};

function number() {
  const value =
    ((results.charCodeAt(taken) << 24) |
      (results.charCodeAt(taken + 1) << 16) |
      (results.charCodeAt(taken + 2) << 8) |
      results.charCodeAt(taken + 3)) >>>
    0;
  taken += 4;
  return value;
}

// In pieces, as the engine's own ports give their strings, and not one that lies in flash.
function take(length) {
  let bytes = '';
  bytes += results.substr(taken, length);
  taken += length;
  return bytes;
}

function check(text) {
  let got;
  if (bad) return;
  got = E.CRC32(text);
  got = String.fromCharCode((got >>> 24) & 255, (got >>> 16) & 255, (got >>> 8) & 255, got & 255);
  bad = checks.substr(calls * 4, 4) !== got;
  if (bad) print('DIFFERS ' + calls + ' ' + JSON.stringify(text));
  calls++;
}

function uart(port) {
  if (checked) {
    return {
      _write: (bytes) => {
        check('w ' + port + ' ' + bytes);
      },
      _onData: (listener) => {
        check('l ' + port + ' ' + (listener ? 1 : 0));
        listeners['u' + port] = listener;
      },
      _lostBytes: () => {
        check('o ' + port + ' ');
        return 0;
      },
    };
  }
  return {
    _write: (_bytes) => {
      counts[2]++;
    },
    _onData: (listener) => {
      counts[8]++;
      listeners['u' + port] = listener;
    },
    _lostBytes: () => {
      counts[8]++;
      return 0;
    },
  };
}

function spi(port) {
  if (checked) {
    return {
      _transfer: (out, length) => {
        check('s ' + port + ' ' + length + ' ' + out);
        return take(length);
      },
    };
  }
  return {
    _transfer: (_out, length) => {
      if (!length) {
        counts[1]++;
        return '';
      }
      counts[0]++;
      return take(length);
    },
  };
}

function pins(port) {
  if (checked) {
    return {
      _write: (levels) => {
        check('g ' + port + ' ' + levels);
      },
      _read: () => {
        check('r ' + port + ' ');
        return results.charCodeAt(taken++);
      },
      _onChange: (listener) => {
        check('c ' + port + ' ' + (listener ? 1 : 0));
        listeners['p' + port] = listener;
      },
    };
  }
  return {
    _write: (_levels) => {
      counts[3]++;
    },
    _read: () => {
      counts[4]++;
      return results.charCodeAt(taken++);
    },
    _onChange: (listener) => {
      counts[8]++;
      listeners['p' + port] = listener;
    },
  };
}

const ports = { uart: uart, spi: spi, pins: pins };

function clock() {
  if (checked) {
    return {
      _nowMs: () => {
        check('n 0 ');
        return number();
      },
      _alarm: (delayMs, callback) => {
        check('a 0 ' + delayMs);
        alarms[++handles] = callback;
        return handles;
      },
      _cancelAlarm: (handle) => {
        check('x 0 ' + handle);
        delete alarms[handle];
      },
      _worked: () => {},
    };
  }
  return {
    _nowMs: () => {
      counts[5]++;
      return number();
    },
    _alarm: (_delayMs, callback) => {
      counts[6]++;
      alarms[++handles] = callback;
      return handles;
    },
    _cancelAlarm: (handle) => {
      counts[7]++;
      delete alarms[handle];
    },
    _worked: (_work) => {
      counts[1]++;
    },
  };
}

function rest() {
  bus._clock = clock();
  bus._rtc = {
    _read: () => {
      if (checked) check('t 0 ');
      return take(14);
    },
    _write: (digits) => {
      if (checked) check('T 0 ' + digits);
    },
  };
  bus._random = {
    _bytes: (length) => {
      if (checked) check('b 0 ' + length);
      return take(length);
    },
  };
  bus._batteryAdc = {
    _read: () => {
      if (checked) check('v 0 ');
      return number();
    },
  };
}

function bytesOf(hex) {
  let bytes = '';
  let i;
  for (i = 0; i < hex.length; i += 2) bytes += String.fromCharCode(parseInt(hex.substr(i, 2), 16));
  return bytes;
}

// What the boot file does, without the board file and its pins.
function start() {
  const manifest = require('Storage').read('cupos.a');
  const loader = ',drivers/boards/espruino/loader=';
  require(manifest.substr(manifest.indexOf(loader) + loader.length, 9))._install(manifest, require);
  const settings = global.require('firmware/settings')._defaultSettings;
  global.require('board')._start(bus, settings, {
    _crc32: E.CRC32,
    _array: E.toUint8Array,
    _lookUp: E.mapInPlace,
    _dot: E.convolve,
    _text: E.toString,
    _view: E.toArrayBuffer,
  });
}

function deliver(line) {
  const words = line.split(' ');
  let value = words[2];
  let callback = start;
  if (words[0] === 'a') {
    callback = alarms[words[1]];
    delete alarms[words[1]];
  } else if (words[0] !== 'b') {
    callback = listeners[words[0] + words[1]];
    value = words[0] === 'u' ? bytesOf(value) : parseInt(value, 10);
  }
  const began = getTime();
  callback(value);
  return getTime() - began;
}

function playTape() {
  let name = '';
  let seconds = 0;
  let end;
  let line;
  while (at < events.length && !bad) {
    end = events.indexOf('\n', at);
    line = events.substring(at, end);
    at = end + 1;
    if (line[0] === 'm') {
      if (name) print('P ' + name + '|' + Math.round(seconds * 1e6) / 1e3 + '|' + counts.join(' '));
      name = line.substr(2);
      seconds = 0;
      counts.fill(0);
    } else seconds += deliver(line);
  }
  print('END ' + taken + ' of ' + results.length + ', ' + calls + ' of ' + checks.length / 4);
}

function emptyLoop() {
  let best = 1e9;
  let run;
  let i;
  let time;
  for (run = 0; run < 20; run++) {
    time = getTime();
    for (i = 0; i < 2000; i++);
    time = getTime() - time;
    if (time < best) best = time;
  }
  print('L ' + Math.round((best * 1e9) / 2000) / 1e3);
}

function least(body, times) {
  let best = 1e9;
  let run;
  let i;
  let time;
  for (run = 0; run < 9; run++) {
    time = getTime();
    for (i = 0; i < times; i++) body();
    time = getTime() - time;
    if (time < best) best = time;
  }
  return best / times;
}

// What a call costs beyond what stands around it.
function unit(name, call, around) {
  print('U ' + name + ' ' + Math.round((least(call, 100) - least(around, 100)) * 1e9) / 1e3);
}

function each(name, body) {
  print('C ' + name + ' ' + Math.round(least(body, 10) * 1e6) / 1e3);
}

function nothing() {}

function units() {
  unit(
    'transferIn',
    () => {
      bus._flashSpi._transfer('', 1);
      taken = 0;
    },
    () => {
      bus._flashSpi._transfer;
      taken = 0;
    },
  );
  unit(
    'transferOut',
    () => {
      bus._flashSpi._transfer('', 0);
    },
    () => {
      bus._flashSpi._transfer;
    },
  );
  unit(
    'uartWrite',
    () => {
      bus._modemUart._write('');
    },
    () => {
      bus._modemUart._write;
    },
  );
  unit(
    'pinWrite',
    () => {
      bus._buzzer._write(0);
    },
    () => {
      bus._buzzer._write;
    },
  );
  unit(
    'pinRead',
    () => {
      bus._buzzer._read();
      taken = 0;
    },
    () => {
      bus._buzzer._read;
      taken = 0;
    },
  );
  unit(
    'now',
    () => {
      bus._clock._nowMs();
      taken = 0;
    },
    () => {
      bus._clock._nowMs;
      taken = 0;
    },
  );
  unit(
    'alarm',
    () => {
      bus._clock._alarm(0, nothing);
      delete alarms[handles];
    },
    () => {
      bus._clock._alarm;
      delete alarms[handles];
    },
  );
  unit(
    'cancel',
    () => {
      bus._clock._cancelAlarm(0);
    },
    () => {
      bus._clock._cancelAlarm;
    },
  );
  unit(
    'listen',
    () => {
      bus._buzzer._onChange(0);
    },
    () => {
      bus._buzzer._onChange;
    },
  );
}

exports.play = (isChecked) => {
  const Storage = require('Storage');
  checked = isChecked;
  events = Storage.read('tape.e');
  results = Storage.read('tape.r');
  checks = Storage.read('tape.c');
  emptyLoop();
  rest();
  $wires.forEach((wire) => {
    bus[wire[0]] = ports[wire[1]](wire[2]);
  });
  playTape();
  if (checked) return;
  units();
  $codec(each);
};
