import { cumulativeShares } from '../physics/service.ts';
import type { ServiceProfile } from '../types.ts';

const draws = 2 ** 32;
const cellBits = 10;
const mixed = 255;

/** The class of a request from 32 random bits, by the shares of the profile. */
export class ClassDraw {
  /** [class] Share of arrivals in this class or a stricter one, in 2^32nds. */
  readonly #bounds: Float64Array;
  /** [cell of the upper bits] Its class, or `mixed` where a bound lies in it: a look-up cannot be mispredicted. */
  readonly #classes: Uint8Array;

  constructor(profile: ServiceProfile) {
    this.#bounds = Float64Array.from(cumulativeShares(profile), (share) => share * draws);
    this.#bounds[this.#bounds.length - 1] = draws;
    const width = 2 ** (32 - cellBits);
    this.#classes = Uint8Array.from({ length: 1 << cellBits }, (_, cell) => {
      const lower = this.#search(cell * width);
      return lower === this.#search((cell + 1) * width - 1) && lower < mixed ? lower : mixed;
    });
  }

  /** The classes of so many requests. */
  fill(target: Uint8Array, bits: Int32Array, count: number): void {
    const classes = this.#classes;
    for (let index = 0; index < count; index++) {
      const k = classes[bits[index]! >>> (32 - cellBits)]!;
      target[index] = k === mixed ? this.#search(bits[index]! >>> 0) : k;
    }
  }

  #search(draw: number): number {
    let k = 0;
    while (draw >= this.#bounds[k]!) k++;
    return k;
  }
}
