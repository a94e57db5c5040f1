import type { Deployment, FunctionDeployment, PoolDeployment } from '../deployment/deployment.ts';
import { NotYet } from '../not-yet.ts';
import { InputProblem } from '../problem.ts';
import type { ServiceProfile } from '../types.ts';
import type { Fault } from './calls/fault.ts';
import type { AwsClients } from './clients.ts';
import { actingPolicies } from './doctor/acting-policies.ts';
import { Examination } from './doctor/examination.ts';
import type { Group } from './doctor/shapes.ts';
import { otherUnit } from './fleet/capacity-unit.ts';
import { notOnAws } from './not-on-aws.ts';
import type { Writer } from './writing/writer.ts';

export interface StartParts {
  readonly profile: ServiceProfile;
  readonly deployment: Deployment;
  readonly clients: AwsClients;
  readonly mode: Writer['mode'];
  /** A person said that the policies there are may stay. */
  readonly allowsPolicies: boolean;
}

/** What stands in the way of a start, and what a person should know; both in sentences. */
interface Found {
  readonly refused: readonly string[];
  /** What AWS does not tell now, and may tell later. */
  readonly unread: readonly string[];
  readonly told: readonly string[];
}

/** Faults that pass without a person's help. */
const passing: readonly Fault['kind'][] = ['throttled', 'timeout', 'unreachable', 'garbled', 'service'];

/**
 * What must be right before the first decision. Two that set the size of one group fight, so live mode refuses where anything else does but
 * the policy to hand back to, which it lets rest. Throws an InputProblem where a person must mend something first, NotYet where AWS does not answer;
 * else what is to be told.
 */
export async function checkStart(parts: StartParts): Promise<readonly string[]> {
  const { profile, deployment, clients } = parts;
  const readings = new Examination(clients);
  const found = await Promise.all([
    ...deployment.pools.map((pool) => groupOf(pool, readings)),
    ...deployment.functions.map((one) => (one === null ? nothing : functionOf(one, readings))),
  ]);
  const refused = found.flatMap((one) => one.refused);
  const unread = found.flatMap((one) => one.unread);
  const told = [...notOnAws(profile), ...found.flatMap((one) => one.told)];
  if (parts.mode === 'shadow' || parts.allowsPolicies) return [...refused, ...unread, ...told];
  const isSound = refused.length === 0;
  if (isSound && unread.length > 0) throw new NotYet(`deployment ${deployment.name}: ${unread.join(' ')}`);
  if (isSound) return told;
  throw new InputProblem(
    `deployment ${deployment.name}: ${[...refused, ...unread].join(' ')} Mend it (spillway doctor says how), or say --allow-policies where it is meant.`,
  );
}

const nothing: Found = { refused: [], unread: [], told: [] };

function unreadable(what: string, { kind, said }: Fault): Found {
  const sentence = `${what} cannot be read (${said}).`;
  return passing.includes(kind) ? { ...nothing, unread: [sentence] } : { ...nothing, refused: [sentence] };
}

async function groupOf(pool: PoolDeployment, readings: Examination): Promise<Found> {
  const { autoScalingGroup: name } = pool;
  const group = await readings.group(name);
  if (group.fault !== null) return unreadable(`The group ${name}`, group.fault);
  if (group.value === null) return { ...nothing, refused: [`There is no group ${name}.`] };
  const suspended = group.value.SuspendedProcesses.map(({ ProcessName }) => ProcessName);
  const told = suspended
    .filter((process) => process !== 'AlarmNotification')
    .map((process) => `The process ${process} of ${name} is suspended.`);
  const unit = otherUnit(group.value);
  const miscounted = unit === null ? [] : [`The sizes of ${name} are counted in ${unit}, and not in instances.`];
  const others = [await rivals(pool, group.value, readings), await schedule(name, readings)];
  return {
    refused: [...miscounted, ...others.flatMap(({ refused }) => refused)],
    unread: others.flatMap(({ unread }) => unread),
    told,
  };
}

async function rivals(pool: PoolDeployment, group: Group, readings: Examination): Promise<Found> {
  const { autoScalingGroup: name, handBackPolicy } = pool;
  const { value, fault } = await readings.policies(name);
  if (fault !== null) return unreadable(`The policies of ${name}`, fault);
  const refused = actingPolicies(value, group)
    .filter(({ PolicyName }) => PolicyName !== handBackPolicy)
    .map(({ PolicyName, PolicyType }) => `The policy ${PolicyName} (${PolicyType}) sets the size of ${name} too.`);
  return { ...nothing, refused };
}

async function schedule(group: string, readings: Examination): Promise<Found> {
  const { value, fault } = await readings.schedule(group);
  if (fault !== null) return unreadable(`The schedule of ${group}`, fault);
  const refused = value.map(
    ({ ScheduledActionName }) => `The scheduled action ${ScheduledActionName} sets the size of ${group} too.`,
  );
  return { ...nothing, refused };
}

/** A rollout under way may be Spillway's own, which it goes on with; any other it leaves alone. */
async function functionOf({ name, alias }: FunctionDeployment, readings: Examination): Promise<Found> {
  const { value, fault } = await readings.alias(name, alias);
  if (fault !== null) return { ...nothing, told: [`The alias ${alias} of ${name} cannot be read (${fault.said}).`] };
  const shares = Object.entries(value.RoutingConfig?.AdditionalVersionWeights ?? {});
  if (shares.length === 0) return nothing;
  const which = shares.map(([version, share]) => `${share} of the traffic on version ${version}`).join(', ');
  return { ...nothing, told: [`The alias ${alias} of ${name} is in the middle of a rollout: ${which}.`] };
}
