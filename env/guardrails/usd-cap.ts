import type { Action } from '../types.ts';
import { asked, existing, type Guardrail, type Situation } from './situation.ts';

type Prices = Pick<Situation, 'usdPerHour' | 'lambdaProvisionedUsdPerGbSecond'>;

/** VMs at list price, booting ones too, and provisioned environments; not what Lambda costs per request, nor VMs that drain. */
export function usdPerHourOf(action: Action, prices: Prices): number {
  const vms = action.vmCounts.reduce((sum, count, pool) => sum + count * prices.usdPerHour[pool]!, 0);
  return vms + (action.lambdaProvisioned ?? 0) * provisionedUsdPerHour(action, prices);
}

function provisionedUsdPerHour({ lambdaMemoryMb }: Action, prices: Prices): number {
  return (lambdaMemoryMb / 1024) * 3600 * prices.lambdaProvisionedUsdPerGbSecond;
}

/**
 * Growth only as far as the dollars per hour reach, the first pools first. What was asked for, and the minimum of each pool, is not taken away;
 * and what is to go costs until it is gone, since others are launched before.
 */
export const usdCap: Guardrail = (wanted, situation) => {
  const cap = situation.limits.usdPerHour;
  if (cap === null || usdPerHourOf(whileChanging(wanted, situation), situation) <= cap)
    return { action: wanted, said: null };
  const action = affordable(wanted, situation, cap);
  const isSame = usdPerHourOf(action, situation) === usdPerHourOf(wanted, situation);
  return {
    action: isSame ? wanted : action,
    said: isSame ? null : `More than $${cap} per hour: growth is cut to fit.`,
  };
};

function whileChanging(wanted: Action, situation: Situation): Action {
  const there = (pool: number) => Math.max(existing(situation, pool), asked(situation, pool));
  return { ...wanted, vmCounts: wanted.vmCounts.map((count, pool) => Math.max(count, there(pool))) };
}

function affordable(wanted: Action, situation: Situation, cap: number): Action {
  const floor = wanted.vmCounts.map((count, pool) =>
    Math.min(count, Math.max(asked(situation, pool), situation.profile.pools[pool]!.min)),
  );
  const environments = Math.min(
    wanted.lambdaProvisioned ?? 0,
    situation.observation.lastAction?.lambdaProvisioned ?? 0,
  );
  const least: Action = { ...wanted, vmCounts: floor, lambdaProvisioned: environments };
  let left = Math.max(0, cap - usdPerHourOf(whileChanging(least, situation), situation));
  const fitting = (more: number, price: number) => {
    const added = price > 0 ? Math.min(more, Math.floor(left / price + 1e-9)) : more;
    left -= added * price;
    return added;
  };
  const vmCounts = wanted.vmCounts.map(
    (count, pool) => floor[pool]! + fitting(count - floor[pool]!, situation.usdPerHour[pool]!),
  );
  if (wanted.lambdaProvisioned === undefined) return { ...wanted, vmCounts };
  const more = fitting(wanted.lambdaProvisioned - environments, provisionedUsdPerHour(wanted, situation));
  return { ...wanted, vmCounts, lambdaProvisioned: environments + more };
}
