import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../controller/clock.ts';
import { openJournal } from '../controller/journal/journal.ts';
import type { JournalEntry } from '../controller/journal/journal-entry.ts';
import { readJournal } from '../controller/journal/read-journal.ts';
import { runLoop } from '../controller/loop.ts';
import { unpacedScheduler } from '../controller/scheduler.ts';
import { GuardedEnvironment } from '../env/guardrails/guarded.ts';
import { type Limits, limitsSchema } from '../env/guardrails/limits.ts';
import { defaultPrices } from '../env/prices.ts';
import { initialFleet } from '../env/sim/initial-fleet.ts';
import { openSimulator } from '../env/sim/open.ts';
import type { Policy, ServiceProfile, Workload } from '../env/types.ts';
import { vmUsdPerHour } from '../env/vm-price.ts';
import { createPolicy } from '../policies/registry.ts';
import { activeKinds, type Fault } from './faults.ts';
import { FaultyEnvironment } from './faulty-environment.ts';
import { WatchedEnvironment } from './watched-environment.ts';

/** After the last fault, within so many decisions, one of the policy's own keeps the promise. */
export const recoveryTicks = 20;

export interface ChaosWorld {
  readonly profile: ServiceProfile;
  readonly workload: Workload;
  readonly seed: number;
  readonly ticks: number;
  readonly faults: readonly Fault[];
}

export interface ChaosResult {
  /** Sentences; empty where every promise was kept. */
  readonly breaches: readonly string[];
  readonly interventions: number;
  /** Decisions that were not the policy's. */
  readonly replaced: number;
}

/** The whole controller, unpaced, on the fluid simulator: journal in a file, guardrails, ladder; everything goes wrong by script. */
export async function runChaos(world: ChaosWorld): Promise<ChaosResult> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-chaos-'));
  try {
    const path = join(folder, 'journal.jsonl');
    const breaches = await simulate(world, path);
    const { entries, brokenLines } = await readJournal(path);
    const isWhole = brokenLines.length === 0 && entries.every((entry, index) => entry.id === `chaos/${index + 1}`);
    if (!isWhole || entries.length !== world.ticks) breaches.push(`the journal has ${entries.length} lines`);
    return {
      breaches: [...breaches, ...unrecovered(world, entries)],
      interventions: entries.filter(({ guardrails }) => guardrails.length > 0).length,
      replaced: entries.filter(({ decidedBy }) => decidedBy.rung !== 'policy').length,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Breaches seen behind the guardrails. */
async function simulate(world: ChaosWorld, journalPath: string): Promise<string[]> {
  const { profile, workload, seed, ticks, faults } = world;
  const prices = defaultPrices;
  const initialVms = initialFleet(profile, workload);
  const usdPerHour = profile.pools.map((pool) => vmUsdPerHour(pool, prices)!);
  const limits = chaosLimits(initialVms.reduce((sum, count, pool) => sum + count * usdPerHour[pool]!, 0));
  const simulator = openSimulator({ fidelity: 'fluid', profile, prices, workload, seed, initialVms });
  const freshSeconds = profile.metrics.delaySeconds + 2 * profile.decisionSeconds;
  const watched = new WatchedEnvironment(new FaultyEnvironment(simulator, profile, prices, faults), {
    ...{ profile, usdPerHour, capUsdPerHour: limits.usdPerHour!, freshSeconds },
  });
  const guarded = new GuardedEnvironment(watched, {
    ...{ profile, prices, limits },
    wallTime: ({ timeSeconds }) => new Date(1000 * timeSeconds),
  });
  await runLoop({
    ...{ runId: 'chaos', profile, environment: guarded, guarded, incumbent: null, ladder: limits.ladder },
    policy: failing(createPolicy('mixed', profile, prices), profile, faults),
    fallback: createPolicy('percentile', profile, prices),
    journal: await openJournal(journalPath, { fsync: false }),
    logger: { info: () => {}, warn: () => {} },
    clock: systemClock,
    scheduler: unpacedScheduler,
    pace: { decisionSeconds: profile.decisionSeconds, speed: Infinity, decisions: ticks },
    stop: new AbortController().signal,
  });
  return watched.breaches;
}

/** A cap that the growth meets: twice what the first fleet costs, and a dollar. */
function chaosLimits(initialUsdPerHour: number): Limits {
  return limitsSchema.parse({ usdPerHour: 2 * initialUsdPerHour + 1, scaleInDelaySeconds: 120, startUpSeconds: 120 });
}

function failing(policy: Policy, profile: ServiceProfile, faults: readonly Fault[]): Policy {
  let tick = 0;
  return {
    name: 'failing',
    decide(observation) {
      const kinds = activeKinds(faults, tick++);
      const decision = policy.decide(observation);
      if (kinds.has('policy-throws')) throw new Error('it was told to');
      const all = (count: number) => ({
        ...decision,
        action: { ...decision.action, vmCounts: profile.pools.map(() => count) },
      });
      if (kinds.has('policy-nan')) return all(Number.NaN);
      if (kinds.has('policy-absurd')) return { ...decision, action: extremes(decision.action, profile, tick) };
      return decision;
    },
  };
}

/** All there is, and nothing, in turns. */
function extremes(action: ReturnType<Policy['decide']>['action'], { pools }: ServiceProfile, tick: number) {
  return { ...action, vmCounts: pools.map(({ min, max }) => (tick % 2 === 0 ? max : min)) };
}

/** Faults after which nothing went wrong for long enough, and the service was not well again. */
function unrecovered({ faults, ticks, profile }: ChaosWorld, entries: readonly JournalEntry[]): string[] {
  const ends = faults.map(({ from, ticks: length }) => from + length);
  const quiet = ends.filter(
    (end) =>
      end + recoveryTicks <= ticks &&
      !faults.some(({ from, ticks: length }) => from < end + recoveryTicks && from + length > end),
  );
  const isWell = ({ decidedBy, outcome }: JournalEntry) =>
    decidedBy.rung === 'policy' && outcome !== null && (outcome.attainment ?? 1) >= profile.slo.attainment;
  return quiet
    .filter((end) => !entries.slice(end, end + recoveryTicks).some(isWell))
    .map((end) => `no recovery within ${recoveryTicks} decisions after decision ${end}`);
}
