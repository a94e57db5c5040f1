import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const entry = resolve('dist/cli/spillway.js');
const sources = ['agent', 'env', 'policies', 'controller', 'cli'];
const runFile = promisify(execFile);

/** Compiles the sources where that was not done, or they have changed since; `npm test` has already done it. */
export async function buildIfStale(): Promise<void> {
  if (existsSync(entry)) {
    const builtMs = statSync(entry).mtimeMs;
    const changes = await Promise.all(sources.map(newestChangeMs));
    if (Math.max(...changes) <= builtMs) return;
  }
  await runFile('npm', ['run', 'build']);
}

async function newestChangeMs(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true });
  return Math.max(...files.filter((file) => file.endsWith('.ts')).map((file) => statSync(join(folder, file)).mtimeMs));
}

export interface Answer {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs the compiled command in a folder, as a shell would. */
export function spillway(folder: string, ...argv: string[]): Promise<Answer> {
  return new Promise((done) => {
    const child = execFile(process.execPath, [entry, ...argv], { cwd: folder }, (_error, output, errors) => {
      done({ code: child.exitCode ?? -1, output, errors });
    });
  });
}
