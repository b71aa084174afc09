/** Which codes GB 2312-80 fills (its EUC form, A1A1–F7FE): 682 signs and 6,763 Chinese characters. */

/** First and last code of each run; within a run trail bytes go from A1 to FE. */
const runs: readonly (readonly [number, number])[] = [
  [0xa1a1, 0xa1fe],
  [0xa2b1, 0xa2e2],
  [0xa2e5, 0xa2ee],
  [0xa2f1, 0xa2fc],
  [0xa3a1, 0xa3fe],
  [0xa4a1, 0xa4f3],
  [0xa5a1, 0xa5f6],
  [0xa6a1, 0xa6b8],
  [0xa6c1, 0xa6d8],
  [0xa7a1, 0xa7c1],
  [0xa7d1, 0xa7f1],
  [0xa8a1, 0xa8ba],
  [0xa8c5, 0xa8e9],
  [0xa9a4, 0xa9ef],
  [0xb0a1, 0xd7f9],
  [0xd8a1, 0xf7fe],
];

/** 〓, shown for a character that a ROM does not hold. */
export const GETA_CODE = 0xa1fe;

export function isGb2312(code: number): boolean {
  const trail = code & 0xff;
  return trail >= 0xa1 && trail <= 0xfe && runs.some(([first, last]) => code >= first && code <= last);
}
