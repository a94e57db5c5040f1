import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { Command } from 'commander';
import picocolors from 'picocolors';
import { evaluationOf } from '../policies/evaluation/evaluation.ts';
import { type Evaluation, evaluationText } from '../policies/evaluation/json.ts';
import { type CellRun, type Trial, trials } from '../policies/evaluation/matrix.ts';
import { evaluationTable } from '../policies/evaluation/table.ts';
import { readAssets } from '../policies/report/assets.ts';
import { reportPage } from '../policies/report/report.ts';
import { codeVersion } from './code-version.ts';
import type { EvaluationJob } from './evaluation-job.ts';
import { evaluationNotes } from './evaluation-notes.ts';
import { type EvaluateOptions, type EvaluationPlan, planEvaluation } from './evaluation-plan.ts';
import { type EvaluationRunner, localRunner, threadRunner } from './evaluation-runner.ts';
import { jobFacts } from './job-facts.ts';
import { learntNotes } from './learnt-from.ts';
import type { Parts } from './parts.ts';
import { openProgress } from './progress.ts';
import { ResultCache } from './result-cache.ts';
import { packageVersion } from './version.ts';
import { runJobs } from './worker-pool.ts';
import { writeFileAtomically } from './write-file.ts';

/** What the command touches; tests give their own. */
export interface Surroundings {
  readonly version: string;
  readonly parts: Parts;
  /** Null: in this thread, one job after another. */
  readonly startThread: (() => EvaluationRunner) | null;
  readonly output: Writable;
  readonly messages: Writable & { readonly isTTY?: boolean };
  readonly paint: ReturnType<typeof picocolors.createColors>;
  /** Width of the table. */
  readonly columns?: number;
  readonly nowMs: () => number;
}

/** More threads than this gain little, and each one holds a policy's runtime and a trace. */
const mostThreads = 32;

export function registerEvaluate(program: Command): void {
  program
    .command('evaluate')
    .summary('judge policies on traces')
    .description('Runs policies on traces with several seeds, prints a table, and writes JSON and an HTML report.')
    .option('--service <file>', 'service profile (YAML)')
    .option(
      '--trace <reference...>',
      'CSV files with time_s,requests, or generators such as diurnal:mean=200,hours=24; @START+DURATION: only this part',
    )
    .option('--policies <specification...>', 'all, name, name:key=value,key=value or ppo:CHECKPOINT, by space or comma')
    .option('--scale <factor>', 'multiplies every count of the traces')
    .option('--fleet <vms...>', 'scales each trace so that its mean load keeps so many VMs busy; several: to each')
    .option('--start <duration>', 'skips this much of each trace: 3600, 90s, 30m, 24h')
    .option('--duration <duration>', 'uses this much of each trace')
    .option('--at-most <duration>', 'uses no more than this much of each trace')
    .option('--warm-up <duration>', 'simulated first, but not judged', '600')
    .option('--seeds <count>', 'runs every policy with the seeds 1 to this', '5')
    .option('--fidelity <kind>', 'request-level or fluid', 'request-level')
    .option('--prices <file>', 'price book (YAML) in place of the built-in one')
    .option('--tuned <file>', 'parameters of the policies named without any, as spillway tune --out wrote them')
    .option('--beside <rule>', 'of --policies, the one that the others are held against (default: the best rule)')
    .option(
      '--curve',
      "also turns each policy's VMs and waits, for its cost at equal attainment: eleven times the runs",
    )
    .option('--cache <folder>', 'keeps the result of each run there, and takes what is there already')
    .option('--json <file>', 'writes the results as JSON (docs/json.md); - for the standard output')
    .option('--out <folder>', 'writes report.html and results.json there')
    .option('--jobs <count>', `threads (default: all cores, at most ${mostThreads})`)
    .option('--brief', 'of several traces, shows only the tables over all of them')
    .option('--quiet', 'shows no progress')
    .addHelpText('after', examples)
    .action(async (options: EvaluateOptions) => {
      await evaluate(options, await realSurroundings());
    });
}

const examples = `
Examples:
  spillway evaluate --service examples/image-classifier.yaml --trace diurnal:mean=200,hours=24,seed=1 --policies static,reactive,mixed
  spillway evaluate --service S.yaml --trace day1.csv day2.csv --policies mixed:margin=1.2,scaleInDelaySeconds=300 ppo:checkpoints/default --out report
  spillway evaluate --service S.yaml --trace day.csv --start 6h --duration 2h --policies paragon --seeds 5 --json - | jq .results
`;

export async function realSurroundings(): Promise<Surroundings> {
  // Late, so that help needs no simulator.
  const { simulatedParts } = await import('./simulated-parts.ts');
  return {
    version: packageVersion(),
    parts: simulatedParts(),
    // From sources there is no compiled worker to start.
    startThread: import.meta.url.endsWith('.js') ? threadRunner : null,
    output: process.stdout,
    messages: process.stderr,
    paint: picocolors,
    ...(process.stdout.isTTY && { columns: process.stdout.columns }),
    nowMs: Date.now,
  };
}

