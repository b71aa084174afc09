/** Hides whatever could be a card number in a text: of every run of 13 or more digits the middle becomes `*`. */
export function maskNumbers(text: string): string {
  return text.replace(
    /[0-9][0-9=D]{12,}/g,
    (run) => `${run.slice(0, 6)}${'*'.repeat(run.length - 10)}${run.slice(-4)}`,
  );
}
