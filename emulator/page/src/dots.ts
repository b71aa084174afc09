/** Dots of a liquid crystal display on a canvas: each a whole number of the screen's own pixels, never blurred. */

export interface Glass {
  readonly ground: string;
  readonly dot: string;
  /** Between two dots, where they are large enough to show it. */
  readonly gap: string;
}

/** From this size on a dot shows the gap to its neighbour, as on the glass. */
const GAP_FROM = 3;

/** Screen pixels a dot of `widthDots` may take in a place so wide, at least one. */
export function dotFor(widthCss: number, widthDots: number): number {
  return Math.max(1, Math.floor((widthCss * window.devicePixelRatio) / widthDots + 0.01));
}

/** `pixels`: one bit a dot, row by row, most significant bit left, base64. */
export function drawDots(
  canvas: HTMLCanvasElement,
  pixels: string,
  widthDots: number,
  dot: number,
  glass: Glass,
): void {
  const bits = atob(pixels);
  const heightDots = (bits.length * 8) / widthDots;
  canvas.width = widthDots * dot;
  canvas.height = heightDots * dot;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.fillStyle = glass.ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  const on: (readonly [number, number])[] = [];
  for (let at = 0; at < widthDots * heightDots; at++) {
    if (bits.charCodeAt(at >> 3) & (0x80 >> (at & 7)))
      on.push([(at % widthDots) * dot, Math.floor(at / widthDots) * dot]);
  }
  context.fillStyle = glass.dot;
  for (const [x, y] of on) context.fillRect(x, y, dot, dot);
  if (dot < GAP_FROM) return;
  context.fillStyle = glass.gap;
  for (const [x, y] of on) {
    context.fillRect(x, y + dot - 1, dot, 1);
    context.fillRect(x + dot - 1, y, 1, dot);
  }
}
