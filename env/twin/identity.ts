import type { Service } from './operation.ts';
import type { Place } from './place.ts';

/** Security Token Service: whoever asks is the role of the rehearsal. */
export function identityService({ account }: Place): Service {
  return {
    GetCallerIdentity: () => ({
      UserId: 'AROAEXAMPLE:rehearsal',
      Account: account,
      Arn: `arn:aws:sts::${account}:assumed-role/spillway/rehearsal`,
    }),
  };
}
