export function describeFrames(_bytes: string): string {
  return '';
}
