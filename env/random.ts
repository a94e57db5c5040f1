/**
 * Small Fast Counter generator (sfc32, Chris Doty-Humphrey's PractRand): 128 bits of state, passes PractRand;
 * its state can be saved, and the same seed gives the same numbers on every machine.
 */
export class Random {
  readonly #state: Int32Array;

  private constructor(state: Int32Array) {
    this.#state = state;
  }

  /** Independent streams come from different labels, so that one part's draws never shift another's. */
  static seeded(seed: number, label = ''): Random {
    let hash = 2166136261 ^ seed;
    for (const character of `${seed}/${label}`) hash = Math.imul(hash ^ character.charCodeAt(0), 16777619);
    const random = new Random(Int32Array.of(hash, seed | 0, Math.imul(hash, 0x9e3779b1), 1));
    for (let warmUp = 0; warmUp < 16; warmUp++) random.bits();
    return random;
  }

  static restored(state: readonly number[]): Random {
    return new Random(Int32Array.from(state));
  }

  save(): number[] {
    return [...this.#state];
  }

  /** A signed 32-bit integer. */
  bits(): number {
    const s = this.#state;
    const a = s[0]!;
    const b = s[1]!;
    const c = s[2]!;
    const result = (a + b + s[3]!) | 0;
    s[3] = s[3]! + 1;
    s[0] = b ^ (b >>> 9);
    s[1] = (c + (c << 3)) | 0;
    s[2] = ((c << 21) | (c >>> 11)) + result;
    return result;
  }

  /** The next `count` integers, as `bits` would give them: the state stays in registers meanwhile. */
  fill(target: Int32Array, count: number): void {
    const s = this.#state;
    let a = s[0]!;
    let b = s[1]!;
    let c = s[2]!;
    let counter = s[3]!;
    for (let index = 0; index < count; index++) {
      const result = (a + b + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + result) | 0;
      target[index] = result;
    }
    s[0] = a;
    s[1] = b;
    s[2] = c;
    s[3] = counter;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return (this.bits() >>> 0) / 4294967296;
  }

  /** Uniform integer in [0, count). */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Between the two, with equal weight for every ratio. */
  logUniform(least: number, most: number): number {
    return least * (most / least) ** this.uniform();
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -Math.log(((this.bits() >>> 0) + 0.5) / 4294967296);
  }

  /** Standard normal (Box and Muller 1958). */
  normal(): number {
    return Math.sqrt(2 * this.exponential()) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Lognormal with the given median. */
  lognormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }

  /** Poisson: multiplication below 30 (Knuth), beyond that transformed rejection (Hörmann 1993, PTRS). */
  poisson(mean: number): number {
    return mean < 30 ? this.#poissonSmall(mean) : this.#poissonLarge(mean);
  }

  #poissonSmall(mean: number): number {
    const limit = Math.exp(-mean);
    let count = 0;
    let product = this.uniform();
    while (product > limit) {
      count++;
      product *= this.uniform();
    }
    return count;
  }

  #poissonLarge(mean: number): number {
    const slope = 0.931 + 2.53 * Math.sqrt(mean);
    const shift = -0.059 + 0.02483 * slope;
    const inverseAlpha = 1.1239 + 1.1328 / (slope - 3.4);
    const acceptance = 0.9277 - 3.6224 / (slope - 2);
    for (;;) {
      const u = this.uniform() - 0.5;
      const v = this.uniform();
      const distance = 0.5 - Math.abs(u);
      const count = Math.floor(((2 * shift) / distance + slope) * u + mean + 0.43);
      if (distance >= 0.07 && v <= acceptance) return count;
      if (count < 0 || (distance < 0.013 && v > distance)) continue;
      const left = Math.log((v * inverseAlpha) / (shift / (distance * distance) + slope));
      if (left <= count * Math.log(mean) - mean - logFactorial(count)) return count;
    }
  }
}

/** Stirling's series; exact enough (1e-8) for the counts above 10 where it is used. */
function logFactorial(count: number): number {
  if (count < 10) {
    let product = 1;
    for (let factor = 2; factor <= count; factor++) product *= factor;
    return Math.log(product);
  }
  const n = count + 1;
  return (n - 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * n) - 1 / (360 * n ** 3);
}
