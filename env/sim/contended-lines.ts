import type { ServiceProfile } from '../types.ts';
import type { CountedRouter } from './counted-router.ts';
import type { Serving } from './fluid-fleets.ts';
import type { LineAnswers } from './line-answers.ts';
import type { LineLimits } from './line-limits.ts';
import type { LineOverflow } from './line-overflow.ts';
import type { LineStep } from './line-step.ts';
import { LineSteps } from './line-steps.ts';

/** Lines of which somebody waits for longer are left to the formulas. */
const longestSeconds = 1;
/** Slots of which a count does not take too long. */
const mostSlots = 200;
/** Chances that are none. */
const negligible = 1e-6;

/** What the lines are booked in. */
export interface ContendedParts {
  readonly limits: LineLimits;
  readonly answers: LineAnswers;
  readonly overflow: LineOverflow;
  /** [class] */
  readonly backlog: Float64Array;
}

/**
 * Lines that slow down who serves them. Such a line grows by itself, so that near the capacity there are two lasting states, a short line and a long
 * one, and chance takes the service from one to the other: no one length stands for all. What is carried from second to second is the
 * distribution of its length; what a second makes of each is counted on the rule itself (line-step.ts), at the rates next to the second's. That takes
 * too long where waits change with every decision, so training, which records no latencies, goes without.
 */
export class ContendedLines {
  /** Whether the lines are such. */
  isOn = false;
  readonly #profile: ServiceProfile;
  readonly #parts: ContendedParts;
  #serving: Serving | null = null;
  #key = '';
  /** [place] Chance of each length. */
  #weights = Float64Array.of(1);
  #next = Float64Array.of(1);
  /** [place] The mean depth of lines of that length, times that chance. */
  #depths = new Float64Array(1);
  #nextDepths = new Float64Array(1);
  /** Null: none were needed yet. */
  #steps: LineSteps | null = null;
  /** [class] Of the second. */
  readonly #overflow: Float64Array;
  readonly #overdue: Float64Array;
  readonly #waiting: Float64Array;
  #longerSeconds = 0;
  #waitedSeconds = 0;

  constructor(profile: ServiceProfile, parts: ContendedParts) {
    this.#profile = profile;
    this.#parts = parts;
    const perClass = () => new Float64Array(profile.slo.classes.length);
    this.#overflow = perClass();
    this.#overdue = perClass();
    this.#waiting = perClass();
  }

