import type { Observation } from '../../env/types.ts';
import { newestRate } from '../demand.ts';
import { fleetSettingOf } from '../fleet-setting.ts';
import { ForecastFeed } from '../forecast/feed.ts';
import { policyKind } from '../kind.ts';
import { margin, optionalHeadroom, optionalWaitShare, pool, scaleInDelaySeconds } from '../knobs.ts';
import { ForecastCorrection } from '../planning/forecast-correction.ts';
import { forecaster, forecasterOf } from '../planning/knobs.ts';
import { count, Rule, short } from '../rule.ts';
import { settingOf, vmsForRate } from '../setting.ts';
import { optionalSpill } from '../spill.ts';

export const barista = policyKind({
  name: 'barista',
  summary:
    'A seasonal forecast, corrected by its recent errors, for VMs of the flavour with the least cost per request that is served in time, started a boot before they are needed.',
  source: 'BARISTA (Bhattacharjee et al., IC2E 2019).',
  open:
    'We know the paper from its abstract. Its forecaster is Prophet with a learned correction: ours is any of our forecasters, by default the hour of the week, times the mean ratio of ' +
    'what came to what was forecast a boot ahead. Its vertical scaling of small changes has no counterpart here. No Lambda.',
  parameters: [
    { ...forecaster, default: 3 },
    {
      name: 'correctionSeconds',
      unit: 's',
      default: 600,
      min: 0,
      max: 86400,
      meaning: 'the errors of this much time correct the forecast; 0: none do',
      tune: [0, 300, 600, 1800],
    },
    { ...margin, default: 1.2, tune: [1, 1.1, 1.2, 1.35, 1.5, 1.75, 2] },
    scaleInDelaySeconds,
    optionalWaitShare,
    optionalHeadroom,
    {
      ...pool,
      name: 'flavour',
      meaning:
        'the pool that grows and shrinks, by its place in the profile; not set: the cheapest per request among those that are fast enough',
    },
  ],
  create(profile, prices, values) {
    const cheapest = fleetSettingOf(profile, prices).pools.reduce((best, one) =>
      one.usdPerSecond / one.perSecond < best.usdPerSecond / best.perSecond ? one : best,
    );
    const setting = settingOf(profile, prices, values.flavour ?? cheapest.pool + 1);
    const predictor = forecasterOf(values.forecaster, profile.decisionSeconds);
    const feed = new ForecastFeed(predictor, profile.decisionSeconds);
    const bootSteps = Math.ceil(setting.bootSeconds / profile.decisionSeconds);
    const correction = new ForecastCorrection(
      bootSteps,
      Math.round(values.correctionSeconds / profile.decisionSeconds),
    );
    const size = (observation: Observation) => {
      const isNews = feed.add(observation);
      const newest = newestRate(observation);
      if (newest === null) return null;
      const steps = feed.stepsTo(observation.timeSeconds) + bootSteps;
      const expected = predictor.forecast(steps) ?? new Float64Array(steps).fill(newest);
      if (isNews) correction.see(newest, expected);
      const rate = correction.factor * Math.max(...expected);
      const vms = Math.ceil(values.margin * vmsForRate(setting, rate));
      const because =
        `at most ${short(rate)} req/s are forecast for the ${setting.bootSeconds} s of a boot, ${short(correction.factor)} times what the forecaster says by its recent errors, ` +
        `which needs ${count(vms)} with a margin of ${values.margin}`;
      return { vms, because };
    };
    return new Rule({
      name: 'barista',
      setting,
      size,
      recall: (past) => feed.recall(past),
      spill: optionalSpill(setting, values),
      scaleInDelaySeconds: values.scaleInDelaySeconds,
    });
  },
});
