import { examplesProgram } from '../docs/examples.ts';

/** The options that `spillway run` does not have among these words, and the values of those that it has. */
export function runOptions(words: readonly string[]) {
  if (words[0] !== 'run') throw new Error(`${words.join(' ')} is not spillway run`);
  const run = examplesProgram().commands.find((one) => one.name() === 'run')!;
  const unknown = words.filter((word) => word.startsWith('--') && !run.options.some(({ long }) => long === word));
  const value = (option: string) => words[words.indexOf(option) + 1];
  return { unknown, value };
}
