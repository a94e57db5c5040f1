import fc from 'fast-check';
import picocolors from 'picocolors';
import { describe, expect, test } from 'vitest';
import { formatAttainment, formatShare, formatUsd } from '../../../policies/evaluation/format.ts';
import { ranking } from '../../../policies/evaluation/ranking.ts';
import { evaluationTable } from '../../../policies/evaluation/table.ts';
import { evaluationWith, result } from './fakes.ts';

const plain = picocolors.createColors(false);

const missing = { all: 0.98, strict: 0.97, relaxed: 0.99 };

describe('the ranking', () => {
  test('puts those that keep the promise first, each part by rising cost', () => {
    const results = [
      result({ policy: 'dear', usd: 20 }),
      result({ policy: 'careless', usd: 1, attainment: missing }),
      result({ policy: 'cheap', usd: 10 }),
      result({ policy: 'dull', usd: 2, accuracy: 0.69 }),
    ];
    const ranked = ranking(evaluationWith(results), 'day');
    expect(ranked.map((one) => one.policy)).toEqual(['cheap', 'dear', 'careless', 'dull']);
    expect(ranked.map((one) => one.isBest)).toEqual([true, false, false, false]);
  });

  test('crowns nobody where all miss the promise', () => {
    const ranked = ranking(evaluationWith([result({ attainment: missing })]), 'day');
    expect(ranked.some((one) => one.isBest)).toBe(false);
  });

  test('keeps to one trace', () => {
    expect(ranking(evaluationWith([result({ trace: 'night' })]), 'day')).toEqual([]);
  });

  test('crowns no policy that knows the future', () => {
    const results = [result({ policy: 'oracle', kind: 'clairvoyant', usd: 1 }), result({ policy: 'mixed' })];
    const ranked = ranking(evaluationWith(results), 'day');
    expect(ranked.map((one) => [one.policy, one.isBest])).toEqual([
      ['oracle', false],
      ['mixed', true],
    ]);
  });

  test('lets an accuracy at the floor pass, and no request miss nothing', () => {
    const nobody = { all: null, strict: null, relaxed: null };
    const ranked = ranking(evaluationWith([result({ accuracy: 0.7 - 1e-12, attainment: nobody })]), 'day');
    expect(ranked[0]!.isBest).toBe(true);
  });

  test('never ranks a broken promise above a kept one', () => {
    const attainments = fc.array(fc.tuple(fc.double({ min: 0.9, max: 1, noNaN: true }), fc.nat(100)), { minLength: 1 });
    fc.assert(
      fc.property(attainments, (pairs) => {
        const results = pairs.map(([all, usd]) => result({ usd, attainment: { ...missing, all } }));
        const broken = ranking(evaluationWith(results), 'day').map((one) => one.missesAttainment);
        expect([...broken].sort()).toEqual(broken);
      }),
    );
  });
});

