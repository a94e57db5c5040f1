import type { Policy, PriceBook, ServiceProfile } from '../env/types.ts';
import { defaultValues, type PolicyKind } from '../policies/kind.ts';
import { stockSeconds } from '../policies/overload-price.ts';
import type { LevelPool } from './level-terms.ts';

/** A rule with its defaults, on that pool alone, which prices overload as the agent does. */
export function ruleOnPool(rule: PolicyKind, { pool }: LevelPool, profile: ServiceProfile, prices: PriceBook): Policy {
  return rule.create(profile, prices, { ...defaultValues(rule), creditSeconds: stockSeconds, pool: pool + 1 });
}
