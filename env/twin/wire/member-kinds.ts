import type { ServiceName } from '../operation.ts';

/** Which members of a service's inputs are no strings, where the wire does not say so itself. */
export interface MemberKinds {
  readonly numbers: ReadonlySet<string>;
  readonly booleans: ReadonlySet<string>;
  readonly times: ReadonlySet<string>;
}

const kinds = (numbers: string, booleans: string, times: string): MemberKinds => ({
  numbers: new Set(numbers.split(' ')),
  booleans: new Set(booleans.split(' ')),
  times: new Set(times.split(' ')),
});

const none = kinds('', '', '');

export const memberKinds: Readonly<Record<ServiceName, MemberKinds>> = {
  monitoring: kinds(
    'Period MaxDatapoints StorageResolution Values Counts SampleCount Sum Minimum Maximum',
    'ReturnData IncludeLinkedAccounts',
    'StartTime EndTime Timestamp',
  ),
  autoscaling: kinds(
    'DesiredCapacity MaxRecords',
    'HonorCooldown IncludeInstances IncludeDeletedGroups PropagateAtLaunch ProtectedFromScaleIn',
    'StartTime EndTime',
  ),
  elasticloadbalancing: kinds('PageSize Weight Order Port DurationSeconds Priority', 'Enabled', ''),
  sts: none,
  lambda: none,
  dynamodb: none,
  ssm: none,
};
