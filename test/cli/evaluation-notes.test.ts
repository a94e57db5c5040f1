import { describe, expect, test } from 'vitest';
import { evaluationNotes } from '../../cli/evaluation-notes.ts';
import { service } from '../env/sim/small-service.ts';

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
