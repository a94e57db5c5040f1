import { defaultPrices } from '../../env/prices.ts';
import type { Action, Policy, ServiceProfile } from '../../env/types.ts';
import { createPolicy } from '../../policies/registry.ts';
import type { ChaosScript } from './script.ts';

/** A rule that also has every lever moved: every 45 minutes another memory, and Lambda never idle; at times it fails by script. */
export function chaosPolicy(profile: ServiceProfile, { lapses }: ChaosScript, minuteNow: () => number): Policy {
  const rule = createPolicy('mixed', profile, defaultPrices);
  return {
    name: 'own',
    decide(observation) {
      const decision = rule.decide(observation);
      const minute = minuteNow();
      const lapse = lapses.find((one) => minute >= one.minute && minute < one.minute + one.minutes)?.kind ?? null;
      const action = moved(decision.action, profile, minute);
      switch (lapse) {
        case 'throws':
          throw new Error('it was told to');
        case 'nan':
          return { ...decision, action: { ...action, vmCounts: profile.pools.map(() => Number.NaN) } };
        case 'absurd':
          return { ...decision, action: extreme(action, profile, minute) };
        case null:
          return { ...decision, action };
      }
    },
  };
}

function moved(action: Action, { lambda }: ServiceProfile, minute: number): Action {
  const lambdaMemoryMb = lambda.memoryMb[1 + (Math.floor(minute / 45) % (lambda.memoryMb.length - 1))]!;
  const lambdaShare = Math.max(0.1, action.spillover.lambdaShare);
  return { ...action, lambdaMemoryMb, spillover: { ...action.spillover, lambdaShare } };
}

/** All there is, and nothing, in turns. */
function extreme(action: Action, { pools, lambda }: ServiceProfile, minute: number): Action {
  const vmCounts = pools.map(({ min, max }) => (minute % 2 === 0 ? max : min));
  return { ...action, vmCounts, lambdaMemoryMb: lambda.memoryMb[minute % lambda.memoryMb.length]! };
}
