import { describe, expect, test } from 'vitest';
import { evaluationNotes } from '../../cli/evaluation-notes.ts';
import { Random } from '../../env/random.ts';
import { counts, service } from '../env/sim/small-service.ts';

const budgets = { accuracy: true, misses: false };
const [pool] = service.pools;

describe('the notes under an evaluation', () => {
  test('say nothing of a plain service', () => {
    expect(evaluationNotes(service, 'fluid')).toEqual([]);
    expect(evaluationNotes(service, 'request-level')).toEqual([]);
  });

  test.each([
    ['contention', { pools: [{ ...pool!, contention: 0.1 }] }],
    ['a queue limit', { queueLimit: 20 }],
    ['an accuracy budget', { budgets }],
    ['a miss budget', { budgets: { accuracy: false, misses: true } }],
    ['services that vary by 0.8', { serviceCv: 0.8 }],
  ])('send from the fluid to the request level: %s', (text, change) => {
    const notes = evaluationNotes({ ...service, ...change }, 'fluid');
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(text);
    expect(notes[0]).toContain('--fidelity request-level');
    expect(evaluationNotes({ ...service, ...change }, 'request-level')).toEqual([]);
  });

  test('tell of bursts, but neither of counts by chance nor of a wave', () => {
    const random = Random.seeded(1, 'counts');
    const inLots = (lot: number) => counts(Array.from({ length: 3600 }, () => lot * random.poisson(40 / lot)));
    const wave = counts(Array.from({ length: 3600 }, (_, second) => Math.round(200 + 150 * Math.sin(second / 500))));
    expect(evaluationNotes(service, 'fluid', [inLots(1), wave, inLots(3)])).toEqual([]);
    expect(evaluationNotes(service, 'fluid', [wave, inLots(40)])[0]).toMatch(/bursts of some (3|4)\d requests/);
    expect(evaluationNotes(service, 'request-level', [inLots(40)])).toEqual([]);
  });

  test('leave out budgets that the router does not spend', () => {
    expect(evaluationNotes({ ...service, router: 'weights', budgets }, 'fluid')).toEqual([]);
  });

  test('name a class that no function answers in time, at either fidelity', () => {
    const slo = { attainment: 0.99, classes: [{ name: 'strict', share: 1, deadlineMs: 150 }] };
    for (const fidelity of ['fluid', 'request-level'] as const) {
      const [note] = evaluationNotes({ ...service, slo }, fidelity);
      expect(note).toContain('class strict');
      expect(note).toContain('200 ms');
    }
  });
});
