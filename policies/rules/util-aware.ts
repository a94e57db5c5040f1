import type { Observation } from '../../env/types.ts';
import { policyKind } from '../kind.ts';
import { optionalHeadroom, optionalWaitShare, pool, scaleInDelaySeconds } from '../knobs.ts';
import { count, Rule, short, type Wish } from '../rule.ts';
import { ReadyHistory } from '../scaling/ready-history.ts';
import { presentVms, type Setting, settingOf } from '../setting.ts';
import { optionalSpill } from '../spill.ts';

interface Steps {
  readonly scaleOutAt: number;
  readonly scaleInAt: number;
  readonly stepShare: number;
}

export const utilAware = policyKind({
  name: 'util-aware',
  summary: 'Adds VMs when the pool is 80 % busy, and gives some back when it is not busy enough.',
  source: 'Paragon (Gunasekaran et al.): "util_aware" spawns a VM when utilisation reaches 80 %.',
  open:
    'Step size, scale-in threshold and whether booting VMs count. The step is a share of the fleet and at least one VM; ' +
    'the measured work is spread over ready and booting VMs before it is compared.',
  parameters: [
    {
      name: 'scaleOutAt',
      unit: 'share',
      default: 0.8,
      min: 0.05,
      max: 1,
      meaning: 'utilisation from which VMs are added',
      tune: [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
    },
    {
      name: 'scaleInAt',
      unit: 'share',
      default: 0.5,
      min: 0,
      max: 1,
      meaning: 'utilisation below which VMs are given back',
      tune: [0.2, 0.3, 0.4, 0.5, 0.6, 0.7],
    },
    {
      name: 'stepShare',
      unit: 'share',
      default: 0.1,
      min: 0,
      max: 1,
      meaning: 'part of the fleet that one decision adds or gives back, at least one VM',
      tune: [0, 0.05, 0.1, 0.2, 0.4],
    },
    scaleInDelaySeconds,
    optionalWaitShare,
    optionalHeadroom,
    pool,
  ],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool);
    const seenReady = new ReadyHistory();
    return new Rule({
      name: 'util-aware',
      setting,
      size: (observation) => stepped(setting, seenReady, observation, values),
      spill: optionalSpill(setting, values),
      scaleInDelaySeconds: values.scaleInDelaySeconds,
    });
  },
});

function stepped(setting: Setting, seenReady: ReadyHistory, observation: Observation, steps: Steps): Wish | null {
  const { pool } = setting.choice;
  const { ready, booting } = observation.pools[pool] ?? { ready: 0, booting: 0 };
  seenReady.add(observation.timeSeconds, ready);
  if (ready + booting === 0) return { vms: 1, because: 'an empty pool shows no utilisation: starting 1 VM' };
  const signal = observation.utilization[pool] ?? null;
  if (signal === null) return null;
  const measuredVms = seenReady.at(observation.timeSeconds - signal.ageSeconds);
  const busy = Math.min(1, (signal.value * measuredVms) / (ready + booting));
  return resized(presentVms(setting, observation), busy, steps);
}

function resized(present: number, busy: number, { scaleOutAt, scaleInAt, stepShare }: Steps): Wish {
  const step = Math.max(1, Math.round(present * stepShare));
  const said = `utilisation, booting VMs included, is ${short(busy)}`;
  if (busy >= scaleOutAt)
    return { vms: present + step, because: `${said}, at least ${scaleOutAt}: adding ${count(step)}` };
  if (busy >= scaleInAt || present === 0) return { vms: present, because: `${said}: keeping ${count(present)}` };
  return { vms: Math.max(0, present - step), because: `${said}, below ${scaleInAt}: giving back ${count(step)}` };
}
