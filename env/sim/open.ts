import { Random } from '../random.ts';
import type { Environment, PriceBook, ServiceProfile, Workload } from '../types.ts';
import { FluidEngine } from './fluid.ts';
import { initialFleet } from './initial-fleet.ts';
import { RequestLevelEngine } from './request-level.ts';
import { Simulator } from './simulator.ts';

export type Fidelity = 'request-level' | 'fluid';

export interface SimulatorOptions {
  readonly fidelity: Fidelity;
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly workload: Workload;
  readonly seed: number;
  /** [pool] VMs that are ready at the start; by default those of `initialFleet`. */
  readonly initialVms?: readonly number[];
}

/** A simulated world, as an Environment. Same options, same bytes. */
export function openSimulator(options: SimulatorOptions): Environment {
  const { fidelity, profile, prices, workload, seed, initialVms = initialFleet(profile, workload) } = options;
  const Engine = fidelity === 'fluid' ? FluidEngine : RequestLevelEngine;
  const engine = new Engine(profile, prices, workload, seed, initialVms);
  return new Simulator(profile, engine, Random.seeded(seed, 'metrics'));
}
