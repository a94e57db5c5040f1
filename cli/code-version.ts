import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folders whose code decides what comes out of a run. */
const folders = ['env', 'policies', 'agent'];
/** Parts of them that only search or show. */
const without = ['policies/report', 'policies/tuning', 'agent/ppo/tensorboard'];

let known: string | null = null;

/** SHA-256 of the program's own code, as it lay beside this file when first asked: what an older Spillway computed is another result. */
export function codeVersion(): string {
  known ??= hashOfCode();
  return known;
}

function hashOfCode(): string {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const hash = createHash('sha256');
  for (const folder of folders) {
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
    for (const file of files.sort()) {
      const name = relative(root, file).split(sep).join('/');
      if (/\.d\.ts$/.test(name) || !/\.[jt]s$/.test(name) || without.some((one) => name.startsWith(one))) continue;
      hash.update(name).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}
