import type { Deployment } from '../../deployment/deployment.ts';
import { functionArn, type Place } from '../place.ts';

export interface TargetGroup {
  readonly arn: string;
  /** Null: its targets are instances. */
  readonly aliasArn: string | null;
}

/** What stands around a listener rule. Both ARNs are null where the deployment has no load balancer. */
export interface BalancerResources {
  readonly loadBalancer: string | null;
  readonly rule: string | null;
  readonly targetGroups: readonly TargetGroup[];
}

/** The load balancer that a deployment names, with its rule and target groups. */
export function resourcesOf({ loadBalancer, rule, pools, functions }: Deployment, place: Place): BalancerResources {
  const ofInstances = pools
    .flatMap(({ targetGroups }) => targetGroups)
    .flatMap((arn) => (arn === null ? [] : [{ arn, aliasArn: null }]));
  const ofFunctions = functions.flatMap((one) =>
    one?.targetGroup ? [{ arn: one.targetGroup, aliasArn: `${functionArn(place, one.name)}:${one.alias}` }] : [],
  );
  return { loadBalancer, rule, targetGroups: [...ofInstances, ...ofFunctions] };
}

/** `…:listener-rule/app/name/id/listener/rule` belongs to `…:listener/app/name/id/listener`. */
export function listenerOf(rule: string): string {
  return rule.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '');
}

/** The rule that a listener falls back to, which nobody may modify. */
export function defaultRuleOf(rule: string): string {
  return rule.replace(/[^/]+$/, 'default000000000');
}

/** `…:targetgroup/name/id` and `…:loadbalancer/app/name/id` are called `name`. */
export function nameOf(arn: string): string {
  return arn.split('/').at(-2)!;
}
