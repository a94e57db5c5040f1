import { defaultPrices } from '../env/prices.ts';
import { readProfile } from '../env/profile.ts';
import { Random } from '../env/random.ts';
import { FluidWorld } from '../env/sim/fluid-world.ts';
import { initialFleet } from '../env/sim/initial-fleet.ts';
import { openSimulator } from '../env/sim/open.ts';
import type { Action, ServiceProfile } from '../env/types.ts';
import { ArrivalStream } from '../env/workload/arrivals.ts';
import { readWorkload } from '../env/workload/reference.ts';
import type { Figure } from './figure.ts';

const service = 'examples/image-classifier.yaml';
const variant = 1;
const lambdaMemoryMb = 1769;
const margin = 1.15;
const spillover = { maxWaitMs: [200, 1000], lambdaShare: 0 };

/** The load of the last minute and a margin: it makes VMs boot and go, lines build up, and Lambda take the rest. */
function loadFollower(profile: ServiceProfile): (perSecond: number) => Action {
  const slotSeconds = profile.pools[0]!.serviceMs[variant]! / 1000 / profile.pools[0]!.slots;
  return (perSecond) => ({
    variant,
    vmCounts: profile.pools.map((_, pool) =>
      pool === 0 ? Math.max(1, Math.ceil(perSecond * slotSeconds * margin)) : 0,
    ),
    lambdaMemoryMb,
    spillover,
  });
}

/** Seconds on the processor, whatever else the machine does. */
function processorSeconds(): number {
  return process.cpuUsage().user / 1e6;
}

export async function benchRequestLevel(): Promise<Figure> {
  const profile = await readProfile(service);
  const act = loadFollower(profile);
  const workload = await readWorkload('diurnal:mean=600,hours=8,seed=1', {});
  const simulator = openSimulator({ fidelity: 'request-level', profile, prices: defaultPrices, workload, seed: 1 });
  let requests = 0;
  let start = 0;
  for (let decision = 0; decision < 480; decision++) {
    if (decision === 30) [requests, start] = [0, processorSeconds()]; // warm by now
    const bins = (await simulator.observe()).arrivals?.value ?? [600];
    const outcome = await simulator.step(act(bins.reduce((sum, one) => sum + one, 0) / bins.length));
    for (const one of outcome.classes) requests += one.requests;
  }
  return {
    name: 'request-level simulator, one core, load-following policy',
    value: requests / (processorSeconds() - start),
    unit: 'requests/s',
    goal: { atLeast: 5e6 },
  };
}

const worldCount = 64;
const steps = 8000;
const warmUpSteps = 400;

export async function benchFluid(): Promise<Figure> {
  const profile = await readProfile(service);
  const { decisionSeconds } = profile;
  const act = loadFollower(profile);
  const workload = await readWorkload('diurnal:mean=200,hours=24,seed=1', {});
  const counts = new Int32Array(24 * 3600);
  new ArrivalStream(workload, Random.seeded(1, 'arrivals')).take(counts);
  const minutes = counts.length / decisionSeconds;
  const means = Float64Array.from({ length: minutes }, (_, minute) => {
    const seconds = counts.subarray(minute * decisionSeconds, (minute + 1) * decisionSeconds);
    return seconds.reduce((sum, one) => sum + one, 0) / decisionSeconds;
  });
  const initial = initialFleet(profile, workload);
  const worlds = Array.from({ length: worldCount }, (_, seed) => new FluidWorld(profile, defaultPrices, seed, initial));
  let start = 0;
  let usd = 0;
  for (let step = 0; step < warmUpSteps + steps; step++) {
    if (step === warmUpSteps) start = processorSeconds();
    worlds.forEach((world, index) => {
      const minute = 1 + ((step + index * 5) % (minutes - 1));
      world.advance(act(means[minute - 1]!), counts, minute * decisionSeconds);
      usd += world.ledger.vmUsd + world.ledger.lambdaUsd;
      world.ledger.clear();
    });
  }
  if (!(usd > 0)) throw new Error('the worlds cost nothing: the bench measures something else');
  return {
    name: `fluid simulator, one core, ${worldCount} worlds, load-following policy`,
    value: (worldCount * steps) / (processorSeconds() - start),
    unit: 'decision steps/s',
    goal: { atLeast: 2e5 },
  };
}
