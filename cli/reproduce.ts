import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import picocolors from 'picocolors';
import { InputProblem } from '../env/problem.ts';
import { readAssets } from '../policies/report/assets.ts';
import type { Experiment } from '../studies/experiment.ts';
import { type Reproduced, type Reproduction, reproduce, reproductionText } from '../studies/reproduction.ts';
import { columns } from './columns.ts';
import { numberAfter } from './number.ts';
import { openProgress } from './progress.ts';
import { reproductionPage } from './reproduce-page.ts';
import { reproductionTable } from './reproduce-table.ts';
import { packageVersion } from './version.ts';
import { checkFileWritable, checkFolderWritable, writeFileAtomically } from './write-file.ts';

export interface ReproduceOptions {
  readonly json?: string;
  readonly out?: string;
  readonly traces?: string;
  readonly list?: boolean;
  readonly seed: number;
  readonly quiet?: boolean;
}

/** What the command touches; tests give their own. */
export interface ReproduceSurroundings {
  readonly experiments: readonly Experiment[];
  readonly output: Writable;
  readonly messages: Writable & { readonly isTTY?: boolean };
  readonly paint: ReturnType<typeof picocolors.createColors>;
  readonly nowMs: () => number;
}

/** Where the real traces are read from if nothing else is said. */
const usualTraces = '../shared/traces';

export function registerReproduce(program: Command): void {
  program
    .command('reproduce')
    .summary('the published experiments, run again and held against what was printed')
    .description(
      'Runs the experiments of the papers in the simulator and prints for each figure what the paper says, what comes out here, the error, ' +
        'whether it was given, calibrated or predicted, and whether it holds; at the end a score.',
    )
    .argument('[experiment...]', 'only these: names as --list gives them, or a paper, as in serverless')
    .option('--list', 'names the experiments, and runs none')
    .option('--json <file>', 'writes the results as JSON (docs/fidelity.md); - for the standard output')
    .option('--out <folder>', 'writes reproduce.html and reproduce.json there')
    .option(
      '--traces <folder>',
      `real traces, for the experiments that have them (default: ${usualTraces} where it exists)`,
    )
    .option('--seed <number>', 'what to draw from', numberAfter('--seed', { least: 0, whole: true }), 1)
    .option('--quiet', 'shows no progress')
    .addHelpText('after', examples)
    .action(async (names: string[], options: ReproduceOptions) => {
      // Late, so that help needs no simulator.
      const { experiments } = await import('../studies/catalogue.ts');
      const { stdout: output, stderr: messages } = process;
      await runReproduce(names, options, { experiments, output, messages, paint: picocolors, nowMs: Date.now });
    });
}

const examples = `
Examples:
  spillway reproduce
  spillway reproduce serverless-lambda --seed 2
  spillway reproduce tcs paragon --out runs/reproduce --quiet
`;

/** What is asked for, checked; nothing has run or been written. */
export interface ReproducePlan {
  readonly experiments: readonly Experiment[];
  readonly traces: string | null;
}

export async function planReproduce(
  names: readonly string[],
  options: ReproduceOptions,
  catalogue: readonly Experiment[],
): Promise<ReproducePlan> {
  const { chosenExperiments } = await import('../studies/catalogue.ts');
  const experiments = chosenExperiments(names, catalogue);
  if (options.json !== undefined && options.json !== '-') await checkFileWritable(options.json, '--json');
  if (options.out !== undefined) await checkFolderWritable(options.out, '--out');
  return { experiments, traces: await traceFolder(options.traces) };
}

async function traceFolder(asked: string | undefined): Promise<string | null> {
  const found = await stat(asked ?? usualTraces).catch(() => null);
  if (found?.isDirectory()) return asked ?? usualTraces;
  if (asked === undefined) return null;
  throw new InputProblem(
    `--traces ${asked}: is no folder; name the folder of the traces, or leave it out for generators`,
  );
}

export async function runReproduce(
  names: readonly string[],
  options: ReproduceOptions,
  surroundings: ReproduceSurroundings,
): Promise<void> {
  const { experiments, traces } = await planReproduce(names, options, surroundings.experiments);
  if (options.list) {
    surroundings.output.write(`${columns(experiments.map(({ name, title }) => [name, title])).join('\n')}\n`);
    return;
  }
  const results = await runAll(experiments, traces, options, surroundings);
  const reproduction = { version: packageVersion(), seed: options.seed, traces: traces !== null, experiments: results };
  const written = await writeOutputs(reproduction, options);
  const table = `${reproductionTable(reproduction, surroundings.paint)}${written.map((line) => `${line}\n`).join('')}`;
  if (options.json === '-') surroundings.output.write(reproductionText(reproduction));
  (options.json === '-' ? surroundings.messages : surroundings.output).write(table);
}

async function runAll(
  experiments: readonly Experiment[],
  traces: string | null,
  options: ReproduceOptions,
  { messages, nowMs }: ReproduceSurroundings,
): Promise<Reproduced[]> {
  const total = experiments.reduce((sum, one) => sum + one.steps, 0);
  const progress = openProgress({
    label: 'reproducing',
    total,
    quiet: options.quiet ?? false,
    stream: messages,
    nowMs,
  });
  let done = 0;
  try {
    return await reproduce(experiments, { seed: options.seed, papers: papersFolder(), traces }, ({ name }, note) =>
      progress.update(++done, `${name}: ${note}`),
    );
  } finally {
    progress.finish();
  }
}

/** Says where everything went. */
async function writeOutputs(reproduction: Reproduction, { json, out }: ReproduceOptions): Promise<string[]> {
  const lines: string[] = [];
  const text = reproductionText(reproduction);
  if (json !== undefined && json !== '-') {
    await writeFileAtomically(json, text);
    lines.push(`results  ${json}`);
  }
  if (out !== undefined) {
    const page = reproductionPage(reproduction, (await readAssets()).styles);
    await writeFileAtomically(join(out, 'reproduce.json'), text);
    await writeFileAtomically(join(out, 'reproduce.html'), page);
    lines.push(
      `results  ${join(out, 'reproduce.json')}`,
      `page     ${join(out, 'reproduce.html')} (open it in a browser)`,
    );
  }
  return lines;
}

/** The papers' profiles, beside the sources and beside the compiled program. */
export function papersFolder(): string {
  const places = ['../examples/papers/', '../../examples/papers/'].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(`finding the papers' profiles: they are in none of ${places.join(', ')}`);
  return found;
}
