import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitCodeOf } from '../../cli/exit.ts';
import { examplesProgram, standIns } from './examples.ts';
import { blocks, pages } from './pages.ts';
import { shellCommands } from './shell.ts';

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
/** Programs of others that the documentation may call. */
const foreign = ['tensorboard'];

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spillway-docs-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Every command that stands in a block of shell, with its page. */
const examples = pages().flatMap((page) =>
  blocks(page)
    .filter(({ language, text }) => language === 'sh' || (language === '' && text.startsWith('spillway ')))
    .flatMap(({ text }) => shellCommands(text))
    .map((words) => [page.path, words.join(' '), words] as const),
);
/** The same for what the program itself gives as examples. */
const helpExamples = examplesProgram().commands.flatMap((command) =>
  shellCommands(helpOf(command).split('Examples:\n')[1] ?? '').map(
    (words) => [`${command.name()} --help`, words.join(' '), words] as const,
  ),
);
const ofSpillway = [...examples, ...helpExamples]
  .map(([path, , words]) => [path, words[0] === 'npx' ? words.slice(1) : words] as const)
  .filter(([, words]) => words[0] === 'spillway')
  .map(([path, words]) => [path, words.join(' '), words.slice(1)] as const);
const ofNpm = examples.filter(([, , words]) => words[0] === 'npm');

function helpOf(command: Command): string {
  let help = '';
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  command.outputHelp();
  return help;
}

/** Exit code, and what was said on the way. */
async function answer(words: readonly string[]): Promise<{ code: number; errors: string }> {
  let errors = '';
  const tell = (text: string) => {
    errors += text;
  };
  const program = examplesProgram();
  for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
    command.configureOutput({ writeOut: () => {}, writeErr: tell });
  }
  return { code: await exitCodeOf(program, words, tell), errors };
}

test('the documentation calls Spillway, npm and the programs that it names, and no other', () => {
  const others = examples.filter(([, , words]) => !['npx', 'npm', 'spillway', ...foreign].includes(words[0]!));
  expect(others).toEqual([]);
  expect(examples.filter(([, , words]) => words[0] === 'npx' && words[1] !== 'spillway')).toEqual([]);
  expect(examples.length).toBeGreaterThan(10);
  expect(helpExamples.length).toBeGreaterThan(4);
});

describe('the command line takes', () => {
  test.each(ofSpillway)('%s: %s', async (_, __, words) => {
    expect(await answer(await standIns(folder, words))).toEqual({ code: 0, errors: '' });
  });
});

describe('npm knows', () => {
  test.each(ofNpm)('%s: %s', (_, __, [, verb, ...rest]) => {
    if (verb === 'ci') return;
    if (verb === 'install') {
      for (const wanted of rest.filter((word) => !word.startsWith('-'))) {
        const at = wanted.lastIndexOf('@');
        expect(manifest.peerDependencies).toHaveProperty([wanted.slice(0, at)], wanted.slice(at + 1));
      }
      return;
    }
    expect(manifest.scripts).toHaveProperty(verb === 'run' ? rest[0]! : verb!);
  });
});

describe('the check catches', () => {
  test.each([
    'train --service examples/image-classifier.yaml --trace MONDAY.csv --epochs 3',
    'train --service examples/image-classifier.yaml --trace MONDAY.csv --backend gpu',
    'evaluate --service examples/image-classifier.yaml --trace MONDAY.csv --policies mixd',
    'evaluate --service examples/image-classifier.yaml --trace diurnal:men=200 --policies mixed',
    'tune --service examples/image-classifier.yaml --trace MONDAY.csv --policy ppo',
    'run --service examples/image-classifier.yaml --policy mixed --trace MONDAY.csv --env aws',
    'trace describe MONDAY.csv',
    'deploy',
  ])('%s', async (command) => {
    expect((await answer(await standIns(folder, command.split(' ')))).code).toBe(2);
  });
});
