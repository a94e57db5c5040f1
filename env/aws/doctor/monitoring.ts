import { bucketMs, type MetricQuery } from '../metrics/metric-query.ts';
import { about, type Finding } from './finding.ts';
import type { Check, Patient } from './patient.ts';
import { recentSeries } from './recent-series.ts';
import { unread } from './unread.ts';

/**
 * Whether the CPU of a group with a hand-back policy is reported by the minute. Spillway does not read it; a target-tracking policy
 * on the CPU does, and is five minutes behind with basic monitoring (EC2 user guide, detailed monitoring).
 */
export const monitoring: Check = async (patient) => {
  const pools = patient.deployment.pools.filter(({ handBackPolicy }) => handBackPolicy !== null);
  return Promise.all(pools.map(({ autoScalingGroup }) => monitoringOf(autoScalingGroup, patient)));
};

async function monitoringOf(group: string, patient: Patient): Promise<Finding> {
  const on = about('monitoring', group);
  const dimensions = { AutoScalingGroupName: group };
  const query: MetricQuery = { namespace: 'AWS/EC2', name: 'CPUUtilization', dimensions, stat: 'Average' };
  const { value, fault } = await recentSeries(patient, [query]);
  if (fault !== null) return unread(on, fault);
  const starts = (value[0] ?? []).map(({ startMs }) => startMs).sort((a, b) => a - b);
  const gaps = starts.slice(1).map((startMs, index) => (startMs - starts[index]!) / bucketMs);
  if (gaps.length === 0) {
    return on.unknown(
      'Its instances reported no CPU within the last hour.',
      'Look again once some have run for a while.',
    );
  }
  if (Math.min(...gaps) <= 1) return on.ok('Its CPU is reported by the minute.');
  return on.warning(
    `Its CPU is reported every ${Math.min(...gaps)} minutes: the policy to hand back to would be slow.`,
    'Switch detailed monitoring on in its launch template, if the policy follows the CPU.',
  );
}
