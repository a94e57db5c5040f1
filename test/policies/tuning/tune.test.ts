import { expect, test } from 'vitest';
import { emptyOutcome } from '../../../env/outcome.ts';
import type { Action, Environment, Outcome, Workload } from '../../../env/types.ts';
import { costBound } from '../../../policies/bound/cost-bound.ts';
import { runPolicy } from '../../../policies/evaluation/run.ts';
import type { ParameterValues, PolicyKind } from '../../../policies/kind.ts';
import { createPolicy, policyKinds } from '../../../policies/registry.ts';
import { reactive } from '../../../policies/rules/reactive.ts';
import { writeSpecification } from '../../../policies/specification.ts';
import { isBetter } from '../../../policies/tuning/score.ts';
import { knownSettings } from '../../../policies/tuning/search.ts';
import { type TuningRun, tune } from '../../../policies/tuning/tune.ts';
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
      usd: { vm: 0.01 * 60 * vms, lambdaCompute: 0, lambdaRequests: 0, lambdaProvisioned: 0 },
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
const warmUpSeconds = 120;

/** What comes of tuning a rule, `reactive` if none is named, on these loads. */
function tuned(
  workloads: readonly Workload[],
  more: {
    readonly kind?: PolicyKind;
    readonly fixed?: ParameterValues;
    readonly budget?: number;
    readonly reserve?: number;
    readonly watch?: (run: TuningRun) => void;
  } = {},
) {
  const traces = workloads.map((one) => {
    const decisions = one.requests.length;
    const judged = { fromSeconds: warmUpSeconds, toSeconds: 60 * decisions };
    return {
      decisions,
      boundUsd: costBound(exampleProfile, examplePrices, one, judged).usd,
      isDrawn: false,
      origin: one.name,
    };
  });
  const { watch, ...options } = more;
  const runOne = async (asked: TuningRun): Promise<Outcome> => {
    watch?.(asked);
    const { specification, trace } = asked;
    const { decisions } = traces[trace]!;
    const policy = createPolicy(specification, exampleProfile, examplePrices);
    const environment = new InstantWorld(workloads[trace]!);
    const run = { profile: exampleProfile, policy, environment, decisions, warmUpSeconds, keepsTimeline: false };
    return (await runPolicy(run)).outcome;
  };
  return tune({
    profile: exampleProfile,
    prices: examplePrices,
    kind: reactive,
    fixed: {},
    traces,
    budget: 200,
    seed: 1,
    reserve: 0,
    run: (runs) => Promise.all(runs.map(runOne)),
    ...options,
  });
}

test('on a steady load the best reactive fleet is just busy, and costs what the bound says', async () => {
  const { trials, choice } = await tuned([workload('steady', new Array(60).fill(100))]);
  const best = choice.chosen;
  expect(best).toBe(trials[0]);
  expect(best.values.utilization).toBe(1);
  expect(best.score.shortfall).toBe(0);
  expect(best.score.traces[0]!.usd).toBeCloseTo(0.1 * 58 * 60, 6);
  expect(best.score.traces[0]!.usd).toBeGreaterThanOrEqual(best.score.traces[0]!.boundUsd);
  expect(best.score.costRatio).toBeLessThan(1);
});

test('on a load that jumps the promise is kept by idle VMs, although that costs more', async () => {
  const jumps = Array.from({ length: 120 }, (_, minute) => (minute % 10 < 5 ? 100 : 180));
  const { trials } = await tuned([workload('jumps', jumps)]);
  expect(trials[0]!.score.shortfall).toBe(0);
  expect(trials.some((one) => one.score.costRatio < trials[0]!.score.costRatio && one.score.shortfall > 0)).toBe(true);
});

