/**
 * `cupos device modem`: other people's programs at the fake modems. `chat` of Debian's ppp dials over a pseudo terminal,
 * ModemManager takes the mobile ones over. The modem's clock runs faster than ours, so that nobody waits for a carrier.
 */
import { spawn } from 'node:child_process';
import { closeSync, constants, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import * as net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPty, openTcpPort, type DevicePort } from '../../cli/devices/device-ports';
import { createModemWorld, type ModemWorld } from '../../cli/devices/modem-world';
import { main } from '../../cli/main';
import type { ModemName } from '../../emulator/parts';
import { describeWithTool, toolPath } from '../support/foreign-tool';

let dir = '';
let port: DevicePort | null = null;
let modem: ModemWorld | null = null;
const opened: { end: () => void }[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cupos-modem-'));
});

afterEach(async () => {
  for (const one of opened.splice(0)) one.end();
  modem?.close();
  await port?.close();
  modem = null;
  port = null;
  rmSync(dir, { recursive: true, force: true });
  jest.restoreAllMocks();
});

type Open = (onBytes: (bytes: Buffer) => void) => Promise<DevicePort>;

async function serve(type: ModemName, open: Open, speed = 20): Promise<ModemWorld> {
  const own = await open((bytes) => modem?.feed(bytes.toString('latin1')));
  port = own;
  modem = createModemWorld({ type, to: null, speed, onSend: (bytes) => own.write(Buffer.from(bytes, 'latin1')) });
  return modem;
}

const onTcp: Open = (onBytes) => openTcpPort('127.0.0.1', 0, onBytes);

/** A caller of the TCP port; `until` waits for what it is told. */
function call(): { write: (text: string) => void; until: (text: string) => Promise<string> } {
  const socket = net.connect(Number((port as DevicePort).where.split(':')[1]), '127.0.0.1');
  opened.push({ end: () => socket.destroy() });
  let received = '';
  let heard: () => void = () => undefined;
  socket.on('data', (data: Buffer) => {
    received += data.toString('latin1');
    heard();
  });
  return {
    write: (text) => void socket.write(Buffer.from(text, 'latin1')),
    until: async (text) => {
      while (!received.includes(text)) await new Promise<void>((again) => (heard = again));
      const so = received;
      received = '';
      return so;
    },
  };
}

test('over TCP: a call to a host that sends everything back, faults by lines typed', async () => {
  const running = await serve('pstn', onTcp);
  const { write, until } = call();
  write('ATE0\r');
  await until('OK');
  write('ATDT5551234\r');
  await until('CONNECT 2400\r\n');
  write('hello');
  await until('hello');
  expect(running.fault('phoneLine carrierLoss')).toBe('phoneLine carrierLoss 1');
  await until('NO CARRIER');
  expect(running.fault('unplug')).toContain('no such fault');
  expect(running.fault('phoneLine unplug')).toBe('phoneLine unplug 1');
  write('ATDT5551234\r');
  await until('NO DIALTONE');
  expect(running.fault('simAbsent')).toBe('the dial modem has no fault simAbsent');
});

test.each(['sim800', 'ec20'] as const)('%s over TCP: somebody else’s commands one by one', async (type) => {
  await serve(type, onTcp);
  const { write, until } = call();
  for (const command of ['ATE0', 'AT+CMEE=1', 'AT+GCAP', 'AT+CGMI', 'AT+COPS?', 'AT+CREG?', 'AT+CSQ']) {
    write(`${command}\r`);
    await until('OK');
  }
  write('AT+NONSENSE\r');
  await until('ERROR');
});

test('a second caller finds the plug taken', async () => {
  await serve('sim800', onTcp);
  const { write, until } = call();
  write('AT\r');
  await until('OK');
  const second = net.connect(Number((port as DevicePort).where.split(':')[1]), '127.0.0.1');
  second.on('error', () => undefined);
  await new Promise((closed) => second.once('close', closed));
});

test('who reconnects before the old connection has ended gets the plug', async () => {
  await serve('sim800', onTcp);
  const first = call();
  first.write('AT\r');
  await first.until('OK');
  const second = call();
  second.write('AT\r');
  opened[0].end();
  await second.until('OK');
});

test('wrong use: one line, what is wrong and what would be right', async () => {
  let errors = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((errors += String(text)), true));
  for (const [said, status, ...args] of [
    [/--type must be one of sim800, ec20, pstn/, 2, '--type', 'v92', '--tcp', '0'],
    [/give --tcp PORT, --pty PATH or --serial PORT/, 2],
    [/give --tcp PORT, --pty PATH or --serial PORT/, 2, '--tcp', '0', '--pty', '/tmp/x'],
    [/--tcp must be a whole number/, 2, '--tcp', '99999'],
    [/--to takes HOST:PORT/, 2, '--tcp', '0', '--to', 'nowhere'],
    [/--speed must be a whole number from 1 to 100/, 2, '--tcp', '0', '--speed', '0'],
    [/--pty takes a path without/, 2, '--pty', '/tmp/a,b'],
    [/exists: name a path that is free/, 1, '--pty', dir],
  ] as const) {
    errors = '';
    expect(await main(['device', 'modem', ...args])).toBe(status);
    expect(errors).toMatch(/^cupos: [^\n]+\n$/);
    expect(errors).toMatch(said);
  }
});

test('without socat: a sentence that names it and the other way', async () => {
  const missing = openPty(join(dir, 'tty'), () => undefined, 'socat-that-is-not-there');
  await expect(missing).rejects.toThrow(/needs the program socat .* --tcp/);
});

