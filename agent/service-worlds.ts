import type { Random } from '../env/random.ts';
import { FluidWorld } from '../env/sim/fluid-world.ts';
import type { Ledger } from '../env/sim/ledger.ts';
import type { Action, Observation, PriceBook, ServiceProfile } from '../env/types.ts';
import { vmUsdPerSecond } from '../policies/economics.ts';
import { type Setting, settingOf } from '../policies/setting.ts';
import type { DemandHistory } from './demand-history.ts';
import { ServiceActions } from './service-actions.ts';
import { serviceFeatures, writeServiceFeatures } from './service-features.ts';
import {
  type ServiceOptions,
  serviceHeads,
  serviceOptionCount,
  serviceOptions,
  usualOptions,
  writeServiceMask,
} from './service-options.ts';
import { type TeachingWorlds, thriftyOptions } from './service-teacher.ts';
import { drawHistory, type TrainingSet } from './training-set.ts';
import type { WorldsStep } from './worlds.ts';

const episodeIntervals = 120;

/** Whole services as worlds for PPO: heads for variant, Lambda tier and spillover, in the fluid simulator. */
export interface ServiceSource {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly set: TrainingSet;
  readonly meanVms: readonly [number, number];
}

interface ServiceWorld {
  readonly fluid: FluidWorld;
  /** The same service with the same arrivals and fleet, always as the rules have it. */
  readonly usual: FluidWorld;
  readonly history: DemandHistory;
  readonly unitsPerRate: number;
  readonly start: number;
  /** VMs over what the load keeps busy, and how much of a change the fleet follows per interval. */
  readonly margin: number;
  readonly following: number;
  now: number;
  smoothed: number;
  credit: number;
  spilledShare: number;
  missedShare: number;
  vms: number;
}

/**
 * The fleet is sized by a rule whose margin and speed are drawn anew for every episode, so that the heads learn to act with any fleet:
 * too small, too large, late. The reward is what Lambda costs less than it would have with the usual options, in the price of the
 * VMs that the mean load keeps busy: arrivals are common to both, so their chance cancels, which leaves a signal to learn from.
 */
export class ServiceWorlds implements TeachingWorlds {
  readonly count: number;
  readonly observationSize = serviceFeatures.length;
  readonly heads = serviceHeads;
  readonly #source: ServiceSource;
  readonly #setting: Setting;
  readonly #options: ServiceOptions;
  readonly #actions: ServiceActions;
  readonly #random: Random;
  readonly #worlds: ServiceWorld[];
  readonly #rates: Float32Array;

  constructor(source: ServiceSource, count: number, random: Random) {
    this.count = count;
    this.#source = source;
    this.#setting = settingOf(source.profile, source.prices);
    this.#options = serviceOptions(source.profile, source.prices, [this.#setting.choice.pool]);
    this.#actions = new ServiceActions(source.profile, this.#setting, this.#options);
    this.#random = random;
    this.#rates = new Float32Array(source.profile.decisionSeconds);
    this.#worlds = Array.from({ length: count }, () => this.#begin());
  }

