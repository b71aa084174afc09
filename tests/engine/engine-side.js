// Runs inside a real Espruino before the boot files (real-engine.ts): the calls with which a board file reaches pins, ports,
// timers and the clock go to the World, by lines through one pipe and answers through another. Everything else, memory, idle
// loop, error flags, Storage and tokens, is the engine's own. Written for that engine: no hoisting, `global.x =` to hide a
// built-in function; kept short, since it lies in the memory that is measured.
/* eslint no-var: 'off' */
/* global E, Pin, Serial1, Serial2, SPI1, SPI2 */
(function (serials, spis) {
  var up = E.openFile('/dev/fd/4', 'w');
  var down = E.openFile('/dev/fd/3', 'r');
  var once = setTimeout;
  var timers = {};
  var intervals = {};
  var watches = {};
  var ports = {};
  var lastTimer = 0;
  var turns = 0;
  function say(text) {
    up.write('\n' + text + '\n');
  }
  // A line feed, what it is, five digits of its length, itself. What an interrupted callback left unread is skipped: then a
  // line feed is what to look for.
  function take(kind) {
    var head = down.read(7);
    var at;
    var length;
    var body;
    while (head) {
      at = head.indexOf('\n');
      if (at < 0) head = down.read(1);
      else if (at > 0) head = head.substr(at);
      else if (head.length < 7) head += down.read(7 - head.length);
      else if ('ER'.indexOf(head.charAt(1)) < 0) head = head.substr(1);
      else {
        length = parseInt(head.substr(2), 10);
        body = length > 0 ? down.read(length) : '';
        if (head.charAt(1) === kind) return body;
        head = down.read(7);
      }
    }
    quit();
  }
  function ask(text) {
    say(text);
    return take('R');
  }
  function start(kind, call, ms, value, other) {
    lastTimer++;
    timers[lastTimer] = value === undefined ? call : call.bind(undefined, value, other);
    if (kind === 'i') intervals[lastTimer] = 1;
    say(kind + ' ' + lastTimer + ' ' + ms);
    return lastTimer;
  }
  global.setTimeout = function (call, ms, value, other) {
    return start('a', call, ms, value, other);
  };
  global.setInterval = function (call, ms, value) {
    return start('i', call, ms, value);
  };
  global.clearTimeout = function (id) {
    if (id === undefined) timers = {};
    else delete timers[id];
    say('x ' + (id === undefined ? '*' : id));
  };
  global.clearInterval = global.clearTimeout;
  global.setWatch = function (call, pin) {
    watches[pin] = call;
    say('w ' + pin);
  };
  global.clearWatch = function () {
    watches = {};
  };
  global.pinMode = function () {};
  global.digitalRead = function (pins) {
    return parseInt(ask('r ' + pins), 10);
  };
  global.digitalWrite = function (pins, levels) {
    pins.forEach(function (pin, at) {
      pin.write((levels >> (pins.length - 1 - at)) & 1);
    });
  };
  global.analogRead = function (pin) {
    return parseFloat(ask('n ' + pin));
  };
  global.getTime = function () {
    return parseFloat(ask('t'));
  };
  global.setTime = function (seconds) {
    say('T ' + seconds);
  };
  Date.prototype.toISOString = function () {
    return ask('d');
  };
  Pin.prototype.write = function (level) {
    say('p ' + this + ' ' + level);
  };
  Pin.prototype.read = function () {
    return ask('r ' + this) === '1';
  };
  E.setConsole = function () {};
  E.hwRand = function () {
    return parseInt(ask('h'), 10);
  };
  E.reboot = function () {
    ask('b');
  };
  E.enableWatchdog = function (seconds, automatic) {
    say('g ' + seconds + (automatic === false ? ' 0' : ' 1'));
  };
  E.kickWatchdog = function () {
    say('k');
  };
  function setUpSerial(baud, options) {
    this.wire = ask('u ' + options.tx + ' ' + options.rx);
    ports[this.wire] = this;
  }
  function writeSerial(bytes) {
    say('o ' + this.wire + ' ' + btoa(bytes));
  }
  function onSerial(event, listener) {
    this.listener = listener;
    say('l ' + this.wire + ' 1');
  }
  function deafSerial() {
    this.listener = null;
    say('l ' + this.wire + ' 0');
  }
  function makeSerial(port) {
    port.setup = setUpSerial;
    port.write = writeSerial;
    port.on = onSerial;
    port.removeAllListeners = deafSerial;
    port.read = function () {};
  }
  function setUpSpi(options) {
    this.clock = '' + options.sck;
  }
  // A byte or a string; the pin is low meanwhile.
  function writeSpi(bytes, select) {
    if (select) select.write(0);
    say('s ' + this.clock + ' 0 ' + btoa(typeof bytes === 'number' ? String.fromCharCode(bytes) : bytes));
    if (select) select.write(1);
  }
  function sendSpi(bytes) {
    return ask('s ' + this.clock + ' 1 ' + btoa(bytes));
  }
  function makeSpi(port) {
    port.setup = setUpSpi;
    port.write = writeSpi;
    port.send = sendSpi;
  }
  serials.forEach(makeSerial);
  spis.forEach(makeSpi);
  global.Serial = function () {
    makeSerial(this);
  };
  global.SPI = function () {
    makeSpi(this);
  };
  // Once a turn of the engine's own loop. That it comes here again says that the callback before is over, however it ended,
  // and that the engine has told of its errors.
  function serve() {
    once(serve, 0);
    turns++;
    say('D');
    var event = take('E');
    var rest = event.substr(1);
    var at = rest.indexOf(' ');
    var call;
    switch (event.charAt(0)) {
      case 'a':
        call = timers[rest];
        if (!intervals[rest]) delete timers[rest];
        if (typeof call === 'string') eval(call);
        else if (call) call();
        return;
      case 'o':
        call = ports[rest.substr(0, at)].listener;
        if (call) call(rest.substr(at + 1));
        return;
      case 'w':
        if (watches[rest]) watches[rest]();
        return;
      case 'f':
        eval(require('Storage').read(rest));
        return;
      case 'v':
        say('v ' + btoa(E.toString(JSON.stringify(eval(rest)))));
    }
  }
  // Where there was no memory to come back: nothing was served since this one looked last.
  function revive(seen) {
    once(revive, 20, turns);
    if (seen === turns) once(serve, 0);
  }
  once(serve, 0);
  for (var spare = 0; spare < 4; spare++) once(revive, 20, -1);
})([Serial1, Serial2], [SPI1, SPI2]);
