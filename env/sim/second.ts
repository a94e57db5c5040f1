import type { Random } from '../random.ts';
import type { ServiceProfile } from '../types.ts';
import { ClassDraw } from './class-draw.ts';

const tableBits = 10;
const cells = 1 << tableBits;
/** -ln of the lower edges of equal cells of [1, 2). */
const minusLog = Float64Array.from({ length: cells + 1 }, (_, cell) => -Math.log(1 + cell / cells));

/**
 * The requests of one second, given how many there are: when each arrives, its class and its service. The
 * times are uniform and in rising order: the partial sums of one more exponential gap than there are requests, divided by the sum of all
 * gaps (Devroye 1986, Non-Uniform Random Variate Generation, theorem V.2.2), so nothing is sorted.
 */
export class Second {
  /** [request] Rising, from the second's start; behind the last request infinity. */
  times = new Float64Array(256);
  /** [request] */
  classes = new Uint8Array(256);
  /** [request] Service time over its mean. */
  units = new Float64Array(256);
  /** The request that arrives next. */
  next = 0;
  readonly #random: Random;
  readonly #classDraw: ClassDraw;
  readonly #unitService: Float64Array;
  #bits = new Int32Array(256);
  #count = 0;

  constructor(profile: ServiceProfile, unitService: Float64Array, random: Random) {
    this.#random = random;
    this.#classDraw = new ClassDraw(profile);
    this.#unitService = unitService;
  }

  /** Requests that have not arrived yet. */
  get left(): number {
    return this.#count - this.next;
  }

  draw(start: number, count: number): void {
    if (count >= this.times.length) {
      this.times = new Float64Array(2 * count);
      this.units = new Float64Array(2 * count);
      this.classes = new Uint8Array(2 * count);
      this.#bits = new Int32Array(2 * count);
    }
    this.#random.fill(this.#bits, count + 1);
    this.#drawTimes(start, count);
    this.#random.fill(this.#bits, count);
    this.#classDraw.fill(this.classes, this.#bits, count);
    this.#drawUnits(count);
    this.next = 0;
    this.#count = count;
  }

  /** Counts those that have arrived, by class; once, at the second's end. */
  book(requests: Float64Array): void {
    const { classes, next } = this;
    for (let index = 0; index < next; index++) requests[classes[index]!]!++;
  }

  #drawTimes(start: number, count: number): void {
    const { times } = this;
    const bits = this.#bits;
    let elapsed = 0;
    for (let index = 0; index <= count; index++) times[index] = elapsed += exponential(bits[index]!);
    const scale = 1 / elapsed;
    for (let index = 0; index < count; index++) times[index] = start + times[index]! * scale;
    times[count] = Number.POSITIVE_INFINITY;
  }

  #drawUnits(count: number): void {
    const { units } = this;
    const bits = this.#bits;
    const table = this.#unitService;
    for (let index = 0; index < count; index++) units[index] = table[bits[index]! & (table.length - 1)]!;
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
