// What is done to QuickJS before the firmware enters: everything that the small engine lacks is deleted, byte strings
// are watched, and a bus is built whose far end is in Node. The text of this function runs inside QuickJS.
/* global hostCall, globalThis */

function prelude(allowedGlobals, allowedMembers, keptGlobals) {
  const getNames = Object.getOwnPropertyNames;
  const call = hostCall;

  function only(object, names) {
    getNames(object).forEach(function (name) {
      if (names.indexOf(name) < 0 && name !== 'constructor' && name !== 'length' && name !== 'name')
        delete object[name];
    });
  }

  const fromCharCode = String.fromCharCode;
  const charCodeAt = Function.prototype.call.bind(String.prototype.charCodeAt);
  String.fromCharCode = function () {
    for (let i = 0; i < arguments.length; i++) {
      if (!(arguments[i] >= 0 && arguments[i] <= 255)) throw new Error('String.fromCharCode(' + arguments[i] + ')');
    }
    return fromCharCode.apply(null, arguments);
  };

  // As the engine does: a part is found also where the text ends in its beginning.
  const indexOf = Function.prototype.call.bind(String.prototype.indexOf);
  String.prototype.indexOf = function (part, from) {
    // For the string itself, not an object around it.
    'use strict';
    const text = this;
    const sought = '' + part;
    const at = indexOf(text, sought, from);
    if (at >= 0 || sought.length < 2 || sought.length > text.length) return at;
    const first = text.length - sought.length + 1;
    for (let end = from > first ? from : first; end < text.length; end++) {
      if (indexOf(sought, text.substring(end)) === 0) return end;
    }
    return -1;
  };

  // Bytes cross as characters U+0100–U+01FF: none of them is NUL, which would end a C string.
  function toHost(bytes) {
    let out = '';
    if (typeof bytes !== 'string') throw new Error('bytes expected, not ' + typeof bytes);
    for (let i = 0; i < bytes.length; i++) {
      if (charCodeAt(bytes, i) > 255) throw new Error('a string beyond bytes goes to the bus');
      out += fromCharCode(charCodeAt(bytes, i) + 256);
    }
    return out;
  }
  function fromHost(text) {
    let out = '';
    for (let i = 0; i < text.length; i++) out += fromCharCode(charCodeAt(text, i) - 256);
    return out;
  }

  const listeners = {};
  const alarms = {};
  function listen(port) {
    return function (listener) {
      listeners[port] = listener;
      call('listen', port, listener ? '1' : '');
    };
  }
  function uart(port) {
    return {
      write: function (bytes) {
        call('uart.write', port, toHost(bytes));
      },
      onData: listen(port),
      lostBytes: function () {
        return parseInt(call('uart.lost', port), 10);
      },
    };
  }
  function spi(port) {
    return {
      transfer: function (out, readLengthBytes) {
        return fromHost(call('spi', port, toHost(out), String(readLengthBytes)));
      },
    };
  }
  function pins(port) {
    return {
      write: function (levels) {
        call('gpio.write', port, String(levels));
      },
      read: function () {
        return parseInt(call('gpio.read', port), 10);
      },
      onChange: listen(port),
    };
  }

  const bus = {
    clock: {
      nowMs: function () {
        return parseInt(call('now', ''), 10);
      },
      alarm: function (delayMs, callback) {
        const handle = call('alarm', '', String(delayMs));
        if (typeof callback !== 'function') throw new Error('an alarm without its function');
        alarms[handle] = callback;
        return parseInt(handle, 10);
      },
      cancelAlarm: function (handle) {
        delete alarms[handle];
        call('cancel', '', String(handle));
      },
      worked: function (work) {
        call('worked', '', String(work));
      },
    },
    rtc: {
      read: function () {
        return fromHost(call('rtc.read', ''));
      },
      write: function (digits) {
        call('rtc.write', '', toHost(digits));
      },
    },
    random: {
      bytes: function (lengthBytes) {
        return fromHost(call('random', '', String(lengthBytes)));
      },
    },
  };
  ['pinpadUart', 'printerUart', 'modemUart'].forEach(function (port) {
    bus[port] = uart(port);
  });
  ['lcdSpi', 'flashSpi', 'stripeSpi'].forEach(function (port) {
    bus[port] = spi(port);
  });
  [
    'modemDtr',
    'modemStatus',
    'lcdLight',
    'keyRows',
    'keyColumns',
    'stripeSense',
    'powerKey',
    'powerLatch',
    'charger',
    'buzzer',
  ].forEach(function (port) {
    bus[port] = pins(port);
  });

  bus.batteryAdc = {
    read: function () {
      return parseInt(call('adc', 'batteryAdc'), 10);
    },
  };

  /** Calls from Node: kind, port or alarm handle, payload. */
  function deliver(kind, port, payload) {
    let callback;
    if (kind === 'alarm') {
      callback = alarms[port];
      delete alarms[port];
      if (callback) callback();
      return;
    }
    callback = listeners[port];
    if (callback) callback(kind === 'data' ? fromHost(payload) : parseInt(payload, 10));
  }

  const prototypes = {
    Array: Array.prototype,
    String: String.prototype,
    Number: Number.prototype,
    Function: Function.prototype,
    RegExp: RegExp.prototype,
    ArrayConstructor: Array,
    StringConstructor: String,
    ObjectConstructor: Object,
    Math: Math,
    JSON: JSON,
  };
  Object.keys(prototypes).forEach(function (name) {
    only(prototypes[name], allowedMembers[name]);
  });
  const typed = Uint8Array.prototype.__proto__;
  only(typed, allowedMembers.Uint8Array);
  only(Uint8Array.__proto__, ['prototype']);
  getNames(globalThis).forEach(function (name) {
    if (allowedGlobals.indexOf(name) < 0 && keptGlobals.indexOf(name) < 0) delete globalThis[name];
  });
  return { bus: bus, deliver: deliver };
}

/** The prelude as an expression whose value is { bus, deliver }. */
export function preludeText(globals, members, kept) {
  return `(${prelude})(${JSON.stringify(globals)},${JSON.stringify(members)},${JSON.stringify(kept)})`;
}
