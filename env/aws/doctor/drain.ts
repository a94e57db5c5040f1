import { DescribeLifecycleHooksCommand } from '@aws-sdk/client-auto-scaling';
import type { VmPool } from '../../vm-pool.ts';
import { about, type Finding } from './finding.ts';
import type { Check, Patient } from './patient.ts';
import { shapes } from './shapes.ts';
import { unread } from './unread.ts';

/**
 * Behind an overflow router nothing but a lifecycle hook keeps an instance from going while requests are on it: the router stops sending at the
 * decision after the instance has left InService, and what it has then still takes its time.
 */
export const drain: Check = async (patient) => {
  if (patient.deployment.router === null) return [];
  return Promise.all(patient.profile.pools.map((pool, index) => drainOf(pool, index, patient)));
};

async function drainOf(pool: VmPool, index: number, { readings, deployment, profile }: Patient): Promise<Finding> {
  const { autoScalingGroup } = deployment.pools[index]!;
  const on = about('drain', autoScalingGroup);
  const { autoScaling: client } = readings.clients;
  const { value, fault } = await readings.read('autoscaling:DescribeLifecycleHooks', autoScalingGroup, {
    client,
    send: (options) =>
      client.send(new DescribeLifecycleHooksCommand({ AutoScalingGroupName: autoScalingGroup }), options),
    shape: shapes.hooks,
  });
  if (fault !== null) return unread(on, fault);
  const neededSeconds = profile.decisionSeconds + pool.drainSeconds;
  const waits = value.LifecycleHooks.filter(
    ({ LifecycleTransition }) => LifecycleTransition === 'autoscaling:EC2_INSTANCE_TERMINATING',
  ).map(({ HeartbeatTimeout }) => HeartbeatTimeout);
  const longest = Math.max(0, ...waits);
  if (longest >= neededSeconds) return on.ok(`An instance that is told to go stays for ${longest} s.`);
  const said =
    waits.length === 0
      ? 'It has no lifecycle hook on termination: requests on an instance that goes are cut off.'
      : `Its lifecycle hook on termination lasts ${longest} s, but a decision and the drain of the pool take ${neededSeconds} s: requests may be cut off.`;
  return on.warning(said, `Give it one that lasts ${neededSeconds} s (docs/router.md; deploy/fleet.yaml has it).`);
}
