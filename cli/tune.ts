import { availableParallelism } from 'node:os';
import type { Writable } from 'node:stream';
import type { Command } from 'commander';
import { InputProblem } from '../env/problem.ts';
import type { CellRun } from '../policies/evaluation/matrix.ts';
import { policyKinds } from '../policies/registry.ts';
import { gridSize } from '../policies/tuning/dials.ts';
import { defaultReserve } from '../policies/tuning/score.ts';
import { expectedEffort, freeParameters, type Tuned, type TuningRun, tune } from '../policies/tuning/tune.ts';
import { Crew } from './crew.ts';
import type { EvaluationJob } from './evaluation-job.ts';
import { type EvaluationRunner, localRunner, threadRunner } from './evaluation-runner.ts';
import { listOf, numberAfter } from './number.ts';
import type { Parts } from './parts.ts';
import { openProgress, type Progress } from './progress.ts';
import { planTuning, type TunedRule, type TuneFlags, type TunePlan } from './tune-plan.ts';
import { type Tuning, tunedFile, tuningJson, tuningText } from './tune-result.ts';
import { merged, readTuned, refuseLoss, type TunedFile, tunedText } from './tuned-file.ts';
import { writeFileAtomically } from './write-file.ts';

/** What the command touches; tests give their own. */
export interface TuneDependencies {
  readonly parts: () => Promise<Parts>;
  /** Null: in this thread, one run after another. */
  readonly startThread: (() => EvaluationRunner) | null;
  readonly output: Writable;
  readonly messages: Writable & { readonly isTTY?: boolean };
  readonly nowMs: () => number;
}

export function registerTune(program: Command, dependencies: TuneDependencies = realDependencies()): void {
  program
    .command('tune')
    .summary("search a rule's best parameters on traces")
    .description(
      'Tries settings of a rule on traces and prints the best one, ready for --policies: first those that keep the promise, with a reserve if they can, then the cheapest. The defaults and what is published are kept unless another setting is cheaper by more than one standard error over the sources.',
    )
    .requiredOption('--service <file>', 'service profile (YAML)')
    .requiredOption('--trace <reference...>', 'CSV files or generators; not those that are to be judged on')
    .requiredOption(
      '--policy <name...>',
      `all, or some of ${policyKinds.map((one) => one.name).join(', ')}; name:key=value keeps that parameter as it is`,
    )
    .option('--fidelity <kind>', 'request-level or fluid', 'fluid')
    .option(
      '--budget <settings>',
      'settings to try, of each rule',
      numberAfter('--budget', { least: 1, whole: true }),
      100,
    )
    .option('--seed <number>', 'of the search and of the worlds', numberAfter('--seed', { least: 0, whole: true }), 1)
    .option(
      '--reserve <share>',
      'part of the misses allowed that a setting should leave unused on these traces',
      numberAfter('--reserve', { least: 0, most: 1 }),
      defaultReserve,
    )
    .option('--scale <factor>', 'multiplies every count of the traces', numberAfter('--scale', { above: 0 }))
    .option(
      '--fleet <vms...>',
      'scales each trace so that its mean load keeps so many VMs busy; several: to each',
      listOf(numberAfter('--fleet', { above: 0 })),
    )
    .option('--in-turn', 'gives the fleets of --fleet to the traces in turn, instead of each to every trace')
    .option('--start <duration>', 'skips this much of each trace: 3600, 90s, 30m, 24h')
    .option('--duration <duration>', 'uses this much of each trace')
    .option('--at-most <duration>', 'uses no more than this much of each trace')
    .option('--warm-up <duration>', 'simulated first, but not judged', '600')
    .option('--prices <file>', 'price book (YAML) in place of the built-in one')
    .option('--earlier <file...>', 'settings to try too, as an earlier --out wrote them')
    .option('--out <file>', 'writes the best settings there (YAML or JSON), for spillway evaluate --tuned')
    .option('--missing', 'tunes only the rules that the file of --out lacks')
    .option('--json <file>', 'writes every setting tried; - for the standard output')
    .option('--jobs <count>', 'threads (default: all cores)', numberAfter('--jobs', { least: 1, whole: true }))
    .option('--quiet', 'shows no progress')
    .action(async (flags: TuneFlags) => {
      await runTune(flags, dependencies);
    });
}

function realDependencies(): TuneDependencies {
  return {
    // Late, so that help needs no simulator.
    parts: async () => (await import('./simulated-parts.ts')).simulatedParts(),
    // From sources there is no compiled worker to start.
    startThread: import.meta.url.endsWith('.js') ? threadRunner : null,
    output: process.stdout,
    messages: process.stderr,
    nowMs: Date.now,
  };
}

