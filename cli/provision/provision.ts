/**
 * `cupos provision`: tells a terminal in a state directory who it is, through its own journal and its PIN pad's loader
 * port, and its center who will call.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { randomInt } from 'node:crypto';
import iconv from 'iconv-lite';
import { loadTmk } from '../../emulator/devices/key-loader';
import { keyStatus } from '../../emulator/devices/pad-keys';
import { FakePinPad } from '../../emulator/devices/pinpad';
import { SECTOR_BYTES, SpiNorFlash } from '../../emulator/devices/spi-nor';
import { factoryBlanks } from '../../emulator/factory';
import { openFlashImage, type FlashImage } from '../../emulator/flash-image';
import { StateFiles } from '../../emulator/server/state-files';
import { World } from '../../emulator/world/world';
import { SETTING_BATCH_VOID } from '../../firmware/setting-ids';
import { applySettings, EMPTY, settingBytes, settingForms } from '../../firmware/settings-codec';
import { defaultSettings, type TerminalSettings } from '../../firmware/settings';
import { PAD_HAS_TMK } from '../../hal/pad-commands';
import { openCenterOnDisk } from '../../host/center/files';
import { CliError } from '../cli-error';
import { checkValueOf, keysPath, readKeysFile, writeKeysFile, type TerminalKey } from '../keys-file';
import { makeKeys } from '../make-keys';
import { readTerminalFile, writeTerminalFile, type TerminalFile } from '../terminal-file';
import { wantedSettings, wantedTmk, type ProvisionOptions } from './wanted';

/** What is set, as people read it. */
export interface Provisioned {
  readonly terminalId: string;
  readonly merchantId: string;
  readonly merchantName: string;
  readonly tpdu: string;
  readonly host: string;
  readonly port: number;
  readonly apn: string;
  readonly phones: string;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
  /** What sales slips have beside the sale, and how dark they are, in words. */
  readonly slips: string;
  readonly masterKey: boolean;
  /** Check value of the TMK in the pad, '' without one. */
  readonly kcv: string;
  readonly batch: string;
  /** Transactions of the batch. */
  readonly transactions: number;
  readonly reversalOwed: boolean;
  /** What keeps it from selling. */
  readonly missing: readonly string[];
}

/** A terminal in a state directory, while no other process has it. */
interface Desk {
  readonly data: string;
  /** null: a terminal as `cupos run` makes it. */
  readonly file: TerminalFile | null;
  readonly key: TerminalKey;
  readonly image: FlashImage;
}

function deliveredSettings(file: TerminalFile | null): TerminalSettings {
  return { ...defaultSettings, ...(file ? factoryBlanks : {}) };
}

function settingsOf(desk: Desk): TerminalSettings {
  const settings = deliveredSettings(desk.file);
  applySettings(settings, desk.image.journal.setting);
  return settings;
}

function readImage(data: string, tmk: string): FlashImage {
  const files = new StateFiles(data, tmk);
  const { sizeBytes } = new SpiNorFlash(new World(1));
  const bytes = files.loadFlash(sizeBytes);
  files.close();
  const blank = Buffer.alloc(SECTOR_BYTES, 0xff);
  const sectors = Array.from({ length: sizeBytes / SECTOR_BYTES }, (_, at) =>
    bytes ? Buffer.from(bytes.buffer, bytes.byteOffset + at * SECTOR_BYTES, SECTOR_BYTES) : blank,
  );
  return openFlashImage(sectors);
}

function keyOf(data: string, tid: string, mid: string): TerminalKey {
  const key = makeKeys({ data, tid, mid }).terminals.find((one) => one.terminalId === tid);
  if (!key) throw new CliError(`no TEST key of terminal ${tid} in ${data}`, 1);
  return key;
}

function openDesk(data: string): Desk {
  const file = readTerminalFile(data);
  const { terminalId, merchantId } = file ?? defaultSettings;
  const key = keyOf(data, terminalId, merchantId);
  return { data, file, key, image: readImage(data, key.tmk) };
}

/** Money rule 4, as on the terminal itself. */
function refuseUnsettled({ image, data }: Desk, what: string, remedy: string): void {
  const { journal } = image;
  const why = journal.owed() ? 'a reversal is owed' : journal.count() > 0 ? 'the batch is not settled' : '';
  if (why !== '') throw new CliError(`${what} of the terminal in ${data} cannot go now: ${why}${remedy}`, 1);
}

function slipsInWords({ slipLogo, slipQr, slipAdvert, printDensity }: TerminalSettings): string {
  const advert = iconv.decode(Buffer.from(slipAdvert, 'latin1'), 'gbk');
  const parts = [slipLogo ? 'mark' : 'no mark', ...(slipQr ? ['QR code'] : []), ...(advert ? [`"${advert}"`] : [])];
  return `${parts.join(', ')}, density ${printDensity}`;
}

function show(desk: Desk): Provisioned {
  const settings = settingsOf(desk);
  const { journal } = desk.image;
  const files = new StateFiles(desk.data, desk.key.tmk);
  const battery = files.loadBattery();
  // The pad of a terminal that was never run gets its key when `cupos run` first makes it.
  const hasKey = battery ? (keyStatus(battery) & PAD_HAS_TMK) !== 0 : desk.file === null;
  const tmk = battery && hasKey ? Buffer.from(battery.tmk, 'latin1').toString('hex') : desk.key.tmk;
  const missing = [
    ...(settings.merchantId === '' ? ['merchant number'] : []),
    ...(settings.terminalId === '' ? ['terminal number'] : []),
    ...(settings.host === '' && settings.phones === '' ? ['host'] : []),
    ...(hasKey ? [] : ['master key']),
  ];
  return {
    terminalId: settings.terminalId,
    merchantId: settings.merchantId,
    merchantName: iconv.decode(Buffer.from(settings.merchantName, 'latin1'), 'gbk'),
    tpdu: Buffer.from(settings.tpdu, 'latin1').toString('hex').toUpperCase(),
    host: settings.host,
    port: settings.port,
    apn: settings.apn,
    phones: settings.phones,
    connectTimeoutMs: settings.connectTimeoutMs,
    responseTimeoutMs: settings.responseTimeoutMs,
    slips: slipsInWords(settings),
    masterKey: hasKey,
    kcv: hasKey ? checkValueOf(tmk) : '',
    batch: journal.batch(),
    transactions: journal.count(),
    reversalOwed: journal.owed() !== null,
    missing,
  };
}

