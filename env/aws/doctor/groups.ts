import type { PoolDeployment } from '../../deployment/deployment.ts';
import type { VmPool } from '../../vm-pool.ts';
import { otherUnit } from '../fleet/capacity-unit.ts';
import { permissionTag } from '../permissions.ts';
import { about, type Finding } from './finding.ts';
import type { Check, Patient } from './patient.ts';
import type { Group } from './shapes.ts';
import { unread } from './unread.ts';

/** Processes without which a fleet does not follow its desired size, or its instances get no traffic. */
const needed: readonly string[] = ['Launch', 'Terminate', 'AddToLoadBalancer'];

/** The Auto Scaling groups are there, as large as the profile says, of its instance types, and free to move. */
export const groups: Check = async (patient) => {
  const found = await Promise.all(patient.profile.pools.map((pool, index) => groupOf(pool, index, patient)));
  return found.flat();
};

async function groupOf(pool: VmPool, index: number, { readings, deployment }: Patient): Promise<readonly Finding[]> {
  const { autoScalingGroup } = deployment.pools[index]!;
  const on = about('group', autoScalingGroup);
  const { value: group, fault } = await readings.group(autoScalingGroup);
  if (fault !== null) return [unread(on, fault)];
  if (group === null) {
    return [
      on.problem(
        `There is no such Auto Scaling group in ${deployment.region}.`,
        `Correct pools.${pool.name}.autoScalingGroup, or the region.`,
      ),
    ];
  }
  const findings = [
    ...unit(group),
    ...bounds(pool, group),
    ...instances(pool, group),
    ...suspensions(group),
    ...health(group, deployment.pools[index]!),
    ...tag(group, deployment.pools[index]!),
  ];
  if (findings.length > 0) return findings;
  const serving = group.Instances.filter(({ LifecycleState }) => LifecycleState === 'InService').length;
  return [on.ok(`${serving} of ${group.MinSize} to ${group.MaxSize} ${pool.instanceType} in service.`)];
}

function unit(group: Group): readonly Finding[] {
  const other = otherUnit(group);
  if (other === null) return [];
  return [
    about('group', group.AutoScalingGroupName).problem(
      `Its sizes are counted in ${other}, and not in instances: Spillway leaves it alone.`,
      'Take the weights, or the desired capacity type, out of the group; give each instance type a group and a pool of its own.',
    ),
  ];
}

/** A desired size beyond the group's own bounds is an error, not a clamp (Auto Scaling API reference, SetDesiredCapacity). */
function bounds(pool: VmPool, group: Group): readonly Finding[] {
  const on = about('group', group.AutoScalingGroupName);
  const { MinSize: least, MaxSize: most, DesiredCapacity: desired } = group;
  const findings: Finding[] = [];
  if (most < pool.max) {
    findings.push(
      on.problem(
        `Its maximum is ${most}, but the profile plans with up to ${pool.max}: what is wanted beyond ${most} never comes.`,
        `Lower pools.${pool.name}.max to ${most}, or raise the maximum of the group.`,
      ),
    );
  }
  if (least > pool.min) {
    findings.push(
      on.problem(
        `Its minimum is ${least}, but the profile goes down to ${pool.min}: fewer than ${least} are refused.`,
        `Raise pools.${pool.name}.min to ${least}, or lower the minimum of the group.`,
      ),
    );
  }
  if (desired < pool.min || desired > pool.max) {
    findings.push(
      on.warning(
        `It wants ${desired}, outside of the profile's ${pool.min} to ${pool.max}: live decisions take it there, down in the steps of the limits.`,
        `Check pools.${pool.name}.min and max.`,
      ),
    );
  }
  return findings;
}

function instances(pool: VmPool, group: Group): readonly Finding[] {
  const on = about('group', group.AutoScalingGroupName);
  const all = group.Instances;
  const others = [...new Set(all.map(({ InstanceType }) => InstanceType))].filter(
    (type) => type !== undefined && type !== pool.instanceType,
  );
  const guarded = all.filter(({ ProtectedFromScaleIn }) => ProtectedFromScaleIn).length;
  const findings: Finding[] = [];
  if (others.length > 0) {
    findings.push(
      on.warning(
        `It has instances of ${others.join(', ')}, but the profile's times and prices are those of ${pool.instanceType}.`,
        'Give each instance type a group and a pool of its own.',
      ),
    );
  }
  if (guarded > 0) {
    findings.push(
      on.warning(
        `${guarded} of ${all.length} instances are protected from scale-in: a cut below that does not happen.`,
        'Take the protection away, or raise the minimum of the pool.',
      ),
    );
  }
  return findings;
}

function suspensions(group: Group): readonly Finding[] {
  const on = about('group', group.AutoScalingGroupName);
  const suspended = group.SuspendedProcesses.filter(({ ProcessName }) => needed.includes(ProcessName));
  return suspended.map(({ ProcessName, SuspensionReason }) =>
    on.problem(
      `Its process ${ProcessName} is suspended${SuspensionReason === undefined ? '' : ` (${SuspensionReason})`}.`,
      `Find out who suspended it and why, then resume ${ProcessName}.`,
    ),
  );
}

/** A group does not look at its load balancer's checks unless told to (Auto Scaling user guide, "Health checks for instances in an Auto Scaling group"). */
function health({ HealthCheckType }: Group, pool: PoolDeployment): readonly Finding[] {
  if (pool.targetGroups.every((one) => one === null) || /\bELB\b/.test(HealthCheckType)) return [];
  return [
    about('group', pool.autoScalingGroup).warning(
      `Its health checks are ${HealthCheckType} alone: an instance that its targets find sick takes no requests, counts in its size, and is never replaced.`,
      'Add ELB to its health checks.',
    ),
  ];
}

/** The policies of docs/aws.md allow changes of tagged groups alone. */
function tag(group: Group, pool: PoolDeployment): readonly Finding[] {
  const { key, value } = permissionTag;
  if (group.Tags.some((one) => one.Key === key && one.Value === value)) return [];
  return [
    about('group', pool.autoScalingGroup).warning(
      `It has no tag ${key}=${value}: the policies of docs/aws.md do not let Spillway change it.`,
      `Tag it ${key}=${value}, unless your policies name the group.`,
    ),
  ];
}
