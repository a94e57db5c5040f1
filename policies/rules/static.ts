import { newestRate } from '../demand.ts';
import { policyKind } from '../kind.ts';
import { optionalHeadroom, optionalWaitShare, pool, utilization } from '../knobs.ts';
import { count, Rule, short, type Wish } from '../rule.ts';
import { type Setting, settingOf, vmsForRate } from '../setting.ts';
import { optionalSpill } from '../spill.ts';

export const staticFleet = policyKind({
  name: 'static',
  summary: 'A fixed number of VMs, and no Lambda.',
  source: 'The usual yardstick: a fleet bought for the peak.',
  open:
    'It cannot know the peak. Name vmCount, or the peakRate that it must carry; without either it is sized once, ' +
    'for the first load that it sees times a headroom.',
  parameters: [
    {
      name: 'vmCount',
      unit: 'VMs',
      default: null,
      min: 0,
      max: 100000,
      whole: true,
      meaning: 'the fixed number; not set: what peakRate needs',
    },
    {
      name: 'peakRate',
      unit: 'req/s',
      default: null,
      min: 0,
      max: 1e9,
      meaning: 'the load that the fleet is sized for; not set: the first load seen times firstLoadFactor',
    },
    {
      name: 'firstLoadFactor',
      unit: 'factor',
      default: 2,
      min: 0.1,
      max: 1000,
      meaning: 'what the load may grow to, over the first load seen; acts where vmCount and peakRate are not set',
      tune: [0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12],
    },
    utilization,
    optionalWaitShare,
    optionalHeadroom,
    pool,
  ],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool);
    let settled: Wish | null = statedFleet(setting, values);
    return new Rule({
      name: 'static',
      setting,
      size(observation) {
        const rate = newestRate(observation);
        if (settled === null && rate !== null) {
          settled = fleetForRate(setting, rate * values.firstLoadFactor, values.utilization);
        }
        return settled;
      },
      spill: optionalSpill(setting, values),
    });
  },
});

interface StaticValues {
  readonly vmCount: number | null;
  readonly peakRate: number | null;
  readonly utilization: number;
}

function statedFleet(setting: Setting, { vmCount, peakRate, utilization: busy }: StaticValues): Wish | null {
  if (vmCount !== null) return { vms: vmCount, because: `a fixed fleet of ${count(vmCount)}` };
  return peakRate === null ? null : fleetForRate(setting, peakRate, busy);
}

function fleetForRate(setting: Setting, ratePerSecond: number, busy: number): Wish {
  const vms = Math.ceil(vmsForRate(setting, ratePerSecond) / busy);
  const because = `a fixed fleet for ${short(ratePerSecond)} req/s needs ${count(vms)} at ${short(busy)} utilisation`;
  return { vms, because };
}
