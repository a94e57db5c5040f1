import { expect, test } from 'vitest';
import { segmentSteps, wholeSegments } from '../../agent/segment-steps.ts';
import { trainingDefaults } from '../../agent/training-options.ts';

test('training does whole segments: none where none is asked for, else no less than asked and less than one more', () => {
  const { levels, service } = segmentSteps(trainingDefaults.sizes);
  expect(wholeSegments(40_000, levels)).toBe(levels);
  for (const segment of [levels, service]) {
    expect(wholeSegments(0, segment)).toBe(0);
    for (const asked of [1, segment, segment + 1, 10 * segment]) {
      const done = wholeSegments(asked, segment);
      expect(done % segment).toBe(0);
      expect(done).toBeGreaterThanOrEqual(asked);
      expect(done - asked).toBeLessThan(segment);
    }
  }
});
