import { loopbackEndpoint, refuseEndpointOverride } from '../../env/aws/endpoint-rule.ts';
import type { DeployedService } from '../../env/deployment/deployment.ts';
import type { Limits } from '../../env/guardrails/limits.ts';
import { checkPrices } from '../../env/prices.ts';
import { InputProblem } from '../../env/problem.ts';
import type { Policy, PriceBook } from '../../env/types.ts';
import { deploymentFiles, refuseSameNames, refuseSameResources } from '../deployment-files.ts';
import { policyOnItsClock } from '../own-clock.ts';
import type { JudgedPolicy, Parts } from '../parts.ts';
import type { RunOptions } from '../run-options.ts';
import { limitsOf } from '../run-scene.ts';
import type { LiveParts } from './live-parts.ts';
import { checkPolicyFits } from './policy-fits.ts';

/** One service of a live run, read and checked. */
export interface PlannedService {
  readonly service: DeployedService;
  readonly policy: JudgedPolicy;
  readonly fallback: Policy | null;
}

export interface LivePlan {
  readonly services: readonly PlannedService[];
  readonly prices: PriceBook;
  /** Null: no guardrails, in shadow mode. */
  readonly limits: Limits | null;
  /** Of the twin; null: AWS itself. */
  readonly address: string | null;
}

type LivePlanParts = Pick<LiveParts, 'variables' | 'deployment'>;

/** Writes nothing, and asks nobody but the disk. */
export async function planLive(options: RunOptions, parts: Parts, live: LivePlanParts): Promise<LivePlan> {
  checkLive(options);
  const address = options.rehearsal === undefined ? null : loopbackEndpoint(options.rehearsal);
  if (address === null) refuseEndpointOverride(live.variables);
  const prices = await parts.prices(options.prices ?? null);
  const limits = await limitsOf(options.limits);
  const deployed = await deployedServices(options, live);
  for (const { deployment } of deployed) checkLease(options, deployment);
  const services = await Promise.all(deployed.map((one) => planned(one, options, prices, parts)));
  return { services, prices, limits, address };
}

async function planned(
  { deployment, profile: service }: DeployedService,
  options: RunOptions,
  prices: PriceBook,
  parts: Parts,
): Promise<PlannedService> {
  checkPrices(service, prices);
  const { profile, policy } = await policyOnItsClock(options.policy, service, prices, parts);
  const fallback = options.fallback === undefined ? null : await parts.policy(options.fallback, profile, prices);
  for (const one of [policy, fallback]) if (one !== null) checkPolicyFits(one);
  return { service: { deployment, profile }, policy, fallback };
}

function checkLive(options: RunOptions): void {
  if (options.deployment === undefined) {
    throw new InputProblem(
      '--deployment is missing: name the file of the AWS resources of a service, or a folder with several.',
    );
  }
  const { service, trace, scale, start, duration, incumbent } = options;
  for (const [flag, value] of Object.entries({ service, trace, scale, start, duration, incumbent })) {
    if (value === undefined) continue;
    throw new InputProblem(`--${flag} ${value}: only a simulation has one; leave it out or use --env sim.`);
  }
  if (options.mode === 'live' && options.limits === 'none') {
    throw new InputProblem(
      '--limits none: must not be live; leave it out, or state limits in a file (docs/safety.md).',
    );
  }
}

/** Without a lease two controllers may write at once, which only a person can rule out. */
function checkLease({ mode, lease }: RunOptions, { name, lease: stated }: DeployedService['deployment']): void {
  if (mode === 'shadow' || !lease || stated.table !== null || stated.file !== null) return;
  throw new InputProblem(
    `deployment ${name}: lease names neither a table nor a file, but live needs one, so that two controllers never write at once; name one (docs/aws.md), or say --no-lease where there is no second controller.`,
  );
}

/** A folder's deployments in the order of their names, each name once, and where they are driven each resource. */
async function deployedServices(
  { deployment: path = '', mode }: RunOptions,
  live: LivePlanParts,
): Promise<readonly DeployedService[]> {
  const services = await Promise.all((await deploymentFiles(path)).map((file) => live.deployment(file)));
  const deployments = services.map(({ deployment }) => deployment);
  refuseSameNames(deployments, path);
  if (mode === 'live') refuseSameResources(deployments, path);
  return services;
}