/** A terminal that knows nothing, at a center that does. */
function makeFresh(options: ProvisionOptions): void {
  const { data } = options;
  const desk = openDesk(data);
  if (options.force !== true) refuseUnsettled(desk, 'What is in the journal', '; --force forgets it');
  const terminalId = options.tid ?? desk.key.terminalId;
  const merchantId = options.mid ?? desk.key.merchantId;
  const key = keyOf(data, terminalId, merchantId);
  openCenterOnDisk(data, [key]).close();
  // From here on it is a terminal that was provisioned by nobody, whatever is still in its flash.
  for (const name of ['flash.bin', 'pinpad.sealed']) {
    const path = join(data, name);
    if (existsSync(path)) rmSync(path);
  }
  const { host, port } = desk.file?.center ?? defaultSettings;
  writeTerminalFile(data, { terminalId, merchantId, center: { host, port } });
}

/** The key that the terminal shall have: the one that was given, or its own TEST key. */
function chooseKey(data: string, tid: string, mid: string, tmk: string): TerminalKey {
  const known = readKeysFile(data)?.terminals ?? [];
  const old = known.find((one) => one.terminalId === tid);
  if (tmk === '' && !old) return keyOf(data, tid, mid);
  const key: TerminalKey = {
    terminalId: tid,
    merchantId: mid,
    tmkIndex: old?.tmkIndex ?? 0,
    tmk: tmk === '' ? (old as TerminalKey).tmk : tmk,
    kcv: tmk === '' ? (old as TerminalKey).kcv : checkValueOf(tmk),
  };
  writeKeysFile(data, { test: true, terminals: [...known.filter((one) => one.terminalId !== tid), key] });
  return key;
}

/** Through the pad's loader port, as an injection room does it; a pad that has the key already keeps its working keys. */
function loadPad(desk: Desk, key: TerminalKey): void {
  const pad = new FakePinPad(new World(randomInt(2 ** 32 - 1)));
  const battery = new StateFiles(desk.data, desk.key.tmk).loadBattery();
  if (battery) pad.state.battery = battery;
  if (Buffer.from(pad.state.battery.tmk, 'latin1').toString('hex').toUpperCase() !== key.tmk.toUpperCase()) {
    loadTmk(pad, key);
  }
  new StateFiles(desk.data, key.tmk).saveBattery(pad.state.battery);
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function provisionTerminal(options: ProvisionOptions): void {
  const { data } = options;
  const wanted = wantedSettings(options);
  const tmk = wantedTmk(options);
  const desk = openDesk(data);
  const before = settingsOf(desk);
  const after: TerminalSettings = { ...before };
  applySettings(after, (id) => wanted.find(([one]) => one === id)?.[1] ?? '');
  const isRenumbered = after.terminalId !== before.terminalId || after.merchantId !== before.merchantId;
  if (isRenumbered)
    refuseUnsettled(desk, 'Merchant and terminal number', '; settle first, or make it anew with --fresh');
  const terminalId = after.terminalId || desk.key.terminalId;
  const merchantId = after.merchantId || desk.key.merchantId;
  const center = options.host || options.port ? { host: after.host, port: after.port } : desk.file?.center;
  const key = chooseKey(data, terminalId, merchantId, tmk);
  const disk = openCenterOnDisk(data, [key]);
  try {
    const name = iconv.decode(Buffer.from(after.merchantName, 'latin1'), 'gbk');
    if (name !== '') disk.center.addMerchant({ merchantId, name });
    // All of it, so that the terminal says the same whatever it was delivered with.
    const emptied = new Set(wanted.filter(([, value]) => value === EMPTY).map(([id]) => id));
    const values = settingForms
      .map((form): [number, string] => [form.id, emptied.has(form.id) ? EMPTY : settingBytes(form, after)])
      .filter(([, value]) => value !== '');
    if (isRenumbered && before.terminalId !== '') values.push([SETTING_BATCH_VOID, '1']);
    const fault = desk.image.finish((done) => desk.image.journal.setSettings(values, done));
    if (fault !== 0) throw new CliError(`the terminal's journal in ${data} took no settings (fault ${fault})`, 1);
    loadPad(desk, key);
    const files = new StateFiles(data, key.tmk);
    files.loadFlash(desk.image.sectors.length * SECTOR_BYTES);
    files.saveFlash(desk.image.sectors);
    files.settleFlash();
    files.close();
    const { host, port } = center?.host ? center : defaultSettings;
    writeTerminalFile(data, { terminalId, merchantId, center: { host, port } });
  } finally {
    disk.close();
  }
}

/** Throws a `CliError`. */
export function provision(options: ProvisionOptions): Provisioned {
  try {
    if (options.show && !existsSync(keysPath(options.data)))
      throw new CliError(`there is no terminal in ${options.data} yet: cupos run or cupos provision makes one`, 1);
    if (options.fresh) makeFresh(options);
    else if (!options.show) provisionTerminal(options);
    return show(openDesk(options.data));
  } catch (error) {
    throw error instanceof CliError ? error : new CliError(sentence(error), 1);
  }
}
