import type { Observation } from '../../env/types.ts';
import { policyKind } from '../kind.ts';
import { optionalHeadroom, optionalWaitShare, pool, scaleInDelaySeconds } from '../knobs.ts';
import { count, Rule, short, type Wish } from '../rule.ts';
import { GrowthLimit } from '../scaling/growth-limit.ts';
import { ReadyHistory } from '../scaling/ready-history.ts';
import { replicasForUsage } from '../scaling/replica-calculator.ts';
import { tolerance } from '../scaling/tolerance.ts';
import { presentVms, type Setting, settingOf } from '../setting.ts';
import { optionalSpill } from '../spill.ts';

export const hpa = policyKind({
  name: 'hpa',
  summary: 'Every fifteen seconds as many VMs as bring utilisation to a target, unless it is within a tenth of it.',
  source:
    'Horizontal Pod Autoscaler (Kubernetes documentation, "Horizontal Pod Autoscaling"; replica_calculator.go), with its defaults: 80 % CPU, tolerance 0.1, ' +
    'scaling down stabilised over 300 s, up at most to twice the pods or by four in 15 s.',
  open:
    'A pod is a VM, and CPU the busy share of its slots. A VM that boots is a pod that is not ready; one that became ready after the metric was measured has no measurement. ' +
    'Without any VM, which an HPA cannot scale from, one is started.',
  cadenceSeconds: 15,
  parameters: [
    {
      name: 'target',
      unit: 'share',
      default: 0.8,
      min: 0.05,
      max: 1,
      meaning: 'utilisation that is held',
      tune: [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95],
    },
    tolerance,
    { ...scaleInDelaySeconds, tune: [0, 60, 300, 900, 1800] },
    optionalWaitShare,
    optionalHeadroom,
    pool,
  ],
  published: [{ target: 0.5 }],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool);
    const seenReady = new ReadyHistory();
    const growth = new GrowthLimit();
    return new Rule({
      name: 'hpa',
      setting,
      size: (observation) => sized(setting, seenReady, growth, observation, values),
      spill: optionalSpill(setting, values),
      scaleInDelaySeconds: values.scaleInDelaySeconds,
    });
  },
});

function sized(
  setting: Setting,
  seenReady: ReadyHistory,
  growth: GrowthLimit,
  observation: Observation,
  { target, tolerance }: { readonly target: number; readonly tolerance: number },
): Wish | null {
  const { pool } = setting.choice;
  const { ready, booting } = observation.pools[pool] ?? { ready: 0, booting: 0 };
  seenReady.add(observation.timeSeconds, ready);
  if (ready + booting === 0) return { vms: 1, because: 'an empty pool shows no utilisation: starting 1 VM' };
  const signal = observation.utilization[pool] ?? null;
  if (signal === null) return null;
  const current = presentVms(setting, observation);
  const measured = Math.min(ready, seenReady.at(observation.timeSeconds - signal.ageSeconds));
  const said = `utilisation is ${short(signal.value)} of ${count(measured)} for a target of ${target}`;
  if (measured === 0) return { vms: current, because: `${said}: keeping ${count(current)}` };
  const missing = ready - measured;
  const ratio = signal.value / target;
  const wanted = replicasForUsage({ current, measured, missing, notReady: booting, ratio, tolerance });
  const vms = growth.settle(observation.timeSeconds, current, wanted);
  const limit = vms < wanted ? `, ${vms} of them at once` : '';
  return { vms, because: `${said}, which needs ${count(wanted)}${limit}` };
}
