// A connection to a board's console by the flashing tool, which runs in a process of its own (espruino-tool.cjs).
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const answerMs = 5000;
const kept = 200;

/** What is told to a person: one sentence; `status` is the command's exit status. */
export class FlashError extends Error {
  constructor(message, status = 1) {
    super(message);
    this.status = status;
  }
}

const reasons = {
  ECONNREFUSED: 'nobody listens there',
  EACCES: 'no right to open it (Linux: be in the group dialout)',
  ENOENT: 'there is no such port',
  ENOTFOUND: 'there is no such host',
  EBUSY: 'another program has it open',
};

function reasonOf(text) {
  const code = Object.keys(reasons).find((one) => text.includes(one));
  if (code) return reasons[code];
  if (/^(cannot be opened|closed)$/.test(text)) return 'it closes at once; does another program have it open?';
  if (/inappropriate ioctl|is a directory|not a tty|invalid argument/i.test(text)) return 'that is no serial port';
  if (/not found|No such file/.test(text)) return reasons.ENOENT;
  // Linux and macOS: the lock of whoever has it; Windows gives such a port to nobody else.
  if (/cannot lock|temporarily unavailable|access denied/i.test(text)) return reasons.EBUSY;
  return /permission denied/i.test(text) ? reasons.EACCES : text;
}

/** Gives { environment, evaluate, lines, restart, close }. `board`: its description for the tool. Throws FlashError. */
export async function openSession(port, board) {
  const [, tcpPort] = /^tcp:\/\/[^:/]+:(\d+)$/.exec(port) ?? [];
  if (Number(tcpPort) > 65535) throw new FlashError(`${port}: TCP ports go up to 65535`, 2);
  if (tcpPort === undefined) {
    if (port.includes('://')) throw new FlashError(`${port}: a port is /dev/…, COM3 or tcp://host:port`, 2);
    if (port.startsWith('/') && !existsSync(port)) throw new FlashError(`${port}: ${reasons.ENOENT}`);
  }
  const child = fork(require.resolve('./espruino-tool.cjs'), { stdio: 'ignore', execArgv: [] });
  const lines = [];
  const waiting = new Map();
  const heard = new Set();
  let nextId = 1;
  let gone = null;

  const lose = (reason) => {
    if (gone !== null) return;
    gone = reason;
    for (const { reject } of waiting.values()) reject(new FlashError(`lost: ${reasonOf(reason)}`));
    waiting.clear();
    for (const listener of heard) listener(null);
  };
  child.on('message', (message) => {
    if (message.line !== undefined) {
      lines.push(message.line);
      if (lines.length > kept) lines.shift();
      for (const listener of heard) listener(message.line);
    } else if (message.gone !== undefined) lose(message.gone);
    else {
      const one = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error === undefined) one?.done(message.value);
      else one?.reject(new FlashError(message.error));
    }
  });
  child.on('exit', () => lose('the flashing tool ended'));

  const ask = (command, rest = {}) =>
    new Promise((done, reject) => {
      if (gone !== null) {
        reject(new FlashError(`lost: ${reasonOf(gone)}`));
        return;
      }
      const id = nextId++;
      waiting.set(id, { done, reject });
      child.send({ id, command, ...rest });
    });
  const ended = new Promise((done) => child.once('exit', done));
  /** The port is free when it resolves. */
  const close = async () => {
    if (child.connected) child.disconnect();
    await ended;
  };

  try {
    const environment = await ask('open', { port, board });
    if (!environment.BOARD) throw new FlashError('no answer');
    return {
      environment,
      lines,
      close,
      isGone: () => gone !== null,
      evaluate: (expression, limitMs = answerMs) => ask('evaluate', { expression, limitMs }),
      prompt: () => ask('prompt'),
      /** Resolves with the first line for which `wanted(line)` is true; rejects with what was printed instead. */
      waitForLine: (wanted, limitMs) =>
        new Promise((done, reject) => {
          const printed = [];
          const finish = (how) => {
            clearTimeout(limit);
            heard.delete(listener);
            how();
          };
          const listener = (line) => {
            if (line === null) finish(() => reject(new FlashError('lost: the connection ended')));
            else if (wanted(line)) finish(() => done(line));
            else if (line.trim() !== '') printed.push(line.trim());
          };
          const limit = setTimeout(() => finish(() => reject(new FlashError(printed.slice(-3).join(' / ')))), limitMs);
          heard.add(listener);
        }),
    };
  } catch (error) {
    await close();
    const text = error.message.replace(/^lost: /, '');
    if (text === 'no answer') {
      throw new FlashError(`${port}: no Espruino answers there; is it another device, or a board that hangs? Reset it`);
    }
    throw new FlashError(`${port}: ${reasonOf(text)}`);
  }
}