test('with a reserve the best setting stays clear of the promise, at a price', async () => {
  // One minute in two hundred is missed by fleets that do not foresee it, and it holds 0.9 % of the requests.
  const spikes = Array.from({ length: 400 }, (_, minute) => (minute % 200 === 150 ? 180 : 100));
  const loads = [workload('spikes', spikes)];
  const [edge, safe] = [await tuned(loads), await tuned(loads, { reserve: 0.9 })].map(({ trials }) => trials[0]!.score);
  expect(edge!.traces[0]!.attainment).toBeLessThan(0.999);
  expect(safe!.traces[0]!.attainment).toBeGreaterThanOrEqual(0.999);
  expect(safe!.costRatio).toBeGreaterThan(edge!.costRatio);
});

test('several traces count the same, and the same options give the same result', async () => {
  const loads = [workload('small', new Array(30).fill(20)), workload('large', new Array(30).fill(400))];
  const result = await tuned(loads, { budget: 10 });
  const { trials } = result;
  expect(trials).toHaveLength(10);
  for (const { score } of trials) {
    const [small, large] = score.traces.map((one) => one.usd / one.defaultUsd);
    expect(score.costRatio).toBeCloseTo(Math.sqrt(small! * large!), 12);
  }
  expect(await tuned(loads, { budget: 10 })).toEqual(result);
});

const seven = Array.from({ length: 7 }, (_, index) => workload(`load ${index}`, Array(20).fill(50 + 10 * index)));

test('many traces are searched on a sketch of them, and the best settings, the defaults among them, are judged and refined on all', async () => {
  const runs: TuningRun[] = [];
  const { trials } = await tuned(seven, { budget: 30, watch: (run) => runs.push(run) });
  const onAll = trials.filter((one) => one.score.traces.length === 7);
  expect(trials.slice(0, onAll.length)).toEqual(onAll);
  expect(onAll.length).toBeGreaterThanOrEqual(5);
  expect(onAll.length).toBeLessThanOrEqual(6 + 15);
  expect(onAll.map((one) => one.specification)).toContain('reactive');
  expect(trials.slice(onAll.length).every((one) => one.score.traces.length === 3)).toBe(true);
  const onSketch = new Set(runs.filter(({ trace }) => trace === 0).map(({ specification }) => specification));
  expect(onSketch.size).toBe(trials.length);
  // Beside them, what the defaults spend on each trace, for the yardstick.
  expect(runs.length).toBe(7 + 30 * 3 + onAll.length * 7);
});

test('no setting beside the best is better, on all traces', async () => {
  const [best] = (await tuned(seven, { budget: 30 })).trials;
  const dial = (name: string) => reactive.parameters.find((one) => one.name === name)!.tune as number[];
  for (const name of ['utilization', 'scaleInDelaySeconds']) {
    const at = dial(name).indexOf(best!.values[name]!);
    for (const value of [dial(name)[at - 1], dial(name)[at + 1]]) {
      if (value === undefined) continue;
      const { trials } = await tuned(seven, { budget: 1, fixed: { ...best!.values, [name]: value } });
      const [beside] = trials;
      expect(isBetter(beside!.score, best!.score), beside!.specification).toBe(false);
    }
  }
});

test('a rule whose source knows nothing of Lambda is tried with the usual spill, whatever the budget', async () => {
  const { trials } = await tuned(seven, { kind: reactive, budget: 1 });
  expect(trials.map((one) => one.specification)).toEqual(
    expect.arrayContaining(['reactive', 'reactive:waitShare=0.5']),
  );
});

test('what is tuned is never worse than the defaults and what is published, however small the budget', async () => {
  for (const kind of policyKinds.filter((one) => one.published !== undefined && one.cadenceSeconds === undefined)) {
    const { trials, choice } = await tuned(seven, { kind, budget: 2 });
    for (const values of knownSettings(kind, {})) {
      const specification = writeSpecification(kind, values);
      const known = trials.find((one) => one.specification === specification);
      expect(known?.score.traces, specification).toHaveLength(7);
      expect(isBetter(known!.score, choice.chosen.score), specification).toBe(false);
    }
  }
});
