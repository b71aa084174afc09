/** `cupos run` at wall speed with printer, modem and PIN pad on ports, `cupos device` at the far ends: a sale prints. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn, type ChildProcess } from 'node:child_process';
import { main } from '../../cli/main';
import { Cable } from '../support/cable';
import { describeWithTool } from '../support/foreign-tool';
import { Desk, type Running } from '../support/live-desk';

jest.setTimeout(180_000);

describeWithTool('all three on ports', 'socat', 'socat', () => {
  test('a sale at cupos center, over the modem on a port, with the PIN keyed at the pad on a port, prints', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'cupos-run-'));
    const state = join(dir, 'state');
    const cables = ['printer', 'modem', 'pinpad'].map((name) => new Cable(dir, name));
    for (const cable of cables) await cable.plug();
    const [printer, modem, pinpad] = cables;
    const devices: ChildProcess[] = [];
    const said: string[] = [];
    const hear = (text: unknown): boolean => {
      said.push(String(text));
      return true;
    };
    jest.spyOn(process.stdout, 'write').mockImplementation(hear);
    const until = async (what: RegExp): Promise<RegExpExecArray> => {
      const endMs = Date.now() + 30_000;
      for (;;) {
        const found = what.exec(said.join(''));
        if (found) return found;
        if (Date.now() > endMs) throw new Error(`it was never said: ${what.source}; but: ${said.join('')}`);
        await new Promise((again) => setTimeout(again, 20));
      }
    };
    const start = (...args: string[]): ChildProcess => {
      const child = spawn(process.execPath, [join(__dirname, '../../dist/cli/main.js'), ...args]);
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      devices.push(child);
      return child;
    };
    try {
      expect(await main(['keys', '--data', state])).toBe(0);
      start('center', '--port', '0', '--data', state);
      const [, centerPort] = await until(/listens on 127\.0\.0\.1:(\d+)/);
      start('device', 'printer', '--serial', printer.far, '--out', join(dir, 'slips'));
      start('device', 'modem', '--serial', modem.far, '--to', `127.0.0.1:${centerPort}`);
      const pad = start('device', 'pinpad', '--type', 'firmware', '--serial', pinpad.far, '--data', state);
      await until(/the PIN pad is at/);
      await until(/modem is at/);
      await until(/the printer is at/);
      const ports = ['--printer', printer.near, '--modem-port', modem.near, '--pinpad-port', pinpad.near];
      const run = main(['run', '--english', '--port', '0', '--data', state, '--center', '192.0.2.1:8583', ...ports]);
      const [, url] = await until(/the terminal is at (\S+)/);
      await until(/are real: the terminal runs at wall speed and cannot be replayed/);
      const desk = new Desk({ url } as Running);
      await desk.opened();
      await desk.powerOn();
      await desk.signIn();
      desk.press('1');
      await desk.until((now) => now.next === 'amount');
      desk.press(...'1234', 'confirm');
      await desk.until((now) => now.next === 'swipe');
      desk.send({ do: 'swipe', card: 'debit' });
      await desk.until((now) => now.next === 'check');
      desk.press('confirm');
      await until(/\[AMOUNT +12\.34/);
      pad.stdin?.write('123456\n');
      await desk.until((now) => now.next === 'tear');
      await until(/slip-0001\.png: \d+ mm/);
      expect(readdirSync(join(dir, 'slips'))).toEqual(['slip-0001.png']);
      expect(said.join('')).not.toContain('123456');
      desk.close();
      process.emit('SIGINT');
      expect(await run).toBe(0);
    } finally {
      jest.restoreAllMocks();
      for (const device of devices) device.kill();
      for (const cable of cables) await cable.remove();
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
