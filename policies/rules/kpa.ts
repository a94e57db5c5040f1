import { policyKind } from '../kind.ts';
import { optionalHeadroom, optionalWaitShare, pool, scaleInDelaySeconds } from '../knobs.ts';
import { count, Rule, short } from '../rule.ts';
import { OngoingRequests } from '../scaling/ongoing.ts';
import { PanicScaler } from '../scaling/panic-scaler.ts';
import { presentVms, settingOf } from '../setting.ts';
import { optionalSpill } from '../spill.ts';

export const kpa = policyKind({
  name: 'kpa',
  summary:
    'Every two seconds as many VMs as the requests at a time of the last minute need, or, in a panic, of the last six seconds.',
  source:
    'Knative Pod Autoscaler (pkg/autoscaler/scaling/autoscaler.go; config-autoscaler), with its defaults: 70 % of the concurrency limit, windows of 60 and 6 s, ' +
    'panic from twice the ready pods on, up at most a thousandfold and down to half at once, no scale-down delay.',
  open:
    'A pod is a VM, its concurrency limit the slots. Requests at a time are the busy slots, on average over the newest interval, and those that wait for a VM. ' +
    'Metrics are as late as the profile says, which those of Knative are not.',
  cadenceSeconds: 2,
  parameters: [
    {
      name: 'target',
      unit: 'share',
      default: 0.7,
      min: 0.05,
      max: 10,
      meaning: 'requests at a time that a VM is to have, as a share of its slots',
      tune: [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2],
    },
    {
      name: 'stableSeconds',
      unit: 's',
      default: 60,
      min: 6,
      max: 3600,
      meaning: 'stable window; the panic window is its last tenth',
      tune: [60, 120, 300, 600],
    },
    {
      name: 'panicFactor',
      unit: 'factor',
      default: 2,
      min: 1.1,
      max: 10,
      meaning: 'panic begins where the panic window needs this many times the ready VMs',
      tune: [1.1, 1.5, 2, 3, 10],
    },
    { ...scaleInDelaySeconds, default: 0, tune: [0, 60, 300, 900, 1800] },
    optionalWaitShare,
    optionalHeadroom,
    pool,
  ],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool);
    const { slots } = profile.pools[setting.choice.pool]!;
    const { stableSeconds, panicFactor } = values;
    const terms = { target: values.target * slots, stableSeconds, panicFactor, mostUpFactor: 1000, mostDownFactor: 2 };
    const ongoing = new OngoingRequests(setting, stableSeconds);
    let scaler: PanicScaler | null = null;
    return new Rule({
      name: 'kpa',
      setting,
      size(observation) {
        if (!ongoing.add(observation)) return null;
        const { timeSeconds } = observation;
        const { ready } = observation.pools[setting.choice.pool] ?? { ready: 0 };
        scaler ??= new PanicScaler(terms, timeSeconds, presentVms(setting, observation));
        const [stable, panic] = [ongoing.mean(), ongoing.newest(stableSeconds / 10)];
        const { vms, isPanic } = scaler.scale(timeSeconds, ready, stable, panic);
        const because =
          `${short(stable)} requests at a time over ${stableSeconds} s, ${short(panic)} over ${stableSeconds / 10} s, ` +
          `${isPanic ? 'in panic ' : ''}need ${count(vms)}`;
        return { vms, because };
      },
      spill: optionalSpill(setting, values),
      scaleInDelaySeconds: values.scaleInDelaySeconds,
    });
  },
});
