import fc from 'fast-check';
import picocolors from 'picocolors';
import { describe, expect, test } from 'vitest';
import { formatAttainment, formatUsd } from '../../../policies/evaluation/format.ts';
import type { Evaluation, Result } from '../../../policies/evaluation/json.ts';
import { ranking } from '../../../policies/evaluation/ranking.ts';
import { evaluationTable } from '../../../policies/evaluation/table.ts';
import { result } from './fakes.ts';

const plain = picocolors.createColors(false);

const evaluationWith = (results: Result[]): Evaluation => ({
  version: '0.1.0',
  service: 'toy',
  traces: ['day'],
  fidelity: 'fluid',
  seeds: [1, 2],
  durationSeconds: 86_400,
  warmUpSeconds: 600,
  traceSeconds: [86_400],
  slo: { attainment: 0.99, accuracyFloor: 0.7 },
  priceDate: '2025-01-01',
  priceRatio: 2.5,
  results,
});
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
    const text = evaluationTable(evaluationWith(results), plain);
    expect(text).toMatch(/^\* +good/m);
    expect(text).toMatch(/^! +careless/m);
    expect(text).toContain('*  cheapest that keeps the promise');
    expect(text).toContain('!  misses the promise of 99.00% in time');
  });

  test('does not speak of regret where none is known', () => {
    expect(evaluationTable(evaluationWith([result({ regret: null })]), plain)).not.toContain('regret');
  });

  test('has no colours where none are wanted', () => {
    expect(evaluationTable(evaluationWith([result()]), plain)).not.toContain('\u001b');
    expect(evaluationTable(evaluationWith([result()]), picocolors.createColors(true))).toContain('\u001b');
  });

  test('shortens a long checkpoint, and keeps its end', () => {
    const policy = `ppo:${'runs/'.repeat(20)}best`;
    const text = evaluationTable(evaluationWith([result({ policy })]), plain);
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
  });
});
