/** Buckets grow by this factor. */
const growth = 1.02;
/** Half-lives after which weights are put back to size. */
const rebaseHalfLives = 50;

/**
 * Values with weights that fade with age, in buckets whose bounds grow geometrically: how Autopilot, and the Vertical Pod Autoscaler after it, keep
 * the usage of days (Rzadca et al., EuroSys 2020, section 3.2.1). New samples weigh more rather than old ones less.
 */
export class DecayingHistogram {
  readonly #halfLifeSeconds: number;
  readonly #least: number;
  /** [bucket] The first one is for values below the least. */
  #weights: number[] = [];
  #sum = 0;
  #originSeconds = 0;

  /** @param least values below it are told as 0 */
  constructor(halfLifeSeconds: number, least: number) {
    this.#halfLifeSeconds = halfLifeSeconds;
    this.#least = least;
  }

  add(timeSeconds: number, value: number, weight: number): void {
    this.#rebase(timeSeconds);
    const bucket = value < this.#least ? 0 : 1 + Math.floor(Math.log(value / this.#least) / Math.log(growth) + 1e-9);
    const grown = weight * 2 ** ((timeSeconds - this.#originSeconds) / this.#halfLifeSeconds);
    while (this.#weights.length <= bucket) this.#weights.push(0);
    this.#weights[bucket] = this.#weights[bucket]! + grown;
    this.#sum += grown;
  }

  #rebase(timeSeconds: number): void {
    const halfLives = (timeSeconds - this.#originSeconds) / this.#halfLifeSeconds;
    if (halfLives < rebaseHalfLives) return;
    this.#weights = this.#weights.map((weight) => weight * 2 ** -halfLives);
    this.#sum *= 2 ** -halfLives;
    this.#originSeconds = timeSeconds;
  }

  /** The upper bound of the bucket below which, itself included, the given share of the weight lies. */
  quantile(share: number): number {
    const threshold = share * this.#sum * (1 - 1e-9);
    let sum = 0;
    const bucket = this.#weights.findIndex((weight) => {
      sum += weight;
      return weight > 0 && sum >= threshold;
    });
    return bucket <= 0 ? 0 : this.#least * growth ** bucket;
  }
}
