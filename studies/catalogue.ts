import { didYouMean } from '../env/did-you-mean.ts';
import { InputProblem } from '../env/problem.ts';
import type { Experiment } from './experiment.ts';
import { mark } from './mark.ts';
import { constantRates } from './paragon/constant-rates.ts';
import { schemes } from './paragon/schemes.ts';
import { selection } from './paragon/selection.ts';
import { batches } from './serverless/batches.ts';
import { coldStarts } from './serverless/cold-starts.ts';
import { endpoint } from './serverless/endpoint.ts';
import { functions } from './serverless/functions.ts';
import { memory } from './serverless/memory.ts';
import { servers } from './serverless/servers.ts';
import { concurrency } from './tcs/concurrency.ts';
import { costs } from './tcs/costs.ts';

/** Every published experiment that can be run again, paper by paper. */
export const experiments: readonly Experiment[] = [
  functions,
  servers,
  endpoint,
  coldStarts,
  memory,
  batches,
  concurrency,
  costs,
  constantRates,
  schemes,
  selection,
  mark,
];

/** Those that are asked for, in the order of the catalogue: by name, or by the paper that a name begins with. None asked for: all. */
export function chosenExperiments(
  asked: readonly string[],
  catalogue: readonly Experiment[] = experiments,
): readonly Experiment[] {
  const fits = (word: string, { name }: Experiment) => name === word || name.startsWith(`${word}-`);
  for (const word of asked) {
    if (catalogue.some((one) => fits(word, one))) continue;
    const names = catalogue.map((one) => one.name);
    throw new InputProblem(
      `experiment ${word}: is unknown, but must be one of ${names.join(', ')}, or the paper that they begin with: spillway reproduce --list tells what they are${didYouMean(word, names) || '.'}`,
    );
  }
  return asked.length === 0 ? catalogue : catalogue.filter((one) => asked.some((word) => fits(word, one)));
}
