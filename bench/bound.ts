import { existsSync } from 'node:fs';
import { defaultPrices } from '../env/prices.ts';
import { readProfile } from '../env/profile.ts';
import { readWorkload } from '../env/workload/reference.ts';
import { costBound } from '../policies/bound/cost-bound.ts';
import type { Figure } from './figure.ts';

const trace = '../shared/traces/twitter_2021-08_day05_1s.csv';
/** So that the highest ten seconds of the day keep a thousand VMs busy. */
const scale = 35;

/** The bound of one real day in steps of ten seconds, for a fleet of up to a thousand VMs. */
export async function benchBound(): Promise<Figure> {
  const figure = { name: 'bound, 24 h at 10 s, 1,000 levels', unit: 's', goal: { atMost: 0.5 } };
  if (!existsSync(trace)) return { ...figure, value: null, note: `skipped: no ${trace}` };
  const read = await readProfile('examples/rho/2.5.yaml');
  const profile = { ...read, pools: read.pools.map((pool) => ({ ...pool, max: 1000 })) };
  const workload = await readWorkload(trace, { scale });
  const runs = Array.from({ length: 5 }, () => {
    const start = performance.now();
    costBound(profile, defaultPrices, workload, { stepSeconds: 10 });
    return (performance.now() - start) / 1000;
  });
  return { ...figure, value: Math.min(...runs) };
}
