import type { Command } from 'commander';
import { readInput } from '../env/input-file.ts';
import { InputProblem } from '../env/problem.ts';
import { fitProfile, type PlaceFit, type ProfileFit } from '../env/profile/fit.ts';
import { fittedProfile } from '../env/profile/fitted-profile.ts';
import { placeText } from '../env/profile/place.ts';
import { parseSamples } from '../env/profile/samples.ts';
import { parseProfile } from '../env/profile.ts';
import type { ServiceProfile } from '../env/types.ts';
import { fitText } from './fit-text.ts';
import { checkFileWritable, writeFileAtomically } from './write-file.ts';

interface FitOptions {
  readonly service: string;
  readonly out: string;
  readonly json?: string;
}

export function registerProfile(program: Command, write: (text: string) => void): void {
  const profile = program
    .command('profile')
    .summary('fit a service profile to measurements')
    .description('Makes service profiles from measurements.');
  profile
    .command('fit')
    .description(
      'Fits service times, cold starts and batches to measured answers (CSV with the columns variant, resource, memory_mb, batch, latency_ms, cold), and writes the profile with them.',
    )
    .argument('<samples>', 'CSV file with one line per measured answer, without the wait in any queue')
    .requiredOption(
      '--service <file>',
      'the profile to start from: its names, promises and pools, and what is not measured',
    )
    .requiredOption('--out <file>', 'YAML file to write')
    .option('--json <file>', 'write the fit and its errors as data; - for the standard output, in place of the table')
    .addHelpText(
      'after',
      '\nExample:\n  spillway profile fit answers.csv --service examples/image-classifier.yaml --out mine.yaml\n',
    )
    .action(async (samples: string, options: FitOptions) => write(await fitSamples(samples, options)));
}

async function fitSamples(file: string, { service, out, json }: FitOptions): Promise<string> {
  await checkFileWritable(out, '--out', [file]);
  const isShown = json === '-';
  if (json !== undefined && !isShown) await checkFileWritable(json, '--json', [file, service]);
  const text = await readInput(service, 'service profile');
  const profile = parseProfile(text, service);
  const found = fitProfile(profile, parseSamples(await readInput(file, 'samples'), file), file);
  checkColdStarts(found, profile, file);
  const fitted = fittedProfile(text, profile, found);
  parseProfile(fitted, `the profile fitted to ${file}`);
  await writeFileAtomically(out, fitted);
  const data = `${JSON.stringify(found, null, 2)}\n`;
  if (isShown) return data;
  if (json !== undefined) await writeFileAtomically(json, data);
  return `${fitText(found)}profile  ${out}\n`;
}

/** Where the profile has no cold start, it must be measured. */
function checkColdStarts({ places }: ProfileFit, { variants, lambda }: ServiceProfile, file: string): void {
  const isKnown = ({ variant, memoryMb }: PlaceFit) => {
    const row = lambda.coldStartMs[variants.findIndex(({ name }) => name === variant)];
    return (row?.[lambda.memoryMb.indexOf(memoryMb!)] ?? null) !== null;
  };
  const half = places.find((one) => one.pool === null && one.coldStartMs === null && !isKnown(one));
  if (half === undefined) return;
  throw new InputProblem(
    `${file}: ${placeText(half)} has no cold answer, but must have one because the profile does not know this memory size: ` +
      'measure one, or add the tier to the profile.',
  );
}
