import type { Action, Decision, Policy } from '../../env/types.ts';
import { observation, type Seen } from './example-service.ts';

/** Lets a policy decide once a minute; whatever it asks for is ready at the next decision. */
export function drive(policy: Policy, minutes: readonly Seen[], found = 1): Decision[] {
  let lastAction: Action | null = null;
  let ready = found;
  return minutes.map((seen, minute) => {
    const decision = policy.decide(observation({ timeSeconds: 60 * minute, ready, lastAction, ...seen }));
    lastAction = decision.action;
    ready = decision.action.vmCounts[0]!;
    return decision;
  });
}

export function vmsOf(decisions: readonly Decision[]): number[] {
  return decisions.map((one) => one.action.vmCounts[0]!);
}
