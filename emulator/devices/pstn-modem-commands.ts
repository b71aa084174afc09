/**
 * The command line of the fake dial modem: basic commands, S registers and extended commands in one line, one result for
 * all of it (ITU-T V.250, 5.2 to 5.4 and chapter 6).
 */
import type { Bytes } from '../../hal/bytes';
import type { PstnModem } from './pstn-modem';
import { factoryProfile, RESULT_ERROR, RESULT_OK } from './pstn-modem-state';

/** A result code, or -1 where the command tells its result itself, later. */
type Outcome = number;
const LATER = -1;

const IDENTITY: Readonly<Record<string, Bytes>> = {
  '+GMI': 'Cupos',
  '+GMM': 'V.22 bis modem',
  '+GMR': '1.0',
  '+GSN': '0000000001',
  '+GCAP': '+GCAP: +MS',
  '+CGMI': 'Cupos',
  '+CGMM': 'V.22 bis modem',
  '+CGMR': '1.0',
};

/** Parameters that can be set and read: what they may be, and what they are. */
const PARAMETERS: Readonly<Record<string, readonly [test: Bytes, value: Bytes]>> = {
  '+IPR': ['(),(0,1200,2400,9600,19200,38400,57600,115200)', '0'],
  '+ICF': ['(3),(3)', '3,3'],
  '+IFC': ['(0,2),(0,2)', '2,2'],
  '+ILRR': ['(0)', '0'],
  '+FCLASS': ['(0)', '0'],
  '+MS': ['("V22B")', '"V22B",0,2400,2400'],
  '+ES': ['(0),(0),(0)', '0,0,0'],
  '+DR': ['(0)', '0'],
};

function numberAt(line: Bytes, at: number): { value: number; end: number } {
  let end = at;
  while (end < line.length && line.charCodeAt(end) >= 48 && line.charCodeAt(end) <= 57) end++;
  return { value: end === at ? 0 : parseInt(line.slice(at, end), 10), end };
}

/** Settings of one letter: what its number does; false refuses the number. */
const settings: Readonly<Record<string, (modem: PstnModem, value: number) => boolean>> = {
  E: (modem, value) => {
    modem.state.profile.echo = value === 1;
    return value < 2;
  },
  V: (modem, value) => {
    modem.state.profile.verbose = value === 1;
    return value < 2;
  },
  Q: (modem, value) => {
    modem.state.profile.quiet = value === 1;
    return value < 2;
  },
  X: (modem, value) => {
    modem.state.profile.level = value;
    return value < 5;
  },
  T: (modem) => {
    modem.state.profile.pulse = false;
    return true;
  },
  P: (modem) => {
    modem.state.profile.pulse = true;
    return true;
  },
  Z: (modem, value) => {
    modem.hangUp();
    modem.state.profile = factoryProfile();
    return value < 2;
  },
  H: (modem, value) => {
    if (value === 0) modem.hangUp();
    return value < 2;
  },
  // Loudspeaker, speed codes, long space, negotiation: nothing here hears them.
  B: () => true,
  L: () => true,
  M: () => true,
  N: () => true,
  W: () => true,
  Y: () => true,
  '&C': (modem, value) => {
    modem.state.profile.carrierFollows = value === 1;
    modem.drive();
    return value < 2;
  },
  '&D': (modem, value) => {
    modem.state.profile.dtrAction = value;
    return value < 4;
  },
  '&F': (modem) => {
    modem.state.profile = factoryProfile();
    modem.drive();
    return true;
  },
  '&K': () => true,
  '&S': () => true,
  '&W': () => true,
};

function extended(modem: PstnModem, text: Bytes): Outcome {
  const [, name = '', rest = ''] = /^(\+[A-Z0-9!%\-./:_]*)(.*)$/.exec(text) ?? [];
  const identity = Object.hasOwn(IDENTITY, name) ? IDENTITY[name] : undefined;
  const parameter = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
  if (identity !== undefined && (rest === '' || rest === '=?')) {
    if (rest === '') modem.tell(identity);
    return RESULT_OK;
  }
  if (parameter === undefined) return RESULT_ERROR;
  const { parameters } = modem.state.profile;
  if (rest === '?') modem.tell(`${name}: ${parameters[name] ?? parameter[1]}`);
  else if (rest === '=?') modem.tell(`${name}: ${parameter[0]}`);
  else if (rest.startsWith('=') && rest.length <= 32) parameters[name] = rest.slice(1);
  else return RESULT_ERROR;
  return RESULT_OK;
}

const HIGHEST_REGISTER = 99;

function register(modem: PstnModem, line: Bytes, at: number): { outcome: Outcome; end: number } {
  const { value: number, end } = numberAt(line, at);
  const { registers } = modem.state.profile;
  if (number > HIGHEST_REGISTER) return { outcome: RESULT_ERROR, end };
  if (line.charAt(end) === '?') {
    modem.tell(String(registers[number] ?? 0).padStart(3, '0'));
    return { outcome: RESULT_OK, end: end + 1 };
  }
  if (line.charAt(end) !== '=') return { outcome: RESULT_OK, end };
  const { value, end: valueEnd } = numberAt(line, end + 1);
  registers[number] = value & 255;
  return { outcome: value < 256 ? RESULT_OK : RESULT_ERROR, end: valueEnd };
}

/** Obeys what stands behind AT; -1 where the result comes later. */
export function obeyLine(modem: PstnModem, text: Bytes): Outcome {
  const line = text.toUpperCase().replace(/ /g, '');
  let at = 0;
  while (at < line.length) {
    const letter = line.charAt(at);
    if (letter === 'D') return modem.beginDial(line.slice(at + 1));
    if (letter === 'A') return modem.beginAnswer();
    if (letter === 'O') return modem.backOnline();
    if (letter === '+') {
      const semicolon = line.indexOf(';', at);
      const end = semicolon < 0 ? line.length : semicolon;
      if (extended(modem, line.slice(at, end)) !== RESULT_OK) return RESULT_ERROR;
      at = end + 1;
    } else if (letter === 'S') {
      const { outcome, end } = register(modem, line, at + 1);
      if (outcome !== RESULT_OK) return outcome;
      at = end;
    } else {
      const name = letter === '&' ? line.slice(at, at + 2) : letter;
      const { value, end } = numberAt(line, at + name.length);
      if (letter === 'I') modem.tell(value === 0 ? '2400' : 'Cupos V.22 bis modem');
      // \N, %C and the like choose an error correction and a compression that this one does not have.
      else if (letter === '\\' || letter === '%') at++;
      else {
        const set = Object.hasOwn(settings, name) ? settings[name] : undefined;
        if (set === undefined || !set(modem, value)) return RESULT_ERROR;
      }
      at = letter === '\\' || letter === '%' ? numberAt(line, at + 1).end : end;
    }
  }
  return RESULT_OK;
}

export { LATER };
