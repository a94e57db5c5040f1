import type { Decision, Observation, Workload } from '../../env/types.ts';
import { expectedRequests } from '../../env/workload/mean-rates.ts';
import { type Clairvoyant, policyKind } from '../kind.ts';
import { headroom, pool, waitShare } from '../knobs.ts';
import { FleetPlan } from '../planning/fleet-plan.ts';
import { horizonTerms } from '../planning/horizon-terms.ts';
import { lambdaFactor } from '../planning/knobs.ts';
import { LevelHorizon } from '../planning/level-horizon.ts';
import { LevelUse } from '../planning/level-use.ts';
import { count, Rule, short } from '../rule.ts';
import { presentVms, type Setting, settingOf, vmsForRate } from '../setting.ts';
import { spillLate } from '../spill.ts';

export const mpcPerfect = policyKind({
  name: 'mpc-perfect',
  summary:
    'Model predictive control that knows the next minutes: the cheapest way through them for each VM of the fleet, ' +
    'of which it takes the first step, and then plans anew.',
  source:
    'The optimal-control rival; per level by Albers and Quedenfeld (SPAA 2018), with the boot in every branch of the plan. ' +
    'A yardstick: the difference to mpc is what a better forecast could be worth, the rest is control.',
  open:
    'How far it sees: lookAheadSeconds, at which nothing that runs has any value left. Known are the bins of the metrics; ' +
    'what arrives within one and how long a boot takes remains chance, and a boot is planned with its median. ' +
    'A VM that goes is paid for while it drains.',
  isClairvoyant: true,
  parameters: [
    {
      name: 'lookAheadSeconds',
      unit: 's',
      default: 1800,
      min: 60,
      max: 1e9,
      meaning: 'the demand of this much time is known; what lies behind it is left out',
      tune: [300, 600, 900, 1800, 3600],
    },
    lambdaFactor,
    waitShare,
    headroom,
    pool,
  ],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool, values.waitShare);
    const steps = Math.ceil(values.lookAheadSeconds / profile.decisionSeconds);
    return new PerfectPlanner(setting, steps, values);
  },
});

interface Knobs {
  readonly lookAheadSeconds: number;
  readonly lambdaFactor: number;
  readonly waitShare: number;
  readonly headroom: number;
}

class PerfectPlanner implements Clairvoyant {
  readonly name = 'mpc-perfect';
  readonly #setting: Setting;
  readonly #steps: number;
  readonly #plan: FleetPlan;
  readonly #horizon: LevelHorizon;
  readonly #rule: Rule;
  /** [bin] VMs that the demand keeps busy; empty: nothing was foretold. */
  #busyVms = new Float64Array(0);

  constructor(setting: Setting, steps: number, values: Knobs) {
    const { decisionSeconds } = setting.profile;
    this.#setting = setting;
    this.#steps = steps;
    this.#plan = new FleetPlan(setting, decisionSeconds);
    this.#horizon = new LevelHorizon(horizonTerms(setting, decisionSeconds, values.lambdaFactor), steps);
    this.#rule = new Rule({
      name: this.name,
      setting,
      size: (observation) => {
        if (this.#busyVms.length === 0)
          return { vms: presentVms(setting, observation), because: 'nothing was foretold, so what there is stays' };
        const vms = this.#size(observation);
        const now = this.#busyVms[this.#binAt(observation.timeSeconds)] ?? 0;
        return {
          vms,
          because: `${short(now)} VMs will be busy next, and over the ${values.lookAheadSeconds} s that are known ${count(vms)} pay for themselves`,
        };
      },
      spill: spillLate(setting, values),
    });
  }

  foresee(future: Workload): void {
    const { binSeconds } = this.#setting.profile.metrics;
    const bins = Math.ceil((future.requests.length * future.stepSeconds) / binSeconds);
    this.#busyVms = Float64Array.from({ length: bins }, (_, bin) =>
      vmsForRate(this.#setting, expectedRequests(future, bin * binSeconds, (bin + 1) * binSeconds) / binSeconds),
    );
  }

  decide(observation: Observation): Decision {
    return this.#rule.decide(observation);
  }

  #binAt(timeSeconds: number): number {
    return Math.round(timeSeconds / this.#setting.profile.metrics.binSeconds);
  }

  #size(observation: Observation): number {
    const perStep = this.#binAt(this.#setting.profile.decisionSeconds);
    const first = this.#binAt(observation.timeSeconds);
    const known = this.#busyVms.subarray(first, first + this.#steps * perStep);
    if (known.length === 0) return this.#plan.hold(observation);
    const mostBusy = known.reduce((most, one) => Math.max(most, one), 0);
    const levels = Math.min(this.#setting.max, Math.ceil(mostBusy));
    const use = new LevelUse(Math.ceil(known.length / perStep), levels);
    for (let step = 0; step < use.steps; step++) use.tell(step, known.subarray(step * perStep, (step + 1) * perStep));
    return this.#plan.vms(observation, levels, (level, bootSteps) => this.#horizon.price(use.of(level), bootSteps));
  }
}
