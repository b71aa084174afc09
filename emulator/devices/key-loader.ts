/**
 * A key loader for the PIN pad's loader port: what an injection room plugs in. Speaks real frames of
 * docs/protocol/pinpad.md, in no virtual time, since nothing of a terminal runs meanwhile.
 */
import type { Bytes } from '../../hal/bytes';
import { byte, crc16, readU16, u16 } from '../../hal/bytes';
import {
  PAD_ALGORITHM_DES,
  PAD_ALGORITHM_SM4,
  PAD_ANSWER,
  PAD_FIRST_SEQUENCE,
  PAD_HELLO,
  PAD_LOAD_TMK,
  PAD_OK,
  PAD_STATUS_BAD_REQUEST,
} from '../../hal/pad-commands';
import type { World, WorldDevice } from '../world/world';
import { checkValue } from './pad-crypto';
import type { PinPadDevice } from './pad-device';

export interface TmkToLoad {
  /** 0–255; the pad uses the TMK loaded last. */
  readonly tmkIndex?: number;
  /** 32 hex digits. */
  readonly tmk: string;
  /** 8 hex digits; computed when absent. */
  readonly kcv?: string;
  /** `PAD_ALGORITHM_…`; DES when absent. */
  readonly algorithm?: number;
}

/**
 * The loader as a device of a World: somebody plugs it in, it loads the TMK of the injection room, and is pulled out
 * again. The key stands outside its state: no snapshot and no recording holds it.
 */
export class KeyLoader implements WorldDevice {
  readonly name = 'keyLoader';
  state = { loads: 0 };

  constructor(
    private readonly world: World,
    private readonly pad: PinPadDevice,
    private readonly key: TmkToLoad,
  ) {
    world.add(this);
  }

  /** Throws an Error with the reason when the pad does not take the key: a dark pad, an opened one. */
  load(key: TmkToLoad = this.key): void {
    loadTmk(this.pad, key);
    this.state.loads++;
    this.world.note('keyLoader', 'TMK loaded through the loader port');
  }

  onEvent(): void {}

  /**
   * `load`: the TMK; `loadSm4`: the same 16 bytes as a TMK for SM4; `wrongCheck`: the TMK with a check value that is not its own.
   * What the pad refuses is noted.
   */
  onFault(fault: string): void {
    const { key } = this;
    const keys: Readonly<Record<string, TmkToLoad>> = {
      load: key,
      loadSm4: { ...key, algorithm: PAD_ALGORITHM_SM4 },
      wrongCheck: { ...key, kcv: '00000000' },
    };
    if (!Object.hasOwn(keys, fault))
      throw new Error(`the key loader has no fault ${fault}: ${Object.keys(keys).join(', ')}`);
    try {
      this.load(keys[fault]);
    } catch (error) {
      this.world.note('keyLoader', (error as Error).message);
    }
  }
}

/** One frame as the loader sends it. */
export function loaderFrame(sequence: number, command: number, data: Bytes): Bytes {
  const body = u16(data.length + 2) + byte(sequence) + byte(command) + data;
  return `\x02${body}${u16(crc16(body))}`;
}

/** Why a pad did not take a key, in a sentence. */
export function refusalOf({ algorithm }: TmkToLoad, status: number): string {
  if (status === PAD_STATUS_BAD_REQUEST && algorithm === PAD_ALGORITHM_SM4)
    return 'the PIN pad takes no master key for SM4 (status 8): it knows 3DES only';
  return `the PIN pad refused the TMK with status ${status}`;
}

/** Data of LOAD_TMK; a key for DES as loaders of before send it. Throws an Error for what is no key. */
export function tmkData({ tmk, tmkIndex = 0, kcv, algorithm = PAD_ALGORITHM_DES }: TmkToLoad): Bytes {
  const key = Buffer.from(tmk, 'hex').toString('latin1');
  if (key.length !== 16 || tmk.length !== 32) throw new Error('a TMK is 32 hex digits');
  const check = kcv === undefined ? checkValue(key, algorithm) : Buffer.from(kcv, 'hex').toString('latin1');
  return byte(tmkIndex) + key + check + (algorithm === PAD_ALGORITHM_DES ? '' : byte(algorithm));
}

/** Loads a TMK through the pad's loader port; throws an Error with the reason when the pad refuses. */
export function loadTmk(pad: PinPadDevice, key: TmkToLoad): void {
  const data = tmkData(key);
  let received = '';
  const wire = {
    send: (bytes: Bytes) => {
      received += bytes;
    },
  };
  const sequence = PAD_FIRST_SEQUENCE + 1;
  pad.connectLoader(wire);
  // Says hello first: a pad that took the same key the last time would take it for a repeat.
  pad.onUart(loaderFrame(PAD_FIRST_SEQUENCE, PAD_HELLO, ''), wire);
  pad.onUart(`\x06${byte(PAD_FIRST_SEQUENCE)}`, wire);
  received = '';
  pad.onUart(loaderFrame(sequence, PAD_LOAD_TMK, data), wire);
  pad.onUart(`\x06${byte(sequence)}`, wire);
  pad.connectLoader(null);
  const status = statusOf(received, sequence);
  if (status === -1) throw new Error('the PIN pad does not answer on its loader port');
  if (status !== PAD_OK) throw new Error(refusalOf(key, status));
}

/** Status of the answer to the loader's frame, -1 when there is none. */
function statusOf(received: Bytes, sequence: number): number {
  if (!received.startsWith(`\x06${byte(sequence)}\x02`)) return -1;
  const frame = received.slice(2);
  const crcAt = 3 + readU16(frame, 1);
  if (frame.length < crcAt + 2 || crc16(frame.slice(1, crcAt)) !== readU16(frame, crcAt)) return -1;
  return frame.charCodeAt(4) === (PAD_LOAD_TMK | PAD_ANSWER) ? frame.charCodeAt(5) : -1;
}
