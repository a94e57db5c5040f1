import { newestRate } from '../demand.ts';
import { ForecastFeed } from '../forecast/feed.ts';
import { policyKind } from '../kind.ts';
import { creditSeconds, headroom, pool, waitShare } from '../knobs.ts';
import { overloadPrice, vmsBesideBudget } from '../overload-price.ts';
import { forecaster, forecasterOf, lambdaFactor } from '../planning/knobs.ts';
import { count, Rule, short } from '../rule.ts';
import { LevelBands } from '../scaling/level-bands.ts';
import { presentVms, settingOf, vmsForRate } from '../setting.ts';
import { spillLate } from '../spill.ts';

export const lcp = policyKind({
  name: 'lcp',
  summary:
    'Lazy capacity provisioning: each VM of the fleet stays as it is until both optima of the demand so far, the one that pays for launches ' +
    'and the one that pays for stops, agree on something else.',
  source:
    'Lin, Wierman, Andrew and Thereska (IEEE/ACM Transactions on Networking 2013); Albers and Quedenfeld (SPAA 2018) for whole VMs.',
  open:
    'Their VMs serve at once; ours boot, which the rule takes for the cost of a launch: boot and drain, times launchFactor. ' +
    'Without foreseen time (windowSeconds 0, as in their LCP(0)) each account is that of ski-rental with both thresholds at one launch and no fading. ' +
    'The forecaster of the foreseen time is a choice of ours.',
  parameters: [
    {
      name: 'windowSeconds',
      unit: 's',
      default: 0,
      min: 0,
      max: 86400,
      meaning: 'time that is foreseen, by the forecaster; 0: the past alone decides',
      tune: [0, 120, 300, 600, 1200],
    },
    {
      name: 'launchFactor',
      unit: 'factor',
      default: 1,
      min: 0,
      max: 100,
      meaning: 'a launch is taken to cost this much times its boot and drain',
      tune: [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2],
    },
    lambdaFactor,
    { ...forecaster, acts: ({ windowSeconds }) => windowSeconds !== 0 },
    creditSeconds,
    waitShare,
    headroom,
    pool,
  ],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool, values.waitShare);
    const { binSeconds } = profile.metrics;
    const { decisionSeconds } = profile;
    const drainSeconds = profile.pools[setting.choice.pool]!.drainSeconds;
    const onLambda = setting.ratio * values.lambdaFactor;
    const overload = overloadPrice(setting, values.creditSeconds);
    const bands = new LevelBands({
      levels: setting.max,
      ratio: onLambda,
      launchSeconds: values.launchFactor * (setting.bootSeconds + drainSeconds),
    });
    const future = forecasterOf(values.forecaster, decisionSeconds);
    const feed = new ForecastFeed(future, decisionSeconds);
    const steps = Math.round(values.windowSeconds / decisionSeconds);
    let isOpen = false;
    return new Rule({
      name: 'lcp',
      setting,
      recall: (past) => feed.recall(past),
      size(observation) {
        overload?.observe(observation);
        const rate = newestRate(observation);
        if (rate === null) return null;
        if (!isOpen) bands.open(presentVms(setting, observation));
        isOpen = true;
        if (feed.add(observation)) {
          if (overload) bands.ratio = overload.ratio(onLambda);
          const vmsFor = vmsBesideBudget(setting, overload);
          for (const binRate of observation.arrivals!.value) bands.book(vmsFor(binRate), binSeconds);
          bands.decide(steps > 0 ? future.forecast(steps)?.map(vmsFor) : undefined, decisionSeconds);
        }
        const load = short(vmsForRate(setting, rate));
        return {
          vms: bands.on,
          because: `demand ${short(rate)} req/s keeps ${load} VMs busy, and the optima of the time so far leave ${count(bands.on)} on`,
        };
      },
      spill: spillLate(setting, values),
    });
  },
});
