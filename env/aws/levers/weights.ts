import type { Deployment } from '../../deployment/deployment.ts';
import type { Action, ServiceProfile } from '../../types.ts';
import type { FleetView } from '../fleet/fleet-view.ts';
import type { TargetWeight } from '../writing/mutation.ts';

/** Weights are whole numbers up to this (Elastic Load Balancing API reference, TargetGroupTuple). */
export const mostWeight = 999;
/** Target groups of one forward action (Elastic Load Balancing user guide, quotas). */
export const mostTargetGroups = 5;
/** A load balancer hands no larger body to a Lambda function (Elastic Load Balancing user guide, Lambda functions as targets). */
export const mostLambdaBytes = 1_000_000;

export interface SplitFacts {
  readonly profile: ServiceProfile;
  readonly deployment: Deployment;
  readonly fleet: FleetView;
  /** The weights in force. */
  readonly before: readonly TargetWeight[];
}

export interface Split {
  /** Null: what is in force stays. */
  readonly weights: readonly TargetWeight[] | null;
  /** Whose target groups have the traffic, or will. */
  readonly variant: number;
  /** What differs from what was asked, and why. */
  readonly said: readonly string[];
}

/**
 * The action's variant and share for Lambda as weights of target groups. A group without healthy targets gets none, since a load
 * balancer does not fail over between weighted groups; and they are never all 0.
 */
export function splitOf(action: Action, facts: SplitFacts): Split {
  const { deployment, fleet } = facts;
  const said: string[] = [];
  const stranger = strangerOf(facts);
  if (stranger !== null)
    return stays(action.variant, said, `${stranger} has weight, and the deployment does not name it`);
  const variant = reachableVariant(action, facts, said);
  const blind = deployment.pools.findIndex(
    ({ targetGroups }, pool) => targetGroups[variant] != null && fleet.pools[pool]?.healthyTargets[variant] == null,
  );
  if (blind >= 0) {
    return stays(variant, said, `Nobody knows how many targets of ${facts.profile.pools[blind]!.name} are healthy`);
  }
  const capacity = capacities(variant, facts);
  const lambda = lambdaGroup(variant, facts, said);
  const vmCapacity = capacity.reduce((sum, one) => sum + one, 0);
  if (vmCapacity === 0 && lambda === null) return stays(variant, said, 'Nothing could take the traffic');
  const share = lambda === null ? 0 : vmCapacity === 0 ? 1 : action.spillover.lambdaShare;
  const parts = capacity.map((one) => (vmCapacity === 0 ? 0 : ((1 - share) * one) / vmCapacity));
  const whole = wholeWeights([...parts, share]);
  const groups = [...deployment.pools.map(({ targetGroups }) => targetGroups[variant] ?? null), lambda];
  const shared = groups.flatMap((targetGroup, index) =>
    targetGroup === null ? [] : [{ targetGroup, weight: whole[index]! }],
  );
  return { weights: withIdleGroups(shared, facts), variant, said };
}

function stays(variant: number, said: readonly string[], why: string): Split {
  return { weights: null, variant, said: [...said, `${why}: the weights stay as they are.`] };
}

/** A target group with weight that is not the deployment's: somebody else's traffic, which is not Spillway's to take away. */
function strangerOf({ deployment, before }: SplitFacts): string | null {
  const ours = new Set(deployment.functions.flatMap((_, variant) => groupsOf(variant, deployment)));
  return before.find(({ targetGroup, weight }) => weight > 0 && !ours.has(targetGroup))?.targetGroup ?? null;
}

/** A variant that no healthy VM serves is not moved to while another one is served: it would leave the VMs idle. */
function reachableVariant({ variant, spillover }: Action, facts: SplitFacts, said: string[]): number {
  const serving = servingVariant(facts);
  const isServed = (one: number) => capacities(one, facts).some((capacity) => capacity > 0);
  if (serving === null || serving === variant || spillover.lambdaShare === 1) return variant;
  if (isServed(variant) || !isServed(serving)) return variant;
  const [wanted, kept] = [facts.profile.variants[variant]!.name, facts.profile.variants[serving]!.name];
  said.push(`No target of ${wanted} is healthy: the traffic stays with ${kept}.`);
  return serving;
}

