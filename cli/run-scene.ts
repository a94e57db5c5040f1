import { GuardedEnvironment } from '../env/guardrails/guarded.ts';
import { defaultLimits, type Limits, readLimits } from '../env/guardrails/limits.ts';
import { checkPrices } from '../env/prices.ts';
import { InputProblem } from '../env/problem.ts';
import { initialFleet } from '../env/sim/initial-fleet.ts';
import type { Environment, Observation, Policy, ServiceProfile } from '../env/types.ts';
import { durationSeconds } from '../env/workload/duration.ts';
import { policyOnItsClock } from './own-clock.ts';
import type { JudgedPolicy, Parts } from './parts.ts';
import type { RunOptions } from './run-options.ts';
import { pastOf, type TraceSource, traceSource } from './trace-source.ts';

/** What a run is made of, read and checked. */
export interface Scene {
  readonly profile: ServiceProfile;
  readonly policy: JudgedPolicy;
  /** Null in live mode. */
  readonly incumbent: Policy | null;
  readonly fallback?: Policy;
  readonly ladder: Limits['ladder'];
  readonly environment: Environment;
  /** The same, where it has guardrails. */
  readonly guarded?: GuardedEnvironment;
  readonly decisions: number;
}

/** Writes nothing. `startedAt` is when a simulation's time begins, for windows on the calendar. */
export async function setScene(options: RunOptions, parts: Parts, startedAt: Date): Promise<Scene> {
  const service = await parts.profile(serviceOf(options));
  const prices = await parts.prices(options.prices ?? null);
  checkPrices(service, prices);
  const source = sourceOf(options);
  const workload = await parts.workload(source);
  const { profile, policy } = await policyOnItsClock(options.policy, service, prices, parts);
  // The incumbent is asked at the same moments as the policy that it is compared with.
  const incumbent =
    options.mode === 'live' ? null : await parts.policy(options.incumbent ?? 'reactive', profile, prices);
  const fallback = options.fallback === undefined ? null : await parts.policy(options.fallback, profile, prices);
  const past = await pastOf(source, parts);
  for (const one of [policy, incumbent, fallback]) {
    if (one?.foresee !== undefined) refuseClairvoyant(one.name);
    if (past !== null) one?.recall?.(past);
  }
  const inWorkload = Math.floor(durationSeconds(workload) / profile.decisionSeconds);
  if (inWorkload === 0) {
    throw new InputProblem(
      `--trace ${source.reference}: lasts ${durationSeconds(workload)} s, less than one decision interval of ${profile.decisionSeconds} s; use a longer part.`,
    );
  }
  const { fidelity, seed } = options;
  const initialVms = initialFleet(service, workload);
  const world = parts.simulator({ fidelity, profile, prices, workload, seed, initialVms });
  const limits = await limitsOf(options.limits);
  const wallTime = ({ timeSeconds }: Observation) => new Date(startedAt.getTime() + 1000 * timeSeconds);
  const guarded = limits === null ? null : new GuardedEnvironment(world, { profile, prices, limits, wallTime });
  return {
    ...{ profile, policy, incumbent, environment: guarded ?? world },
    ...(guarded === null ? {} : { guarded }),
    ...(fallback === null ? {} : { fallback }),
    ladder: (limits ?? defaultLimits).ladder,
    decisions: Math.min(options.decisions ?? Infinity, inWorkload),
  };
}

/** Null: no guardrails. */
export async function limitsOf(option: string): Promise<Limits | null> {
  if (option === 'none') return null;
  return option === 'default' ? defaultLimits : readLimits(option);
}

/** What can be refused before anything is read. */
export function checkSimulated(options: RunOptions): void {
  serviceOf(options);
  const flags = { '--deployment': options.deployment, '--rehearsal': options.rehearsal } as const;
  for (const [flag, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    throw new InputProblem(`${flag} ${value}: only --env aws has one; leave it out or use --env aws.`);
  }
  if (options.mode === 'live' && options.incumbent !== undefined) {
    throw new InputProblem(
      `--incumbent ${options.incumbent}: only shadow mode has an incumbent; leave it out or use --mode shadow.`,
    );
  }
}

function serviceOf({ service }: RunOptions): string {
  if (service !== undefined) return service;
  throw new InputProblem('--service is missing: name the profile of the service, a file such as my-service.yaml.');
}

function sourceOf({ trace, scale, start, duration }: RunOptions): TraceSource {
  if (trace === undefined) {
    throw new InputProblem(
      '--trace is missing: name the arrivals, a CSV file or a generator such as diurnal:mean=200,hours=24.',
    );
  }
  return traceSource(trace, {
    ...(scale === undefined ? {} : { scale }),
    ...(start === undefined ? {} : { startSeconds: start }),
    ...(duration === undefined ? {} : { durationSeconds: duration }),
  });
}

export function refuseClairvoyant(name: string): never {
  throw new InputProblem(
    `policy ${name}: knows the future, which no controller does; it is a yardstick for \`spillway evaluate\`, and another one must run here.`,
  );
}

/** The settings of a run in a sentence, for its first log line. */
export function greeting(options: RunOptions, scene: Scene): string {
  const { profile, incumbent, decisions } = scene;
  const how = incumbent === null ? 'drives the fleet' : `proposes in the shadow of ${incumbent.name}`;
  const pace =
    options.speed === Infinity
      ? 'without waiting'
      : `one every ${Number((profile.decisionSeconds / options.speed).toPrecision(3))} s`;
  return `${scene.policy.name} ${how}: ${decisions} decisions, ${pace}, journaled in ${options.journal}`;
}

/** The same as data; `max` because JSON has no word for infinity. */
export function settingsOf(options: RunOptions, scene: Scene): object {
  const speed = options.speed === Infinity ? 'max' : options.speed;
  return { settings: { ...options, speed }, parameters: scene.policy.parameters, decisions: scene.decisions };
}
