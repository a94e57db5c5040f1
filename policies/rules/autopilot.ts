import type { Observation, Workload } from '../../env/types.ts';
import { seenUntilSeconds } from '../demand.ts';
import { policyKind } from '../kind.ts';
import { optionalHeadroom, optionalWaitShare, pool, scaleInDelaySeconds, utilization } from '../knobs.ts';
import { count, Rule, short } from '../rule.ts';
import { DecayingHistogram } from '../scaling/decaying-histogram.ts';
import { presentVms, type Setting, settingOf, vmsForRate } from '../setting.ts';
import { optionalSpill } from '../spill.ts';

export const autopilot = policyKind({
  name: 'autopilot',
  summary:
    'VMs for a percentile of the load of a window in which old load fades, at a target utilisation; fewer only once that has been so for a time.',
  source:
    'Horizontal scaling of Autopilot (Rzadca et al., EuroSys 2020, section 3.3): the 95th percentile or the peak of the usage over a target utilisation; deferred downscaling, ' +
    'slow decay, small changes ignored, growth limited.',
  open:
    'All numbers but the percentile: job owners set them. Usage is the demand, in VMs that it keeps busy, per bin of the metrics; weights halve every half hour; a change of less than ' +
    'a tenth is small; a decision may double the ready VMs. Demand before the start is remembered.',
  parameters: [
    {
      name: 'percentile',
      unit: 'share',
      default: 0.95,
      min: 0,
      max: 1,
      meaning: 'share of the weighted load that the fleet is to cover; 1: the peak',
      tune: [0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1],
    },
    {
      name: 'halfLifeSeconds',
      unit: 's',
      default: 1800,
      min: 1,
      max: 1e7,
      meaning: 'age at which load counts half',
      tune: [60, 120, 300, 600, 1800, 3600, 14400, 43200],
    },
    { ...utilization, tune: [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2] as const, max: 3 },
    {
      name: 'smallChange',
      unit: 'share',
      default: 0.1,
      min: 0,
      max: 1,
      meaning: 'changes of the fleet by less than this part are not made',
      tune: [0, 0.05, 0.1, 0.2],
    },
    {
      name: 'mostGrowth',
      unit: 'factor',
      default: 2,
      min: 1.01,
      max: 1000,
      meaning: 'VMs asked for at most, over those that are ready; one more at least',
    },
    scaleInDelaySeconds,
    optionalWaitShare,
    optionalHeadroom,
    pool,
  ],
  published: [{ percentile: 1 }],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool);
    const usage = new Usage(setting, values.halfLifeSeconds);
    return new Rule({
      name: 'autopilot',
      setting,
      recall: (past) => usage.recall(past),
      size(observation) {
        if (!usage.add(observation)) return null;
        const busyVms = usage.quantile(values.percentile);
        const needed = Math.ceil(busyVms / values.utilization - 1e-9);
        const said = `load of ${short(busyVms)} VMs at percentile ${short(100 * values.percentile)} needs ${count(needed)}`;
        const present = presentVms(setting, observation);
        if (Math.abs(needed - present) < values.smallChange * present) {
          return { vms: present, because: `${said}, a small change: keeping ${count(present)}` };
        }
        const { ready } = observation.pools[setting.choice.pool] ?? { ready: 0 };
        const most = Math.max(present, Math.ceil(ready * values.mostGrowth), ready + 1);
        const limit = most < needed ? `, ${most} of them at once` : '';
        return { vms: Math.min(needed, most), because: `${said}${limit}` };
      },
      spill: optionalSpill(setting, values),
      scaleInDelaySeconds: values.scaleInDelaySeconds,
    });
  },
});

/** Load in VMs that it keeps busy, fading. */
class Usage {
  readonly #setting: Setting;
  readonly #histogram: DecayingHistogram;
  #untilSeconds = Number.NEGATIVE_INFINITY;

  constructor(setting: Setting, halfLifeSeconds: number) {
    this.#setting = setting;
    this.#histogram = new DecayingHistogram(halfLifeSeconds, 0.01);
  }

  recall({ requests, stepSeconds }: Workload): void {
    for (const [bin, arrived] of requests.entries()) {
      this.#book((bin + 1 - requests.length) * stepSeconds, arrived / stepSeconds, stepSeconds);
    }
  }

  /** False: no arrivals are visible. */
  add(observation: Observation): boolean {
    const until = seenUntilSeconds(observation);
    if (until === null) return false;
    if (until <= this.#untilSeconds) return true;
    this.#untilSeconds = until;
    const { binSeconds } = this.#setting.profile.metrics;
    const rates = observation.arrivals!.value;
    for (const [bin, rate] of rates.entries())
      this.#book(until - (rates.length - 1 - bin) * binSeconds, rate, binSeconds);
    return true;
  }

  quantile(share: number): number {
    return this.#histogram.quantile(share);
  }

  #book(endSeconds: number, ratePerSecond: number, seconds: number): void {
    this.#histogram.add(endSeconds, vmsForRate(this.#setting, ratePerSecond), seconds);
  }
}
