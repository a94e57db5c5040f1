import type { Command } from 'commander';
import { readInput } from '../env/input-file.ts';
import { InputProblem } from '../env/problem.ts';
import { fitProfile, type PlaceFit, type ProfileFit, placeText } from '../env/profile/fit.ts';
import { fittedProfile } from '../env/profile/fitted-profile.ts';
import { parseSamples } from '../env/profile/samples.ts';
import { parseProfile } from '../env/profile.ts';
import type { ServiceProfile } from '../env/types.ts';
import { columns } from './columns.ts';
import { checkFileWritable, writeFileAtomically } from './write-file.ts';

interface FitOptions {
  readonly service: string;
  readonly out: string;
  readonly json?: string;
}

/** Fewer warm answers than this tell little about a tail. */
const fewSamples = 100;

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
  await checkFileWritable(out, '--out');
  const isShown = json === '-';
  if (json !== undefined && !isShown) await checkFileWritable(json, '--json');
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

function fitText({ places, serviceCv, batchMarginal }: ProfileFit): string {
  const header = ['', 'samples', 'mean ms', '95% of mean', 'p50', 'p95', 'p99', 'distance', 'cold start ms'];
  const rows = columns([header, ...places.map(placeRow)]);
  const few = places.filter(({ samples }) => samples < fewSamples);
  const lines = [
    ...rows,
    '',
    `p50, p95, p99: fitted quantile over measured, less 1; distance: largest gap of the distribution functions`,
    `variation of service times ${serviceCv === null ? 'as before' : serviceCv.toFixed(3)}`,
    `batches on Lambda ${batchMarginal === null ? 'as before' : `add ${percent(batchMarginal)} of a single answer's time per request`}`,
    ...few.map((one) => `few samples: ${placeText(one)} has ${one.samples}; ${fewSamples} and more tell a tail`),
  ];
  return `${lines.join('\n')}\n`;
}

function placeRow(one: PlaceFit): string[] {
  const { p50, p95, p99 } = one.quantileErrors;
  return [
    placeText(one),
    String(one.samples),
    one.serviceMs.toPrecision(4),
    one.meanError === null ? 'unknown' : `±${percent(one.meanError)}`,
    signed(p50),
    signed(p95),
    signed(p99),
    one.distance.toFixed(3),
    one.coldStartMs === null ? 'as before' : `${one.coldStartMs.toPrecision(4)} (${one.coldSamples})`,
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

function signed(share: number): string {
  return `${share < 0 ? '' : '+'}${percent(share)}`;
}
