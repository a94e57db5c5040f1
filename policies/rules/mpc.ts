import type { Observation } from '../../env/types.ts';
import { policyKind } from '../kind.ts';
import { creditSeconds, headroom, pool, waitShare } from '../knobs.ts';
import { overloadPrice, vmsBesideBudget } from '../overload-price.ts';
import { DemandOutlook } from '../planning/demand-outlook.ts';
import { FleetPlan } from '../planning/fleet-plan.ts';
import { horizonTerms } from '../planning/horizon-terms.ts';
import { forecaster, lambdaFactor } from '../planning/knobs.ts';
import { LevelHorizon } from '../planning/level-horizon.ts';
import { ScenarioPrices } from '../planning/scenario-prices.ts';
import { count, Rule, short } from '../rule.ts';
import { settingOf } from '../setting.ts';
import { spillLate } from '../spill.ts';

export const mpc = policyKind({
  name: 'mpc',
  summary:
    'Model predictive control: forecasts the next minutes, finds the cheapest way through them for each VM of the fleet, takes the first step of it, ' +
    'and then plans anew.',
  source:
    'The optimal-control rival: receding horizon as in Lin et al. (IGCC 2012), per level by Albers and Quedenfeld (SPAA 2018), with the boot in every branch of the plan.',
  open:
    'What the plan knows. It knows scenarios: the forecast, times how earlier forecasts came out after moments that looked like this one (the ratios of the last 1, 5 and 20 intervals), ' +
    'bin by bin. plan 1 is the cheapest way through their mean, plan 2 the mean of the cheapest ways through each; scenarios=0 plans with the forecast alone. ' +
    'Until three intervals after a forecast are known there is only that. What runs at the end of the horizon has no value.',
  parameters: [
    {
      name: 'horizonSeconds',
      unit: 's',
      default: 1800,
      min: 60,
      max: 86400,
      meaning: 'the plan looks ahead this far',
      tune: [900, 1800, 3600],
    },
    forecaster,
    {
      name: 'scenarios',
      unit: 'count',
      default: 30,
      min: 0,
      max: 1000,
      whole: true,
      meaning: 'ways in which the demand may go; 0: as forecast',
      tune: [0, 10, 30, 100],
    },
    {
      name: 'plan',
      unit: 'position',
      default: 2,
      min: 1,
      max: 2,
      whole: true,
      meaning:
        'what is done with the scenarios: 1 one plan for their mean, 2 a plan for each, of which the mean cost decides',
      tune: [1, 2],
    },
    {
      name: 'memorySeconds',
      unit: 's',
      default: 86400,
      min: 60,
      max: 1209600,
      meaning: 'how old a moment may be that a scenario is made from',
      tune: [7200, 21600, 86400],
    },
    lambdaFactor,
    creditSeconds,
    waitShare,
    headroom,
    pool,
  ],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool, values.waitShare);
    const { decisionSeconds } = profile;
    const steps = Math.ceil(values.horizonSeconds / decisionSeconds);
    const outlook = new DemandOutlook(profile, { ...values, steps });
    const plan = new FleetPlan(setting, decisionSeconds);
    const terms = horizonTerms(setting, decisionSeconds, values.lambdaFactor);
    const overload = overloadPrice(setting, values.creditSeconds);
    const onLambda = new LevelHorizon(terms, steps);
    const size = (observation: Observation) => {
      outlook.add(observation);
      overload?.observe(observation);
      const scenarios =
        observation.arrivals && outlook.scenarios(observation.timeSeconds, vmsBesideBudget(setting, overload));
      if (scenarios === null) {
        const vms = plan.hold(observation);
        return observation.arrivals && { vms, because: `too little was seen to forecast: keeping ${count(vms)}` };
      }
      const horizon = overload ? new LevelHorizon({ ...terms, ratio: overload.ratio(terms.ratio) }, steps) : onLambda;
      const priced = new ScenarioPrices(horizon, scenarios, values.plan === 1 ? 'together' : 'apart', setting.max);
      const vms = plan.vms(observation, priced.levels, priced.price);
      const because =
        `in ${scenarios.length === 1 ? 'the forecast' : `${scenarios.length} scenarios`} of the next ${steps * decisionSeconds} s ` +
        `up to ${short(priced.mostBusy)} VMs are busy, and ${count(vms)} pay for themselves`;
      return { vms, because };
    };
    return new Rule({
      name: 'mpc',
      setting,
      size,
      recall: (past) => outlook.recall(past),
      spill: spillLate(setting, values),
    });
  },
});
