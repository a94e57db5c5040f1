import { join } from 'node:path';
import type { Command } from 'commander';
import { planPage } from '../policies/navigator/page.ts';
import type { Plan } from '../policies/navigator/plan.ts';
import { type Rehearsal, rehearse } from '../policies/navigator/rehearse.ts';
import { readAssets } from '../policies/report/assets.ts';
import { numberAfter } from './number.ts';
import { type PlanScene, type PlanWishes, setPlanScene } from './plan-scene.ts';
import { planText } from './plan-text.ts';
import { openProgress, type ProgressOptions } from './progress.ts';
import { checkFileWritable, checkFolderWritable, writeFileAtomically } from './write-file.ts';

interface PlanOptions extends PlanWishes {
  readonly simulate: number;
  readonly seed: number;
  readonly json?: string;
  readonly out?: string;
  readonly quiet?: boolean;
}

/** Where the progress is shown. */
type Messages = ProgressOptions['stream'];

/** The greatest rate that is planned for, in requests per second: beyond it, lines and starts no longer tell configurations apart. */
const greatestRate = 1e6;

export function registerPlan(program: Command, write: (text: string) => void): void {
  program
    .command('plan')
    .summary('the cheapest fixed configuration, and where VM and Lambda break even')
    .description(
      'Looks through the design space of a service at a rate or on a trace: variants, instance types, numbers of VMs, Lambda memory, batches and provisioned concurrency. Prints the cheapest that keep the promise, simulates the first of them, and the rates at which VM and Lambda break even.',
    )
    .requiredOption('--service <file>', 'service profile (YAML)')
    .option(
      '--rate <requests>',
      'constant load, in requests per second',
      numberAfter('--rate', { above: 0, most: greatestRate }),
    )
    .option('--trace <reference>', 'CSV file or generator, in place of --rate')
    .option('--scale <factor>', 'multiplies every count of the trace', numberAfter('--scale', { above: 0 }))
    .option('--start <duration>', 'skips this much of the trace: 3600, 90s, 30m, 24h')
    .option('--duration <duration>', 'uses this much of the trace')
    .option('--prices <file>', 'price book (YAML) in place of the built-in one')
    .option(
      '--simulate <count>',
      'how many of the best to run request by request',
      numberAfter('--simulate', { least: 0, whole: true }),
      3,
    )
    .option('--seed <number>', 'of these runs', numberAfter('--seed', { least: 0, whole: true }), 1)
    .option('--json <file>', 'writes every configuration looked at; - for the standard output')
    .option('--out <folder>', 'writes plan.html, with the Pareto front as a plot')
    .option('--quiet', 'shows no progress')
    .addHelpText('after', '\nExamples:\n  spillway plan --service examples/image-classifier.yaml --rate 200\n')
    .action(async (options: PlanOptions) => {
      const { text, json } = await plan(options, process.stderr);
      write(options.json === '-' ? json : text);
    });
}

async function plan(options: PlanOptions, messages: Messages): Promise<{ text: string; json: string }> {
  const { json: file, out } = options;
  if (file !== undefined && file !== '-')
    await checkFileWritable(file, '--json', [options.service, options.trace, options.prices]);
  if (out !== undefined) await checkFolderWritable(out, '--out');
  const scene = await setPlanScene(options);
  const rehearsals = await rehearseBest(scene, options, messages);
  const written: string[] = [];
  const json = planJson(scene, rehearsals);
  if (file !== undefined && file !== '-') {
    await writeFileAtomically(file, json);
    written.push(`plan  ${file}\n`);
  }
  if (out !== undefined) {
    const page = join(out, 'plan.html');
    await writeFileAtomically(page, planPage(scene.profile, scene.load, scene.plan, (await readAssets()).styles));
    written.push(`plot  ${page} (open it in a browser)\n`);
  }
  return { text: `${planText(scene, scene.plan, rehearsals)}${written.join('')}`, json };
}

/** The first of the best, one after the other. */
async function rehearseBest(
  { plan, profile, prices, workload }: PlanScene,
  { simulate, seed, quiet = false }: PlanOptions,
  messages: Messages,
): Promise<Rehearsal[]> {
  const chosen = plan.best.slice(0, simulate);
  const total = 100 * chosen.length;
  const progress = openProgress({
    label: 'simulate',
    total,
    quiet: quiet || total === 0,
    stream: messages,
    nowMs: () => performance.now(),
  });
  const rehearsals: Rehearsal[] = [];
  try {
    for (const [at, { configuration }] of chosen.entries()) {
      const note = `${at + 1} of the best ${chosen.length}`;
      const onProgress = (share: number) => progress.update(100 * (at + share), note);
      rehearsals.push(await rehearse(configuration, profile, prices, workload, { seed, onProgress }));
    }
  } finally {
    progress.finish();
  }
  return rehearsals;
}

function planJson({ profile, load, plan, boundUsdPerHour }: PlanScene, rehearsals: readonly Rehearsal[]): string {
  const { best, front, candidates, ...rest } = plan;
  const index = (one: Plan['candidates'][number]) => candidates.indexOf(one);
  const value = {
    service: profile.name,
    load,
    ...rest,
    boundUsdPerHour,
    candidates: candidates.map((one) => ({ ...one, p95Ms: Number.isFinite(one.p95Ms) ? one.p95Ms : null })),
    best: best.map((one, at) => ({ candidate: index(one), simulated: rehearsals[at] ?? null })),
    front: front.map(index),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
