import type { PriceBook, ServiceProfile } from '../env/types.ts';
import { atCadence } from '../policies/cadence.ts';
import type { JudgedPolicy, Parts } from './parts.ts';

/** A policy and the profile that it is made for and run with: where it has a clock of its own, with its time between decisions. */
export interface ClockedPolicy {
  readonly profile: ServiceProfile;
  readonly policy: JudgedPolicy;
}

export async function policyOnItsClock(
  specification: string,
  profile: ServiceProfile,
  prices: PriceBook,
  parts: Pick<Parts, 'policy'>,
): Promise<ClockedPolicy> {
  const policy = await parts.policy(specification, profile, prices);
  const own = atCadence(profile, policy.cadenceSeconds ?? profile.decisionSeconds);
  return own === profile
    ? { profile, policy }
    : { profile: own, policy: await parts.policy(specification, own, prices) };
}
