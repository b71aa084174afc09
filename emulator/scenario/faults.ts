/** The faults a scenario may cause, device by device: the names that each device's `onFault` takes. */
import { NOR_FAULTS } from '../devices/spi-nor';
import { centerFaults } from '../../host/center/forced';

export const deviceFaults: Readonly<Record<string, readonly string[]>> = {
  printer: ['paper', 'refill', 'cover', 'close', 'heat', 'cool', 'offline', 'online'],
  network: [
    ...['latency', 'down', 'split', 'refuse', 'unreachable', 'dropUp', 'dropDown', 'duplicate', 'merge', 'delay'],
    ...['cutUp', 'cutDown', 'close', 'garbage', 'well'],
  ],
  modem: [
    ...['simAbsent', 'simPin', 'registration', 'signal', 'stall', 'silent', 'slow', 'autobaud', 'error', 'mute'],
    ...['pdpFail', 'refuse', 'connectSilent', 'sendFail', 'noPrompt', 'pdpDrop', 'remoteClose', 'garbage', 'overlong'],
    ...['badIpd', 'ring', 'sms', 'undervoltage', 'echo', 'reset', 'off', 'on', 'well'],
    'deafToDtr',
  ],
  phoneLine: [
    ...['unplug', 'lift', 'noTone', 'training', 'busy', 'noAnswer', 'noCarrier', 'noise', 'cutUp', 'cutDown'],
    ...['carrierLoss', 'ring', 'well'],
  ],
  nac: ['silent', 'hangUp', 'well'],
  pinpad: [
    ...['silent', 'garble', 'nak', 'drop', 'dropAck', 'duplicate', 'slow', 'noise', 'restart', 'keyloss', 'tamper'],
    ...['repair', 'well'],
  ],
  padFlash: ['tear', 'fail', 'well'],
  keypad: ['stuck', 'dead', 'bounce', 'free'],
  lcd: ['dead', 'glitch'],
  flash: [...NOR_FAULTS],
  mcu: ['busy'],
  'uart.modem': ['flowControl'],
  'uart.printer': ['flowControl'],
  'uart.pinpad': ['flowControl'],
  power: ['cut'],
  battery: ['level', 'charger', 'cold', 'aged', 'pull', 'insert', 'well'],
  keyLoader: ['load', 'loadSm4', 'wrongCheck'],
  center: ['silent', ...centerFaults],
};

/** Whose 0 is what is wrong, or what the device itself takes for "some". */
const noughts = ['paper', 'flowControl', 'level', 'garbage', 'overlong', 'noise'];

/** What a fault without a value means: a switch goes on, of a count it is one; the roll is empty, RTS is broken. */
export function valueUnsaid(fault: string): number {
  return noughts.includes(fault) ? 0 : 1;
}

/** True for a fault of the center's behaviour, which meets messages; `silent` is one of its line. */
export function isCenterFault(device: string, fault: string): boolean {
  return device === 'center' && fault !== 'silent';
}
