import { lambdaTier } from '../physics/service.ts';
import type { Random } from '../random.ts';
import type { ServiceProfile } from '../types.ts';
import { FunctionPool } from './function-pool.ts';
import type { FunctionRecord } from './function-record.ts';
import type { Ledger } from './ledger.ts';

/** The environments of every variant and memory size used so far: those not in force stay warm until the keep-alive ends. */
export class FunctionPools {
  readonly #profile: ServiceProfile;
  readonly #unitService: Float64Array;
  readonly #random: Random;
  readonly #record: FunctionRecord | null;
  readonly #pools = new Map<string, FunctionPool>();

  constructor(
    profile: ServiceProfile,
    unitService: Float64Array,
    random: Random,
    record: FunctionRecord | null = null,
  ) {
    this.#profile = profile;
    this.#unitService = unitService;
    this.#random = random;
    this.#record = record;
  }

  /** The function that takes requests from now on, with so many environments kept initialised; no other keeps any. */
  putInForce(variant: number, memoryMb: number, provisioned: number, now: number, seconds: number): FunctionPool {
    const inForce = this.#of(variant, memoryMb);
    for (const pool of this.#pools.values()) pool.provision(pool === inForce ? provisioned : 0, now, seconds);
    return inForce;
  }

  #of(variant: number, memoryMb: number): FunctionPool {
    const key = `${variant}/${memoryMb}`;
    const known = this.#pools.get(key);
    if (known) return known;
    const tier = lambdaTier(this.#profile, variant, memoryMb);
    if (!tier)
      throw new Error(`variant ${variant} does not run on Lambda with ${memoryMb} MB: check actions where they enter`);
    const made = new FunctionPool(tier, this.#profile.lambda, this.#unitService, this.#random, this.#record);
    this.#pools.set(key, made);
    return made;
  }

  settle(ledger: Ledger): void {
    for (const pool of this.#pools.values()) pool.settle(ledger);
  }
}
