import type { Action, Decision, Observation, Policy, ServiceProfile } from '../../env/types.ts';

/** Turns any policy towards cheaper or towards more in time, without knowing how it decides. */
export interface Knob {
  /** Every count of VMs is multiplied by this, rounded, and kept within its pool. */
  readonly vms: number;
  /** Requests may wait longer before they spill, by this part of their deadline; a share sent to Lambda is divided by 1 + this. */
  readonly patience: number;
}

/** Where a cost-attainment curve is measured beside the policy itself: fewer and more VMs, and more and more patience. */
export const curveKnobs: readonly Knob[] = [
  ...[0.8, 0.9, 1.1, 1.25, 1.5, 2].map((vms) => ({ vms, patience: 0 })),
  ...[0.1, 0.25, 0.5, 1].map((patience) => ({ vms: 1, patience })),
];

/** The policy is shown its own wishes as those in force, so that the factor acts once and not at every decision anew. */
export function turned(policy: Policy, knob: Knob, profile: ServiceProfile): Policy {
  let own: Action | null = null;
  const decide = (observation: Observation): Decision => {
    const { action, reason } = policy.decide({ ...observation, lastAction: own });
    own = action;
    return { action: turnedAction(action, knob, profile), reason };
  };
  return { name: policy.name, decide };
}

function turnedAction(action: Action, { vms, patience }: Knob, { pools, slo }: ServiceProfile): Action {
  const { maxWaitMs, lambdaShare } = action.spillover;
  return {
    ...action,
    vmCounts: action.vmCounts.map((count, pool) => {
      const { min, max } = pools[pool]!;
      return Math.min(max, Math.max(min, Math.round(vms * count)));
    }),
    spillover: {
      maxWaitMs: maxWaitMs.map((wait, index) =>
        wait === null ? null : wait + patience * slo.classes[index]!.deadlineMs,
      ),
      lambdaShare: lambdaShare / (1 + patience),
    },
  };
}
