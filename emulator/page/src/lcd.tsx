/** A display true to the pixel: as large as its place allows in whole pixels of the screen. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { dotFor, drawDots, type Glass } from './dots';

interface DisplayProps {
  readonly pixels: string;
  readonly widthDots: number;
  readonly glass: Glass;
  readonly label: string;
  readonly text: string;
  readonly class: string;
}

export function Display({ pixels, widthDots, glass, label, text, class: name }: DisplayProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [dot, setDot] = useState(1);
  useEffect(() => {
    if (!frame.current) return undefined;
    const observer = new ResizeObserver((entries) => {
      for (const entry of entries) setDot(dotFor(entry.contentRect.width, widthDots));
    });
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, [widthDots]);
  useEffect(() => {
    if (canvas.current) drawDots(canvas.current, pixels, widthDots, dot, glass);
  }, [pixels, dot, glass, widthDots]);
  return (
    <div ref={frame} class={`display ${name}`} style={{ '--glass': glass.ground }}>
      <canvas
        ref={canvas}
        class={`${name}-dots`}
        style={{ width: `${(widthDots * dot) / window.devicePixelRatio}px` }}
        role="img"
        aria-label={`${label}: ${text}`}
      />
      <div class="unseen" aria-live="polite">
        {text}
      </div>
    </div>
  );
}

export const lcdGlass: Readonly<Record<'off' | 'dark' | 'lit', Glass>> = {
  off: { ground: '#3d463c', dot: '#3d463c', gap: '#3d463c' },
  dark: { ground: '#6d7b58', dot: '#1c2714', gap: '#28341d' },
  lit: { ground: '#b9d27e', dot: '#17220f', gap: '#2c3a1e' },
};

export const padGlass: Readonly<Record<'idle' | 'asking', Glass>> = {
  idle: { ground: '#8fb0a2', dot: '#0f211a', gap: '#1b3027' },
  asking: { ground: '#c2ead2', dot: '#0b1f16', gap: '#1d3529' },
};