/** Checks everything, then runs everything, shows it, and writes everything: a full disk costs no results. */
export async function evaluate(options: EvaluateOptions, surroundings: Surroundings): Promise<Evaluation> {
  const plan = await planEvaluation(options, surroundings.parts);
  const gathered = trials(plan.profile, await runPlan(plan, options.quiet ?? false, surroundings));
  const evaluation = evaluationOf({ ...plan, version: surroundings.version }, gathered);
  const { paint, columns } = surroundings;
  const style = { paint, isBrief: options.brief ?? false, ...(columns !== undefined && { columns }) };
  const workloads = plan.traces.map((one) => one.workload);
  const names = workloads.map((one) => one.name);
  const notes = [...evaluationNotes(plan.profile, plan.fidelity, workloads), ...learntNotes(names, learners(plan))];
  if (plan.jsonFile === '-') surroundings.output.write(evaluationText(evaluation));
  const screen = plan.jsonFile === '-' ? surroundings.messages : surroundings.output;
  screen.write(`${evaluationTable(evaluation, style)}${notes.map((text) => `note     ${text}\n`).join('')}`);
  const written = await writeOutputs(plan, evaluation, gathered, notes);
  screen.write(written.map((line) => `${line}\n`).join(''));
  return evaluation;
}

/** Who was fitted to traces, and to which. */
function learners({ policies, tuning }: EvaluationPlan) {
  const trained = policies.map(({ name, learntFrom }) => ({
    who: `${name} was trained or selected`,
    from: learntFrom,
  }));
  return tuning === null
    ? trained
    : [...trained, { who: `the settings of ${tuning.file} were chosen`, from: tuning.traces }];
}

/** [job] What is known already is not run again. */
async function runPlan(plan: EvaluationPlan, quiet: boolean, surroundings: Surroundings): Promise<CellRun[]> {
  if (plan.cacheFolder === null) return runAll(plan, plan.jobs, quiet, surroundings, (runner) => runner);
  const cache = new ResultCache(plan.cacheFolder, codeVersion());
  const factsOf = await jobFacts(plan);
  const known: (CellRun | null)[] = [];
  for (const job of plan.jobs) known.push(await cache.read(job, factsOf(job)));
  const fresh = plan.jobs.filter((_, index) => known[index] === null);
  const runs = await runAll(plan, fresh, quiet, surroundings, (runner) => cache.keeping(runner, factsOf));
  if (cache.failure !== null) surroundings.messages.write(`not all results could be kept: ${cache.failure.message}\n`);
  let next = 0;
  return known.map((run) => run ?? runs[next++]!);
}

async function runAll(
  plan: EvaluationPlan,
  jobs: readonly EvaluationJob[],
  quiet: boolean,
  surroundings: Surroundings,
  wrapped: (runner: EvaluationRunner) => EvaluationRunner,
): Promise<CellRun[]> {
  if (jobs.length === 0) return [];
  const { startThread, parts, messages, nowMs } = surroundings;
  const wanted = Math.min(jobs.length, plan.runners ?? Math.min(mostThreads, availableParallelism()));
  const start = startThread !== null && wanted > 1 ? startThread : null;
  const total = jobs.reduce((sum, job) => sum + job.decisions, 0);
  const progress = openProgress({ label: 'evaluating', total, quiet, stream: messages, nowMs });
  try {
    return await runJobs({
      jobs,
      runners: start === null ? 1 : wanted,
      startRunner: () => wrapped(start === null ? localRunner(parts) : start()),
      onProgress: (done, job) => progress.update(done, `${job.policy} on ${job.trace}, seed ${job.seed}`),
    });
  } finally {
    progress.finish();
  }
}

/** Says where everything went. */
async function writeOutputs(
  plan: EvaluationPlan,
  evaluation: Evaluation,
  gathered: readonly Trial[],
  notes: readonly string[],
): Promise<string[]> {
  const lines: string[] = [];
  if (plan.jsonFile !== null && plan.jsonFile !== '-') {
    await writeFileAtomically(plan.jsonFile, evaluationText(evaluation));
    lines.push(`results  ${plan.jsonFile}`);
  }
  if (plan.reportFolder !== null) {
    const { profile, prices } = plan;
    const plain = gathered.filter((trial) => trial.knob === undefined);
    const page = reportPage({ evaluation, profile, prices, trials: plain, notes }, await readAssets());
    await writeFileAtomically(join(plan.reportFolder, 'results.json'), evaluationText(evaluation));
    await writeFileAtomically(join(plan.reportFolder, 'report.html'), page);
    lines.push(`results  ${join(plan.reportFolder, 'results.json')}`);
    lines.push(`report   ${join(plan.reportFolder, 'report.html')} (open it in a browser)`);
  }
  return lines;
}