/** The variant whose groups have weight; null: none, or more than one. */
function servingVariant({ profile, deployment, before }: SplitFacts): number | null {
  const weighted = new Set(before.filter(({ weight }) => weight > 0).map(({ targetGroup }) => targetGroup));
  const serving = profile.variants.flatMap((_, variant) => {
    const groups = groupsOf(variant, deployment);
    return groups.some((group) => weighted.has(group)) ? [variant] : [];
  });
  return serving.length === 1 ? serving[0]! : null;
}

/** What weights say of the traffic: the variant with most of it, and Lambda's share of that variant's. Null: none has any. */
export function splitIn(
  weights: readonly TargetWeight[],
  { pools, functions }: Deployment,
): { readonly variant: number; readonly lambdaShare: number } | null {
  const weightOf = (group: string | null | undefined) =>
    weights.find(({ targetGroup }) => targetGroup === group)?.weight ?? 0;
  const shares = functions.map((one, variant) => {
    const lambda = weightOf(one?.targetGroup);
    return { lambda, all: pools.reduce((sum, { targetGroups }) => sum + weightOf(targetGroups[variant]), lambda) };
  });
  const most = shares.reduce((best, { all }, variant) => (all > shares[best]!.all ? variant : best), 0);
  const { lambda, all } = shares[most]!;
  return all === 0 ? null : { variant: most, lambdaShare: lambda / all };
}

function groupsOf(variant: number, { pools, functions }: Deployment): string[] {
  const groups = [...pools.map(({ targetGroups }) => targetGroups[variant]), functions[variant]?.targetGroup];
  return groups.filter((group) => group != null);
}

/** [pool] Requests per second that the healthy targets can take. */
function capacities(variant: number, { profile, deployment, fleet }: SplitFacts): number[] {
  return profile.pools.map(({ slots, serviceMs }, pool) => {
    const time = serviceMs[variant] ?? null;
    if (time === null || deployment.pools[pool]!.targetGroups[variant] == null) return 0;
    return ((fleet.pools[pool]?.healthyTargets[variant] ?? 0) * slots * 1000) / time;
  });
}

/** The target group of the variant's function; null: there is none, or it could not take every request. */
function lambdaGroup(variant: number, { profile, deployment }: SplitFacts, said: string[]): string | null {
  const group = deployment.functions[variant]?.targetGroup ?? null;
  const bytes = deployment.maxRequestBytes;
  if (group === null || (bytes !== null && bytes <= mostLambdaBytes)) return group;
  const why = bytes === null ? 'are not known to be small enough' : `have up to ${bytes} bytes`;
  said.push(
    `Requests ${why}, and a load balancer hands Lambda ${mostLambdaBytes} at most: ${profile.variants[variant]!.name} gets no weight there.`,
  );
  return null;
}

/** Parts that add to 1 as whole weights that add to `mostWeight`: each rounded down, what is left to the largest remainders. */
export function wholeWeights(parts: readonly number[]): number[] {
  const exact = parts.map((part) => part * mostWeight);
  const whole = exact.map(Math.floor);
  const left = mostWeight - whole.reduce((sum, one) => sum + one, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - whole[index]! }))
    .filter(({ remainder }) => remainder > 0)
    .sort((a, b) => b.remainder - a.remainder);
  for (const { index } of byRemainder.slice(0, left)) whole[index]!++;
  return whole;
}

/** Groups without weight stay in the action while there is room, VMs' first: a group in no rule is not checked for health. */
function withIdleGroups(shared: readonly TargetWeight[], { deployment, before }: SplitFacts): TargetWeight[] {
  const serving = shared.filter(({ weight }) => weight > 0);
  const vmGroups = deployment.pools.flatMap(({ targetGroups }) => targetGroups);
  const functionGroups = deployment.functions.map((one) => one?.targetGroup ?? null);
  const known = [...vmGroups, ...functionGroups, ...before.map(({ targetGroup }) => targetGroup)];
  const idle = [...new Set(known)].filter(
    (group): group is string => group !== null && !serving.some(({ targetGroup }) => targetGroup === group),
  );
  const room = Math.max(0, mostTargetGroups - serving.length);
  return [...serving, ...idle.slice(0, room).map((targetGroup) => ({ targetGroup, weight: 0 }))];
}
