import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { exitCodeOf, FailureTold } from '../../cli/exit.ts';
import { packageVersion } from '../../cli/version.ts';
import { WriteFailure } from '../../cli/write-file.ts';
import { InputProblem } from '../../env/problem.ts';
import { machine } from './command-line.ts';

async function afterThrowing(error: unknown) {
  let told = '';
  const program = new Command().exitOverride().action(() => {
    throw error;
  });
  const code = await exitCodeOf(program, [], (text) => {
    told += text;
  });
  return { code, told };
}

describe('the exit code', () => {
  test('is 2 for a mendable input, told in its sentence alone', async () => {
    expect(await afterThrowing(new InputProblem('x: is 1, must be 2.'))).toEqual({
      code: 2,
      told: 'error: x: is 1, must be 2.\n',
    });
  });

  test('is 1 for anything else, with the stack', async () => {
    const { code, told } = await afterThrowing(new Error('a bug'));
    expect(code).toBe(1);
    expect(told).toMatch(/^Error: a bug\n\s+at /);
  });

  test('is 1 for a file that may not be opened, told in a sentence alone', async () => {
    const denied = Object.assign(new Error("EACCES: permission denied, open '/x'"), { code: 'EACCES' });
    expect(await afterThrowing(denied)).toEqual({ code: 1, told: "error: EACCES: permission denied, open '/x'\n" });
  });

  test('is 1 for a disk that is full or read-only, told in a sentence alone', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    expect(await afterThrowing(full)).toEqual({ code: 1, told: 'error: ENOSPC: no space left on device, write\n' });
    expect(await afterThrowing(new WriteFailure('/mnt/a.csv', full))).toEqual({
      code: 1,
      told: 'error: /mnt/a.csv cannot be written (ENOSPC: no space left on device, write).\n',
    });
  });

  test('is 0 without a word when the reader of the output has gone', async () => {
    expect(await afterThrowing(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))).toEqual({
      code: 0,
      told: '',
    });
  });

  test('is 1 for a failure that has been told, without another word', async () => {
    expect(await afterThrowing(new FailureTold('a problem'))).toEqual({ code: 1, told: '' });
  });

  test('is 0 for --help and --version', async () => {
    expect(await machine().call('--version')).toEqual({ code: 0, output: `${packageVersion()}\n`, errors: '' });
    for (const argv of [['--help'], ['run', '--help'], ['trace', 'generate', '--help']]) {
      const answer = await machine().call(...argv);
      expect(answer.code).toBe(0);
      expect(answer.output).toMatch(/^Usage: spillway/);
    }
  });

  test('is 2 for an unknown command, an unknown option, too much, too little', async () => {
    const wrong = [
      ['frobnicate'],
      ['--frobnicate'],
      ['policies', 'a', 'b'],
      ['trace', 'generate'],
      ['trace', 'shwo'],
      ['run'],
    ];
    for (const argv of wrong) {
      const answer = await machine().call(...argv);
      expect(answer).toMatchObject({ code: 2, output: '', errors: expect.stringMatching(/^error: [^\n]+\n$/) });
    }
  });

  test('is 2 for no command at all, which shows the help', async () => {
    expect(await machine().call()).toMatchObject({ code: 2, errors: expect.stringContaining('Commands:') });
  });
});
