import type { Deployment } from '../../deployment/deployment.ts';
import { lambdaTier } from '../../physics/service.ts';
import type { Action, ServiceProfile } from '../../types.ts';
import type { ServingFunctions, ServingRules } from '../parts.ts';

export interface TargetShare {
  readonly targetGroup: string;
  /** Of the requests to targets of its kind, in [0, 1]. */
  readonly share: number;
}

/** How requests are led now: what the resources of AWS or the router say. */
export interface Traffic {
  readonly variant: number;
  /** Of all requests, in [0, 1]; router `weights`. */
  readonly lambdaShare: number;
  /** Router `weights`: the target groups of VMs, and of functions. */
  readonly vmGroups: readonly TargetShare[];
  readonly functionGroups: readonly TargetShare[];
}

/** As a listener rule splits it: statically, by its weights. The variant with most weight answers, on VMs and on Lambda. */
export function weightedTraffic(deployment: Deployment, rules: ServingRules, standing: number): Traffic {
  const shares = deployment.rule === null ? [] : (rules.weights(deployment.rule) ?? []);
  const vms = shares.filter(({ targetGroup }) => isOfVms(deployment, targetGroup));
  const functions = shares.filter(({ targetGroup }) => functionVariant(deployment, targetGroup) >= 0);
  const [vmWeight, functionWeight] = [weightOf(vms), weightOf(functions)];
  const total = vmWeight + functionWeight;
  return {
    variant: heaviestVariant(deployment, shares) ?? standing,
    lambdaShare: total > 0 ? functionWeight / total : 0,
    vmGroups: vms.map(({ targetGroup, weight }) => ({ targetGroup, share: vmWeight > 0 ? weight / vmWeight : 0 })),
    functionGroups: functions.map(({ targetGroup, weight }) => ({
      targetGroup,
      share: functionWeight > 0 ? weight / functionWeight : 0,
    })),
  };
}

/** The action by which the simulator does the same. `serving`: [pool] VMs that requests reach. */
export function actionOf(
  { variant, lambdaShare }: Traffic,
  serving: readonly number[],
  maxWaitMs: readonly (number | null)[],
  { deployment, profile, functions }: { deployment: Deployment; profile: ServiceProfile; functions: ServingFunctions },
): Action {
  const deployed = deployment.functions[variant] ?? null;
  const inForce = deployed && functions.inForce(deployed.name, deployed.alias);
  return {
    variant,
    vmCounts: serving,
    lambdaMemoryMb: offeredMemory(profile, variant, inForce?.memoryMb ?? 0),
    lambdaProvisioned: inForce?.provisioned ?? 0,
    spillover: inForce === null ? { maxWaitMs: maxWaitMs.map(() => null), lambdaShare: 0 } : { maxWaitMs, lambdaShare },
  };
}

/** The profile knows some sizes only: the largest that a memory reaches, or the least into which the variant fits. */
export function offeredMemory(profile: ServiceProfile, variant: number, memoryMb: number): number {
  const fitting = profile.lambda.memoryMb.filter((size) => lambdaTier(profile, variant, size) !== null);
  return fitting.findLast((size) => size <= memoryMb) ?? fitting[0]!;
}

function isOfVms({ pools }: Deployment, targetGroup: string): boolean {
  return pools.some(({ targetGroups }) => targetGroups.includes(targetGroup));
}

function functionVariant({ functions }: Deployment, targetGroup: string): number {
  return functions.findIndex((one) => one?.targetGroup === targetGroup);
}

type Weights = ReturnType<ServingRules['weights']> & object;

function weightOf(shares: Weights): number {
  return shares.reduce((sum, { weight }) => sum + weight, 0);
}

function heaviestVariant(deployment: Deployment, shares: Weights): number | null {
  const weights = deployment.functions.map((_, variant) =>
    weightOf(shares.filter(({ targetGroup }) => variantOf(deployment, targetGroup) === variant)),
  );
  const heaviest = Math.max(...weights);
  return heaviest > 0 ? weights.indexOf(heaviest) : null;
}

function variantOf(deployment: Deployment, targetGroup: string): number {
  const onVms = deployment.pools.map(({ targetGroups }) => targetGroups.indexOf(targetGroup));
  return Math.max(functionVariant(deployment, targetGroup), ...onVms);
}
