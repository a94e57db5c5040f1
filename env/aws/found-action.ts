import type { Deployment } from '../deployment/deployment.ts';
import type { Action, ServiceProfile } from '../types.ts';
import type { FleetView } from './fleet/fleet-view.ts';
import type { FunctionMemory } from './fleet/function-memory.ts';
import type { ReadRule } from './levers/rule-reader.ts';
import { splitIn } from './levers/weights.ts';
import type { OverflowRouter } from './overflow-router.ts';

export interface FoundActionParts {
  readonly profile: ServiceProfile;
  readonly deployment: Deployment;
  readonly rule: ReadRule;
  readonly router: Pick<OverflowRouter, 'setting'> | null;
  readonly functions: FunctionMemory;
}

type Traffic = Pick<Action, 'variant' | 'spillover'>;

/**
 * What a deployment was found with, as an action: the capacities that the groups are asked for, where the rule or the router sends the
 * traffic, and the memory that the serving function has. Null: where the traffic goes cannot be told. Never throws.
 */
export async function foundAction(
  parts: FoundActionParts,
  { pools }: FleetView,
  nowMs: number,
): Promise<Action | null> {
  const { profile, functions } = parts;
  const traffic = await trafficIn(parts);
  if (traffic === null) return null;
  const vmCounts = profile.pools.map(({ min, max }, pool) => Math.min(max, Math.max(min, pools[pool]!.desired)));
  const { memoryMb: sizes } = profile.lambda;
  const found = { ...traffic, vmCounts, lambdaMemoryMb: sizes.at(-1)! };
  await functions.read(found, nowMs);
  const memoryMb = functions.memoryMb[found.variant] ?? found.lambdaMemoryMb;
  return { ...found, lambdaMemoryMb: sizes.find((size) => size >= memoryMb) ?? found.lambdaMemoryMb };
}

async function trafficIn({ profile, deployment, rule, router }: FoundActionParts): Promise<Traffic | null> {
  const maxWaitMs = profile.slo.classes.map(() => 0);
  if (router !== null) {
    const setting = await router.setting();
    return setting && { variant: setting.variant, spillover: { ...setting.spillover, lambdaShare: 0 } };
  }
  if (deployment.rule === null) return null;
  const { value } = await rule(deployment.rule);
  const split = value && splitIn(value.weights, deployment);
  return split && { variant: split.variant, spillover: { maxWaitMs, lambdaShare: split.lambdaShare } };
}
