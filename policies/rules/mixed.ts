import { RateWindow } from '../demand.ts';
import { fitTrend } from '../forecast/trend.ts';
import { policyKind } from '../kind.ts';
import { headroom, margin, pool, scaleInDelaySeconds, waitShare } from '../knobs.ts';
import { count, Rule, short } from '../rule.ts';
import { settingOf, vmsForRate } from '../setting.ts';
import { spillLate } from '../spill.ts';

export const mixed = policyKind({
  name: 'mixed',
  summary: 'A VM pool that follows the smoothed demand and its slope; Lambda serves what gets no slot in time.',
  source: 'Spock (Gunasekaran et al., IEEE CLOUD 2019) and MArk (Zhang et al., USENIX ATC 2019); "mixed" in Paragon.',
  open:
    'Window, how far the slope is followed, margin and scale-in delay. The rates of the window give a mean and a slope; ' +
    'trendShare says how much of the slope is carried to the end of a boot.',
  parameters: [
    margin,
    {
      name: 'windowSeconds',
      unit: 's',
      default: 300,
      min: 1,
      max: 86400,
      meaning: 'the stretch of rates that is averaged',
      tune: [60, 120, 300, 600, 1200, 1800, 3600],
    },
    {
      name: 'trendShare',
      unit: 'share',
      default: 0.25,
      min: 0,
      max: 2,
      meaning: 'part of the slope that is carried to the end of a boot; 0: the mean alone',
      tune: [0, 0.25, 0.5, 0.75, 1],
    },
    { ...scaleInDelaySeconds, default: 120, tune: [0, 120, 300, 600, 1200] },
    waitShare,
    headroom,
    pool,
  ],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool, values.waitShare);
    const window = new RateWindow(values.windowSeconds, profile.metrics);
    return new Rule({
      name: 'mixed',
      setting,
      size(observation) {
        window.add(observation);
        if (observation.arrivals === null || window.points.length === 0) return null;
        const trend = fitTrend(window.points);
        const aheadSeconds = observation.timeSeconds + setting.bootSeconds - trend.meanSeconds;
        const expected = Math.max(0, trend.meanPerSecond + values.trendShare * trend.slope * aheadSeconds);
        const vms = Math.ceil(values.margin * vmsForRate(setting, expected));
        const because =
          `demand ${short(trend.meanPerSecond)} req/s over ${values.windowSeconds} s, expected at ${short(expected)}, ` +
          `needs ${count(vms)} with a margin of ${values.margin}`;
        return { vms, because };
      },
      spill: spillLate(setting, values),
      scaleInDelaySeconds: values.scaleInDelaySeconds,
    });
  },
});
