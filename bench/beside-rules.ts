import { policyOnItsClock } from '../cli/own-clock.ts';
import { simulatedParts } from '../cli/simulated-parts.ts';
import { attainment, meanAccuracy, totalUsd } from '../env/outcome.ts';
import { initialFleet } from '../env/sim/initial-fleet.ts';
import { type Fidelity, openSimulator } from '../env/sim/open.ts';
import type { PriceBook, ServiceProfile, Workload } from '../env/types.ts';
import { durationSeconds } from '../env/workload/duration.ts';
import { runPolicy } from '../policies/evaluation/run.ts';

/** Rules with their default parameters that an agent is held against on services that nobody has tuned for. */
const rules = ['ski-rental', 'lcp', 'percentile', 'mixed'];
const warmUpSeconds = 600;

export interface Case {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly workload: Workload;
  /** What was demanded before it; null: nothing is known. */
  readonly past: Workload | null;
  readonly fidelity: Fidelity;
}

export interface BesideRules {
  /** Dollars over those of the cheapest rule that keeps the promise, chosen with hindsight; over the cheapest where none does. */
  readonly ratio: number;
  /** Share in time. */
  readonly attainment: number;
  readonly isKept: boolean;
  /** By a rule. */
  readonly canBeKept: boolean;
}

interface Judged {
  readonly usd: number;
  readonly attainment: number;
  readonly isKept: boolean;
}

const parts = simulatedParts();

/** An agent, named as wherever a policy is named, beside the rules: one seed. */
export async function besideRules(agent: string, one: Case): Promise<BesideRules> {
  const judged: Judged[] = [];
  for (const rule of rules) judged.push(await judge(rule, one));
  const keeping = judged.filter(({ isKept }) => isKept);
  const best = Math.min(...(keeping.length > 0 ? keeping : judged).map(({ usd }) => usd));
  const { usd, attainment, isKept } = await judge(agent, one);
  return { ratio: usd / best, attainment, isKept, canBeKept: keeping.length > 0 };
}

/** As a cell of a table; `!`: it misses the promise where a rule keeps it, `-`: where none does. */
export function cell({ ratio, attainment, isKept, canBeKept }: BesideRules): string {
  const missed = isKept ? '' : canBeKept ? '!' : '-';
  return `${ratio.toFixed(3)}, ${(100 * attainment).toFixed(2)}%${missed}`;
}

async function judge(specification: string, { prices, workload, past, fidelity, ...one }: Case): Promise<Judged> {
  const { profile, policy } = await policyOnItsClock(specification, one.profile, prices, parts);
  if (past) policy.recall?.(past);
  const initialVms = initialFleet(one.profile, workload);
  const environment = openSimulator({ fidelity, profile, prices, workload, seed: 1, initialVms });
  const decisions = Math.floor(durationSeconds(workload) / profile.decisionSeconds);
  const { outcome } = await runPolicy({ profile, policy, environment, decisions, warmUpSeconds, keepsTimeline: false });
  const share = attainment(outcome.classes) ?? 1;
  const isAccurate = (meanAccuracy(outcome) ?? 1) >= profile.accuracyFloor - 1e-9;
  return { usd: totalUsd(outcome), attainment: share, isKept: isAccurate && share >= profile.slo.attainment };
}
