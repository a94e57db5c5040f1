import { HourlyLoad } from '../forecast/hourly-load.ts';
import { policyKind } from '../kind.ts';
import { optionalHeadroom, optionalWaitShare, pool } from '../knobs.ts';
import { count, Rule, short } from '../rule.ts';
import { highPoints, lowPoints, TargetTracker, target, warmUpSeconds } from '../scaling/target-tracker.ts';
import { settingOf, vmsForRate } from '../setting.ts';
import { optionalSpill } from '../spill.ts';

export const predictiveScaling = policyKind({
  name: 'predictive-scaling',
  summary:
    'VMs for the load forecast for the hour, launched some minutes before it begins, or more if target tracking asks for them; only target tracking takes VMs.',
  source:
    'Predictive scaling (Amazon EC2 Auto Scaling User Guide): hourly forecasts for 48 h, made anew every 6 h, from up to 14 days and at least 24 h of history; ' +
    'SchedulingBufferTime 300 s; never scales in; in ForecastAndScale beside a dynamic policy the larger of the two is wanted.',
  open:
    'The forecaster, which AWS does not publish: the mean of the hour of the week (of the day, until a week is known) times how much busier the last hours were than theirs. ' +
    'Without a day of history, before the start or since, it is target-tracking.',
  cadenceSeconds: 60,
  parameters: [
    target,
    {
      name: 'schedulingBufferSeconds',
      unit: 's',
      default: 300,
      min: 0,
      max: 3599,
      meaning: 'how long before its hour a VM is launched',
      tune: [60, 300, 600],
    },
    {
      name: 'levelHours',
      unit: 'h',
      default: 6,
      min: 1,
      max: 168,
      meaning: 'newest hours that are compared with the same hours before',
      tune: [1, 3, 6, 24],
    },
    highPoints,
    lowPoints,
    warmUpSeconds,
    optionalWaitShare,
    optionalHeadroom,
    pool,
  ],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool);
    const tracker = new TargetTracker(setting, values);
    const load = new HourlyLoad(values.levelHours);
    return new Rule({
      name: 'predictive-scaling',
      setting,
      recall: (past) => load.recall(past),
      size(observation) {
        load.add(observation);
        const dynamic = tracker.size(observation);
        const { timeSeconds } = observation;
        const rate = load.peak(timeSeconds, timeSeconds + values.schedulingBufferSeconds);
        if (dynamic === null || rate === null) return dynamic;
        const vms = Math.ceil(vmsForRate(setting, rate) / values.target - 1e-9);
        const because = `${short(rate)} req/s forecast for the hour needs ${count(vms)}; ${dynamic.because}`;
        return { vms: Math.max(vms, dynamic.vms), because };
      },
      spill: optionalSpill(setting, values),
    });
  },
});
