/**
 * Passwords in the journal: the default ones are not there at all, one that was changed is a salt and a digest
 * (docs/decisions/0015-passwords.md).
 */
import type { Bytes } from '../hal/bytes';
import { sha1 } from './pinpad/sha1';
import { SETTING_PASSWORD, SETTING_WRONG_PASSWORDS } from './setting-ids';
import { ADMINISTRATOR, CLERK, SUPERVISOR, type TerminalSettings } from './settings';

export const SALT_BYTES = 8;
const DIGEST_BYTES = 20;

/** Place of an operator among those who have a password, or -1. */
function placeOf(operator: Bytes): number {
  if (operator === CLERK) return 0;
  if (operator === SUPERVISOR) return 1;
  return operator === ADMINISTRATOR ? 2 : -1;
}

/** The journal's number for an operator's password, or -1. */
export function passwordSetting(operator: Bytes): number {
  return placeOf(operator) < 0 ? -1 : SETTING_PASSWORD + placeOf(operator);
}

/** The journal's number for an operator's wrong passwords in a row, or -1. */
export function wrongSetting(operator: Bytes): number {
  return placeOf(operator) < 0 ? -1 : SETTING_WRONG_PASSWORDS + placeOf(operator);
}

/** What the journal keeps of a password. */
export function sealPassword(operator: Bytes, salt: Bytes, password: Bytes): Bytes {
  return salt + sha1(salt + operator + password);
}

function defaultPassword(operator: Bytes, settings: TerminalSettings): Bytes {
  const place = placeOf(operator);
  if (place === 0) return settings.clerkPassword;
  return place === 1 ? settings.supervisorPassword : settings.adminPassword;
}

/** Whether `password` is the operator's; `kept` is what the journal has of it, '' for the default one. */
export function isPassword(operator: Bytes, password: Bytes, kept: Bytes, settings: TerminalSettings): boolean {
  if (placeOf(operator) < 0) return false;
  if (kept.length !== SALT_BYTES + DIGEST_BYTES) return password === defaultPassword(operator, settings);
  return kept === sealPassword(operator, kept.substr(0, SALT_BYTES), password);
}
