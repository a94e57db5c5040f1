import { Random } from '../random.ts';
import type { Action, PoolState, PriceBook, ServiceProfile, Workload } from '../types.ts';
import { ArrivalStream } from '../workload/arrivals.ts';
import type { Engine, Interval } from './engine.ts';
import { FluidWorld } from './fluid-world.ts';
import { ratesPerBin } from './rates-per-bin.ts';

/** The fluid fidelity behind an Environment: one world on the counts that the request-level simulator would draw. */
export class FluidEngine implements Engine {
  readonly #profile: ServiceProfile;
  readonly #world: FluidWorld;
  readonly #arrivals: ArrivalStream;
  readonly #counts: Int32Array;

  constructor(
    profile: ServiceProfile,
    prices: PriceBook,
    workload: Workload,
    seed: number,
    initialVms: readonly number[],
  ) {
    this.#profile = profile;
    this.#world = new FluidWorld(profile, prices, seed, initialVms);
    this.#world.recordLatency();
    this.#arrivals = new ArrivalStream(workload, Random.seeded(seed, 'arrivals'));
    this.#counts = new Int32Array(profile.decisionSeconds);
  }

  pools(): PoolState[] {
    return this.#world.pools();
  }

  advance(action: Action): Interval {
    this.#arrivals.take(this.#counts);
    this.#world.advance(action, this.#counts, 0);
    return {
      outcome: this.#world.ledger.close(this.#profile.decisionSeconds),
      arrivals: ratesPerBin(this.#counts, this.#profile.metrics.binSeconds),
      queueLength: this.#world.queueLengths(),
    };
  }
}
