import type { Observation, ServiceProfile, Spillover } from '../env/types.ts';
import { newestRate } from './demand.ts';
import { strictestDeadlineMs } from './economics.ts';
import { readyPerSecond, type Setting } from './setting.ts';
import { waitsBeforeSpillMs } from './waits-before-spill.ts';

/** What goes to Lambda, seen from this observation. */
export type Spill = (observation: Pick<Observation, 'arrivals' | 'pools'>) => Spillover;

/** Every request waits for a VM. */
export function neverSpill(profile: ServiceProfile): Spill {
  const spillover: Spillover = { maxWaitMs: profile.slo.classes.map(() => null), lambdaShare: 0 };
  return () => spillover;
}

export interface SpillKnobs {
  /** Router `overflow`: the limit of the wait, as a share of the time between the deadline and the service time. */
  readonly waitShare: number;
  /** Router `weights`: the ready VMs are given this much less than they could serve. */
  readonly headroom: number;
}

/** As `spillLate`, or never where the router's knob is not set: for rules whose source knows nothing of Lambda. */
export function optionalSpill(setting: Setting, knobs: { readonly [Knob in keyof SpillKnobs]: number | null }): Spill {
  const { waitShare, headroom } = knobs;
  const isSet = (setting.profile.router === 'overflow' ? waitShare : headroom) !== null;
  return isSet
    ? spillLate(setting, { waitShare: waitShare ?? 0, headroom: headroom ?? 1 })
    : neverSpill(setting.profile);
}

/**
 * Whatever a VM would answer too late goes to Lambda. Router `overflow`: the longest wait allowed is a share of the deadline less the
 * service time that the promised share of requests stays below. Router `weights`: Lambda gets what the newest demand has over the ready VMs.
 */
export function spillLate(setting: Setting, knobs: SpillKnobs): Spill {
  return setting.profile.router === 'overflow'
    ? spillByWait(setting, knobs.waitShare, () => true)
    : (observation) => spillByShare(setting, excessShare(setting, observation, knobs.headroom));
}

/** Only the classes with the strictest deadline go to Lambda; the others wait for a VM however long it takes. */
export function spillStrict(setting: Setting, knobs: SpillKnobs): Spill {
  const { classes } = setting.profile.slo;
  const strictestMs = strictestDeadlineMs(setting.profile);
  const isStrict = (deadlineMs: number) => deadlineMs === strictestMs;
  if (setting.profile.router === 'overflow') return spillByWait(setting, knobs.waitShare, isStrict);
  const strictShare = classes.reduce((sum, one) => sum + (isStrict(one.deadlineMs) ? one.share : 0), 0);
  return (observation) =>
    spillByShare(setting, Math.min(strictShare, excessShare(setting, observation, knobs.headroom)));
}

function spillByWait({ profile, choice }: Setting, waitShare: number, spills: (deadlineMs: number) => boolean): Spill {
  const meanMs = profile.pools[choice.pool]!.serviceMs[choice.variant]!;
  const waitsMs = waitsBeforeSpillMs(profile, meanMs, waitShare);
  const spillover: Spillover = {
    maxWaitMs: profile.slo.classes.map(({ deadlineMs }, index) => (spills(deadlineMs) ? waitsMs[index]! : null)),
    lambdaShare: 0,
  };
  return () => spillover;
}

function spillByShare({ profile }: Setting, lambdaShare: number): Spillover {
  return { maxWaitMs: profile.slo.classes.map(() => null), lambdaShare };
}

/** 1 - capacity / demand; 0 where no demand is known. */
function excessShare(setting: Setting, observation: Parameters<Spill>[0], headroom: number): number {
  const rate = newestRate(observation) ?? 0;
  return rate > 0 ? Math.max(0, 1 - readyPerSecond(setting, observation) / (headroom * rate)) : 0;
}
