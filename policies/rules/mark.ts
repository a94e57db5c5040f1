import type { Observation } from '../../env/types.ts';
import { seenUntilSeconds } from '../demand.ts';
import { FleetRule } from '../fleet-rule.ts';
import { type FleetPool, fleetSettingOf } from '../fleet-setting.ts';
import { policyKind } from '../kind.ts';
import { headroom, waitShare } from '../knobs.ts';
import { greedyFleet } from '../planning/greedy-fleet.ts';
import { forecaster } from '../planning/knobs.ts';
import { PeakForecast } from '../planning/peak-forecast.ts';
import { short } from '../rule.ts';
import { presentCounts, type Setting } from '../setting.ts';
import { spillLate } from '../spill.ts';

/** Steps that are forecast: as many as MArk's network gives. */
const forecastSteps = 50;
/** Decisions that a VM of the reactive net stays for at least. */
const coolDown = 5;

export const mark = policyKind({
  name: 'mark',
  summary:
    'Greedy heterogeneous planning: VMs of whichever pool covers the peaks of the forecast for the least money, launch included; Lambda serves what gets no slot in time.',
  source: 'MArk (Zhang et al., USENIX ATC 2019): the paper, with the constants of its published code.',
  open:
    'The published code has its forecaster commented out (it plans for 1.2 times the largest load ever seen) and its Lambda behind a return: this is the rule of the paper. ' +
    'Its LSTM is any of our forecasters, by default the autoregression, on the peaks of the decision intervals (largest bin); its minutes are decision intervals. ' +
    'Batches on VMs are left out: profiles state the throughput of a full VM. The reactive net adds a VM of the first pool while more than failureLimit of the requests fail.',
  parameters: [
    { ...forecaster, default: 4 },
    {
      name: 'forecastFactor',
      unit: 'factor',
      default: 1.2,
      min: 0.1,
      max: 10,
      meaning: 'the load that is planned for, over the peaks that are forecast; 1.2 in the published code',
      tune: [0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.4],
    },
    {
      name: 'launchSeconds',
      unit: 's',
      default: null,
      min: 0,
      max: 86400,
      meaning:
        'a launch is taken to cost this much time of the VM; 180 in the published code; not set: the boot of its pool',
      tune: [null, 0, 180, 600],
    },
    {
      name: 'coverSteps',
      unit: 'intervals',
      default: 6,
      min: 1,
      max: 50,
      whole: true,
      meaning: 'the plan must cover this many decision intervals',
      tune: [1, 3, 4, 6, 10],
    },
    {
      name: 'keptPlans',
      unit: 'plans',
      default: 6,
      min: 1,
      max: 1000,
      whole: true,
      meaning: 'a VM goes once none of the last plans, this many, asked for it',
      tune: [1, 3, 6, 12],
    },
    {
      name: 'failureLimit',
      unit: 'share',
      default: 0.02,
      min: 0,
      max: 1,
      meaning: 'share of late requests from which the reactive net adds a VM; 1: never',
      tune: [0.02, 1],
    },
    waitShare,
    headroom,
  ],
  published: [{ launchSeconds: 180 }],
  create(profile, prices, values) {
    const { setting, pools } = fleetSettingOf(profile, prices);
    const forecast = new PeakForecast(profile, values.forecaster);
    const net = new ReactiveNet(values.failureLimit);
    const size = (observation: Observation) => {
      forecast.add(observation);
      if (observation.arrivals === null) return null;
      const peaks = forecast.peaks(observation.timeSeconds, forecastSteps);
      const demand = peaks.map((peak) => values.forecastFactor * peak);
      const present = presentCounts(setting, observation);
      const offers = pools.map((one) =>
        offerOf(one, present[one.pool]!, values.launchSeconds, profile.decisionSeconds),
      );
      const plan = greedyFleet(demand, offers, values.coverSteps);
      const extra = net.extra(failureShare(setting, observation));
      const vmCounts = profile.pools.map((one) => one.min);
      for (const [index, { pool }] of pools.entries()) vmCounts[pool] = plan[index]! + (index === 0 ? extra : 0);
      const most = demand.subarray(0, values.coverSteps).reduce((a, b) => Math.max(a, b), 0);
      const because =
        `peaks of ${short(most)} req/s are planned for in the next ${values.coverSteps} intervals, which ${plan.map((vms, index) => `${vms} ${pools[index]!.name}`).join(' and ')} cover` +
        `${extra > 0 ? `, and ${extra} for requests that fail` : ''}`;
      return { vmCounts, because };
    };
    return new FleetRule({
      name: 'mark',
      setting,
      size,
      recall: (past) => forecast.recall(past),
      spill: spillLate(setting, values),
      scaleInDelaySeconds: values.keptPlans * profile.decisionSeconds,
    });
  },
});

function offerOf(one: FleetPool, present: number, launchSeconds: number | null, stepSeconds: number) {
  return {
    perSecond: one.perSecond,
    usdPerStep: one.usdPerSecond * stepSeconds,
    launchUsd: one.usdPerSecond * (launchSeconds ?? one.bootSeconds),
    present,
    max: one.max,
  };
}

/** Of the newest interval; null: not known. */
function failureShare({ profile }: Setting, observation: Observation): number | null {
  if (seenUntilSeconds(observation) === null || observation.attainment.some((one) => one === null)) return null;
  return profile.slo.classes.reduce(
    (sum, one, index) => sum + one.share * (1 - (observation.attainment[index]?.value ?? 1)),
    0,
  );
}

/** VMs beyond the plan, one more whenever too much fails, for as long as something does and a cool-down longer. */
class ReactiveNet {
  readonly #limit: number;
  #extra = 0;
  #quiet = coolDown;

  constructor(limit: number) {
    this.#limit = limit;
  }

  extra(failing: number | null): number {
    this.#quiet++;
    if (failing !== null && failing > this.#limit && this.#quiet > coolDown) {
      this.#extra++;
      this.#quiet = 0;
    } else if (this.#quiet > coolDown) this.#extra = 0;
    return this.#extra;
  }
}
