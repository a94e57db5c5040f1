import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';

/*
 * The arrows of docs/design.md. A part is a folder; inside env the parts are env itself (its files), env/sim, env/aws, env/twin
 * and its other folders, which hold what both worlds share.
 */
const shared = ['env', 'env/workload', 'env/physics', 'env/profile', 'env/guardrails', 'env/deployment'];
const arrows: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(shared.map((part) => [part, shared])),
  'env/sim': [...shared, 'env/sim'],
  'env/aws': [...shared, 'env/aws'],
  'env/twin': [...shared, 'env/twin', 'env/sim'],
  policies: ['env/**', 'policies'],
  agent: ['env/**', 'policies', 'agent'],
  controller: ['env/**', 'policies', 'agent', 'controller'],
  studies: ['env/**', 'policies', 'studies'],
  cli: ['**'],
};

/** Packages that only some parts may import. */
const packages: readonly { readonly name: RegExp; readonly only: readonly string[] }[] = [
  { name: /^@tensorflow\//, only: ['agent'] },
  { name: /^@aws-sdk\//, only: ['env/aws'] },
  { name: /^@smithy\//, only: ['env/twin'] },
  { name: /^commander$/, only: ['cli'] },
];

/** Words that make a function depend on more than its arguments, and the files that may say them. */
const worldly: readonly { readonly words: RegExp; readonly only: RegExp }[] = [
  { words: /\bprocess\.(argv|env)\b/, only: /^cli\// },
  { words: /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b/, only: /^cli\/|^controller\/clock\.ts$/ },
];

function partOf(path: string): string {
  const [root, folder] = path.split('/');
  if (root !== 'env' || path.split('/').length < 3) return root!;
  return `env/${folder}`;
}

function isAllowed(from: string, to: string): boolean {
  const targets = arrows[from];
  if (targets === undefined) return false;
  return targets.includes('**') || targets.includes(to) || (targets.includes('env/**') && /^env(\/|$)/.test(to));
}

/** What a file says without its comments; strings that hold `//` keep it only after a colon, as in addresses. */
function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
}

function specifiers(code: string): string[] {
  const statements = /\b(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g;
  return [...code.matchAll(statements)].map((match) => (match[1] ?? match[2])!);
}

/** Sentences, one for each thing in the file that the design forbids. */
function violations(path: string, source: string): string[] {
  const part = partOf(path);
  const code = withoutComments(source);
  const imports = specifiers(code).flatMap((specifier) => importViolation(path, part, specifier));
  const words = worldly
    .filter((rule) => rule.words.test(code) && !rule.only.test(path))
    .map((rule) => `${path} says ${rule.words.exec(code)![0]}`);
  return [...imports, ...words];
}

function importViolation(path: string, part: string, specifier: string): string[] {
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(path), specifier);
    return isAllowed(part, partOf(target)) ? [] : [`${path} imports ${target}`];
  }
  const rule = packages.find((one) => one.name.test(specifier));
  return rule === undefined || rule.only.includes(part) ? [] : [`${path} imports ${specifier}`];
}

function files(): string[] {
  return ['agent', 'env', 'policies', 'studies', 'controller', 'cli'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
      .filter((path) => path.endsWith('.ts')),
  );
}

test('no file imports against the arrows of the design, nor reads clock, dice or environment', () => {
  const found = files();
  expect(found.length).toBeGreaterThan(20);
  expect(found.flatMap((path) => violations(path, readFileSync(path, 'utf8')))).toEqual([]);
});

test('every folder of env has a place among the arrows', () => {
  for (const path of files()) expect(arrows, path).toHaveProperty([partOf(path)]);
});

describe('the check catches', () => {
  test.each([
    ['policies/a.ts', `import { b } from '../agent/b.ts';`],
    ['policies/deep/a.ts', `import type { B } from '../../controller/b.ts';`],
    ['agent/a.ts', `import { b } from '../controller/b.ts';`],
    ['controller/a.ts', `import { b } from '../cli/b.ts';`],
    ['env/a.ts', `export { b } from '../policies/b.ts';`],
    ['env/a.ts', `import { b } from './sim/b.ts';`],
    ['env/sim/a.ts', `import { b } from '../aws/b.ts';`],
    ['env/aws/a.ts', `import {\n  b,\n  c,\n} from '../sim/b.ts';`],
    ['env/aws/deep/a.ts', `const b = await import('../../sim/b.ts');`],
    ['env/twin/a.ts', `import '../aws/b.ts';`],
    ['env/sim/a.ts', `import { b } from '../twin/b.ts';`],
    ['env/workload/a.ts', `import { b } from '../sim/b.ts';`],
    ['env/other/a.ts', `import { b } from '../types.ts';`],
    ['policies/a.ts', `import * as tf from "@tensorflow/tfjs-core";`],
    ['env/sim/a.ts', `import { CloudWatch } from '@aws-sdk/client-cloudwatch';`],
    ['controller/a.ts', `import { Command } from 'commander';`],
    ['controller/a.ts', `const key = process.env.KEY;`],
    ['env/a.ts', `const file = process.argv[2];`],
    ['policies/a.ts', `const now = Date.now();`],
    ['agent/a.ts', `const dice = Math.random;`],
    ['controller/a.ts', `const now = new Date();`],
    ['agent/a.ts', `/* a comment */ import { b } from '../cli/b.ts'; // another`],
  ])('%s: %s', (path, source) => {
    expect(violations(path, source)).toHaveLength(1);
  });
});

describe('the check lets through', () => {
  test.each([
    ['policies/a.ts', `import { b } from '../env/sim/b.ts';`],
    ['agent/ppo/a.ts', `import { b } from '../../policies/b.ts';\nimport * as tf from '@tensorflow/tfjs-core';`],
    ['controller/a.ts', `import { b } from '../agent/b.ts';\nimport pino from 'pino';`],
    ['controller/clock.ts', `const now = Date.now();`],
    ['env/sim/a.ts', `import { b } from '../types.ts';\nimport { c } from '../physics/c.ts';`],
    ['env/aws/a.ts', `import { CloudWatch } from '@aws-sdk/client-cloudwatch';`],
    ['env/twin/a.ts', `import { b } from '../sim/b.ts';`],
    ['cli/a.ts', `import { b } from '../agent/b.ts';\nconst now = Date.now() + Number(process.env.SHIFT);`],
    ['policies/a.ts', `// No Date.now here\nconst day = new Date(seconds * 1000);`],
  ])('%s: %s', (path, source) => {
    expect(violations(path, source)).toEqual([]);
  });
});
