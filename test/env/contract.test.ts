import { afterAll, test } from 'vitest';
import { GuardedEnvironment } from '../../env/guardrails/guarded.ts';
import { parseLimits } from '../../env/guardrails/limits.ts';
import { defaultPrices } from '../../env/prices.ts';
import { readProfile } from '../../env/profile.ts';
import { type Fidelity, openSimulator } from '../../env/sim/open.ts';
import type { ServiceProfile } from '../../env/types.ts';
import { describeContract, type World } from './contract.ts';
import { openLive } from './live-world.ts';
import { makeAccount } from './moto/account.ts';
import { type Emulator, startMoto, whyNoMoto } from './moto/emulator.ts';
import { constant, example, openExample } from './twin/open.ts';

const profile = await readProfile('examples/weighted-classifier.yaml');
const requestsPerSecond = 20;
/** So wide that they change nothing here. */
const limits = parseLimits(
  'startUpSeconds: 0\nscaleInDelaySeconds: 0\nstep: {cutShare: 1}\ndisruption: {share: 1}',
  'limits.yaml',
);

/** The same pool on spot: a VM lives for some three hours, and is taken back alone or with others. */
const spotProfile: ServiceProfile = {
  ...profile,
  pools: profile.pools.map((pool) => ({
    ...pool,
    spot: {
      interruptionsPerHour: 0.3,
      noticeSeconds: 120,
      priceShare: 0.5,
      waves: { share: 0.5, reach: 0.5, shortageSeconds: 0 },
    },
  })),
};

function simulated(fidelity: Fidelity, profile: ServiceProfile): World {
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
    open: async () => simulated(fidelity, profile),
  });
  describeContract({
    name: `simulator on spot, ${fidelity}`,
    hasLoad: true,
    bootSeconds: 2 * bootSeconds,
    open: async () => simulated(fidelity, spotProfile),
  });
}

describeContract({
  name: 'simulator behind guardrails',
  hasLoad: true,
  bootSeconds: 2 * bootSeconds,
  async open() {
    const world = simulated('request-level', profile);
    const wallTime = () => new Date(0);
    const environment = new GuardedEnvironment(world.environment, { profile, prices: defaultPrices, limits, wallTime });
    return { ...world, environment };
  },
});

describeContract({
  name: 'AWS, by the twin',
  hasLoad: true,
  bootSeconds: 2 * bootSeconds,
  async open() {
    const twin = await openExample('weighted-classifier', {
      workload: constant(requestsPerSecond, 7200),
      initialVms: [4],
    });
    const { environment, end } = await openLive(twin, twin.url, () => new Date(twin.nowMs()));
    return {
      ...{ profile, environment, requestsPerSecond },
      pass: async (seconds) => twin.advance(seconds),
      end: async () => {
        await end();
        await twin.close();
      },
    };
  },
});

if (whyNoMoto === null) {
  let started: Promise<Emulator> | null = null;
  afterAll(async () => (await started)?.stop());
  describeContract({
    name: 'AWS, by moto',
    hasLoad: false,
    bootSeconds: 0,
    async open() {
      const service = await example('weighted-classifier');
      started ??= startMoto();
      const { endpoint, reset } = await started;
      await reset();
      const deployment = await makeAccount(endpoint, service.deployment, service.profile);
      let passedSeconds = 0;
      const start = Date.now();
      const now = () => new Date(start + 1000 * passedSeconds);
      return {
        ...{ profile: service.profile, requestsPerSecond: 0 },
        ...(await openLive({ ...service, deployment }, endpoint, now)),
        pass: async (seconds) => {
          passedSeconds += seconds;
        },
      };
    },
  });
} else {
  test.skip(`AWS, by moto: skipped, because ${whyNoMoto}`, () => {});
}
