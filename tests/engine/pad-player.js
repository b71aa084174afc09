/* eslint-disable no-var -- the language of the engine */
// Plays what happens to a PIN pad (its wires, its keys, time) to the pad's program and prints what it says and shows. ES5
// as the small engine takes it: the same file runs there and in Node.
// `steps`: [ms, kind, value] with kind 0 terminal's wire, 1 loader's wire, 2 a key, 3 the case; strings as hex.
exports.play = function (startPad, natives, steps, print) {
  var nowMs = 0;
  var nextHandle = 1;
  var drawn = 0;
  var alarms = [];
  var listeners = [null, null];
  var onKey = null;
  var onCase = null;
  var slots = ['', ''];
  var toHex;
  var fromHex;
  var uart;
  var runUntil;
  var board;
  var i;
  toHex = function (bytes) {
    var hex = '';
    var j;
    for (j = 0; j < bytes.length; j++) hex += (256 + bytes.charCodeAt(j)).toString(16).substr(1);
    return hex;
  };
  fromHex = function (hex) {
    var bytes = '';
    var j;
    for (j = 0; j < hex.length; j += 2) bytes += String.fromCharCode(parseInt(hex.substr(j, 2), 16));
    return bytes;
  };
  uart = function (port) {
    return {
      write: function (bytes) {
        print('tx' + port + ' ' + toHex(bytes));
      },
      onData: function (listener) {
        listeners[port] = listener;
      },
      lostBytes: function () {
        return 0;
      },
    };
  };
  runUntil = function (ms) {
    var due;
    var j;
    for (;;) {
      due = -1;
      for (j = 0; j < alarms.length; j++) if (alarms[j].at <= ms && (due < 0 || alarms[j].at < alarms[due].at)) due = j;
      if (due < 0) break;
      j = alarms[due];
      alarms.splice(due, 1);
      if (j.at > nowMs) nowMs = j.at;
      j.callback();
    }
    nowMs = ms;
  };
  board = {
    clock: {
      nowMs: function () {
        return nowMs;
      },
      alarm: function (delayMs, callback) {
        alarms.push({ handle: nextHandle, at: nowMs + delayMs, callback: callback });
        return nextHandle++;
      },
      cancelAlarm: function (handle) {
        alarms = alarms.filter(function (alarm) {
          return alarm.handle !== handle;
        });
      },
      worked: function () {},
    },
    random: {
      bytes: function (count) {
        var bytes = '';
        while (bytes.length < count) bytes += String.fromCharCode((drawn++ * 37 + 11) & 255);
        return bytes;
      },
    },
    native: natives,
    hostUart: uart(0),
    loaderUart: uart(1),
    display: {
      row: function (row, text) {
        print('row' + row + ' ' + toHex(text));
      },
      clear: function () {},
      light: function () {},
    },
    keypad: {
      onKey: function (listener) {
        onKey = listener;
      },
    },
    beeper: {
      beep: function (ms) {
        print('beep ' + ms);
      },
    },
    store: {
      read: function (slot) {
        return slots[slot];
      },
      write: function (slot, bytes) {
        slots[slot] = bytes;
        print('kept ' + slot + ' ' + bytes.length);
        return 0;
      },
    },
    caseSwitch: {
      read: function () {
        return 0;
      },
      write: function () {},
      onChange: function (listener) {
        onCase = listener;
      },
    },
  };
  startPad(board, { serial: 'PAD00001' });
  for (i = 0; i < steps.length; i++) {
    runUntil(steps[i][0]);
    if (steps[i][1] < 2) listeners[steps[i][1]](fromHex(steps[i][2]));
    else if (steps[i][1] === 3) onCase(steps[i][2]);
    else if (onKey) onKey(steps[i][2]);
  }
  runUntil(nowMs + 2000);
};
