import { newestRate, RateWindow } from './demand.ts';
import { GrowthLimit } from './growth-limit.ts';
import { policyKind } from './kind.ts';
import { optionalHeadroom, optionalWaitShare, pool, scaleInDelaySeconds } from './knobs.ts';
import { replicasForTotal } from './replica-calculator.ts';
import { count, Rule, short, type Wish } from './rule.ts';
import { presentVms, settingOf, vmsForRate } from './setting.ts';
import { optionalSpill } from './spill.ts';
import { tolerance } from './tolerance.ts';

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
    const window = new RateWindow(values.windowSeconds, profile.metrics);
    const growth = new GrowthLimit();
    const { target, activationRate, cooldownSeconds, fallbackVms } = values;
    let polled: { readonly atSeconds: number; readonly rate: number } | null = null;
    let activeSeconds: number | null = null;
    let heardSeconds: number | null = null;
    return new Rule({
      name: 'keda',
      setting,
      size(observation): Wish | null {
        const { timeSeconds } = observation;
        window.add(observation);
        heardSeconds ??= timeSeconds;
        if (newestRate(observation) === null) {
          const silentSeconds = timeSeconds - heardSeconds;
          if (fallbackVms === null || silentSeconds < failedPolls * values.pollingSeconds) return null;
          return { vms: fallbackVms, because: `no rate for ${silentSeconds} s: falling back to ${count(fallbackVms)}` };
        }
        heardSeconds = timeSeconds;
        if (polled === null || timeSeconds - polled.atSeconds >= values.pollingSeconds) {
          polled = { atSeconds: timeSeconds, rate: window.mean() };
        }
        if (activeSeconds === null || polled.rate > activationRate) activeSeconds = timeSeconds;
        const said = `${short(polled.rate)} req/s over ${values.windowSeconds} s`;
        if (polled.rate <= activationRate && timeSeconds - activeSeconds >= cooldownSeconds) {
          return { vms: 0, because: `${said} have not activated the service for ${cooldownSeconds} s` };
        }
        const current = presentVms(setting, observation);
        const busyVms = vmsForRate(setting, polled.rate);
        const wanted = Math.max(1, replicasForTotal(current, busyVms, target, values.tolerance));
        const vms = current === 0 ? 1 : growth.settle(timeSeconds, current, wanted);
        const limit = vms < wanted ? `, ${vms} of them at once` : '';
        return { vms, because: `${said} need ${count(wanted)} at ${target} of what a VM serves${limit}` };
      },
      spill: optionalSpill(setting, values),
      scaleInDelaySeconds: values.scaleInDelaySeconds,
    });
  },
});
