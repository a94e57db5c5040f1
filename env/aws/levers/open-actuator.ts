import { join } from 'node:path';
import type { Deployment } from '../../deployment/deployment.ts';
import type { ServiceProfile } from '../../types.ts';
import type { Calls } from '../calls/call.ts';
import type { AwsClients } from '../clients.ts';
import { type FleetViewer, trueFleet } from '../fleet/fleet-view.ts';
import { readGroups } from '../fleet/group-reader.ts';
import { ShadowFleet } from '../fleet/shadow-fleet.ts';
import { FunctionLever } from '../rollout/function-lever.ts';
import { FunctionPilot } from '../rollout/function-pilot.ts';
import { FileRolloutJournal, MemoryRolloutJournal } from '../rollout/journal.ts';
import { CanaryMetrics, ImaginedCanaries } from '../rollout/judge.ts';
import { FunctionReader } from '../rollout/read-function.ts';
import { ShadowFunctions } from '../rollout/shadow-functions.ts';
import type { Request } from '../writing/request-of.ts';
import { type Imagines, ShadowWriter } from '../writing/shadow-writer.ts';
import type { Writer } from '../writing/writer.ts';
import { Actuator } from './actuator.ts';
import { AlarmsLever } from './alarms-lever.ts';
import { CapacityLever, type ReadBounds } from './capacity-lever.ts';
import { RouterLever, type RouterMutationFor } from './router-lever.ts';
import { RuleLever } from './rule-lever.ts';
import { ruleReader } from './rule-reader.ts';
import { ShadowRule } from './shadow-rule.ts';

export interface ActuationParts {
  readonly profile: ServiceProfile;
  readonly deployment: Deployment;
  readonly clients: AwsClients;
  readonly calls: Calls;
  readonly nowMs: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Where the plans of rollouts are kept; of a live run only. */
  readonly folder: string;
  /** Null: the profile's router is `weights`. */
  readonly routerMutation: RouterMutationFor | null;
}

/** What acts on AWS, and what the policy is shown of the fleet. */
export interface Acting {
  readonly actuator: Actuator;
  readonly viewer: FleetViewer;
}

/** Through a live writer (or one that wraps it). */
export function actLive(parts: ActuationParts, writer: Writer): Acting {
  const { clients, calls, deployment, nowMs } = parts;
  const reader = new FunctionReader(clients.lambda, calls);
  const judge = new CanaryMetrics(clients.cloudWatch, calls, deployment.metrics.offsetSeconds, nowMs);
  const folder = join(parts.folder, deployment.name);
  const pilots = { reader, judge, journalOf: (name: string) => new FileRolloutJournal(folder, name) };
  const reads = { bounds: boundsReader(parts), rule: ruleReader(clients.loadBalancing, calls) };
  return { actuator: actuatorOf(parts, writer, reads, pilots), viewer: trueFleet };
}

/**
 * All reads are real, and nothing is written: `tell` gets each exact request, and what is read back is what it would have done. `wrap` puts
 * something around the writer.
 */
export function actInShadow(
  parts: ActuationParts,
  tell: (request: Request) => void,
  wrap: (writer: Writer) => Writer = (writer) => writer,
): Acting {
  const { clients, calls, deployment, profile, nowMs } = parts;
  const pools = deployment.pools.map(({ autoScalingGroup }, pool) => ({
    autoScalingGroup,
    bootSeconds: profile.pools[pool]!.boot.medianSeconds,
  }));
  const [fleet, rule] = [new ShadowFleet(pools, nowMs), new ShadowRule()];
  const functions = new ShadowFunctions(new FunctionReader(clients.lambda, calls));
  const imagined: readonly Imagines[] = [fleet, rule, functions];
  const pilots = {
    reader: functions,
    judge: new ImaginedCanaries(nowMs),
    journalOf: () => new MemoryRolloutJournal(),
  };
  const read = boundsReader(parts);
  const bounds: ReadBounds = async (group) => {
    const real = await read(group);
    return 'kind' in real ? real : { ...real, desired: fleet.desired(group) ?? real.desired };
  };
  const reads = { bounds, rule: rule.over(ruleReader(clients.loadBalancing, calls)) };
  return { actuator: actuatorOf(parts, wrap(new ShadowWriter(tell, imagined)), reads, pilots), viewer: fleet };
}

interface Reads {
  readonly bounds: ReadBounds;
  readonly rule: ReturnType<typeof ruleReader>;
}

interface Pilots extends Pick<ConstructorParameters<typeof FunctionPilot>[0], 'reader' | 'judge'> {
  journalOf(functionName: string): FileRolloutJournal | MemoryRolloutJournal;
}

function actuatorOf(parts: ActuationParts, writer: Writer, reads: Reads, pilots: Pilots): Actuator {
  const { profile, deployment, routerMutation, nowMs, random } = parts;
  const capacities = deployment.pools.map(
    ({ autoScalingGroup: group }, pool) =>
      new CapacityLever({ pool, poolName: profile.pools[pool]!.name, group, writer, read: reads.bounds }),
  );
  const alarms = deployment.pools.map(({ autoScalingGroup: group, handBackPolicy }, pool) =>
    handBackPolicy === null
      ? null
      : new AlarmsLever({ pool, poolName: profile.pools[pool]!.name, group, writer, read: reads.bounds }),
  );
  const router = routerMutation === null ? null : new RouterLever(routerMutation, writer);
  const { rule } = deployment;
  const weights = rule === null ? null : new RuleLever({ profile, deployment, rule, writer, read: reads.rule, nowMs });
  const functions = new FunctionLever(pilotsOf(parts, writer, pilots));
  return new Actuator({ profile, alarms, capacities, traffic: router ?? weights, functions, nowMs, random });
}

/** [variant] */
function pilotsOf(
  { profile, deployment, nowMs, random }: ActuationParts,
  writer: Writer,
  pilots: Pilots,
): (FunctionPilot | null)[] {
  const { memoryMb, serviceMs } = profile.lambda;
  return deployment.functions.map((deployed, variant) => {
    if (deployed === null) return null;
    const expectedMs = (memory: number) => serviceMs[variant]?.[memoryMb.indexOf(memory)] ?? null;
    const { name, alias } = deployed;
    const { reader, judge } = pilots;
    const journal = pilots.journalOf(name);
    return new FunctionPilot({ function: name, alias, writer, reader, judge, journal, nowMs, random, expectedMs });
  });
}

function boundsReader({ clients, calls }: ActuationParts): ReadBounds {
  return async (name) => {
    const groups = await readGroups(clients.autoScaling, calls, [name]);
    return groups.get(name)!;
  };
}
