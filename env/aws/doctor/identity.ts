import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Deployment } from '../../deployment/deployment.ts';
import { about } from './finding.ts';
import type { Check } from './patient.ts';
import { shapes } from './shapes.ts';
import { unread } from './unread.ts';

/** Who asks, and whether the resources are where and whose the deployment says. */
export const identity: Check = async ({ readings, deployment }) => {
  const on = about('identity', deployment.region);
  const { identity: client } = readings.clients;
  const { value, fault } = await readings.read('sts:GetCallerIdentity', '', {
    client,
    send: (options) => client.send(new GetCallerIdentityCommand({}), options),
    shape: shapes.identity,
  });
  if (fault !== null) return [unread(on, fault)];
  const { Account: account } = value;
  const foreign = arnsOf(deployment).flatMap((arn) => {
    const [, , , region, owner] = arn.split(':');
    const isHere = region === deployment.region && owner === account;
    if (isHere) return [];
    return about('identity', arn.split(':').slice(5).join(':')).problem(
      `Its ARN is of ${region} and account ${owner}, but the deployment is in ${deployment.region} and the credentials of account ${account}.`,
      'Correct the ARN or the region, or use the credentials of that account.',
    );
  });
  return [on.ok(`Acts as ${value.Arn}.`), ...foreign];
};

function arnsOf({ loadBalancer, rule, pools, functions }: Deployment): readonly string[] {
  const targetGroups = [
    ...pools.flatMap((pool) => pool.targetGroups),
    ...functions.map((one) => one?.targetGroup ?? null),
  ];
  return [...new Set([loadBalancer, rule, ...targetGroups])].filter((arn) => arn !== null);
}
