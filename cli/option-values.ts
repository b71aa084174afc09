/** Values of options that several commands take, checked; what is wrong is wrong use. */
import { CliError } from './cli-error';

export function wholeNumber(text: string, name: string, lowest: number, highest: number): number {
  const value = /^\d{1,10}$/.test(text) ? parseInt(text, 10) : NaN;
  if (!(value >= lowest && value <= highest)) {
    throw new CliError(`${name} must be a whole number from ${lowest} to ${highest}, not "${text}"`);
  }
  return value;
}

/** 0 takes a free port. */
export function portNumber(text: string): number {
  return wholeNumber(text, '--port', 0, 65535);
}

/** An empty address would mean every address of the machine, which nobody says by saying nothing. */
export function listenAddress(text: string, name = '--host'): string {
  if (text.trim() === '') throw new CliError(`${name} takes an address, not nothing`);
  return text;
}

export function oneOf<Name extends string>(text: string, name: string, known: readonly Name[]): Name {
  const found = known.find((one) => one === text);
  if (found === undefined) throw new CliError(`${name} must be one of ${known.join(', ')}, not "${text}"`);
  return found;
}
