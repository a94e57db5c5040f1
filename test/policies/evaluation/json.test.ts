import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { InputProblem } from '../../../env/problem.ts';
import { evaluationOf } from '../../../policies/evaluation/evaluation.ts';
import { type Evaluation, evaluationText, parseEvaluation } from '../../../policies/evaluation/json.ts';
import { trials } from '../../../policies/evaluation/matrix.ts';
import { runPolicy } from '../../../policies/evaluation/run.ts';
import { FakeEnvironment, holding, prices, profile } from './fakes.ts';

async function evaluationOfTwoSeeds(): Promise<Evaluation> {
  const runs = await Promise.all(
    [1, 2].map(async (seed) => ({
      trace: 'day',
      policy: 'hold:vms=3',
      seed,
      parameters: { vms: 3, mode: 'plain' },
      ...(await runPolicy({
        profile,
        policy: holding(3),
        environment: new FakeEnvironment(seed),
        decisions: 30,
        warmUpSeconds: 600,
        keepsTimeline: false,
      })),
    })),
  );
  return evaluationOf(
    {
      version: '1.2.3',
      profile,
      prices,
      traces: [{ name: 'day', seconds: 1200, boundUsd: null }],
      fidelity: 'request-level',
      seeds: [1, 2],
      warmUpSeconds: 600,
    },
    trials(profile, [...runs, { ...runs[0]!, knob: { vms: 1.1, patience: 0 } }]),
  );
}

describe('the JSON contract', () => {
  test('holds the promised fields of the evaluation and of a result, with their types', async () => {
    const written = JSON.parse(evaluationText(await evaluationOfTwoSeeds()));
    const { results, standings, ...top } = written;
    expect(top).toEqual({
      version: '1.2.3',
      service: 'toy',
      traces: ['day'],
      fidelity: 'request-level',
      seeds: [1, 2],
      durationSeconds: 1200,
      warmUpSeconds: 600,
      traceSeconds: [1200],
      scales: [1],
      fleets: [null],
      slo: { attainment: 0.99, accuracyFloor: 0.7 },
      priceDate: '2025-01-01',
      priceRatio: expect.any(Number),
      tuning: null,
      bestRule: 'hold:vms=3',
    });
    const number = expect.any(Number);
    const interval = { value: number, low: number, high: number };
    const point = { usd: number, attainment: number, accuracy: number };
    expect(standings).toEqual([
      {
        policy: 'hold:vms=3',
        kind: 'rule',
        kept: number,
        overBound: null,
        overBestRule: interval,
        overBestRuleAcrossTraces: interval,
        overOracle: null,
        overBoundAtAttainment: null,
        worstAttainment: number,
        worstHour: number,
        promisedTimeShare: number,
        churnPerDay: number,
        usdPerMillion: number,
      },
    ]);
    expect(results).toEqual([
      {
        policy: 'hold:vms=3',
        kind: 'rule',
        trace: 'day',
        parameters: { vms: 3, mode: 'plain' },
        usd: number,
        usdPerMillion: number,
        requests: number,
        attainment: { all: number, strict: number, relaxed: number },
        accuracy: number,
        p50Ms: number,
        p95Ms: number,
        p99Ms: number,
        lost: number,
        spilledShare: number,
        coldStarts: number,
        launches: number,
        terminations: number,
        interruptions: number,
        vmHours: number,
        usdByKind: { vm: number, lambdaCompute: number, lambdaRequests: number, lambdaProvisioned: number },
        boundUsd: null,
        regret: null,
        oracleRegret: null,
        seedsUsd: [number, number],
        seedsAttainment: [number, number],
        usdInterval: interval,
        overBestRule: { value: 1, low: 1, high: 1 },
        churnPerDay: number,
        promisedTimeShare: number,
        worstHour: number,
        usdAtAttainment: number,
        curve: [
          { vms: number, patience: 0, ...point },
          { vms: number, patience: 0, ...point },
        ],
      },
    ]);
  });

  test('survives a round trip unchanged', async () => {
    const evaluation = await evaluationOfTwoSeeds();
    expect(parseEvaluation(evaluationText(evaluation), 'results.json')).toEqual(evaluation);
  });

  test('is described field by field in docs/json.md', async () => {
    const text = readFileSync(new URL('../../../docs/json.md', import.meta.url), 'utf8');
    const { results, standings, ...top } = await evaluationOfTwoSeeds();
    const fields = [top, results[0]!, standings[0]!, results[0]!.curve[0]!].flatMap((one) => Object.keys(one));
    for (const field of fields) {
      expect(text, field).toMatch(new RegExp(`\`${field}[\`.]`));
    }
  });

  test('refuses what is no evaluation, and says where', async () => {
    const evaluation = await evaluationOfTwoSeeds();
    const wrong = { ...evaluation, results: [{ ...evaluation.results[0], usd: '12' }] };
    expect(() => parseEvaluation(JSON.stringify(wrong), 'r.json')).toThrow(/r\.json: .*results\.0\.usd/);
    expect(() => parseEvaluation('{', 'r.json')).toThrow(InputProblem);
  });

  test('never writes a number that is none', async () => {
    const evaluation = await evaluationOfTwoSeeds();
    expect(() => evaluationText({ ...evaluation, durationSeconds: Number.NaN })).toThrow();
  });
});
