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

/** The least disturbed of some rounds, each of which returns things done per second. */
const rounds = 5;

export async function benchRequestLevel(): Promise<Figure> {
  let fastest = 0;
  for (let round = 0; round < rounds; round++) fastest = Math.max(fastest, await simulateRequests());
  return {
    name: `request-level simulator, one core, load-following policy, best of ${rounds}`,
    value: fastest,
    unit: 'requests/s',
    goal: { atLeast: 5e6 },
  };
}

async function simulateRequests(): Promise<number> {
  const profile = await readProfile(service);
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

const worldCount = 64;
const stepsOfRound = 1440;

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
  let fastest = 0;
  let usd = 0;
  for (let round = 0; round < rounds; round++) {
    const start = processorSeconds();
    for (let step = 0; step < stepsOfRound; step++) {
      worlds.forEach((world, index) => {
        const minute = 1 + ((step + index * 5) % (minutes - 1));
        world.advance(act(means[minute - 1]!), counts, minute * decisionSeconds);
        usd += world.ledger.vmUsd + world.ledger.lambdaUsd;
        world.ledger.clear();
      });
    }
    fastest = Math.max(fastest, (worldCount * stepsOfRound) / (processorSeconds() - start));
  }
  if (!(usd > 0)) throw new Error('the worlds cost nothing: the bench measures something else');
  return {
    name: `fluid simulator, one core, ${worldCount} worlds, load-following policy, best of ${rounds}`,
    value: fastest,
    unit: 'decision steps/s',
    goal: { atLeast: 2e5 },
  };
}
