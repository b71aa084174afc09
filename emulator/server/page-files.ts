/** The files of the built page. Only what was there at the start is served, by its exact name. */
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative, resolve, sep } from 'node:path';
import type { FastifyInstance } from 'fastify';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** Beside the compiled server, or in `dist` when it runs from the sources. */
function pageDir(): string {
  const candidates = [resolve(__dirname, '../../page'), resolve(__dirname, '../../dist/page')];
  const found = candidates.find((dir) => existsSync(join(dir, 'index.html')));
  if (!found) throw new Error('the page is not built: run npm run build');
  return found;
}

/** Adds a route for each file. Throws an Error where the page is not built. */
export function servePageFiles(app: FastifyInstance): void {
  const root = pageDir();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const type = types[extname(path)];
    if (!entry.isFile() || type === undefined) continue;
    const url = `/${relative(root, path).split(sep).join('/')}`;
    // A name under assets holds the hash of its content.
    const cache = url.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    app.get(url === '/index.html' ? '/' : url, async (_request, reply) =>
      reply
        .header('cache-control', cache)
        .type(type)
        .send(await readFile(path)),
    );
  }
}
