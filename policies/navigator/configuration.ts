import type { Action, LambdaBatch, ServiceProfile } from '../../env/types.ts';

/** A way to serve that stays as it is: what a person would set up by hand. Indices are those of the profile. */
export interface Configuration {
  readonly variant: number;
  /** Null: no VMs. */
  readonly fleet: { readonly pool: number; readonly vms: number } | null;
  /** Null: no Lambda. */
  readonly function: FunctionSetup | null;
  /** [class] Beside a fleet: a request that would wait longer goes to Lambda; null: never. */
  readonly maxWaitMs: readonly (number | null)[];
}

export interface FunctionSetup {
  readonly tier: number;
  readonly provisioned: number;
  /** Null: each request by itself. */
  readonly batch: LambdaBatch | null;
}

export const kinds = ['VMs', 'Lambda', 'VMs and Lambda'] as const;
export type Kind = (typeof kinds)[number];

export function kindOf({ fleet, function: lambda }: Configuration): Kind {
  if (lambda === null) return 'VMs';
  return fleet === null ? 'Lambda' : 'VMs and Lambda';
}

/** What a configuration is, in words: "inception-v3 on 4 cpu and Lambda 1769 MB". */
export function configurationText(
  profile: ServiceProfile,
  { variant, fleet, function: lambda }: Configuration,
): string {
  const places = [
    ...(fleet === null ? [] : [`${fleet.vms} ${profile.pools[fleet.pool]!.name}`]),
    ...(lambda === null ? [] : [functionText(profile, lambda)]),
  ];
  return `${profile.variants[variant]!.name} on ${places.join(' and ')}`;
}

function functionText({ lambda }: ServiceProfile, { tier, provisioned, batch }: FunctionSetup): string {
  const parts = [
    ...(batch === null ? [] : [`batches of ${batch.size} within ${Math.round(batch.timeoutMs)} ms`]),
    ...(provisioned === 0 ? [] : [`${provisioned} provisioned`]),
  ];
  return `Lambda ${lambda.memoryMb[tier]} MB${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
}

/** The action that sets the configuration up in a simulator with the router `overflow`. It names a tier even where nothing goes there. */
export function actionOf(
  profile: ServiceProfile,
  { variant, fleet, function: lambda, maxWaitMs }: Configuration,
): Action {
  return {
    variant,
    vmCounts: profile.pools.map((_, pool) => (pool === fleet?.pool ? fleet.vms : 0)),
    lambdaMemoryMb: profile.lambda.memoryMb[lambda?.tier ?? 0]!,
    spillover: { maxWaitMs, lambdaShare: fleet === null ? 1 : 0 },
    ...(lambda !== null && lambda.provisioned > 0 && { lambdaProvisioned: lambda.provisioned }),
    ...(lambda?.batch && { lambdaBatch: lambda.batch }),
  };
}
