import { RateWindow } from '../demand.ts';
import { policyKind } from '../kind.ts';
import { headroom, margin, pool, provisioned, scaleInDelaySeconds, waitShare } from '../knobs.ts';
import { count, Rule, short } from '../rule.ts';
import { presentVms, settingOf, vmsForRate } from '../setting.ts';
import { spillLate } from '../spill.ts';

export const percentile = policyKind({
  name: 'percentile',
  summary: 'VMs for a percentile of the rates of a trailing window; Lambda serves what gets no slot in time.',
  source: 'Horizontal scaling of Autopilot (Rzadca et al., EuroSys 2020), with Lambda for the rest.',
  open:
    'Window, percentile and margin. The window holds the rates per bin of the metrics, all with the same weight; ' +
    'VMs are rounded to the nearest whole, as the percentile already says how safe the fleet is to be.',
  parameters: [
    {
      name: 'windowSeconds',
      unit: 's',
      default: 300,
      min: 1,
      max: 86400,
      meaning: 'the stretch of rates that is looked at; until it has passed once, no VM goes',
      tune: [60, 120, 300, 600, 1200, 1800, 3600, 7200],
    },
    {
      name: 'percentile',
      unit: 'share',
      default: 0.75,
      min: 0,
      max: 1,
      meaning: 'share of the rates that the fleet is to cover; 1: the largest',
      tune: [0.05, 0.1, 0.13, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 1],
    },
    margin,
    { ...scaleInDelaySeconds, default: 0, tune: [0, 120, 300, 600, 1200] },
    waitShare,
    headroom,
    provisioned,
    pool,
  ],
  published: [
    { windowSeconds: 1800, percentile: 0.13 },
    { windowSeconds: 120, percentile: 1 },
  ],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool, values.waitShare);
    const window = new RateWindow(values.windowSeconds, profile.metrics);
    return new Rule({
      name: 'percentile',
      setting,
      size(observation) {
        window.add(observation);
        if (observation.arrivals === null || window.points.length === 0) return null;
        const rate = window.quantile(values.percentile);
        const needed = Math.round(values.margin * vmsForRate(setting, rate));
        const because =
          `${short(100 * values.percentile)} % of the rates of the last ${values.windowSeconds} s are at most ${short(rate)} req/s, ` +
          `which needs ${count(needed)} with a margin of ${values.margin}`;
        const present = presentVms(setting, observation);
        return window.isFull || needed >= present
          ? { vms: needed, because }
          : { vms: present, because: `${because}, but the window has not filled yet: keeping ${count(present)}` };
      },
      spill: spillLate(setting, values),
      provisioned: values.provisioned,
      scaleInDelaySeconds: values.scaleInDelaySeconds,
      recall: (past) => window.recall(past),
    });
  },
});
