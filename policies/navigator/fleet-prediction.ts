import { allBusyShare, busyStates, tailOf, waitingShare } from '../../env/physics/blocking.ts';
import { contentionFactor } from '../../env/physics/contention.ts';
import { erlangLoss } from '../../env/physics/erlang.ts';
import { lognormalQuantile, lognormalShareBelow } from '../../env/physics/lognormal.ts';
import { capacityLeft, cumulativeShares, queueLimit } from '../../env/physics/service.ts';
import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import { readyVmUsdPerSecond } from '../economics.ts';
import type { Prediction } from './prediction.ts';

/** Service times that stand for those within some time, all equally likely. */
const serviceCount = 16;
/** A line that comes so seldom is none that anybody plans for. */
const rareSeconds = 86_400;

export interface FleetSetup {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly variant: number;
  readonly pool: number;
  /** Ready ones. */
  readonly vms: number;
  /** [class] Null: waits however long it takes. */
  readonly maxWaitMs: readonly (number | null)[];
  /** What becomes of so many requests per second that find no room; null: all wait. */
  readonly elsewhere: ((perSecond: number) => Prediction) | null;
}

/**
 * VMs with a line per class at a constant rate. All are busy as Erlang's formulas say; the wait is stretched by (1 + cv²)/2 (Lee and Longton 1959,
 * env/physics/blocking.ts). A class waits for itself and the stricter ones, at what these leave of the capacity: for M/M/1 that is the mean wait under
 * priorities exactly (Cobham 1954). Where nobody may spill and a class comes faster than it can be served, or a line slows the VMs down until it never
 * ends (`isTrap`), none of it is in time.
 */
export function fleetPrediction(setup: FleetSetup, perSecond: number): Prediction {
  const { profile, prices, pool, vms, elsewhere } = setup;
  const lines = profile.slo.classes.map((_, classIndex) => lineOf(setup, perSecond, classIndex));
  const spilledShare = profile.slo.classes.reduce((sum, { share }, k) => sum + share * lines[k]!.blocked, 0);
  const spilled = elsewhere?.(spilledShare * perSecond) ?? null;
  const fleetUsd = vms * readyVmUsdPerSecond(profile, prices, pool);
  return {
    usdPerSecond: fleetUsd + (spilled?.usdPerSecond ?? 0),
    spilledShare,
    answeredWithin: (ms, classIndex) => {
      const { blocked, answeredWithin } = lines[classIndex]!;
      const onLambda = blocked === 0 || spilled === null ? 0 : blocked * spilled.answeredWithin(ms, classIndex);
      return (1 - blocked) * answeredWithin(ms) + onLambda;
    },
  };
}

/*
 * Beyond the room of a class only stricter ones go on joining the line: env/physics/blocking.ts, U.
 */
interface Line {
  /** Share of the class that finds no room. */
  readonly blocked: number;
  /** Of those that do. */
  readonly answeredWithin: (ms: number) => number;
}

function lineOf(setup: FleetSetup, perSecond: number, classIndex: number): Line {
  const { profile, variant, pool, vms, maxWaitMs, elsewhere } = setup;
  const serviceMs = profile.pools[pool]!.serviceMs[variant]!;
  const servers = vms * profile.pools[pool]!.slots;
  if (servers === 0) return { blocked: 1, answeredWithin: () => 0 };
  const capacity = (1000 * servers) / serviceMs;
  const upTo = cumulativeShares(profile)[classIndex]!;
  const stricter = perSecond * (upTo - profile.slo.classes[classIndex]!.share);
  const ratio = awayFromOne((perSecond * upTo) / capacity);
  const room = elsewhere === null ? null : queueLimit(maxWaitMs[classIndex]!, capacity, stricter);
  if (room === null && (ratio >= 1 || isTrap(setup, perSecond, servers, capacity)))
    return { blocked: 0, answeredWithin: () => 0 };
  const variability = (1 + profile.serviceCv ** 2) / 2;
  const last = room === null ? 0 : tailOf(ratio, room / variability);
  const beyond = 1 / (1 - Math.min(0.99, stricter / capacity));
  const busy = busyShare(setup, perSecond, servers, capacity);
  const blocked = room === null ? 0 : (busy * last * beyond) / busyStates(ratio, last, beyond);
  /** Of those that are not blocked, the share that waits longer. */
  const waitsLonger = (waitMs: number) => {
    if (waitMs < 0) return 1;
    if (room === 0) return 0;
    const ahead = (waitMs / 1000) * capacityLeft(capacity, stricter);
    const share = waitingShare(ratio, ahead / variability, (room ?? Number.POSITIVE_INFINITY) / variability);
    return (Math.max(0, busy - blocked) / Math.max(1e-12, 1 - blocked)) * share;
  };
  return {
    blocked,
    answeredWithin: (ms) => {
      const { served, servicesMs } = servicesWithin(ms, serviceMs, profile.serviceCv);
      return served * (1 - servicesMs.reduce((sum, service) => sum + waitsLonger(ms - service), 0) / serviceCount);
    },
  };
}

/**
 * Where lines slow the VMs down, one of some length takes in more than it lets out, and then never ends. True where such a line comes about once in
 * `rareSeconds` or more often: at the rate at which a birth-death chain with the slowed VMs is found there.
 */
function isTrap({ profile, pool, vms }: FleetSetup, perSecond: number, servers: number, capacity: number): boolean {
  const { contention } = profile.pools[pool]!;
  const ratioAt = (waiting: number) => (perSecond / capacity) * contentionFactor(contention, waiting, vms);
  if (contention === 0 || ratioAt(Number.POSITIVE_INFINITY) < 1) return false;
  const stretch = 2 / (1 + profile.serviceCv ** 2);
  const loss = erlangLoss(ratioAt(0) * servers, servers);
  let arrivalsPerLine = (1 - ratioAt(0) * (1 - loss)) / loss;
  for (let waiting = 1; ratioAt(waiting) < 1 && arrivalsPerLine <= perSecond * rareSeconds; waiting++) {
    arrivalsPerLine /= ratioAt(waiting) ** stretch;
  }
  return arrivalsPerLine <= perSecond * rareSeconds;
}

/** Share of the time in which no slot is free. */
function busyShare(setup: FleetSetup, perSecond: number, servers: number, capacity: number): number {
  const { profile, maxWaitMs, elsewhere } = setup;
  const ratio = awayFromOne(perSecond / capacity);
  const stricter = perSecond * (1 - profile.slo.classes.at(-1)!.share);
  const room = elsewhere === null ? null : queueLimit(maxWaitMs.at(-1)!, capacity, stricter);
  if (room === null && ratio >= 1) return 1;
  const last = room === null ? 0 : tailOf(ratio, room / ((1 + profile.serviceCv ** 2) / 2));
  const beyond = room === null ? 0 : 1 / (1 - Math.min(0.99, stricter / capacity));
  return allBusyShare(erlangLoss(ratio * servers, servers), busyStates(ratio, last, beyond));
}

/** Of the services, the share that is no longer than a time, and times that stand for those. */
function servicesWithin(ms: number, meanMs: number, cv: number): { served: number; servicesMs: number[] } {
  const served = lognormalShareBelow(ms, meanMs, cv);
  const at = (index: number) => lognormalQuantile(meanMs, cv, (served * (index + 0.5)) / serviceCount);
  return { served, servicesMs: served === 0 ? [] : Array.from({ length: serviceCount }, (_, index) => at(index)) };
}

function awayFromOne(ratio: number): number {
  return Math.abs(ratio - 1) < 1e-6 ? 1 - 1e-6 : ratio;
}
