import { describe, expect, test } from 'vitest';
import { bisect } from '../../studies/bisection.ts';
import { chosenExperiments, experiments } from '../../studies/catalogue.ts';
import { verdict } from '../../studies/figure.ts';
import { selection } from '../../studies/paragon/selection.ts';
import { paperTraces } from '../../studies/paragon/traces.ts';
import { onceEach } from '../../studies/reproduction.ts';
import { concurrency } from '../../studies/tcs/concurrency.ts';
import { costs } from '../../studies/tcs/costs.ts';

function laboratory(told: (note: string) => void = () => {}) {
  return { seed: 1, papers: 'examples/papers', traces: null, once: onceEach(), told };
}

test('bisection meets the target on rising and on falling functions, and the nearer end beyond them', () => {
  expect(bisect(9, [0, 10], (x) => x * x, 40)).toBeCloseTo(3, 9);
  expect(bisect(0.25, [1, 10], (x) => 1 / x, 40)).toBeCloseTo(4, 9);
  expect(bisect(500, [0, 10], (x) => x * x, 40)).toBeCloseTo(10, 9);
});

test('every experiment has a name of the form PAPER-SUBJECT, and no other has it', () => {
  const names = experiments.map((one) => one.name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/);
});

test('a paper stands for its experiments, and an unknown one is refused with the nearest name', () => {
  expect(chosenExperiments([]).length).toBe(experiments.length);
  expect(chosenExperiments(['tcs']).map((one) => one.name)).toEqual(['tcs-concurrency', 'tcs-cost']);
  expect(() => chosenExperiments(['tcs-costs'])).toThrow('did you mean "tcs-cost"?');
});

describe('the study of closed-loop clients', () => {
  test('is reproduced: 16 to 278 ms, and one instance about twice as slow as two', async () => {
    const notes: string[] = [];
    const { figures, fits } = await concurrency.run(laboratory((note) => notes.push(note)));
    expect(notes).toHaveLength(concurrency.steps);
    expect(figures.filter((one) => one.role === 'predicted').length).toBeGreaterThan(5);
    expect(figures.filter((one) => !verdict(one).holds)).toEqual([]);
    // 278 ms are 11 times 16 ms times 1 + 10 contention.
    expect(fits[0]!.value).toBeCloseTo(0.058, 3);
  });

  test('gives the same bytes for the same seed', async () => {
    const [one, other] = [await concurrency.run(laboratory()), await concurrency.run(laboratory())];
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  });

  test('finds a break-even for every instance below its most', async () => {
    const { figures } = await costs.run(laboratory());
    expect(figures.filter((one) => !verdict(one).holds)).toEqual([]);
  });
});

test('choosing the cheapest model that meets the constraints is never dearer', async () => {
  const { figures } = await selection.run(laboratory());
  expect(figures[0]!.ours).toBeGreaterThan(1);
});

test('without a folder of traces generators stand in, and it is said', async () => {
  const traces = await paperTraces({ traces: null });
  expect(traces.map((one) => one.name)).toEqual(['Berkeley', 'WITS', 'Twitter', 'Wiki']);
  for (const { standIn } of traces) expect(standIn).toMatch(/stands in/);
});
