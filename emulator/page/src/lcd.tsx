/** The terminal's LCD, true to the pixel: each of the 128 × 64 dots is one square of the canvas. */
import { Buffer } from 'buffer';
import { useEffect, useRef } from 'preact/hooks';

const WIDTH = 128;
const HEIGHT = 64;
const DOT = 3;

export function Lcd({ pixels, light, on }: { pixels: string; light: boolean; on: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    context.fillStyle = !on ? '#2c352c' : light ? '#b9d18b' : '#6f7f5c';
    context.fillRect(0, 0, WIDTH * DOT, HEIGHT * DOT);
    if (!on) return;
    const bits = Buffer.from(pixels, 'base64');
    context.fillStyle = '#1d2a14';
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        const byte = bits[(y * WIDTH + x) >> 3] ?? 0;
        if (byte & (0x80 >> (x & 7))) context.fillRect(x * DOT, y * DOT, DOT - 0.4, DOT - 0.4);
      }
    }
  }, [pixels, light, on]);
  return <canvas ref={canvas} class="lcd" width={WIDTH * DOT} height={HEIGHT * DOT} role="img" aria-label="LCD" />;
}
