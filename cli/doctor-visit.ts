import { ClockSkew } from '../env/aws/calls/clock-skew.ts';
import { Examination } from '../env/aws/doctor/examination.ts';
import { examine } from '../env/aws/doctor/examine.ts';
import type { Finding } from '../env/aws/doctor/finding.ts';
import type { Patient } from '../env/aws/doctor/patient.ts';
import { readCounts } from '../env/aws/router/counts.ts';
import { addressByName } from '../env/aws/router/instance-address.ts';
import { RuntimeSocket } from '../env/aws/router/runtime-socket.ts';
import { twinSocket } from '../env/aws/router/twin-socket.ts';
import type { AwsAccess } from './live/aws-access.ts';

type Known = Pick<Patient, 'deployment' | 'profile' | 'prices' | 'limits'>;

/** A file of its own, so that the command's help need not load the SDK. */
export async function visit(
  known: Known,
  { clients, endpoint, now }: AwsAccess,
  machineNow: () => Date,
): Promise<readonly Finding[]> {
  const skew = new ClockSkew(clients, machineNow);
  const { router } = known.deployment;
  const socket = router && new RuntimeSocket(endpoint === null ? router.socket : twinSocket(endpoint));
  return examine({
    ...known,
    readings: new Examination(clients),
    readRouter: socket && (() => readCounts(socket, known.profile)),
    addressOf: router && endpoint === null ? addressByName(known.deployment.region, router.instancePort) : null,
    skewSeconds: () => skew.seconds,
    now: now(),
  });
}
