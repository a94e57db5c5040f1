import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Page, pages, prose, readPage } from './pages.ts';

const all = pages();

/** Places of other people that the documentation links to; whoever installs or builds goes where npm is told to go. */
const hosts = ['keepachangelog.com', 'semver.org', '127.0.0.1:4599'];

/** The targets of a page's links. */
function targets(page: Page): string[] {
  return [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
}

/** What a heading is called in a link, as GitHub has it. */
function anchors({ text }: Page): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
    match[1]!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('every relative link leads somewhere:', () => {
  test.each(all.map((page) => [page.path, page] as const))('%s', (path, page) => {
    for (const target of targets(page).filter((one) => !one.includes('://'))) {
      const [file = '', anchor = ''] = target.split('#');
      const place = file === '' ? path : posix.join(posix.dirname(path), file);
      expect(existsSync(place), `${path} links to ${target}`).toBe(true);
      if (anchor !== '') expect(anchors(readPage(place)), `${path} links to ${target}`).toContain(anchor);
    }
  });
});

describe('no page names a path of a machine, or a host beyond the few known ones:', () => {
  test.each(all.map((page) => [page.path, page] as const))('%s', (_, { text }) => {
    expect(text.match(/(?<![\w.])\/(?:work|root|home|tmp|Users|mnt|opt|usr|var)\/\S*/g)).toBeNull();
    expect(text.match(/\b(?:file|git|ssh):\/\/\S*/g)).toBeNull();
    const named = [...text.matchAll(/https?:\/\/([^/\s)]+)/g)].map((match) => match[1]);
    expect(named.filter((host) => !hosts.includes(host!))).toEqual([]);
  });
});

test('the lock file names no host, so that npm ci takes whatever registry it is told to', () => {
  expect(readFileSync('package-lock.json', 'utf8')).not.toMatch(/"resolved":/);
});

test('every page of docs is linked from the README', () => {
  const linked = targets(readPage('README.md')).map((target) => target.split('#')[0]);
  const missing = all.map((page) => page.path).filter((path) => path !== 'README.md' && !linked.includes(path));
  expect(missing).toEqual([]);
});
