/** What a reader of the documentation would stumble over: a link into nowhere, a file that is not there any more. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const rooms = ['hal', 'drivers', 'firmware', 'host', 'emulator', 'cli', 'tests', 'scripts', 'docs'];
const ROOM_PATH = new RegExp(`^(?:${rooms.join('|')})/[A-Za-z0-9_./*…-]+$`);
const FILE_NAME = /^[A-Za-z0-9_-]+(?:\.test)?\.(?:ts|tsx|mjs|md|yaml|txt)$/;

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

const pages = ['README.md', 'README.zh-CN.md', 'CHANGELOG.md', ...filesUnder('docs').filter((f) => f.endsWith('.md'))];
const sources = rooms.flatMap(filesUnder).filter((file) => /\.(?:ts|tsx|mjs)$/.test(file));
const fileNames = new Set(rooms.flatMap(filesUnder).map((file) => basename(file)));

/** A page without its code blocks. */
function proseOf(page: string): string {
  return readFileSync(join(root, page), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
}

/** Anchor of a heading, as the usual renderers make it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

function anchorsOf(file: string): string[] {
  return [...proseOf(file).matchAll(/^#+ (.*)$/gm)].map((match) => anchorOf(match[1]));
}

function brokenLinks(page: string): string[] {
  const links = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)].map((m) => m[1] ?? m[2]);
  return links.filter((link) => {
    if (/^(?:https?|mailto):/.test(link)) return false;
    const [path, anchor] = link.split('#') as [string, string?];
    const target = path === '' ? page : relative(root, resolve(root, dirname(page), path));
    if (target.startsWith('..') || !existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
}

/** `firmware/flow.ts`, `docs/devices`, `emulator/devices/pad-*.ts`; or a name alone that stands beside its path. */
function missingFiles(page: string): string[] {
  const spans = [...proseOf(page).matchAll(/`([^`\n]+)`/g)].map((match) => match[1]);
  return spans.filter((span) => {
    if (FILE_NAME.test(span)) return !fileNames.has(span);
    if (!ROOM_PATH.test(span) || /[*…]/.test(span)) return false;
    return !existsSync(join(root, span)) && !existsSync(join(root, `${span}.ts`));
  });
}

test.each(pages)('%s: every link leads somewhere', (page) => {
  expect(brokenLinks(page)).toEqual([]);
});

test.each(pages)('%s: every file it names is there', (page) => {
  expect(missingFiles(page)).toEqual([]);
});

test('every page of the documentation can be reached from the README', () => {
  const reached = new Set<string>(['README.md']);
  for (const page of reached) {
    for (const match of proseOf(page).matchAll(/\]\(([^)#\s]+\.md)/g)) {
      const target = relative(root, resolve(root, dirname(page), match[1]));
      if (existsSync(join(root, target))) reached.add(target);
    }
  }
  expect(pages.filter((page) => !reached.has(page))).toEqual([]);
});

test('every page that a comment in the code sends its reader to is there', () => {
  const missing = sources.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/\bdocs\/[A-Za-z0-9_/-]+(?:\.[A-Za-z-]+)*/g)]
      .map((match) => match[0])
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${file}: ${path}`),
  );
  expect(missing).toEqual([]);
});

test('money rules cited in the code are rules of the architecture page', () => {
  const rules = [...proseOf('docs/architecture.md').matchAll(/^(\d)\. \*\*/gm)].map((match) => match[1]);
  const cited = sources.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/money rules? (\d)/g)].map((match) => match[1]),
  );
  expect(cited.length).toBeGreaterThan(10);
  expect(cited.filter((number) => !rules.includes(number))).toEqual([]);
});
