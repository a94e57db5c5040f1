import { GuardedEnvironment } from '../../env/guardrails/guarded.ts';
import { parseLimits } from '../../env/guardrails/limits.ts';
import { defaultPrices } from '../../env/prices.ts';
import { readProfile } from '../../env/profile.ts';
import { type Fidelity, openSimulator } from '../../env/sim/open.ts';
import { describeContract, type World } from './contract.ts';

const profile = await readProfile('examples/weighted-classifier.yaml');
const requestsPerSecond = 20;
/** So wide that they change nothing here. */
const limits = parseLimits(
  'startUpSeconds: 0\nscaleInDelaySeconds: 0\nstep: {cutShare: 1}\ndisruption: {share: 1}',
  'limits.yaml',
);

function simulated(fidelity: Fidelity): World {
  const requests = new Float64Array(7200).fill(requestsPerSecond);
  const workload = { name: 'constant', stepSeconds: 1, requests, counted: false };
  const environment = openSimulator({ fidelity, profile, prices: defaultPrices, workload, seed: 1, initialVms: [4] });
  return { profile, environment, requestsPerSecond, pass: async () => {} };
}

const { medianSeconds: bootSeconds } = profile.pools[0]!.boot;

for (const fidelity of ['request-level', 'fluid'] as const) {
  describeContract({
    name: `simulator, ${fidelity}`,
    hasLoad: true,
    bootSeconds: 2 * bootSeconds,
    open: async () => simulated(fidelity),
  });
}

describeContract({
  name: 'simulator behind guardrails',
  hasLoad: true,
  bootSeconds: 2 * bootSeconds,
  async open() {
    const world = simulated('request-level');
    const wallTime = () => new Date(0);
    const environment = new GuardedEnvironment(world.environment, { profile, prices: defaultPrices, limits, wallTime });
    return { ...world, environment };
  },
});
