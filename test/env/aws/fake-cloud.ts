import { faultOf } from '../../../env/aws/calls/classify.ts';
import { Actuator } from '../../../env/aws/levers/actuator.ts';
import { AlarmsLever } from '../../../env/aws/levers/alarms-lever.ts';
import { type Bounds, CapacityLever, type ReadBounds } from '../../../env/aws/levers/capacity-lever.ts';
import { RuleLever } from '../../../env/aws/levers/rule-lever.ts';
import { FunctionLever } from '../../../env/aws/rollout/function-lever.ts';
import type { Mutation, TargetWeight } from '../../../env/aws/writing/mutation.ts';
import type { Writer, Written } from '../../../env/aws/writing/writer.ts';
import type { DeployedService } from '../../../env/deployment/deployment.ts';
import type { Action } from '../../../env/types.ts';
import { lostAnswer, refusal } from './sent-to.ts';

/** What becomes of a write. */
export type Fate = 'done' | 'lost-after' | 'lost-before' | 'throttled' | 'denied' | 'out-of-bounds';

/** A group and a rule, and what is done to them. */
export class FakeCloud implements Writer {
  readonly mode = 'live';
  readonly written: Mutation[] = [];
  group: Bounds = { min: 1, max: 10, desired: 4, suspended: [] };
  weights: readonly TargetWeight[] = [];
  fates: Fate[] = [];
  isReadable = true;
  /** Told in place of the group, as Describe calls may do for a while after a write; null: they tell what is. */
  stale: Bounds | null = null;
  staleWeights: readonly TargetWeight[] | null = null;
  nowMs = 0;

  readonly readGroup: ReadBounds = async () =>
    this.isReadable ? (this.stale ?? this.group) : faultOf(lostAnswer(), 'Describe');

  async write(mutation: Mutation): Promise<Written> {
    this.written.push(mutation);
    const fate = this.fates.shift() ?? 'done';
    const isOut = mutation.kind === 'set-desired-capacity' && mutation.desired > this.group.max;
    if (fate === 'out-of-bounds' || isOut) return this.#refused(refusal('ValidationError', 400));
    if (fate === 'throttled') return this.#refused(refusal('Throttling', 400));
    if (fate === 'denied') return this.#refused(refusal('AccessDenied', 403));
    if (fate !== 'lost-before') this.#apply(mutation);
    if (fate === 'done') return { state: 'done', response: {} };
    return { state: 'unknown', fault: faultOf(lostAnswer(), mutation.kind) };
  }

  #refused(error: Error): Written {
    return { state: 'refused', fault: faultOf(error, 'write') };
  }

  #apply(mutation: Mutation): void {
    if (mutation.kind === 'set-desired-capacity') this.group = { ...this.group, desired: mutation.desired };
    if (mutation.kind === 'suspend-alarms') this.group = { ...this.group, suspended: ['AlarmNotification'] };
    if (mutation.kind === 'modify-rule') this.weights = mutation.weights;
  }
}

/** Of one pool behind a rule, without functions. */
export function actuatorOn(one: FakeCloud, { profile, deployment }: DeployedService): Actuator {
  const pool = { pool: 0, poolName: 'cpu', group: 'g', writer: one, read: one.readGroup };
  const nowMs = () => one.nowMs;
  const rule = 'arn:rule';
  const readRule = async () => ({
    value: { actions: [{ Type: 'forward' as const }], weights: one.staleWeights ?? one.weights },
    fault: null,
  });
  return new Actuator({
    profile,
    alarms: [new AlarmsLever(pool)],
    capacities: [new CapacityLever(pool)],
    traffic: new RuleLever({ profile, deployment, rule, writer: one, read: readRule, nowMs }),
    functions: new FunctionLever([]),
    nowMs,
    random: () => 0.5,
  });
}

export function action(vms: number, lambdaShare = 0): Action {
  return { variant: 1, vmCounts: [vms], lambdaMemoryMb: 1769, spillover: { maxWaitMs: [null, null], lambdaShare } };
}