describe('the table', () => {
  test('marks the best and those that miss the promise, and explains its marks', () => {
    const results = [result({ policy: 'good' }), result({ policy: 'careless', usd: 1, attainment: missing })];
    const text = evaluationTable(evaluationWith(results), { paint: plain });
    expect(text).toMatch(/^\* +good/m);
    expect(text).toMatch(/^! +careless/m);
    expect(text).toContain('*  cheapest that keeps the promise');
    expect(text).toContain('!  misses the promise of 99.00% in time');
  });

  test('says who keeps the promise where only a yardstick does, and never that nobody does', () => {
    const yardstick = result({ policy: 'oracle', kind: 'clairvoyant' });
    const careless = result({ attainment: missing });
    const of = (...results: ReturnType<typeof result>[]) => evaluationTable(evaluationWith(results), { paint: plain });
    expect(of(yardstick, careless)).toContain('only who knows the future keeps the promise');
    expect(of(yardstick, careless)).not.toContain('no policy keeps');
    expect(of(careless)).toContain('no policy keeps the promise');
  });

  test('says of the rule that others are held against where it misses a promise itself, and nothing where none is', () => {
    const over = { value: 1, low: 1, high: 1 };
    const results = ['day', 'night'].map((trace) =>
      result({ trace, overBestRule: over, attainment: trace === 'day' ? missing : { all: 0.999 } }),
    );
    const text = evaluationTable(evaluationWith(results, { bestRule: 'mixed' }), { paint: plain });
    expect(text).toContain(
      '/ rule: cost over that of mixed, the best rule over all traces, which misses a promise itself on 1 of 2 traces',
    );
    const nobody = evaluationTable(evaluationWith([result(), result({ policy: 'other' })], { bestRule: 'mixed' }), {
      paint: plain,
    });
    expect(nobody).not.toContain('/ rule');
  });

  test('says how little an interval of few seeds is worth', () => {
    const tableOf = (seeds: number[]) => evaluationTable(evaluationWith([result()], { seeds }), { paint: plain });
    expect(tableOf([1, 2])).toContain('of 2 seeds it holds the true value only about 50 times in 100');
    expect(tableOf([1, 2, 3, 4, 5])).not.toContain('times in 100');
  });

  test('shows no interval of one seed, which is no wider than nothing', () => {
    const results = [result(), result({ trace: 'night' })];
    const of = (seeds: number[]) => evaluationTable(evaluationWith(results, { seeds }), { paint: plain });
    expect(of([1])).not.toContain('95%');
    expect(of([1, 2])).toContain('95%');
  });

  test('does not speak of regret where none is known', () => {
    expect(evaluationTable(evaluationWith([result({ regret: null })]), { paint: plain })).not.toContain('regret');
  });

  test.each([100, 120, 160])('fits %i columns, and keeps what matters most', (columns) => {
    const policies = ['mixed', 'target-tracking-fast:target=0.7', `ppo:${'runs/'.repeat(20)}best`];
    const traces = ['a', 'b', 'c'];
    const interval = { value: 1.234, low: 1.2, high: 1.3 };
    const results = policies.flatMap((policy) =>
      traces.map((trace) =>
        result({ policy, trace, usd: 12_345.6, usdAtAttainment: 12_000, overBestRule: interval, oracleRegret: 0.1 }),
      ),
    );
    const text = evaluationTable(evaluationWith(results, { bestRule: 'mixed' }), { paint: plain, columns });
    const tables = text.split('\n\n').filter((part) => /^(toy on|All|Trace by)/.test(part));
    expect(tables).toHaveLength(5);
    for (const table of tables) {
      for (const line of table.split('\n').slice(1)) expect(line.trimEnd().length).toBeLessThanOrEqual(columns);
    }
    expect(text).toMatch(/policy +\$ .*in time.*regret/);
  });

  test('shows all traces together where there are several, and only then', () => {
    const one = evaluationTable(evaluationWith([result()]), { paint: plain });
    const two = evaluationTable(evaluationWith([result(), result({ trace: 'night' })]), { paint: plain });
    expect(one).not.toContain('All');
    expect(two).toContain('All 2 traces');
    expect(two).toContain('toy on night');
    const brief = evaluationTable(evaluationWith([result(), result({ trace: 'night' })]), {
      paint: plain,
      isBrief: true,
    });
    expect(brief).toContain('All 2 traces');
    expect(brief).not.toContain('toy on night');
    expect(two).toMatch(/^mixed +1\.25 +1\.25/m);
  });

  test('prints the parameters that were tuned, and on what', () => {
    const tuning = {
      file: 't.yaml',
      isSameService: false,
      traces: ['wits'],
      policies: ['mixed'],
      budget: 30,
      reserve: 0.3,
      seed: 1,
    };
    const results = [result(), result({ policy: 'static' })];
    const text = evaluationTable(evaluationWith(results, { tuning }), { paint: plain });
    expect(text).toMatch(/^ {2}not from there: static$/m);
    expect(text).toMatch(/Parameters from t\.yaml: 30 settings .* on wits, for another service/);
    expect(text).toMatch(/^ {2}mixed: margin=1\.2$/m);
  });

  test('states the multiplier of a scaled trace, and rho', () => {
    const text = evaluationTable(evaluationWith([result()], { scales: [0.5932], fleets: [5] }), { paint: plain });
    expect(text).toContain('counts x 0.5932 (5 VMs busy in the mean)');
    expect(text).toContain('rho 2.50');
  });

  test('has no colours where none are wanted', () => {
    expect(evaluationTable(evaluationWith([result()]), { paint: plain })).not.toContain('\u001b');
    expect(evaluationTable(evaluationWith([result()]), { paint: picocolors.createColors(true) })).toContain('\u001b');
  });

  test('shortens a long checkpoint, and keeps its end', () => {
    const policy = `ppo:${'runs/'.repeat(20)}best`;
    const text = evaluationTable(evaluationWith([result({ policy })]), { paint: plain });
    expect(text).toContain('…');
    expect(text).toContain('runs/best');
  });
});

describe('numbers for readers', () => {
  test('an attainment just below the promise never looks kept', () => {
    expect(formatAttainment(0.98999)).toBe('98.99%');
    expect(formatAttainment(0.99)).toBe('99.00%');
    expect(formatAttainment(null)).toBe('-');
  });

  test('dollars keep the digits that matter', () => {
    expect([12345.6, 123.45, 1.234, 0.01234].map(formatUsd)).toEqual(['12,346', '123.5', '1.23', '0.0123']);
    expect([1.234e-7, 1e-30, 0, -1e-300].map(formatUsd)).toEqual(['0.00000012', '0.0000', '0.0000', '0.0000']);
    expect([-1e-9, -0.001, 0, 0.2].map(formatShare)).toEqual(['0.00%', '-0.10%', '0%', '20.0%']);
  });
});
