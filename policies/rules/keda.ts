import type { Observation } from '../../env/types.ts';
import { newestRate, RateWindow } from '../demand.ts';
import { policyKind } from '../kind.ts';
import { optionalHeadroom, optionalWaitShare, pool, scaleInDelaySeconds } from '../knobs.ts';
import { count, Rule, short, type Wish } from '../rule.ts';
import { GrowthLimit } from '../scaling/growth-limit.ts';
import { replicasForTotal } from '../scaling/replica-calculator.ts';
import { tolerance } from '../scaling/tolerance.ts';
import { presentVms, type Setting, settingOf, vmsForRate } from '../setting.ts';
import { optionalSpill } from '../spill.ts';

/** Polls that fail in a row before the fallback (failureThreshold). */
const failedPolls = 3;

export const keda = policyKind({
  name: 'keda',
  summary:
    'A Horizontal Pod Autoscaler on the request rate, which is asked for every thirty seconds; no VM without any request.',
  source:
    'KEDA 2.19 (documentation, ScaledObject): an HPA on an external metric with AverageValue, polled every 30 s; active above the activation threshold, ' +
    'back to none after a cooldown of 300 s; a fallback after three failed polls.',
  open:
    'The metric: requests per second over a minute, as a Prometheus query gives them, and the rate that a replica is to have: 70 % of what a VM serves. ' +
    'Without fallbackVms the fallback is currentReplicas: the fleet is held.',
  cadenceSeconds: 15,
  parameters: [
    {
      name: 'target',
      unit: 'share',
      default: 0.7,
      min: 0.05,
      max: 3,
      meaning: 'request rate that a VM is to have, as a share of what keeps it fully busy',
      tune: [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5],
    },
    {
      name: 'windowSeconds',
      unit: 's',
      default: 60,
      min: 1,
      max: 3600,
      meaning: 'the stretch that the rate is taken over',
      tune: [15, 60, 120, 300],
    },
    {
      name: 'pollingSeconds',
      unit: 's',
      default: 30,
      min: 0,
      max: 3600,
      meaning: 'time between two looks at the rate',
    },
    {
      name: 'activationRate',
      unit: 'req/s',
      default: 0,
      min: 0,
      max: 1e9,
      meaning: 'rate above which there is to be a VM at all',
    },
    {
      name: 'cooldownSeconds',
      unit: 's',
      default: 300,
      min: 0,
      max: 86400,
      meaning: 'time at or below the activation rate after which the last VM goes',
    },
    {
      name: 'fallbackVms',
      unit: 'VMs',
      default: null,
      min: 0,
      max: 100000,
      whole: true,
      meaning: 'fleet after three polls without a metric; not set: it is held',
    },
    tolerance,
    { ...scaleInDelaySeconds, tune: [0, 60, 300, 900, 1800] },
    optionalWaitShare,
    optionalHeadroom,
    pool,
  ],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool);
    const scaler = new KedaScaler(setting, values);
    return new Rule({
      name: 'keda',
      setting,
      size: (observation) => scaler.size(observation),
      spill: optionalSpill(setting, values),
      scaleInDelaySeconds: values.scaleInDelaySeconds,
    });
  },
});

interface KedaTerms {
  readonly target: number;
  readonly windowSeconds: number;
  readonly pollingSeconds: number;
  readonly activationRate: number;
  readonly cooldownSeconds: number;
  readonly fallbackVms: number | null;
  readonly tolerance: number;
}

class KedaScaler {
  readonly #setting: Setting;
  readonly #terms: KedaTerms;
  readonly #window: RateWindow;
  readonly #growth = new GrowthLimit();
  #polled: { readonly atSeconds: number; readonly rate: number } | null = null;
  /** When the rate was last above the activation rate, and when there was one at all; null: not looked yet. */
  #activeSeconds: number | null = null;
  #heardSeconds: number | null = null;

  constructor(setting: Setting, terms: KedaTerms) {
    this.#setting = setting;
    this.#terms = terms;
    this.#window = new RateWindow(terms.windowSeconds, setting.profile.metrics);
  }

  size(observation: Observation): Wish | null {
    const { timeSeconds } = observation;
    this.#window.add(observation);
    this.#heardSeconds ??= timeSeconds;
    if (newestRate(observation) === null) return this.#fallBack(timeSeconds - this.#heardSeconds);
    this.#heardSeconds = timeSeconds;
    const rate = this.#poll(timeSeconds);
    if (this.#isActive(timeSeconds, rate)) return this.#scale(observation, rate);
    return {
      vms: 0,
      because: `${this.#said(rate)} have not activated the service for ${this.#terms.cooldownSeconds} s`,
    };
  }

  #fallBack(silentSeconds: number): Wish | null {
    const { fallbackVms, pollingSeconds } = this.#terms;
    if (fallbackVms === null || silentSeconds < failedPolls * pollingSeconds) return null;
    return { vms: fallbackVms, because: `no rate for ${silentSeconds} s: falling back to ${count(fallbackVms)}` };
  }

  #poll(timeSeconds: number): number {
    if (this.#polled === null || timeSeconds - this.#polled.atSeconds >= this.#terms.pollingSeconds) {
      this.#polled = { atSeconds: timeSeconds, rate: this.#window.mean() };
    }
    return this.#polled.rate;
  }

  #isActive(timeSeconds: number, rate: number): boolean {
    const { activationRate, cooldownSeconds } = this.#terms;
    if (this.#activeSeconds === null || rate > activationRate) this.#activeSeconds = timeSeconds;
    return rate > activationRate || timeSeconds - this.#activeSeconds < cooldownSeconds;
  }

  #scale(observation: Observation, rate: number): Wish {
    const { target, tolerance: share } = this.#terms;
    const current = presentVms(this.#setting, observation);
    const wanted = Math.max(1, replicasForTotal(current, vmsForRate(this.#setting, rate), target, share));
    const vms = current === 0 ? 1 : this.#growth.settle(observation.timeSeconds, current, wanted);
    const limit = vms < wanted ? `, ${vms} of them at once` : '';
    return { vms, because: `${this.#said(rate)} need ${count(wanted)} at ${target} of what a VM serves${limit}` };
  }

  #said(rate: number): string {
    return `${short(rate)} req/s over ${this.#terms.windowSeconds} s`;
  }
}
