import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** A page of the documentation, by its path from the root of the project. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

export interface Block {
  /** What stands behind the opening fence. */
  readonly language: string;
  readonly text: string;
}

export function readPage(path: string): Page {
  return { path, text: readFileSync(path, 'utf8') };
}

/** Every page: those of the root, and of docs. */
export function pages(): Page[] {
  return ['.', 'docs'].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .map((name) => readPage(posix.join(folder, name))),
  );
}

/** The fenced blocks of a page. */
export function blocks({ text }: Page): Block[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1]!,
    text: match[2]!,
  }));
}

/** The page as prose: without fenced blocks. */
export function prose({ text }: Page): string {
  return text.replace(/^```\w*\n[\s\S]*?^```$/gm, '');
}

/** The part of a page under a heading, down to the next one of the same level or above. */
export function section(page: Page, heading: string): string {
  const level = /^#+/.exec(heading)![0].length;
  const from = page.text.indexOf(`\n${heading}\n`);
  if (from < 0) throw new Error(`${page.path} has no heading ${heading}`);
  const rest = page.text.slice(from + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${level}} `, 'm'));
  return end < 0 ? rest : rest.slice(0, end);
}

/** [row][column] The cells of all tables of a text, without headings and rules. */
export function tableRows(text: string): string[][] {
  const rows = text.split('\n').map((line) => (line.startsWith('|') ? cells(line) : null));
  return rows.flatMap((row, index) => {
    return row === null || isRule(row) || isRule(rows[index + 1] ?? []) ? [] : [row];
  });
}

function cells(line: string): string[] {
  return line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
}

/** The line between the heading of a table and its body. */
function isRule(row: readonly string[]): boolean {
  return row.length > 0 && row.every((cell) => /^-+$/.test(cell));
}

/** What stands between backticks in a text, in its order. */
export function named(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
}
