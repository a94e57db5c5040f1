import { cumulativeShares } from '../physics/service.ts';
import type { ServiceProfile } from '../types.ts';

const draws = 2 ** 32;

/** The class of a request from 32 random bits, by the shares of the profile. */
export class ClassDraw {
  /** [class] Share of arrivals in this class or a stricter one, in 2^32nds. */
  readonly #bounds: Float64Array;

  constructor(profile: ServiceProfile) {
    this.#bounds = Float64Array.from(cumulativeShares(profile), (share) => share * draws);
    this.#bounds[this.#bounds.length - 1] = draws;
  }

  of(bits: number): number {
    const draw = bits >>> 0;
    let k = 0;
    while (draw >= this.#bounds[k]!) k++;
    return k;
  }
}
