import { newestRate, seenUntilSeconds } from '../demand.ts';
import { policyKind } from '../kind.ts';
import { creditSeconds, headroom, pool, provisioned, waitShare } from '../knobs.ts';
import { overloadPrice, vmsBesideBudget } from '../overload-price.ts';
import { count, Rule, short } from '../rule.ts';
import { LevelAccounts } from '../scaling/level-accounts.ts';
import { presentVms, settingOf, vmsForRate } from '../setting.ts';
import { spillLate } from '../spill.ts';

export const skiRental = policyKind({
  name: 'ski-rental',
  summary:
    'Each VM of the fleet is rented or not by itself: it starts once Lambda has cost its share of the demand a launch more than it ' +
    'would have, and goes once it has cost a launch more than Lambda would have.',
  source:
    'Break-even rule of ski rental (Karlin et al. 1988) per level of the fleet, as lazy capacity provisioning (Lin et al. 2011) does; ' +
    'each account is a CUSUM (Page 1954).',
  open:
    'Both thresholds, how far Lambda is over- or undervalued, and how fast old evidence fades. ' +
    'The price ratio and the launch cost, a boot, come from the profile and the price book.',
  parameters: [
    {
      name: 'startShare',
      unit: 'launches',
      default: 0.5,
      min: 0,
      max: 100,
      meaning: 'a level starts once its excess cost on Lambda reaches this many launch costs',
      tune: [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3],
    },
    {
      name: 'stopShare',
      unit: 'launches',
      default: 1,
      min: 0,
      max: 100,
      meaning: 'a level stops once its excess cost as a VM reaches this many launch costs',
      tune: [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 4],
    },
    {
      name: 'lambdaFactor',
      unit: 'factor',
      default: 1,
      min: 0.1,
      max: 10,
      meaning: 'Lambda is taken to cost this much times its price',
      tune: [0.5, 0.7, 0.85, 1, 1.2, 1.5, 2],
    },
    {
      name: 'halfLifeSeconds',
      unit: 's',
      default: 3600,
      min: 10,
      max: 1e9,
      meaning: 'time in which an account fades to half',
      tune: [300, 600, 1800, 3600, 14400, 86400, 1e9],
    },
    creditSeconds,
    waitShare,
    headroom,
    provisioned,
    pool,
  ],
  published: [{ startShare: 1, stopShare: 1, halfLifeSeconds: 1e9 }],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool, values.waitShare);
    const overload = overloadPrice(setting, values.creditSeconds);
    const onLambda = setting.ratio * values.lambdaFactor;
    const accounts = new LevelAccounts({
      levels: setting.max,
      ratio: onLambda,
      startSeconds: values.startShare * setting.bootSeconds,
      stopSeconds: values.stopShare * setting.bootSeconds,
      halfLifeSeconds: values.halfLifeSeconds,
    });
    const { binSeconds } = profile.metrics;
    let seenUntil = Number.NEGATIVE_INFINITY;
    return new Rule({
      name: 'ski-rental',
      setting,
      size(observation) {
        overload?.observe(observation);
        const until = seenUntilSeconds(observation);
        const rate = newestRate(observation);
        if (until === null || rate === null) return null;
        if (seenUntil === Number.NEGATIVE_INFINITY) accounts.open(presentVms(setting, observation));
        if (until > seenUntil) {
          if (overload) accounts.ratio = overload.ratio(onLambda);
          const vmsFor = vmsBesideBudget(setting, overload);
          for (const bin of observation.arrivals!.value) accounts.book(vmsFor(bin), binSeconds);
        }
        seenUntil = Math.max(until, seenUntil);
        const vms = accounts.rented;
        const load = short(vmsForRate(setting, rate));
        return {
          vms,
          because: `demand ${short(rate)} req/s keeps ${load} VMs busy, and ${count(vms)} pay for themselves`,
        };
      },
      spill: spillLate(setting, values),
      provisioned: values.provisioned,
    });
  },
});
