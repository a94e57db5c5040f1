import type { Deployment } from '../deployment/deployment.ts';
import type { ServiceProfile } from '../types.ts';
import { dynamoService } from './dynamo/service.ts';
import type { FaultSchedule } from './faults/schedule.ts';
import { identityService } from './identity.ts';
import { type FunctionStart, LambdaFunctions } from './lambda/functions.ts';
import { lambdaService } from './lambda/service.ts';
import { LoadBalancer } from './load-balancing/balancer.ts';
import type { Forward } from './load-balancing/forward.ts';
import { resourcesOf } from './load-balancing/resources.ts';
import { loadBalancingService } from './load-balancing/service.ts';
import type { Service, ServiceName } from './operation.ts';
import { parameterService } from './parameters.ts';
import type { ServingFunctions, ServingRules, TargetSource, TwinClock } from './parts.ts';
import type { Place } from './place.ts';

export interface AccountOptions {
  readonly deployment: Deployment;
  readonly profile: ServiceProfile;
  readonly place: Place;
  readonly clock: TwinClock;
  readonly faults: FaultSchedule;
  readonly targets: TargetSource;
}

/** What a deployment has in its AWS account besides machines and metrics. */
export interface Account {
  readonly functions: ServingFunctions;
  readonly rules: ServingRules;
  readonly services: Readonly<Record<Exclude<ServiceName, 'monitoring' | 'autoscaling'>, Service>>;
}

/** The name of the partition key of the table that holds leases. */
const leaseKey = 'service';
/** What the parameter that stops every change says while nothing is to be stopped. */
const run = 'run';

/** As an operator would have set it up by hand, before any controller: one variant serves, from VMs only. */
export function openAccount({ deployment, profile, place, clock, faults, targets }: AccountOptions): Account {
  const { lease, killSwitch } = deployment;
  const functions = new LambdaFunctions({ clock, faults, place, functions: functionsOf(deployment, profile) });
  const resources = resourcesOf(deployment, place);
  const balancer = new LoadBalancer({ clock, resources, forward: firstForward(deployment, profile), targets });
  return {
    functions,
    rules: balancer,
    services: {
      lambda: lambdaService(functions),
      elasticloadbalancing: loadBalancingService(balancer),
      dynamodb: dynamoService(lease.table === null ? [] : [{ name: lease.table, key: leaseKey }]),
      ssm: parameterService(killSwitch.parameter === null ? {} : { [killSwitch.parameter]: run }, clock, place),
      sts: identityService(place),
    },
  };
}

/** Each with the least memory that its variant fits into. */
function functionsOf({ functions }: Deployment, { lambda }: ServiceProfile): FunctionStart[] {
  return functions.flatMap((found, variant) => {
    if (found === null) return [];
    const tier = lambda.serviceMs[variant]!.findIndex((time) => time !== null);
    const memoryMb = lambda.memoryMb[Math.max(tier, 0)]!;
    return [{ name: found.name, aliases: [found.alias], memoryMb, reservedConcurrency: lambda.concurrencyLimit }];
  });
}

/** All traffic to the first pool with the first variant that keeps the accuracy; other groups have no weight, so that they are checked for health. */
function firstForward({ pools, functions }: Deployment, { variants, accuracyFloor }: ServiceProfile): Forward {
  const variant = variants.findIndex(({ accuracy }) => accuracy >= accuracyFloor);
  const ofVariant = pools.map(({ targetGroups }) => targetGroups[variant] ?? null);
  const all = [
    ...pools.flatMap(({ targetGroups }) => targetGroups),
    ...functions.map((one) => one?.targetGroup ?? null),
  ];
  const ordered = [...new Set([...ofVariant, functions[variant]?.targetGroup ?? null, ...all])];
  const named = ordered.filter((group) => group !== null).slice(0, 5);
  return {
    shares: named.map((targetGroup, index) => ({ targetGroup, weight: index === 0 ? 100 : 0 })),
    stickySeconds: null,
  };
}
