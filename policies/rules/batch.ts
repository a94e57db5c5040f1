import type { Decision, Observation, Policy, PriceBook } from '../../env/types.ts';
import { type BatchChoice, BatchChooser } from '../batching/batch-choice.ts';
import { fitArrivals } from '../batching/markovian-arrivals.ts';
import { RateWindow } from '../demand.ts';
import { policyKind } from '../kind.ts';
import { headroom } from '../knobs.ts';
import { Rule, short } from '../rule.ts';
import { type Setting, settingOf } from '../setting.ts';
import { spillLate } from '../spill.ts';

export const batch = policyKind({
  name: 'batch',
  summary:
    'Lambda alone: batch size, timeout and memory with the least cost per request for which a model of bursty arrivals keeps the promise; VMs stay at their minimum.',
  source: 'BATCH (Ali et al., SC 2020), and the published code of its successor MBS for the formulas.',
  open:
    'Arrivals are an MMPP(2) of equal phases, fitted to the counts per bin of a window, as single gaps are not seen. The search is a grid in place of Bayesian optimisation. ' +
    'The published code takes timeout / size for the wait in a batch that is not full, which is too short for its first requests: ours wait by their place. ' +
    'Lambda gets what finds no free slot on the VMs that have to run.',
  parameters: [
    {
      name: 'windowSeconds',
      unit: 's',
      default: 3600,
      min: 60,
      max: 86400,
      meaning: 'the stretch of counts that the arrivals are fitted to',
      tune: [600, 3600, 14400],
    },
    {
      name: 'mostSize',
      unit: 'requests',
      default: 16,
      min: 1,
      max: 64,
      whole: true,
      meaning: 'batches hold this many at most; 1: no batches',
      tune: [1, 4, 8, 16],
    },
    {
      name: 'reserve',
      unit: 'share',
      default: 0.3,
      min: 0,
      max: 1,
      meaning: 'part of the misses allowed that the model leaves unused',
      tune: [0, 0.3, 0.6, 0.9],
    },
    headroom,
  ],
  create(profile, prices, values) {
    return new BatchPolicy(settingOf(profile, prices), prices, values);
  },
});

interface Knobs {
  readonly windowSeconds: number;
  readonly mostSize: number;
  readonly reserve: number;
  readonly headroom: number;
}

class BatchPolicy implements Policy {
  readonly name = 'batch';
  readonly #setting: Setting;
  readonly #chooser: BatchChooser;
  readonly #window: RateWindow;
  readonly #rule: Rule;
  /** Null: nothing was seen yet. */
  #choice: BatchChoice | null = null;

  constructor(setting: Setting, prices: PriceBook, knobs: Knobs) {
    this.#setting = setting;
    const { profile, choice } = setting;
    this.#chooser = new BatchChooser({
      profile,
      prices,
      variant: choice.variant,
      lateShare: (1 - knobs.reserve) * (1 - profile.slo.attainment),
      mostSize: knobs.mostSize,
    });
    this.#window = new RateWindow(knobs.windowSeconds, setting.profile.metrics);
    this.#rule = new Rule({
      name: this.name,
      setting,
      size: (observation) => this.#size(observation),
      spill: spillLate(setting, { waitShare: 0, headroom: knobs.headroom }),
    });
  }

  decide(observation: Observation): Decision {
    const decision = this.#rule.decide(observation);
    if (observation.arrivals === null || this.#choice === null) return decision;
    const { batch: lambdaBatch, tier } = this.#choice;
    const lambdaMemoryMb = this.#setting.profile.lambda.memoryMb[tier]!;
    return { ...decision, action: { ...decision.action, lambdaMemoryMb, lambdaBatch } };
  }

  #size(observation: Observation) {
    if (this.#window.add(observation)) this.#choice = this.#choose();
    if (observation.arrivals === null || this.#choice === null) return null;
    const { batch: chosen, tier, usdPerRequest, lateShare } = this.#choice;
    const because =
      `batches of up to ${chosen.size} within ${chosen.timeoutMs} ms at ${this.#setting.profile.lambda.memoryMb[tier]} MB should cost ` +
      `$${short(1e6 * usdPerRequest)} per million requests and be late for ${short(100 * lateShare)} % of them`;
    return { vms: this.#setting.min, because };
  }

  #choose(): BatchChoice {
    const standing = standingPerSecond(this.#setting);
    const rates = this.#window.points.map((one) => Math.max(0, one.perSecond - standing));
    return this.#chooser.choose(fitArrivals(rates, this.#setting.profile.metrics.binSeconds));
  }
}

/** What the VMs serve that have to run. */
function standingPerSecond({ standingPerSecond: others, min, vmPerSecond }: Setting): number {
  return others + min * vmPerSecond;
}
