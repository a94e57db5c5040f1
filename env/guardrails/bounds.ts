import type { Action, ServiceProfile } from '../types.ts';
import { asked, type Guardrail, type Situation } from './situation.ts';

/** Every field within what the profile allows. A count that is no number is what was asked for; any other field is then as it was. */
export const bounds: Guardrail = (wanted, situation) => {
  const action = within(wanted, situation);
  const fields = (Object.keys(action) as (keyof Action)[]).filter(
    (field) => JSON.stringify(action[field]) !== JSON.stringify(wanted[field]),
  );
  if (fields.length === 0) return { action: wanted, said: null };
  return { action, said: `Outside of what the profile allows: ${fields.join(', ')} brought back into it.` };
};

function within(wanted: Action, situation: Situation): Action {
  const { profile, observation } = situation;
  const { lambdaShare, maxWaitMs } = wanted.spillover;
  return {
    ...wanted,
    variant: isIndex(wanted.variant, profile.variants.length)
      ? wanted.variant
      : (observation.lastAction?.variant ?? firstAccurate(profile)),
    vmCounts: profile.pools.map(({ min, max }, pool) => {
      const count = wanted.vmCounts[pool] ?? Number.NaN;
      return clamp(Number.isNaN(count) ? asked(situation, pool) : Math.ceil(count), min, max);
    }),
    lambdaMemoryMb: profile.lambda.memoryMb.includes(wanted.lambdaMemoryMb)
      ? wanted.lambdaMemoryMb
      : (observation.lastAction?.lambdaMemoryMb ?? profile.lambda.memoryMb.at(-1)!),
    spillover: {
      maxWaitMs: profile.slo.classes.map((_, index) => waitLimit(maxWaitMs[index])),
      lambdaShare: Number.isNaN(lambdaShare) ? 0 : clamp(lambdaShare, 0, 1),
    },
    ...(wanted.lambdaProvisioned === undefined
      ? {}
      : { lambdaProvisioned: provisioned(wanted.lambdaProvisioned, profile) }),
  };
}

/** What would wait too long goes to Lambda where the limit is no number: the promise before the bill. */
function waitLimit(limit: number | null | undefined): number | null {
  if (limit === null) return null;
  return limit === undefined || Number.isNaN(limit) ? 0 : Math.max(0, limit);
}

function provisioned(count: number, { lambda }: ServiceProfile): number {
  return Number.isNaN(count) ? 0 : clamp(Math.ceil(count), 0, lambda.concurrencyLimit);
}

function firstAccurate({ variants, accuracyFloor }: ServiceProfile): number {
  const index = variants.findIndex(({ accuracy }) => accuracy >= accuracyFloor);
  return index < 0 ? variants.length - 1 : index;
}

function isIndex(value: number, length: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < length;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