  #begin(): ServiceWorld {
    const { profile, prices, set, meanVms } = this.#source;
    const random = this.#random;
    const history = drawHistory(set, random);
    const mean = random.logUniform(...meanVms);
    const start = random.below(Math.max(1, history.length - episodeIntervals));
    const vms = Math.max(1, Math.ceil(mean * history.means[start]!));
    const seed = random.bits();
    const initial = profile.pools.map((pool, index) => (index === this.#setting.choice.pool ? vms : pool.min));
    return {
      fluid: new FluidWorld(profile, prices, seed, initial),
      usual: new FluidWorld(profile, prices, seed, initial),
      history,
      unitsPerRate: mean * this.#setting.vmPerSecond,
      start,
      margin: 0.75 * 1.8 ** random.uniform(),
      following: 0.1 + 0.9 * random.uniform(),
      now: start,
      smoothed: history.means[start]! * mean,
      credit: random.uniform() < 0.3 ? 0 : random.uniform() * 0.02 * mean * this.#setting.vmPerSecond * 3600,
      spilledShare: 0,
      missedShare: 0,
      vms,
    };
  }

  observe(into: Float32Array): void {
    this.#worlds.forEach((world, index) => {
      this.#write(world, into, index * this.observationSize);
    });
  }

  mask(into: Uint8Array): void {
    this.#worlds.forEach((world, index) => {
      writeServiceMask(this.#options, world.credit, this.#mostRequests(world), into, index * serviceOptionCount);
    });
  }

  /** [world, head] What thrift would choose. */
  teach(masks: Uint8Array, into: Int32Array): void {
    this.#worlds.forEach((world, index) => {
      const { ready } = world.fluid.pools()[this.#setting.choice.pool]!;
      const capacity = ready * this.#setting.vmPerSecond + this.#setting.standingPerSecond;
      const peak = world.history.peaks[Math.max(0, world.now - 1)]! * world.unitsPerRate;
      const chosen = thriftyOptions(this.#options, peak / (capacity + 1e-3), masks, index * serviceOptionCount);
      into.set(chosen, index * serviceHeads.length);
    });
  }

  #mostRequests({ history, now, unitsPerRate }: ServiceWorld): number {
    return 1.5 * history.peaks[Math.max(0, now - 1)]! * unitsPerRate * this.#source.profile.decisionSeconds;
  }

  step(actions: Int32Array, result: WorldsStep): void {
    this.#worlds.forEach((world, index) => {
      const chosen = actions.subarray(index * serviceHeads.length, (index + 1) * serviceHeads.length);
      const counts = this.#vmCounts(world);
      const seen = this.#seen(world);
      this.#advance(
        world,
        this.#actions.action(chosen, counts, seen),
        this.#actions.action(usualOptions, counts, seen),
      );
      this.#judge(world, result, index);
      const isCut = world.now >= Math.min(world.start + episodeIntervals, world.history.length);
      result.truncated[index] = isCut ? 1 : 0;
      if (!isCut) return;
      this.#write(world, result.finalObservations, index * this.observationSize);
      this.#worlds[index] = this.#begin();
    });
  }

  #seen({ fluid, history, now, unitsPerRate }: ServiceWorld): Pick<Observation, 'arrivals' | 'pools'> {
    const rate = history.means[Math.max(0, now - 1)]! * unitsPerRate;
    return { arrivals: { value: [rate], ageSeconds: 0 }, pools: fluid.pools() };
  }

  #vmCounts(world: ServiceWorld): number[] {
    const { choice, min, max } = this.#setting;
    return this.#source.profile.pools.map((pool, index) =>
      index === choice.pool ? Math.max(min, Math.min(max, world.vms)) : pool.min,
    );
  }

  #advance(world: ServiceWorld, action: Action, usual: Action): void {
    const { history, unitsPerRate } = world;
    const { decisionSeconds } = this.#source.profile;
    const binSeconds = decisionSeconds / history.binsPerInterval;
    for (let second = 0; second < decisionSeconds; second++) {
      const bin = world.now * history.binsPerInterval + Math.floor(second / binSeconds);
      this.#rates[second] = this.#random.poisson(history.bins[bin]! * unitsPerRate);
    }
    world.fluid.advance(action, this.#rates, 0);
    world.usual.advance(usual, this.#rates, 0);
    world.now++;
    const load = (history.means[world.now - 1]! * unitsPerRate) / this.#setting.vmPerSecond;
    world.smoothed += world.following * (load - world.smoothed);
    world.vms = Math.ceil(world.margin * world.smoothed);
  }

  #judge(world: ServiceWorld, result: WorldsStep, index: number): void {
    const { ledger } = world.fluid;
    const { missed, requests, answered } = countsOf(ledger);
    const usual = countsOf(world.usual.ledger);
    const fullUsd = (world.unitsPerRate / this.#setting.vmPerSecond) * this.#vmUsdPerInterval();
    result.rewards[index] = (world.usual.ledger.lambdaUsd - ledger.lambdaUsd) / fullUsd;
    result.violations[index] = requests > 0 ? (missed - usual.missed) / requests : 0;
    world.credit += ledger.accuracySum - this.#source.profile.accuracyFloor * answered;
    world.spilledShare = requests > 0 ? ledger.spilled / requests : 0;
    world.missedShare = requests > 0 ? missed / requests : 0;
    ledger.clear();
    world.usual.ledger.clear();
  }

  #vmUsdPerInterval(): number {
    const { profile, prices } = this.#source;
    return vmUsdPerSecond(profile, prices, this.#setting.choice.pool) * profile.decisionSeconds;
  }

  #write(world: ServiceWorld, into: Float32Array, offset: number): void {
    const { choice, vmPerSecond, standingPerSecond, ratio } = this.#setting;
    const { ready, booting } = world.fluid.pools()[choice.pool]!;
    const capacity = ready * vmPerSecond + standingPerSecond;
    const load = world.history.means[Math.max(0, world.now - 1)]! * world.unitsPerRate + 1e-3;
    const state = {
      capacity,
      booting: booting * vmPerSecond,
      wanted: world.vms * vmPerSecond,
      backlogSeconds: world.fluid.waiting / (capacity + 1e-3),
      spilledShare: world.spilledShare,
      missedShare: world.missedShare,
      creditSeconds: world.credit / (0.01 * load),
      priceRatio: ratio,
    };
    writeServiceFeatures(world.history, world.now, world.unitsPerRate, state, this.#options, into, offset);
  }
}

function countsOf(ledger: Ledger): { requests: number; answered: number; missed: number } {
  let requests = 0;
  let answered = 0;
  let missed = 0;
  for (let k = 0; k < ledger.requests.length; k++) {
    requests += ledger.requests[k]!;
    answered += ledger.inTime[k]! + ledger.late[k]!;
    missed += ledger.late[k]! + ledger.lost[k]!;
  }
  return { requests, answered, missed };
}
