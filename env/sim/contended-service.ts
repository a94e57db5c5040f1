import { contentionFactor } from '../physics/contention.ts';
import type { VmPool } from '../vm-pool.ts';
import type { Serving } from './fluid-fleets.ts';

/** What the VMs can do while requests wait and slow them down; without contention what they can do anyway. */
export class ContendedService {
  readonly isAny: boolean;
  capacity = 0;
  /** Mean service time of one that starts from the line. */
  serviceSeconds = 0;
  /** [pool] */
  readonly #contention: readonly number[];

  constructor(pools: readonly VmPool[]) {
    this.#contention = pools.map((one) => one.contention);
    this.isAny = this.#contention.some((one) => one > 0);
  }

  find({ pools, servers, readyVms }: Serving, waiting: number): void {
    this.capacity = 0;
    for (let pool = 0; pool < pools.length; pool++) {
      const { slots, serviceSeconds } = pools[pool]!;
      if (slots === 0) continue;
      this.capacity += slots / (serviceSeconds * contentionFactor(this.#contention[pool]!, waiting, readyVms));
    }
    this.serviceSeconds = servers > 0 ? servers / this.capacity : 0;
  }
}