  /** The slots or the waits are new; `waiting` requests wait. */
  measure(serving: Serving, waiting: number): void {
    const { limits } = this.#parts;
    const { servers, capacity } = serving;
    this.#serving = serving;
    this.isOn =
      this.#parts.answers.latency !== null &&
      this.#profile.queueLimit === null &&
      servers > 0 &&
      servers <= mostSlots &&
      limits.longestWaitSeconds <= Math.min(longestSeconds, this.#profile.clientTimeoutMs / 4000);
    if (!this.isOn) {
      this.#key = '';
      return;
    }
    const key = JSON.stringify([this.#routerAt(0), limits.waits]);
    if (key === this.#key) return;
    this.#key = key;
    const steps = LineSteps.of(key, this.#routerAt, capacity);
    const before = this.#steps?.lengths.lengths ?? [0];
    const weights = this.#weights;
    const depths = this.#depths;
    const { lengths } = steps;
    const perPlace = () => new Float64Array(lengths.lengths.length);
    this.#steps = steps;
    this.#weights = perPlace();
    this.#next = perPlace();
    this.#depths = perPlace();
    this.#nextDepths = perPlace();
    let mean = 0;
    for (let place = 0; place < before.length; place++) mean += weights[place]! * before[place]!;
    for (let place = 0; place < before.length; place++) {
      const length = mean > 0 ? (before[place]! * waiting) / mean : waiting;
      lengths.put(length, weights[place]!, this.#weights);
      lengths.put(length, depths[place]!, this.#depths);
    }
  }

  /** Surely nobody waits any more. */
  clear(): void {
    this.#weights.fill(0);
    this.#depths.fill(0);
    this.#weights[0] = 1;
  }

  /** Takes a second with so many requests, [class] of which `shares`; returns how many wait after it. */
  flow(offered: number, shares: Float64Array): number {
    this.#find(offered);
    const { answers, backlog, overflow } = this.#parts;
    overflow.forget();
    let waiting = 0;
    for (let k = 0; k < backlog.length; k++) {
      const arrived = offered * shares[k]!;
      const turnedAway = arrived * this.#overflow[k]!;
      const after = Math.max(0, Math.min(this.#waiting[k]!, backlog[k]! + arrived - turnedAway));
      const served = backlog[k]! + arrived - turnedAway - after;
      backlog[k] = after;
      waiting += after;
      overflow.add(k, turnedAway);
      answers.overdue(k, served, this.#overdue[k]!);
      answers.contendedSeconds += served * this.#longerSeconds;
      answers.latency?.recordWait(served, this.#waitedSeconds, answers.serviceSeconds + this.#longerSeconds);
    }
    return waiting;
  }

  #find(offered: number): void {
    const steps = this.#steps!;
    const position = steps.positionOf(offered);
    const cell = position | 0;
    this.#next.fill(0);
    this.#nextDepths.fill(0);
    this.#overflow.fill(0);
    this.#overdue.fill(0);
    this.#waiting.fill(0);
    this.#longerSeconds = this.#waitedSeconds = 0;
    this.#add(steps, cell, 1 - position + cell);
    this.#add(steps, cell + 1, position - cell);
    [this.#weights, this.#next] = [this.#next, this.#weights];
    [this.#depths, this.#nextDepths] = [this.#nextDepths, this.#depths];
    this.#drop();
  }

  #add(steps: LineSteps, cell: number, part: number): void {
    const routerAt = this.#routerAt;
    for (let place = 0; place < this.#weights.length; place++) {
      const chance = this.#weights[place]!;
      if (chance === 0) continue;
      const relaxed = steps.relaxedShare(cell, place, this.#depths[place]! / chance, routerAt);
      if (relaxed < 1) this.#addStep(steps.at(cell, place, true, routerAt), part * chance * (1 - relaxed));
      if (relaxed > 0) this.#addStep(steps.at(cell, place, false, routerAt), part * chance * relaxed);
    }
  }

  #addStep(step: LineStep, weight: number): void {
    const { overflow, overdue, waiting, ends, endDepths, longerSeconds, waitedSeconds } = step;
    for (let k = 0; k < overflow.length; k++) {
      this.#overflow[k]! += weight * overflow[k]!;
      this.#overdue[k]! += weight * overdue[k]!;
      this.#waiting[k]! += weight * waiting[k]!;
    }
    for (let end = 0; end < ends.length; end++) {
      this.#next[end]! += weight * ends[end]!;
      this.#nextDepths[end]! += weight * endDepths[end]!;
    }
    this.#longerSeconds += weight * longerSeconds;
    this.#waitedSeconds += weight * waitedSeconds;
  }

  /** What is hardly ever so is not followed. */
  #drop(): void {
    const weights = this.#weights;
    let dropped = 0;
    for (let place = 1; place < weights.length; place++) {
      if (weights[place]! >= negligible) continue;
      dropped += weights[place]!;
      weights[place] = this.#depths[place] = 0;
    }
    weights[0]! += dropped;
    if (weights[0]! >= 1 - negligible) this.#waiting.fill(0);
  }

  /** The router with the limits of a rate; whatever the rate, the rest is the service's name among the known ones. */
  readonly #routerAt = (rate: number): CountedRouter => {
    const { pools: specs, serviceCv, slo } = this.#profile;
    const { limits } = this.#parts;
    const { pools, capacity, readyVms } = this.#serving!;
    const rooms = limits.places(capacity, rate);
    const isQuick = rooms.map(() => false);
    return {
      pools: pools.map(({ slots, serviceSeconds }, pool) => ({
        slots,
        serviceSeconds: slots > 0 ? serviceSeconds : 1,
        smallerSeconds: null,
        largerSeconds: null,
        smallerGain: 0,
        largerGain: 0,
        isQuick,
        contention: specs[pool]!.contention,
      })),
      readyVms,
      serviceCv,
      shares: slo.classes.map((one) => one.share),
      slackSeconds: [...limits.slackSeconds],
      deadlineSeconds: slo.classes.map((one) => one.deadlineMs / 1000),
      rooms,
      stretched: rooms,
      pressed: rooms,
      gain: 0,
      credit: 'none',
    };
  };
}
