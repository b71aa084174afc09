// The flashing tool (npm `espruino`) in a process of its own: it fills the global scope, talks about everything it does, and
// some of its failures end a process. The parent sends { id, command, … } and gets { id, value } or { id, error }; lines that
// the board prints come as { line }, the end of the connection as { gone }.
//
// Everything goes as packets of the tool's protocol (engine 2v25 and later): each is acknowledged before the next one goes, so
// that nothing is lost however slow the board is, and no pause is needed.
'use strict';

const espruino = require('espruino');

const silent = () => undefined;
const openLimitMs = 20_000;
let lastComplaint = '';

const tell = (message) => process.connected && process.send(message);

function hush() {
  console.log = console.warn = silent;
  console.error = (...what) => {
    lastComplaint = what.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(' ');
    if (lastComplaint.startsWith('RECEIVE ERROR')) {
      const code = /"code":"(\w+)"/.exec(lastComplaint);
      tell({ gone: code ? code[1] : 'connection lost' });
    }
  };
}

/** Only the port that was asked for exists, listed by the system or not: a pseudo terminal never is. */
function usePort(port, Espruino) {
  const device = port.startsWith('tcp://') ? 'Node Socket' : 'Node Serial';
  Espruino.Core.Serial.devices = Espruino.Core.Serial.devices.filter(({ name }) => name === device);
  Espruino.Core.Serial.devices.forEach((one) => {
    one.getPorts = (callback) => callback([{ path: port }], true);
  });
}

function listen(Espruino) {
  const { connection } = Espruino.Core.Serial;
  connection.parsePackets = true;
  let line = '';
  connection.on('data', (text) => {
    line += text;
    const lines = line.split('\r\n');
    line = lines.pop().slice(-2000);
    for (const one of lines) tell({ line: one.replace(/^(>|\r|\x1b\[J)+/, '') });
  });
}

/** The board's description comes from us: the tool would ask for it on the network. */
function describeBoard(Espruino, board) {
  Espruino.addProcessor('getURL', (request, callback) => callback({ ...request, data: JSON.stringify(board) }));
}

function open({ port, board }) {
  return new Promise((done, reject) => {
    const limit = setTimeout(() => reject(new Error('no answer')), openLimitMs);
    espruino.init(() => {
      const { Espruino } = globalThis;
      Object.assign(Espruino.Config, { BAUD_RATE: '115200', SET_TIME_ON_WRITE: false, BLUETOOTH_LOW_ENERGY: false });
      usePort(port, Espruino);
      describeBoard(Espruino, board);
      listen(Espruino);
      Espruino.Core.Serial.startListening(silent);
      const opened = (status) => {
        clearTimeout(limit);
        if (status === undefined) reject(new Error(lastComplaint || 'cannot be opened'));
        else done(Espruino.Core.Env.getBoardData());
      };
      Espruino.Core.Serial.open(port, opened, () => tell({ gone: 'closed' }));
    });
  });
}

/**
 * Lengths of which the engine or the tool makes something else: 3 and 4 are Ctrl-C and Ctrl-D to a console that looks ahead,
 * and what is beyond 7 bits would go out over TCP as two bytes of UTF-8. So the low byte is a printable character.
 */
function padded(expression) {
  let text = expression;
  while ((text.length & 255) < 32 || (text.length & 255) > 126) text += ' ';
  return text;
}

let asked = 0;

/** An answer names its question: one that comes after its time must not be taken for the next one's. */
function evaluate({ expression, limitMs }) {
  const { connection } = globalThis.Espruino.Core.Serial;
  const question = ++asked;
  return new Promise((done, reject) => {
    const onPacket = (kind, data) => {
      if (kind !== 0 || !data.startsWith(`[${question},`)) return;
      finish(() => done(globalThis.Espruino.Core.Utils.parseRJSON(data)[1]));
    };
    const finish = (how) => {
      clearTimeout(limit);
      connection.removeListener('packet', onPacket);
      how();
    };
    const limit = setTimeout(() => finish(() => reject(new Error('no answer'))), limitMs);
    connection.on('packet', onPacket);
    connection
      .espruinoSendPacket('EVAL', padded(`[${question},${expression}]`), { timeout: limitMs })
      .catch((error) => {
        finish(() => reject(new Error(String(error).startsWith('NAK') ? 'refused' : 'no answer')));
      });
  });
}

/** Leaves whatever is half typed and gives the prompt. */
function prompt() {
  return new Promise((done) => globalThis.Espruino.Core.Utils.getEspruinoPrompt(done));
}

const commands = { open, evaluate, prompt };

process.on('message', async ({ id, command, ...rest }) => {
  try {
    tell({ id, value: await commands[command](rest) });
  } catch (error) {
    tell({ id, error: error.message });
  }
});
process.on('uncaughtException', (error) => tell({ gone: error.message }));
process.on('disconnect', () => process.exit(0));
hush();
