import { policyKind } from '../kind.ts';
import { optionalHeadroom, optionalWaitShare, pool } from '../knobs.ts';
import { count, Rule, short } from '../rule.ts';
import { LastingWish } from '../scaling/lasting-wish.ts';
import { OngoingRequests } from '../scaling/ongoing.ts';
import { presentVms, settingOf } from '../setting.ts';
import { optionalSpill } from '../spill.ts';

const factor = { unit: 'factor', min: 0.01, max: 10 } as const;
const delay = { unit: 's', min: 0, max: 86400 } as const;

export const rayServe = policyKind({
  name: 'ray-serve',
  summary:
    'As many VMs as give each its target of ongoing requests, once that has been so for half a minute (up) or ten minutes (down).',
  source:
    'Ray Serve (autoscaling_policy.py, config.py), with its defaults: 2 ongoing requests per replica, which takes 5, looked at over 30 s, metrics every 10 s, ' +
    'upscale_delay_s 30, downscale_delay_s 600, factors 1.',
  open:
    'A replica is a VM. What it takes at a time are its slots, so the default target, 2 of 5, is 0.4 per slot; 2 per slot, which is tuned over too, would let every slot have ' +
    'a request waiting. Ongoing requests are the busy slots, on average over the newest interval, and those that wait for a VM. ' +
    'Without a ready VM, where ongoing requests per replica are not defined, one VM is wanted if requests wait.',
  cadenceSeconds: 10,
  parameters: [
    {
      name: 'targetOngoing',
      unit: 'requests',
      default: 0.4,
      min: 0.05,
      max: 100,
      meaning: 'ongoing requests per slot',
      tune: [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.5, 2],
    },
    {
      name: 'upscaleDelaySeconds',
      ...delay,
      default: 30,
      meaning: 'a wish for more VMs must have lasted for this long',
      tune: [0, 10, 30, 60],
    },
    {
      name: 'downscaleDelaySeconds',
      ...delay,
      default: 600,
      meaning: 'a wish for fewer VMs must have lasted for this long',
      tune: [0, 60, 120, 300, 600, 1200],
    },
    {
      name: 'upscalingFactor',
      ...factor,
      default: 1,
      meaning: 'part of the missing VMs that are added',
      tune: [0.5, 1, 1.5],
    },
    {
      name: 'downscalingFactor',
      ...factor,
      default: 1,
      meaning: 'part of the VMs that are too many which go',
      tune: [0.3, 0.6, 1],
    },
    {
      name: 'lookBackSeconds',
      ...delay,
      min: 1,
      default: 30,
      meaning: 'ongoing requests are averaged over this',
      tune: [30, 60, 120],
    },
    optionalWaitShare,
    optionalHeadroom,
    pool,
  ],
  published: [{ targetOngoing: 2 }],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool);
    const target = values.targetOngoing * profile.pools[setting.choice.pool]!.slots;
    const ongoing = new OngoingRequests(setting, values.lookBackSeconds);
    const lasting = new LastingWish(values.upscaleDelaySeconds, values.downscaleDelaySeconds);
    return new Rule({
      name: 'ray-serve',
      setting,
      size(observation) {
        if (!ongoing.add(observation)) return null;
        const requests = ongoing.mean();
        const { ready } = observation.pools[setting.choice.pool] ?? { ready: 0 };
        const present = presentVms(setting, observation);
        const wanted = replicasForOngoing(ready, requests / target, values);
        const vms = lasting.settle(observation.timeSeconds, present, wanted);
        const because = `${short(requests)} ongoing requests over ${values.lookBackSeconds} s need ${count(wanted)}`;
        return {
          vms,
          because: vms === wanted ? because : `${because}, not for long enough: keeping ${count(present)}`,
        };
      },
      spill: optionalSpill(setting, values),
    });
  },
});

/**
 * Ray Serve's `_calculate_desired_num_replicas`: the error ratio, drawn towards 1 by a factor below 1; a shrinking that the factor would hold up takes one.
 *
 * @param needed replicas that the ongoing requests would fill, a fraction
 */
export function replicasForOngoing(
  running: number,
  needed: number,
  { upscalingFactor, downscalingFactor }: { readonly upscalingFactor: number; readonly downscalingFactor: number },
): number {
  if (running === 0) return needed > 0 ? Math.max(1, Math.ceil(upscalingFactor)) : 0;
  const ratio = needed / running;
  const smoothed = 1 + (ratio - 1) * (ratio >= 1 ? upscalingFactor : downscalingFactor);
  const wanted = Math.ceil(running * smoothed - 1e-9);
  const isStuck = wanted === running && Math.ceil(needed - 1e-9) < running;
  return Math.max(0, isStuck ? wanted - 1 : wanted);
}
