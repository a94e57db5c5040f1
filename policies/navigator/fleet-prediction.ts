import { allBusyShare, busyStates, tailOf, waitingShare } from '../../env/physics/blocking.ts';
import { erlangLoss } from '../../env/physics/erlang.ts';
import { lognormalQuantile } from '../../env/physics/lognormal.ts';
import { capacityLeft, cumulativeShares, queueLimit } from '../../env/physics/service.ts';
import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import { vmUsdPerSecond } from '../economics.ts';
import type { Prediction } from './prediction.ts';

/** Service times that stand for their distribution, all equally likely. */
const serviceCount = 16;

export interface FleetSetup {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly variant: number;
  readonly pool: number;
  readonly vms: number;
  /** [class] Null: waits however long it takes. */
  readonly maxWaitMs: readonly (number | null)[];
  /** What becomes of so many requests per second that find no room; null: all wait. */
  readonly elsewhere: ((perSecond: number) => Prediction) | null;
}

/**
 * VMs with a line per class at a constant rate. All are busy as Erlang's formulas say; the wait is stretched by (1 + cv²)/2 (Lee and Longton 1959,
 * env/physics/blocking.ts). A class waits for itself and the stricter ones, at what these leave of the capacity: for M/M/1 that is the mean wait under
 * priorities exactly (Cobham 1954). Where nobody may spill and a class comes faster than it can be served, none of it is in time.
 */
export function fleetPrediction(setup: FleetSetup, perSecond: number): Prediction {
  const { profile, prices, pool, vms, elsewhere } = setup;
  const services = servicesMs(profile.pools[pool]!.serviceMs[setup.variant]!, profile.serviceCv);
  const lines = profile.slo.classes.map((_, classIndex) => lineOf(setup, perSecond, classIndex, services));
  const spilledShare = profile.slo.classes.reduce((sum, { share }, k) => sum + share * lines[k]!.blocked, 0);
  const spilled = elsewhere?.(spilledShare * perSecond) ?? null;
  const fleetUsd = vms * vmUsdPerSecond(profile, prices, pool);
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

function lineOf(setup: FleetSetup, perSecond: number, classIndex: number, services: readonly number[]): Line {
  const { profile, variant, pool, vms, maxWaitMs, elsewhere } = setup;
  const serviceMs = profile.pools[pool]!.serviceMs[variant]!;
  const servers = vms * profile.pools[pool]!.slots;
  if (servers === 0) return { blocked: 1, answeredWithin: () => 0 };
  const capacity = (1000 * servers) / serviceMs;
  const upTo = cumulativeShares(profile)[classIndex]!;
  const stricter = perSecond * (upTo - profile.slo.classes[classIndex]!.share);
  const ratio = awayFromOne((perSecond * upTo) / capacity);
  const room = elsewhere === null ? null : queueLimit(maxWaitMs[classIndex]!, capacity, stricter);
  if (room === null && ratio >= 1) return { blocked: 0, answeredWithin: () => 0 };
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
    answeredWithin: (ms) => 1 - services.reduce((sum, service) => sum + waitsLonger(ms - service), 0) / services.length,
  };
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

function servicesMs(meanMs: number, cv: number): number[] {
  return Array.from({ length: serviceCount }, (_, index) =>
    lognormalQuantile(meanMs, cv, (index + 0.5) / serviceCount),
  );
}

function awayFromOne(ratio: number): number {
  return Math.abs(ratio - 1) < 1e-6 ? 1 - 1e-6 : ratio;
}
