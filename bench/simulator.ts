import { defaultPrices } from '../env/prices.ts';
import { readProfile } from '../env/profile.ts';
import { openSimulator } from '../env/sim/open.ts';
import { readWorkload } from '../env/workload/reference.ts';
import type { Figure } from './figure.ts';
import { loadFollower } from './load-follower.ts';
import { processorSeconds } from './processor-seconds.ts';

/** The least disturbed of some rounds, each of which returns things done per second. */
const rounds = 5;

export async function benchRequestLevel(): Promise<Figure> {
  let fastest = 0;
  for (let round = 0; round < rounds; round++) fastest = Math.max(fastest, await simulateRequests());
  return {
    name: `request-level simulator, one core, load-following policy, best of ${rounds}`,
    value: fastest,
    unit: 'requests/s',
    goal: { atLeast: 1e7 },
  };
}

async function simulateRequests(): Promise<number> {
  const profile = await readProfile('examples/image-classifier.yaml');
  const act = loadFollower(profile);
  const workload = await readWorkload('diurnal:mean=600,hours=2,seed=1', {});
  const simulator = openSimulator({ fidelity: 'request-level', profile, prices: defaultPrices, workload, seed: 1 });
  let requests = 0;
  const start = processorSeconds();
  for (let decision = 0; decision < 120; decision++) {
    const bins = (await simulator.observe()).arrivals?.value ?? [600];
    const outcome = await simulator.step(act(bins.reduce((sum, one) => sum + one, 0) / bins.length));
    for (const one of outcome.classes) requests += one.requests;
  }
  return requests / (processorSeconds() - start);
}