/** Checks everything, then tunes one rule after the other, then writes everything. */
async function runTune(flags: TuneFlags, dependencies: TuneDependencies): Promise<readonly Tuning[]> {
  const { startThread } = dependencies;
  const parts = await dependencies.parts();
  const plan = await withoutKnown(flags, await planTuning(flags, parts));
  const names = plan.rules.map(({ kind }) => kind.name);
  if (flags.out !== undefined) await refuseLoss(flags.out, tunedFile(flags, plan, []), names);
  const threads = startThread === null ? 1 : (flags.jobs ?? availableParallelism());
  const crew = new Crew(threads, startThread === null || threads === 1 ? () => localRunner(parts) : startThread);
  const tunings: Tuning[] = [];
  try {
    for (const rule of plan.rules) {
      const tuned = await tuneRule(rule, plan, flags, crew, dependencies);
      tunings.push({ ...rule, ...tuned });
      // A search over all rules takes long: what has been found is not lost when it ends early.
      if (flags.out !== undefined) await addTo(flags.out, tunedFile(flags, plan, tunings));
      if (plan.rules.length > 1 && flags.quiet !== true) {
        dependencies.messages.write(`${tuned.choice.chosen.specification}\n`);
      }
    }
  } finally {
    await crew.close();
  }
  await tell(flags, plan, tunings, dependencies);
  return tunings;
}

async function tuneRule(
  rule: TunedRule,
  plan: TunePlan,
  flags: TuneFlags,
  crew: Crew<EvaluationJob, CellRun>,
  { messages, nowMs }: TuneDependencies,
): Promise<Tuned> {
  const { budget, seed, reserve, quiet = false } = flags;
  const tries = Math.min(budget, 1 + gridSize(freeParameters({ ...plan, ...rule })));
  const total = expectedEffort(
    tries,
    plan.traces.map((one) => one.untilSeconds / rule.cadenceSeconds),
  );
  const progress = openProgress({ label: `tuning ${rule.kind.name}`, total, quiet, stream: messages, nowMs });
  const run = runsOn(crew, rule, plan, flags, progress);
  return tune({ ...plan, ...rule, budget, seed, reserve, run }).finally(() => progress.finish());
}

/** Has runs done by the crew, and adds up what is done. */
function runsOn(
  crew: Crew<EvaluationJob, CellRun>,
  rule: TunedRule,
  plan: TunePlan,
  flags: TuneFlags,
  progress: Progress,
) {
  let before = 0;
  return async (runs: readonly TuningRun[]) => {
    const jobs = runs.map((one) => jobOf(one, rule, plan, flags));
    const results = await crew.run({
      jobs,
      onProgress: (done, job) => progress.update(before + done, `${job.policy} on ${job.trace}`),
    });
    before += jobs.reduce((sum, job) => sum + job.decisions, 0);
    return results.map(({ outcome }) => outcome);
  };
}

function jobOf({ specification, trace }: TuningRun, rule: TunedRule, plan: TunePlan, flags: TuneFlags): EvaluationJob {
  const { name, source, fromSeconds, untilSeconds } = plan.traces[trace]!;
  const { service, prices = null, seed } = flags;
  return {
    trace: name,
    policy: specification,
    specification,
    seed,
    service,
    prices,
    source,
    fidelity: plan.fidelity,
    decisions: untilSeconds / rule.cadenceSeconds,
    warmUpSeconds: fromSeconds,
    keepsTimeline: false,
  };
}

async function tell(
  flags: TuneFlags,
  plan: TunePlan,
  tunings: readonly Tuning[],
  { output, messages }: TuneDependencies,
): Promise<void> {
  const json = () => `${JSON.stringify(tuningJson(flags, plan, tunings), null, 2)}\n`;
  if (flags.json !== undefined && flags.json !== '-') await writeFileAtomically(flags.json, json());
  if (flags.json === '-') output.write(json());
  (flags.json === '-' ? messages : output).write(tuningText(plan, tunings, flags.reserve));
}

/** With `--missing`, the plan without the rules that were tuned before in the same way. */
async function withoutKnown(flags: TuneFlags, plan: TunePlan): Promise<TunePlan> {
  if (flags.missing !== true) return plan;
  if (flags.out === undefined) throw new InputProblem('--missing: asks what a file lacks; name the file with --out.');
  const earlier = await readTuned(flags.out).catch(() => null);
  const { policies } = merged(earlier, tunedFile(flags, plan, []));
  const rules = plan.rules.filter(({ kind }) => !(kind.name in policies));
  if (rules.length > 0) return { ...plan, rules };
  throw new InputProblem(`--missing: ${flags.out} lacks none of these rules; leave --missing out to tune them again.`);
}

/** Beside what an earlier call wrote there, if that was made in the same way. */
async function addTo(path: string, tuned: TunedFile): Promise<void> {
  const earlier = await readTuned(path).catch(() => null);
  await writeFileAtomically(path, tunedText(merged(earlier, tuned), path));
}
