import type { Action, ServiceProfile } from '../../env/types.ts';
import type { Prediction, RollOut } from './roll-out.ts';

/** What could have been done instead. */
export interface Alternative {
  /** Who or what speaks for it, such as `one gpu less`; several where they come to the same. */
  readonly names: readonly string[];
  readonly action: Action;
  /** That the learned policy, were it to draw from its doubt, would have this fleet; null: it has none. */
  readonly probability: number | null;
}

export interface PredictedAlternative extends Alternative {
  readonly prediction: Prediction;
}

/** One VM less and one more than an action has, in each of these pools, within their limits. */
export function neighbours({ pools }: ServiceProfile, action: Action, among: readonly number[]): [string, Action][] {
  return among.flatMap((pool): [string, Action][] => {
    const { name, min, max } = pools[pool]!;
    const count = action.vmCounts[pool]!;
    const changed = (change: number) => ({
      ...action,
      vmCounts: action.vmCounts.map((one, index) => (index === pool ? one + change : one)),
    });
    return [
      ...(count > min ? [[`one ${name} less`, changed(-1)] satisfies [string, Action]] : []),
      ...(count < max ? [[`one ${name} more`, changed(1)] satisfies [string, Action]] : []),
    ];
  });
}

/** Those that come to the same as one, in the order in which they are first named. */
export function distinct(
  named: readonly (readonly [name: string, action: Action])[],
  probability: (action: Action) => number | null,
): Alternative[] {
  const byAction = new Map<string, { names: string[]; action: Action }>();
  for (const [name, action] of named) {
    const key = keyOf(action);
    const known = byAction.get(key);
    if (known) known.names.push(name);
    else byAction.set(key, { names: [name], action });
  }
  return [...byAction.values()].map(({ names, action }) => ({ names, action, probability: probability(action) }));
}

/** What it makes of the fleet, the model and the spillover; nothing else tells two actions apart. */
function keyOf(action: Action): string {
  const { variant, vmCounts, lambdaMemoryMb, spillover, lambdaProvisioned = 0, lambdaBatch = null } = action;
  const { maxWaitMs, lambdaShare } = spillover;
  return JSON.stringify([variant, vmCounts, lambdaMemoryMb, maxWaitMs, lambdaShare, lambdaProvisioned, lambdaBatch]);
}

export async function predicted(
  alternatives: readonly Alternative[],
  rollOut: RollOut,
): Promise<PredictedAlternative[]> {
  const all: PredictedAlternative[] = [];
  for (const one of alternatives) all.push({ ...one, prediction: await rollOut.predict(one.action) });
  return all;
}
