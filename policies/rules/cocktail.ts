import type { Observation } from '../../env/types.ts';
import { FleetRule } from '../fleet-rule.ts';
import { type FleetPool, fleetSettingOf } from '../fleet-setting.ts';
import { ForecastFeed } from '../forecast/feed.ts';
import { policyKind } from '../kind.ts';
import { headroom, margin, scaleInDelaySeconds, waitShare } from '../knobs.ts';
import { forecaster, forecasterOf } from '../planning/knobs.ts';
import { short } from '../rule.ts';
import { presentCounts } from '../setting.ts';
import { spillLate } from '../spill.ts';

export const cocktail = policyKind({
  name: 'cocktail',
  summary:
    'Weighted autoscaling: every pool gets its share of recent use of the demand forecast for the end of its boot; Lambda serves what gets no slot in time.',
  source: 'Cocktail (Gunasekaran et al., NSDI 2022), its weighted autoscaling of model pools.',
  open:
    'Only the weights are taken over: no ensembles, no spot VMs, and the pools are those of VMs. A pool is weighed by the work that it did, by its utilisation, over a window; ' +
    'until one is known by its capacity. Forecaster and margin are a choice of ours, and so is Lambda for the rest: Cocktail has none.',
  parameters: [
    { ...forecaster, default: 2 },
    margin,
    {
      name: 'weightWindowSeconds',
      unit: 's',
      default: 600,
      min: 1,
      max: 86400,
      meaning: 'time in which the weight of old use fades to half',
      tune: [120, 600, 3600],
    },
    scaleInDelaySeconds,
    waitShare,
    headroom,
  ],
  create(profile, prices, values) {
    const { setting, pools } = fleetSettingOf(profile, prices);
    const predictor = forecasterOf(values.forecaster, profile.decisionSeconds);
    const feed = new ForecastFeed(predictor, profile.decisionSeconds);
    const fading = 2 ** (-profile.decisionSeconds / values.weightWindowSeconds);
    const weights = new PoolWeights(pools, fading);
    const size = (observation: Observation) => {
      feed.add(observation);
      if (observation.arrivals === null) return null;
      weights.see(observation, presentCounts(setting, observation));
      const predicted = (seconds: number) => {
        const steps = feed.stepsTo(observation.timeSeconds + seconds);
        return predictor.forecast(steps)?.at(-1) ?? observation.arrivals!.value.at(-1)!;
      };
      const vmCounts = profile.pools.map((one) => one.min);
      const told = pools.map((one, index) => {
        const share = weights.share(index);
        const rate = predicted(one.bootSeconds);
        vmCounts[one.pool] = Math.ceil((values.margin * share * rate) / one.perSecond);
        return `${short(100 * share)} % of ${short(rate)} req/s`;
      });
      return { vmCounts, because: `of the demand forecast for the end of a boot the pools get ${told.join(', ')}` };
    };
    return new FleetRule({
      name: 'cocktail',
      setting,
      size,
      recall: (past) => feed.recall(past),
      spill: spillLate(setting, values),
      scaleInDelaySeconds: values.scaleInDelaySeconds,
    });
  },
});

/** Each pool's part of the work that the pools did lately. */
class PoolWeights {
  readonly #pools: readonly FleetPool[];
  readonly #fading: number;
  /** [pool] Faded sum of requests per second; null: nothing was seen yet. */
  #work: readonly number[] | null = null;

  constructor(pools: readonly FleetPool[], fading: number) {
    this.#pools = pools;
    this.#fading = fading;
  }

  /** @param present [pool of the profile] VMs asked for, which stand in until some work was done */
  see(observation: Observation, present: readonly number[]): void {
    const done = this.#pools.map(({ pool, perSecond }) => {
      const busy = observation.utilization[pool]?.value ?? null;
      return busy === null ? null : busy * (observation.pools[pool]?.ready ?? 0) * perSecond;
    });
    const isKnown = done.some((one) => one !== null && one > 0);
    const asked = this.#pools.map(({ pool, perSecond }) => (present[pool] ?? 0) * perSecond);
    const newest = isKnown ? done.map((one) => one ?? 0) : asked;
    if (this.#work === null) this.#work = newest;
    else if (isKnown) this.#work = this.#work.map((one, index) => this.#fading * one + newest[index]!);
  }

  /** The first pool takes everything while nothing is there to weigh. */
  share(index: number): number {
    const total = this.#work?.reduce((sum, one) => sum + one, 0) ?? 0;
    return total > 0 ? this.#work![index]! / total : Number(index === 0);
  }
}
