import type { Random } from '../random.ts';

const tableBits = 10;
const cells = 1 << tableBits;
/** -ln of the lower edges of equal cells of [1, 2). */
const minusLog = Float64Array.from({ length: cells + 1 }, (_, cell) => -Math.log(1 + cell / cells));

/**
 * When the requests of a second arrive, given how many there are: uniform times in rising order. They are the partial sums of
 * one more exponential gap than there are requests, divided by the sum of all gaps (Devroye 1986, Non-Uniform Random Variate
 * Generation, theorem V.2.2), so nothing is sorted.
 */
export class ArrivalInstants {
  /** [request] Rising, in [0, 1); valid up to the count of the last draw. */
  times = new Float64Array(256);
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  draw(count: number): void {
    if (count > this.times.length) this.times = new Float64Array(2 * count);
    const { times } = this;
    let elapsed = 0;
    for (let index = 0; index < count; index++) {
      elapsed += exponential(this.#random.bits());
      times[index] = elapsed;
    }
    const scale = 1 / (elapsed + exponential(this.#random.bits()));
    for (let index = 0; index < count; index++) times[index]! *= scale;
  }
}

/** Exponential with mean 1 from 32 random bits: -ln of a uniform number, by table, off by less than 10^-6. */
function exponential(bits: number): number {
  const zeros = Math.clz32(bits | 1);
  const mantissa = ((bits | 1) << zeros) >>> 0; // in [2^31, 2^32): the uniform number is mantissa / 2^(32 + zeros)
  const cell = (mantissa >>> (31 - tableBits)) & (cells - 1);
  const inside = (mantissa & ((1 << (31 - tableBits)) - 1)) / 2 ** (31 - tableBits);
  const lower = minusLog[cell]!;
  return (zeros + 1) * Math.LN2 + lower + inside * (minusLog[cell + 1]! - lower);
}
