import { DescribeScalingActivitiesCommand } from '@aws-sdk/client-auto-scaling';
import type { VmPool } from '../../vm-pool.ts';
import type { Examination } from './examination.ts';
import { about, type Finding } from './finding.ts';
import type { Check, Patient } from './patient.ts';
import { type Activity, shapes } from './shapes.ts';
import { unread } from './unread.ts';

/** Fewer boots tell little. */
const fewBoots = 3;
/** Two of three boots of a lognormal lie within one sigma; a median of several that is off by three is another one. */
const sigmas = 3;
/** A profile that is exact about its boots is not held to less than this. */
const leastSigma = 0.1;

/** Boot times of recent launches against those of the profile, and launches that failed. */
export const boots: Check = async (patient) => {
  const found = await Promise.all(
    patient.profile.pools.map((pool, index) =>
      bootsOf(pool, patient.deployment.pools[index]!.autoScalingGroup, patient),
    ),
  );
  return found.flat();
};

async function bootsOf(pool: VmPool, group: string, { readings }: Patient): Promise<readonly Finding[]> {
  const on = about('boots', group);
  if ((await readings.group(group)).value === null) return [];
  const { value, fault } = await activitiesOf(group, readings);
  if (fault !== null) return [unread(on, fault)];
  const launches = value.Activities.filter(({ Description }) => /^Launching/.test(Description));
  const [newest] = launches;
  const failed =
    newest?.StatusCode === 'Failed' || newest?.StatusCode === 'Cancelled'
      ? [
          on.problem(
            `Its newest launch failed: ${newest.StatusMessage ?? newest.StatusCode}.`,
            'Mend what the message names: quota, capacity, launch template, subnets.',
          ),
        ]
      : [];
  return [...failed, bootTimes(pool, launches.flatMap(secondsOf), on)];
}

/** The newest hundred. */
function activitiesOf(group: string, readings: Examination) {
  const { autoScaling: client } = readings.clients;
  const command = new DescribeScalingActivitiesCommand({ AutoScalingGroupName: group, MaxRecords: 100 });
  const send = (options: { readonly abortSignal: AbortSignal }) => client.send(command, options);
  return readings.read('autoscaling:DescribeScalingActivities', group, { client, send, shape: shapes.activities });
}

/** From the start of the launch until the instance was in service. */
function secondsOf({ StatusCode, StartTime, EndTime }: Activity): number[] {
  if (StatusCode !== 'Successful' || StartTime === undefined || EndTime === undefined) return [];
  return [(EndTime.getTime() - StartTime.getTime()) / 1000];
}

function bootTimes(pool: VmPool, seconds: readonly number[], on: ReturnType<typeof about>): Finding {
  if (seconds.length < fewBoots) {
    return on.unknown(
      `${rememberedWords(seconds.length)} too few to compare with the profile's ${pool.boot.medianSeconds} s.`,
      'Look again after a few launches; a rehearsal or a scale-out by hand makes some.',
    );
  }
  const median = [...seconds].sort((a, b) => a - b)[Math.floor(seconds.length / 2)]!;
  const factor = Math.exp(sigmas * Math.max(pool.boot.sigma, leastSigma));
  const said = `The median of ${seconds.length} boots was ${Math.round(median)} s`;
  if (median <= pool.boot.medianSeconds * factor && median >= pool.boot.medianSeconds / factor) {
    return on.ok(`${said}; the profile says ${pool.boot.medianSeconds} s.`);
  }
  return on.warning(
    `${said}, but the profile says ${pool.boot.medianSeconds} s: decisions come too early or too late.`,
    `Measure from launch to the first answer, and correct pools.${pool.name}.boot.`,
  );
}

function rememberedWords(count: number): string {
  if (count === 0) return 'No launch is remembered:';
  return `Only ${count} ${count === 1 ? 'launch is' : 'launches are'} remembered:`;
}
