import { expect, test } from 'vitest';
import { emptyOutcome } from '../../../env/outcome.ts';
import type { Action, Environment, Outcome, Workload } from '../../../env/types.ts';
import { reactive } from '../../../policies/reactive.ts';
import { tune } from '../../../policies/tuning/tune.ts';
import { examplePrices, exampleProfile, observation } from '../example-service.ts';

/** Everything boots at once, and what does not fit is late. */
class InstantWorld implements Environment {
  readonly #workload: Workload;
  #minute = 0;
  #lastAction: Action | null = null;

  constructor(workload: Workload) {
    this.#workload = workload;
  }

  async observe() {
    const rates = this.#minute === 0 ? null : this.#workload.requests[this.#minute - 1]! / 60;
    const lastAction = this.#lastAction;
    return observation({ timeSeconds: 60 * this.#minute, rates, ready: lastAction?.vmCounts[0] ?? 20, lastAction });
  }

  async step(action: Action): Promise<Outcome> {
    const vms = action.vmCounts[0]!;
    const requests = this.#workload.requests[this.#minute]!;
    const inTime = Math.min(requests, 600 * vms);
    this.#minute++;
    this.#lastAction = action;
    return {
      ...emptyOutcome(exampleProfile),
      seconds: 60,
      classes: [
        { requests, inTime, late: requests - inTime, lost: 0 },
        { requests: 0, inTime: 0, late: 0, lost: 0 },
      ],
      accuracySum: 0.8 * requests,
      usd: { vm: 0.01 * 60 * vms, lambdaCompute: 0, lambdaRequests: 0 },
    };
  }

  async close() {}
}

const workload = (name: string, rates: readonly number[]): Workload => ({
  name,
  stepSeconds: 60,
  requests: Float64Array.from(rates, (rate) => 60 * rate),
  counted: true,
});
const options = {
  profile: exampleProfile,
  prices: examplePrices,
  kind: reactive,
  budget: 200,
  seed: 1,
  warmUpSeconds: 120,
  open: (one: Workload) => new InstantWorld(one),
};

test('on a steady load the best reactive fleet is just busy, and costs what the bound says', async () => {
  const trials = await tune({ ...options, workloads: [workload('steady', new Array(60).fill(100))] });
  const best = trials[0]!;
  expect(best.values.utilization).toBe(1);
  expect(best.score.shortfall).toBe(0);
  expect(best.score.traces[0]!.usd).toBeCloseTo(0.1 * 58 * 60, 6);
  expect(best.score.costRatio).toBeGreaterThanOrEqual(1);
});

test('on a load that jumps the promise is kept by idle VMs, although that costs more', async () => {
  const jumps = Array.from({ length: 120 }, (_, minute) => (minute % 10 < 5 ? 100 : 180));
  const trials = await tune({ ...options, workloads: [workload('jumps', jumps)] });
  expect(trials[0]!.score.shortfall).toBe(0);
  expect(trials.some((one) => one.score.costRatio < trials[0]!.score.costRatio && one.score.shortfall > 0)).toBe(true);
});

test('several traces count the same, progress tells every run, and the same options give the same result', async () => {
  const runs: number[] = [];
  const workloads = [workload('small', new Array(30).fill(20)), workload('large', new Array(30).fill(400))];
  const tuned = { ...options, budget: 10, workloads, onProgress: (done: number) => void runs.push(done) };
  const trials = await tune(tuned);
  expect(trials).toHaveLength(10);
  expect(runs).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  expect(await tune(tuned)).toEqual(trials);
});
