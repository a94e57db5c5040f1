import type { ServiceProfile } from '../types.ts';
import { lognormalShareBelow, lognormalSigma, normalQuantile } from './lognormal.ts';

/** Services longer than all but this share are not looked at. */
const negligibleShare = 1e-4;

/** How often a lognormal service still meets the deadline of a class. */
export class DeadlineShares {
  readonly #deadlineSeconds: Float64Array;
  readonly #coefficientOfVariation: number;
  /** Nearly all services are shorter than this many means. */
  readonly #longestService: number;

  constructor(profile: ServiceProfile) {
    this.#deadlineSeconds = Float64Array.from(profile.slo.classes, (one) => one.deadlineMs / 1000);
    this.#coefficientOfVariation = profile.serviceCv;
    const sigma = lognormalSigma(profile.serviceCv);
    this.#longestService = Math.exp(sigma * normalQuantile(1 - negligibleShare) - sigma ** 2 / 2);
  }

  /** Share in time after a delay. */
  share(classIndex: number, delaySeconds: number, meanServiceSeconds: number): number {
    const left = this.#deadlineSeconds[classIndex]! - delaySeconds;
    if (meanServiceSeconds * this.#longestService <= left) return 1;
    return lognormalShareBelow(left, meanServiceSeconds, this.#coefficientOfVariation);
  }

  /** Wait that makes hardly anybody late; negative where some are late without any. */
  harmlessSeconds(classIndex: number, meanServiceSeconds: number): number {
    return this.#deadlineSeconds[classIndex]! - meanServiceSeconds * this.#longestService;
  }

  /** Wait that still leaves time for a mean service. */
  slackSeconds(classIndex: number, meanServiceSeconds: number): number {
    return Math.max(0, this.#deadlineSeconds[classIndex]! - meanServiceSeconds);
  }
}
