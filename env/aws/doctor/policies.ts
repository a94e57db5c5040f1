import type { PoolDeployment } from '../../deployment/deployment.ts';
import { actingPolicies, isPredictive } from './acting-policies.ts';
import { about, type Finding } from './finding.ts';
import type { Check, Patient } from './patient.ts';
import type { Group, Policy } from './shapes.ts';
import { unread } from './unread.ts';

/** What else sets the size of a group: its policies, unless their alarms rest, and its schedule. */
export const policies: Check = async (patient) => {
  const found = await Promise.all(patient.deployment.pools.map((pool) => policiesOf(pool, patient)));
  return found.flat();
};

async function policiesOf(pool: PoolDeployment, { readings }: Patient): Promise<readonly Finding[]> {
  const on = about('policies', pool.autoScalingGroup);
  const group = await readings.group(pool.autoScalingGroup);
  // The check of the groups tells about a group that is not there.
  if (group.value === null) return [];
  const policies = await readings.policies(pool.autoScalingGroup);
  const schedule = await readings.schedule(pool.autoScalingGroup);
  const findings = [
    ...(policies.fault === null ? rivals(pool, group.value, policies.value) : [unread(on, policies.fault)]),
    ...(policies.fault === null ? handBack(pool, policies.value) : []),
    ...(schedule.fault === null
      ? schedule.value.map(({ ScheduledActionName }) =>
          on.problem(
            `The scheduled action ${ScheduledActionName} sets its size, too.`,
            'Delete it; a profile with a higher minimum, or a blackout in the limits, says what it was for.',
          ),
        )
      : [unread(on, schedule.fault)]),
  ];
  return findings.length > 0 ? findings : [on.ok('Nothing else sets its size.')];
}

function rivals(pool: PoolDeployment, group: Group, all: readonly Policy[]): readonly Finding[] {
  const on = about('policies', pool.autoScalingGroup);
  // Live mode lets that policy rest by itself.
  const rivals = actingPolicies(all, group).filter(({ PolicyName }) => PolicyName !== pool.handBackPolicy);
  return rivals.map((policy) =>
    on.problem(
      `The policy ${policy.PolicyName} (${policy.PolicyType}) sets its size, too: the two would fight, and live mode refuses to begin.`,
      isPredictive(policy)
        ? 'Let it forecast only, or delete it: it does not act by alarms, so that it does not rest with them.'
        : 'Suspend the process AlarmNotification of the group, without which its policies rest, or delete the policy.',
    ),
  );
}

function handBack({ autoScalingGroup, handBackPolicy }: PoolDeployment, all: readonly Policy[]): Finding[] {
  const on = about('policies', autoScalingGroup);
  if (handBackPolicy === null) {
    return [
      on.warning(
        'There is no policy to hand back to: when Spillway gives up, the group stays as large as it is.',
        'Declare a target-tracking policy on the group, and name it as handBackPolicy.',
      ),
    ];
  }
  const policy = all.find(({ PolicyName }) => PolicyName === handBackPolicy);
  if (policy === undefined) {
    return [
      on.problem(
        `The policy ${handBackPolicy}, to hand back to, does not exist.`,
        'Create it, or correct handBackPolicy.',
      ),
    ];
  }
  if (policy.PolicyType !== 'TargetTrackingScaling') {
    return [
      on.problem(
        `The policy ${handBackPolicy}, to hand back to, is of the type ${policy.PolicyType}.`,
        'Name a target-tracking policy: it looks after the group by itself.',
      ),
    ];
  }
  if (!policy.Enabled) {
    return [
      on.problem(
        `The policy ${handBackPolicy}, to hand back to, is disabled: handing back would do nothing.`,
        'Enable it, and suspend the process AlarmNotification of the group instead.',
      ),
    ];
  }
  return [];
}
