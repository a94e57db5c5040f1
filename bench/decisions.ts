import { decideTogether } from '../agent/decide-together.ts';
import { agentPolicy, loadAgent } from '../agent/saved-agent.ts';
import { defaultPrices } from '../env/prices.ts';
import { readProfile } from '../env/profile.ts';
import { openSimulator } from '../env/sim/open.ts';
import type { Observation } from '../env/types.ts';
import { readWorkload } from '../env/workload/reference.ts';
import type { Figure } from './figure.ts';

const minutes = 240;
const services = 1000;
const rounds = 10;

/** What the agent that ships sees in some hours of one service of about five VMs. */
async function hours() {
  const saved = await loadAgent('checkpoints/default');
  const profile = await readProfile('examples/rho/2.5.yaml');
  const workload = await readWorkload('synthetic:mean=50,hours=4,seed=1');
  const simulator = openSimulator({ fidelity: 'fluid', profile, prices: defaultPrices, workload, seed: 1 });
  const policy = agentPolicy('ppo', saved, profile, defaultPrices);
  const seen: Observation[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    seen.push(await simulator.observe());
    await simulator.step(policy.decide(seen.at(-1)!).action);
  }
  return { saved, profile, seen };
}

/** The time that one service's decision takes. */
export async function benchDecision(): Promise<Figure> {
  const { saved, profile, seen } = await hours();
  const milliseconds: number[] = [];
  for (let run = 0; run < 5; run++) {
    const policy = agentPolicy('ppo', saved, profile, defaultPrices);
    for (const observation of seen) milliseconds.push(timed(() => policy.decide(observation)));
  }
  return {
    name: 'decision of the agent that ships, one service, 99th percentile',
    value: milliseconds.toSorted((a, b) => a - b)[Math.floor(0.99 * milliseconds.length)]!,
    unit: 'ms',
    goal: { atMost: 5 },
  };
}

/** The time that the decisions of a thousand services take in one batch. */
export async function benchManyDecisions(): Promise<Figure> {
  const { saved, profile, seen } = await hours();
  const policies = Array.from({ length: services }, () => agentPolicy('ppo', saved, profile, defaultPrices));
  const seconds = Array.from({ length: rounds }, (_, round) => {
    // Each service is somewhere else in these hours.
    const now = policies.map((_, service) => seen[(round + 7 * service) % seen.length]!);
    return timed(() => decideTogether(policies, now)) / 1000;
  });
  return {
    name: 'the same for 1,000 services in one batch, median',
    value: seconds.toSorted((a, b) => a - b)[rounds >> 1]!,
    unit: 's',
    goal: { atMost: 0.5 },
  };
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