describeWithTool('a pseudo terminal', 'socat', 'socat', () => {
  const onPty: Open = (onBytes) => openPty(join(dir, 'tty'), onBytes);

  test('is there while the modem runs, and gone afterwards', async () => {
    await serve('sim800', onPty);
    expect(existsSync(join(dir, 'tty'))).toBe(true);
    await (port as DevicePort).close();
    port = null;
    expect(existsSync(join(dir, 'tty'))).toBe(false);
  });

  describeWithTool('chat of pppd', 'chat', 'ppp', (chat) => {
    /** Runs `chat` on the pseudo terminal; gives its status and what it said. */
    function dial(...script: string[]): Promise<{ status: number | null; said: string }> {
      const tty = openSync(join(dir, 'tty'), constants.O_RDWR | constants.O_NOCTTY);
      const args = ['-v', '-s', '-S', '-t', '60', ...script];
      const child = spawn(chat, args, { stdio: [tty, tty, 'pipe'] as const });
      closeSync(tty);
      let said = '';
      child.stderr?.on('data', (data: Buffer) => (said += data.toString('latin1')));
      return new Promise((ended) => child.on('close', (status) => ended({ status, said })));
    }
    const call = [
      'ABORT',
      'BUSY',
      'ABORT',
      'NO CARRIER',
      'ABORT',
      'NO DIALTONE',
      '',
      'ATZ',
      'OK',
      'ATDT5551',
      'CONNECT',
    ];

    test('dials and gets its CONNECT', async () => {
      await serve('pstn', onPty);
      const { status, said } = await dial(...call, '');
      expect(said).toContain('CONNECT');
      expect(status).toBe(0);
    }, 90_000);

    test('hears the busy tone and the dead line, each by its abort string', async () => {
      const running = await serve('pstn', onPty);
      running.fault('phoneLine busy 1');
      expect((await dial(...call)).status).toBe(4);
      running.fault('phoneLine unplug 1');
      expect((await dial(...call)).status).toBe(6);
      running.fault('phoneLine unplug 0');
      expect((await dial(...call, '')).status).toBe(0);
    }, 90_000);
  });
});

/** Relays a path of the file system, where ModemManager looks for a modem of its tests, to the modem's TCP port. */
async function relay(path: string): Promise<void> {
  const server = net.createServer((near) => {
    const far = net.connect(Number((port as DevicePort).where.split(':')[1]), '127.0.0.1');
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.pipe(far).pipe(near);
  });
  opened.push({ end: () => server.close() });
  await new Promise<void>((listening) => server.listen(path, listening));
}

/** On a bus of its own: the daemon, the modem named to it, and what `mmcli` then knows. */
const SESSION = `
export DBUS_SYSTEM_BUS_ADDRESS="$DBUS_SESSION_BUS_ADDRESS"
"$1" --test-session --test-enable --no-auto-scan >"$4/log" 2>&1 &
daemon=$!
trap 'kill $daemon' EXIT
bus='--session --dest org.freedesktop.ModemManager1 --object-path /org/freedesktop/ModemManager1'
for try in $(seq 100); do
  gdbus call $bus --method org.freedesktop.ModemManager1.Test.SetProfile cupos "$2" "['$3']" >/dev/null 2>&1 && break
  sleep 0.2
done
for try in $(seq 150); do
  mmcli -m any -K 2>/dev/null | grep -q 'modem.generic.state *: *disabled' && break
  sleep 0.2
done
mmcli -m any --enable >&2
for try in $(seq 150); do
  mmcli -m any -K 2>/dev/null | grep -q 'modem.generic.state *: *registered' && break
  sleep 0.2
done
mmcli -m any -K
`;

const managed = (): string => {
  for (const tool of ['ModemManager', 'mmcli', 'gdbus', 'dbus-run-session']) if (toolPath(tool) === '') return tool;
  return 'ModemManager';
};

describeWithTool('ModemManager', managed(), 'modemmanager dbus libglib2.0-bin', (daemon) => {
  /** Runs a session; gives what `mmcli` knows of the modem, by key. */
  async function identify(type: 'sim800' | 'ec20', plugin: string): Promise<Record<string, string>> {
    await serve(type, onTcp, 1);
    const path = join(dir, 'modem');
    await relay(path);
    const args = ['--', 'sh', '-c', SESSION, 'sh', daemon, plugin, path, dir];
    const child = spawn('dbus-run-session', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let complaints = '';
    child.stdout.on('data', (data: Buffer) => (said += data.toString()));
    child.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
    await new Promise((ended) => child.on('close', ended));
    if (said === '') throw new Error(`ModemManager knows no modem: ${complaints}`);
    return Object.fromEntries(said.split('\n').map((line) => line.split(/\s*: /) as [string, string]));
  }

  test('identifies a SIM800, reads its SIM, enables it and finds it registered', async () => {
    const known = await identify('sim800', 'generic');
    expect(known).toMatchObject({
      'modem.generic.manufacturer': 'SIMCOM_Ltd',
      'modem.generic.model': 'SIMCOM_SIM800',
      'modem.generic.state': 'registered',
      'modem.3gpp.operator-code': '00101',
      'modem.3gpp.registration-state': 'home',
    });
    expect(known['modem.generic.signal-quality.value']).toMatch(/^6\d$/);
  }, 120_000);

  test('identifies an EC20', async () => {
    const known = await identify('ec20', 'generic');
    expect(known).toMatchObject({
      'modem.generic.manufacturer': 'Quectel',
      'modem.generic.model': 'EC20F',
      'modem.generic.state': 'registered',
    });
  }, 120_000);
});
