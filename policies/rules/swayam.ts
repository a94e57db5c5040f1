import type { Observation } from '../../env/types.ts';
import { strictestDeadlineMs } from '../economics.ts';
import { ForecastFeed } from '../forecast/feed.ts';
import { policyKind } from '../kind.ts';
import { margin, optionalHeadroom, optionalWaitShare, pool, scaleInDelaySeconds } from '../knobs.ts';
import { forecaster, forecasterOf } from '../planning/knobs.ts';
import { count, Rule, short } from '../rule.ts';
import { type Setting, settingOf, vmsForRate } from '../setting.ts';
import { optionalSpill } from '../spill.ts';
import { responseTail } from '../waiting.ts';

export const swayam = policyKind({
  name: 'swayam',
  summary:
    'The fewest VMs with which a queueing model keeps the promised share of requests within the strictest deadline, at the highest rate predicted for ' +
    'the time of a boot; requests queue meanwhile.',
  source: 'Swayam (Gujarati et al., Middleware 2017).',
  open:
    'Predictor and queueing model; we know the paper from its abstract. The model is M/G/c with one line (Erlang C, service lognormal, ' +
    'tail by Lee and Longton 1959); Swayam has no central queue, and so needs somewhat more. Idle backends go by themselves there: here after the scale-in delay.',
  parameters: [
    {
      name: 'attainment',
      unit: 'share',
      default: null,
      min: 0.5,
      max: 0.999999,
      meaning: 'share of requests that the model is to keep in time; not set: as promised',
      tune: [null, 0.9, 0.95, 0.99, 0.995, 0.999],
    },
    { ...forecaster, default: 2 },
    { ...margin, meaning: 'the rate that is planned for, over the one predicted' },
    scaleInDelaySeconds,
    optionalWaitShare,
    optionalHeadroom,
    pool,
  ],
  published: [{ attainment: 0.99 }],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool);
    const predictor = forecasterOf(values.forecaster, profile.decisionSeconds);
    const feed = new ForecastFeed(predictor, profile.decisionSeconds);
    const attainment = values.attainment ?? profile.slo.attainment;
    const size = (observation: Observation) => {
      feed.add(observation);
      if (observation.arrivals === null) return null;
      const bootSteps = Math.ceil(setting.bootSeconds / profile.decisionSeconds);
      const predicted = predictor.forecast(feed.stepsTo(observation.timeSeconds) + bootSteps);
      const rate = values.margin * Math.max(...(predicted ?? observation.arrivals.value));
      const vms = fewestVms(setting, rate, 1 - attainment);
      const because =
        `planned are ${short(rate)} req/s, ${values.margin} times the most predicted for the ${setting.bootSeconds} s of a boot; with ${count(vms)} ` +
        `${short(100 * attainment)} % of them stay within ${strictestDeadlineMs(profile)} ms`;
      return { vms, because };
    };
    return new Rule({
      name: 'swayam',
      setting,
      size,
      recall: (past) => feed.recall(past),
      spill: optionalSpill(setting, values),
      scaleInDelaySeconds: values.scaleInDelaySeconds,
    });
  },
});

/** By bisection, as the share of late requests falls with the VMs; where even the most do not keep it, those that are never idle and a half more. */
function fewestVms(setting: Setting, ratePerSecond: number, lateShare: number): number {
  const busy = vmsForRate(setting, ratePerSecond);
  if (busy === 0) return 0;
  const { profile, choice, vmPerSecond } = setting;
  const { slots, serviceMs } = profile.pools[choice.pool]!;
  const isLate = (vms: number) => {
    const queue = {
      ratePerSecond: busy * vmPerSecond,
      servers: vms * slots,
      serviceMs: serviceMs[choice.variant]!,
      serviceCv: profile.serviceCv,
    };
    return responseTail(queue, strictestDeadlineMs(profile)) > lateShare;
  };
  let few = Math.floor(busy);
  let enough = Math.ceil(1.5 * busy) + 10;
  if (isLate(enough)) return Math.ceil(1.5 * busy);
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (isLate(middle)) few = middle;
    else enough = middle;
  }
  return enough;
}
