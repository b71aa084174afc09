/**
 * The terminal's LCD, true to the pixel: each of its 128 × 64 dots is a whole number of the screen's own pixels, so that
 * no dot is blurred at any zoom.
 */
import { useEffect, useRef, useState } from 'preact/hooks';

const WIDTH = 128;
const HEIGHT = 64;
/** From this size on a dot shows the gap to its neighbour, as on the glass. */
const GAP_FROM = 4;

const background = { off: '#39423a', dark: '#66745a', lit: '#b6d07f' };
const gap = { off: '#39423a', dark: '#5f6d54', lit: '#abc674' };
const dark = '#16210f';

/** Screen pixels a dot may take in a place so wide, at least one. */
function dotFor(widthCss: number): number {
  return Math.max(1, Math.floor((widthCss * window.devicePixelRatio) / WIDTH + 0.01));
}

function draw(canvas: HTMLCanvasElement, pixels: string, dot: number, glass: keyof typeof background): void {
  canvas.width = WIDTH * dot;
  canvas.height = HEIGHT * dot;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.fillStyle = gap[glass];
  context.fillRect(0, 0, canvas.width, canvas.height);
  const size = dot >= GAP_FROM ? dot - Math.max(1, Math.floor(dot / 8)) : dot;
  const bits = atob(pixels);
  for (const isOn of [false, true]) {
    context.fillStyle = isOn ? dark : background[glass];
    for (let at = 0; at < WIDTH * HEIGHT; at++) {
      const bit = (bits.charCodeAt(at >> 3) & (0x80 >> (at & 7))) !== 0;
      if (bit !== isOn || (isOn && glass === 'off')) continue;
      context.fillRect((at % WIDTH) * dot, Math.floor(at / WIDTH) * dot, size, size);
    }
  }
}

export function Lcd({ pixels, light, on }: { pixels: string; light: boolean; on: boolean }) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const glass = !on ? 'off' : light ? 'lit' : 'dark';
  const [dot, setDot] = useState(3);
  useEffect(() => {
    if (!frame.current) return undefined;
    const observer = new ResizeObserver((entries) => {
      for (const entry of entries) setDot(dotFor(entry.contentRect.width));
    });
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (canvas.current) draw(canvas.current, pixels, dot, glass);
  }, [pixels, dot, glass]);
  return (
    <div class="glass">
      <div ref={frame} class="glass-inner">
        <canvas
          ref={canvas}
          class="lcd"
          style={{ width: `${(WIDTH * dot) / window.devicePixelRatio}px`, '--glass': background[glass] }}
          role="img"
          aria-label="LCD"
        />
      </div>
    </div>
  );
}
