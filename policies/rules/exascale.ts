import { RateWindow } from '../demand.ts';
import { fitTrend, trendAt } from '../forecast/trend.ts';
import { policyKind } from '../kind.ts';
import { margin, optionalHeadroom, optionalWaitShare, pool, scaleInDelaySeconds, utilization } from '../knobs.ts';
import { count, Rule, short } from '../rule.ts';
import { settingOf, vmsForRate } from '../setting.ts';
import { optionalSpill } from '../spill.ts';

export const exascale = policyKind({
  name: 'exascale',
  summary: 'More VMs than the demand predicted for the end of a boot needs; no Lambda.',
  source: 'Paragon (Gunasekaran et al.), which names Tributary (Harlap et al., USENIX ATC 2018) for it.',
  open:
    'Predictor and margin; Paragon reports only the result, 20 to 30 % more VMs than needed. ' +
    'The predictor is a line through the rates of a window (Spock), and the default margin is the middle of that range.',
  parameters: [
    { ...margin, default: 1.25, tune: [1, 1.1, 1.2, 1.25, 1.3, 1.4, 1.6] },
    {
      name: 'windowSeconds',
      unit: 's',
      default: 300,
      min: 1,
      max: 86400,
      meaning: 'the stretch of rates that the line is drawn through',
      tune: [120, 300, 600, 1200],
    },
    utilization,
    scaleInDelaySeconds,
    optionalWaitShare,
    optionalHeadroom,
    pool,
  ],
  published: [{ margin: 1.2 }, { margin: 1.3 }],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool);
    const window = new RateWindow(values.windowSeconds, profile.metrics);
    return new Rule({
      name: 'exascale',
      setting,
      size(observation) {
        window.add(observation);
        if (observation.arrivals === null || window.points.length === 0) return null;
        const readyAt = observation.timeSeconds + setting.bootSeconds;
        const predicted = trendAt(fitTrend(window.points), readyAt);
        const vms = Math.ceil((values.margin * vmsForRate(setting, predicted)) / values.utilization);
        const because =
          `demand of ${short(predicted)} req/s predicted for the end of a boot, in ${setting.bootSeconds} s, ` +
          `needs ${count(vms)} at ${values.utilization} utilisation and a margin of ${values.margin}`;
        return { vms, because };
      },
      spill: optionalSpill(setting, values),
      scaleInDelaySeconds: values.scaleInDelaySeconds,
    });
  },
});
