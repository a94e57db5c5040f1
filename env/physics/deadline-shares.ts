import type { ServiceProfile } from '../types.ts';
import { lognormalShareBelow, unitLognormalTable } from './lognormal.ts';

/** How often a lognormal service still meets the deadline of a class. */
export class DeadlineShares {
  readonly #deadlineSeconds: Float64Array;
  readonly #coefficientOfVariation: number;
  /** All but one in some ten thousand services are shorter than this many means. */
  readonly #longestService: number;

  constructor(profile: ServiceProfile) {
    this.#deadlineSeconds = Float64Array.from(profile.slo.classes, (one) => one.deadlineMs / 1000);
    this.#coefficientOfVariation = profile.serviceCv;
    this.#longestService = unitLognormalTable(profile.serviceCv, 4096)[4095]!;
  }

  /** Share in time after a delay. */
  share(classIndex: number, delaySeconds: number, meanServiceSeconds: number): number {
    const left = this.#deadlineSeconds[classIndex]! - delaySeconds;
    if (meanServiceSeconds * this.#longestService <= left) return 1;
    return lognormalShareBelow(left, meanServiceSeconds, this.#coefficientOfVariation);
  }

  /** Wait that still leaves time for a mean service. */
  slackSeconds(classIndex: number, meanServiceSeconds: number): number {
    return Math.max(0, this.#deadlineSeconds[classIndex]! - meanServiceSeconds);
  }
}
