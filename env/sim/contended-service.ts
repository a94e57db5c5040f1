import { contentionFactor } from '../physics/contention.ts';
import type { VmPool } from '../vm-pool.ts';
import type { Serving } from './fluid-fleets.ts';

/** What the VMs can do while requests wait and slow them down; without contention what they can do anyway. */
export class ContendedService {
  readonly isAny: boolean;
  capacity = 0;
  /** By which a service that starts from the line takes longer in the mean. */
  lengthening = 0;
  /** [pool] */
  readonly #contention: readonly number[];

  constructor(pools: readonly VmPool[]) {
    this.#contention = pools.map((one) => one.contention);
    this.isAny = this.#contention.some((one) => one > 0);
  }

  find({ pools, servers, readyVms }: Serving, waiting: number): void {
    this.capacity = 0;
    let alone = 0;
    for (let pool = 0; pool < pools.length; pool++) {
      const { slots, serviceSeconds } = pools[pool]!;
      if (slots === 0) continue;
      alone += slots / serviceSeconds;
      this.capacity += slots / (serviceSeconds * contentionFactor(this.#contention[pool]!, waiting, readyVms));
    }
    this.lengthening = servers > 0 ? servers / this.capacity - servers / alone : 0;
  }
}
