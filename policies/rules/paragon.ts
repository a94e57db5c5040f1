import { RateWindow } from '../demand.ts';
import { policyKind } from '../kind.ts';
import { headroom, pool, scaleInDelaySeconds, utilization, waitShare } from '../knobs.ts';
import { count, Rule, short } from '../rule.ts';
import { settingOf, vmsForRate } from '../setting.ts';
import { neverSpill, spillStrict } from '../spill.ts';

/** Fewer intervals than this do not tell how bursty a load is. */
const fewestIntervals = 10;

export const paragon = policyKind({
  name: 'paragon',
  summary:
    'The least-cost model that meets accuracy and latency; only strict requests go to Lambda, relaxed ones queue for VMs, ' +
    'and Lambda is used at all only while the peak stands out of the median.',
  source: 'Paragon (Gunasekaran et al.).',
  open:
    'The window of the peak-to-median ratio and its threshold; VMs follow the newest demand as in reactive. ' +
    'Peak and median are those of the means per decision interval; until ten of them are known, Lambda is used. ' +
    'The paper sees more than 50 % between peak and median where Lambda pays: the default threshold is 1.5.',
  parameters: [
    utilization,
    scaleInDelaySeconds,
    {
      name: 'ratioWindowSeconds',
      unit: 's',
      default: 3600,
      min: 60,
      max: 604800,
      meaning: 'the stretch of load over which peak and median are taken',
      tune: [1800, 3600, 10800, 43200],
    },
    {
      name: 'ratioThreshold',
      unit: 'factor',
      default: 1.5,
      min: 1,
      max: 1000,
      meaning: 'peak over median from which Lambda is used',
      tune: [1, 1.1, 1.2, 1.35, 1.5, 2],
    },
    waitShare,
    headroom,
    pool,
  ],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool, values.waitShare);
    const window = new RateWindow(values.ratioWindowSeconds, 'interval');
    const spillNothing = neverSpill(profile);
    const spillSome = spillStrict(setting, values);
    return new Rule({
      name: 'paragon',
      setting,
      size(observation) {
        window.add(observation);
        const newest = window.points.at(-1);
        if (observation.arrivals === null || newest === undefined) return null;
        const vms = Math.ceil(vmsForRate(setting, newest.perSecond) / values.utilization);
        const because =
          `demand ${short(newest.perSecond)} req/s over the last ${profile.decisionSeconds} s needs ${count(vms)} ` +
          `at ${values.utilization} utilisation; ${describeRatio(window, values.ratioThreshold)}`;
        return { vms, because };
      },
      spill: (observation) =>
        isBursty(window, values.ratioThreshold) ? spillSome(observation) : spillNothing(observation),
      scaleInDelaySeconds: values.scaleInDelaySeconds,
    });
  },
});

function peakToMedian(window: RateWindow): number | null {
  if (window.points.length < fewestIntervals) return null;
  const peak = window.quantile(1);
  const median = window.quantile(0.5);
  // A load that is mostly silent has peaks without measure.
  return median > 0 ? peak / median : peak > 0 ? Number.POSITIVE_INFINITY : 1;
}

function isBursty(window: RateWindow, threshold: number): boolean {
  const ratio = peakToMedian(window);
  return ratio === null || ratio >= threshold;
}

function describeRatio(window: RateWindow, threshold: number): string {
  const ratio = peakToMedian(window);
  if (ratio === null) return 'too little history to do without Lambda';
  const said = `peak over median ${Number.isFinite(ratio) ? short(ratio) : 'without measure'}`;
  return ratio >= threshold ? `${said}, so strict requests may spill` : `${said}, so Lambda is not used`;
}
