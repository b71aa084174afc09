import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));

export default defineConfig({
  root: here,
  plugins: [preact()],
  build: { outDir: resolve(here, '../../dist/page'), emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
});
