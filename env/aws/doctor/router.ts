import { faultOf } from '../calls/classify.ts';
import type { RouterCounts } from '../router/counts.ts';
import { type AddressOf, instanceName } from '../router/instance-address.ts';
import { about, type Finding } from './finding.ts';
import type { Check, Patient } from './patient.ts';

/** The overflow router answers on its socket, is configured as Spillway's configuration is, and has servers. */
export const router: Check = async (patient) => {
  if (patient.deployment.router === null || patient.readRouter === null) return [];
  return [await socket(patient, patient.readRouter), ...(await names(patient))];
};

async function socket({ deployment, profile }: Patient, readRouter: () => Promise<RouterCounts>): Promise<Finding> {
  const on = about('router', deployment.router!.socket);
  try {
    const { pools } = await readRouter();
    const slots = pools.map((pool, index) => `${pool.slots ?? 'unknown'} of ${profile.pools[index]!.name}`).join(', ');
    if (pools.some((pool) => pool.slots !== 0)) return on.ok(`Answers; slots that take requests: ${slots}.`);
    return on.warning(
      'Answers, but no VM takes requests.',
      'Wait until one is ready, or look at the health checks of its servers.',
    );
  } catch (error) {
    return on.problem(
      `${faultOf(error, 'the statistics of the router').said}.`,
      'Start HAProxy with the configuration of `spillway router`, and let the controller read and write its socket (docs/router.md).',
    );
  }
}

/** One instance of each group that has any: the others have names of the same kind. */
async function names({ deployment, readings, addressOf }: Patient): Promise<readonly Finding[]> {
  if (addressOf === null) return [];
  const found = await Promise.all(
    deployment.pools.map(async ({ autoScalingGroup }) => {
      const group = (await readings.group(autoScalingGroup)).value;
      const id = group?.Instances.find(({ LifecycleState }) => LifecycleState === 'InService')?.InstanceId ?? '';
      return id === '' ? [] : [await nameOf(autoScalingGroup, id, deployment.region, addressOf)];
    }),
  );
  return found.flat();
}

async function nameOf(group: string, id: string, region: string, addressOf: AddressOf): Promise<Finding> {
  const on = about('router', group);
  const address = await addressOf(id);
  if (address !== null) return on.ok(`Its instances are found by their names: ${id} at ${address.host}.`);
  return on.warning(
    `${instanceName(id, region)} has no address here: the router would not be given its instances.`,
    'Give them resource names with A records (HostnameType, docs/router.md; deploy/fleet.yaml has it), and run the doctor where the controller runs.',
  );
}
