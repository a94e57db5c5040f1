import { durationSeconds } from '../../env/workload/duration.ts';
import { meanRates } from '../../env/workload/mean-rates.ts';
import { newestRate } from '../demand.ts';
import { policyKind } from '../kind.ts';
import { margin, optionalHeadroom, optionalWaitShare, pool } from '../knobs.ts';
import { count, Rule, short } from '../rule.ts';
import { presentVms, settingOf, vmsForRate } from '../setting.ts';
import { optionalSpill } from '../spill.ts';

export const staticPeak = policyKind({
  name: 'static-peak',
  summary: 'VMs for the largest load that was ever seen, with a margin; none ever goes.',
  source:
    'The usual yardstick: capacity bought for the known peak. It is also what the published code of MArk does, whose forecast is 1.2 times the largest count so far.',
  open:
    'What is known: the demand before the start where there is any, and what is seen from then on, as means of decision intervals. ' +
    'Without demand before the start, the fleet that is found stays at least. The margin: 1.25, a VM busy for four fifths at the peak.',
  parameters: [
    { ...margin, default: 1.25, tune: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2] },
    optionalWaitShare,
    optionalHeadroom,
    pool,
  ],
  published: [{ margin: 1.2 }],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool);
    let peak: number | null = null;
    let least: number | null = null;
    return new Rule({
      name: 'static-peak',
      setting,
      recall(past) {
        const seconds = Math.min(profile.decisionSeconds, durationSeconds(past));
        for (const rate of meanRates(past, seconds)) peak = Math.max(peak ?? 0, rate);
      },
      size(observation) {
        const rate = newestRate(observation);
        if (rate === null) return null;
        least ??= peak === null ? presentVms(setting, observation) : 0;
        peak = Math.max(peak ?? 0, rate);
        const needed = Math.ceil(values.margin * vmsForRate(setting, peak) - 1e-9);
        const because = `a peak of ${short(peak)} req/s needs ${count(needed)} with a margin of ${values.margin}`;
        return { vms: Math.max(least, needed), because };
      },
      spill: optionalSpill(setting, values),
    });
  },
});
