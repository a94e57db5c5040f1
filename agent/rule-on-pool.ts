import type { Observation, PriceBook, ServiceProfile } from '../env/types.ts';
import { defaultValues, type PolicyKind } from '../policies/kind.ts';
import { stockSeconds } from '../policies/overload-price.ts';
import { settingOf } from '../policies/setting.ts';
import type { LevelPool } from './level-terms.ts';
import { firstWaitShare } from './light-waits.ts';

/** A rule with its defaults, for a service that has one pool alone: what the others serve it never sees, and what it leaves goes where the levels' work goes. */
export class RuleOnPool {
  readonly #rule: ReturnType<PolicyKind['create']>;
  readonly #pool: number;

  /** @param isLast in the stack: what it leaves goes to Lambda, which is priced as the agent prices it */
  constructor(rule: PolicyKind, levels: LevelPool, profile: ServiceProfile, prices: PriceBook, isLast: boolean) {
    const alone = { ...profile, pools: [profile.pools[levels.pool]!] };
    // Lines are as long as the agent lets them be.
    const waitShare = firstWaitShare(alone, settingOf(alone, prices).choice);
    const elsewhere = isLast
      ? { creditSeconds: stockSeconds }
      : { lambdaFactor: levels.terms.ratio / settingOf(alone, prices, null, waitShare).ratio };
    this.#rule = rule.create(alone, prices, { ...defaultValues(rule), waitShare, ...elsewhere });
    this.#pool = levels.pool;
  }

  /** @param served requests per second that others serve @returns VMs */
  vms(observation: Observation, served: number): number {
    const { arrivals, pools, lastAction } = observation;
    const left = arrivals && { ...arrivals, value: arrivals.value.map((rate) => Math.max(0, rate - served)) };
    const { action } = this.#rule.decide({
      ...observation,
      arrivals: left,
      pools: [pools[this.#pool]!],
      lastAction: lastAction && { ...lastAction, vmCounts: [lastAction.vmCounts[this.#pool]!] },
    });
    return action.vmCounts[0]!;
  }
}
