import { distinct, neighbours, type PredictedAlternative, predicted } from '../agent/explanation/alternatives.ts';
import { type PoolReason, poolReason } from '../agent/explanation/level-reasons.ts';
import type { Moment } from '../agent/explanation/present.ts';
import { RollOut } from '../agent/explanation/roll-out.ts';
import { PpoPolicy } from '../agent/policy.ts';
import type { JournalEntry, PastNote } from '../controller/journal/journal-entry.ts';
import type { Action, PriceBook, ServiceProfile } from '../env/types.ts';
import { policyOnItsClock } from './own-clock.ts';
import type { JudgedPolicy, Parts } from './parts.ts';
import { arrivalsOf, type Replay, replay } from './replay.ts';

/** What is to be explained, and with what. */
export interface ToExplain {
  /** Of one run and service, in order; the last one is the decision. */
  readonly entries: readonly JournalEntry[];
  /** What its policy was told of the time before the run; null: nothing. */
  readonly past: PastNote | null;
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  /** In place of the one that the journal names. */
  readonly policy?: string;
  /** A rule whose wish is shown beside. */
  readonly fallback?: string;
}

/** A decision, why it was made, and what else could have been. */
export interface ExplainedDecision {
  readonly entry: JournalEntry;
  /** The policy that is explained, and its parameters. */
  readonly policy: string;
  readonly parameters: Readonly<Record<string, number | string>>;
  /** Null: it gave none that is valid. */
  readonly wanted: Action | null;
  readonly reason: string | null;
  /** What came of making the decision again from the journal; null: the same. */
  readonly discrepancy: string | null;
  /** Why a learned policy itself says that it should not be trusted here. */
  readonly doubt: string | null;
  /** [pool that it acts on] How the network of a learned policy saw them. */
  readonly pools: readonly PoolReason[];
  readonly alternatives: readonly PredictedAlternative[];
  readonly assumedArrivals: string;
  /** For so long each alternative stands in the simulator. */
  readonly standsSeconds: number;
}

export async function explainDecision(about: ToExplain, parts: Pick<Parts, 'policy'>): Promise<ExplainedDecision> {
  const entry = about.entries.at(-1)!;
  const { profile, policy } = await policyOnItsClock(about.policy ?? entry.policy, about.profile, about.prices, parts);
  const again = replay(policy, about.entries, binsOf(profile), about.past);
  const isOther = about.policy !== undefined && about.policy !== entry.policy;
  const wanted = isOther ? (again.decision?.action ?? null) : entry.action;
  const pools = policy instanceof PpoPolicy ? again.considered.map((one) => poolReason(one, policy.snapshot)) : [];
  const rollOut = new RollOut(
    { profile, prices: about.prices, moments: about.entries.map((one) => momentOf(one, profile)) },
    standingIntervals(profile, about.prices),
  );
  const named = [...ownWishes(entry, wanted, isOther), ...(await otherWishes(about, entry, parts))];
  const among = pools.length > 0 ? pools.map(({ pool }) => pool) : poolsInUse(entry, wanted ?? entry.applied);
  const all = distinct([...named, ...neighbours(profile, wanted ?? entry.applied, among)], (action) =>
    odds(pools, action),
  );
  return {
    entry,
    policy: policy.name,
    parameters: policy.parameters,
    wanted,
    reason: isOther ? (again.decision?.reason ?? null) : entry.reason,
    discrepancy: isOther ? again.failure : discrepancyOf(entry, again),
    doubt: again.doubt,
    pools,
    alternatives: await predicted(all, rollOut),
    assumedArrivals: rollOut.ahead.assumption,
    standsSeconds: rollOut.seconds,
  };
}

function binsOf({ decisionSeconds, metrics }: ServiceProfile): number {
  return decisionSeconds / metrics.binSeconds;
}

function momentOf({ timeSeconds, observation, applied }: JournalEntry, profile: ServiceProfile): Moment {
  const arrivals = arrivalsOf(observation, binsOf(profile));
  return {
    timeSeconds,
    applied,
    pools: observation.pools,
    arrivals: arrivals && {
      perSecond: arrivals.value,
      startSeconds: timeSeconds - arrivals.ageSeconds - profile.decisionSeconds,
    },
  };
}

/** Long enough for a VM that is launched now to boot and to be of use: a quarter of an hour at least. */
function standingIntervals({ pools, decisionSeconds }: ServiceProfile, { minimumBilledSeconds }: PriceBook): number {
  const slowest = Math.max(...pools.map(({ boot }) => boot.medianSeconds));
  return Math.ceil(Math.max(900, 2 * slowest + minimumBilledSeconds) / decisionSeconds);
}

function ownWishes({ action, applied, policy }: JournalEntry, wanted: Action | null, isOther: boolean) {
  const named: [string, Action][] = [];
  if (wanted !== null) named.push(['as it wanted', wanted]);
  if (isOther && action !== null) named.push([`as ${policy} wanted`, action]);
  named.push(['as was done', applied]);
  return named;
}

/** What was in force, and what the rules would do that stand beside the policy. */
async function otherWishes(about: ToExplain, entry: JournalEntry, parts: Pick<Parts, 'policy'>) {
  const named: [string, Action][] = [];
  const before = about.entries.at(-2);
  if (before) named.push(['as before', before.applied]);
  for (const specification of new Set([entry.incumbent?.policy, about.fallback])) {
    if (specification === undefined) continue;
    const { profile, policy } = await policyOnItsClock(specification, about.profile, about.prices, parts);
    const { decision } = replay(policy as JudgedPolicy, about.entries, binsOf(profile), about.past);
    if (decision !== null) named.push([`as ${specification} would`, decision.action]);
  }
  return named;
}

function poolsInUse({ observation }: JournalEntry, { vmCounts }: Action): number[] {
  const used = vmCounts.flatMap((count, pool) => {
    const { ready, booting } = observation.pools[pool]!;
    return count + ready + booting > 0 ? [pool] : [];
  });
  return used.length > 0 ? used : [0];
}

/** Of the fleets that the network decides about; null: no network decides. */
function odds(pools: readonly PoolReason[], { vmCounts }: Action): number | null {
  if (pools.length === 0) return null;
  return pools.reduce((product, { pool, from, odds: own }) => product * (own[vmCounts[pool]! - from] ?? 0), 1);
}

function discrepancyOf({ action }: JournalEntry, { decision, failure }: Replay): string | null {
  const said = (one: Action) => `[${one.vmCounts.join(', ')}] VMs`;
  if (decision === null) return action === null ? null : `made again, the policy fails (${failure})`;
  if (action === null) return `made again, the policy wants ${said(decision.action)}`;
  const isSame = action.variant === decision.action.variant && said(action) === said(decision.action);
  if (isSame) return null;
  return (
    `made again from the journal, the policy wants ${said(decision.action)} in place of ${said(action)}: ` +
    'it knew more than the journal has (the demand before the run, say), or it has changed since'
  );
}
