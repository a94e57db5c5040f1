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
type FoundSetting = Omit<Action, 'vmCounts'>;

/**
 * Where the rule or the router was found to send the traffic, and the memory that the serving function has. Null: where the traffic goes cannot be told.
 * Never throws.
 */
export async function foundSetting(parts: FoundActionParts, nowMs: number): Promise<FoundSetting | null> {
  const { profile, functions } = parts;
  const traffic = await trafficIn(parts);
  if (traffic === null) return null;
  const { memoryMb: sizes } = profile.lambda;
  const largest = sizes.at(-1)!;
  await functions.read({ ...traffic, lambdaMemoryMb: largest }, nowMs);
  const memoryMb = functions.memoryMb[traffic.variant] ?? largest;
  return { ...traffic, lambdaMemoryMb: sizes.find((size) => size >= memoryMb) ?? largest };
}

/** With the capacities that the groups were found to be asked for. */
export function foundAction(setting: FoundSetting, { pools }: ServiceProfile, fleet: FleetView): Action {
  const vmCounts = pools.map(({ min, max }, pool) => Math.min(max, Math.max(min, fleet.pools[pool]!.desired)));
  return { ...setting, vmCounts };
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
