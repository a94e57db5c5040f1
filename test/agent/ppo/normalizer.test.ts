import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Normalizer } from '../../../agent/ppo/normalizer.ts';

const settings = { enabled: true, clip: 10 };

test('merged batches give the mean and deviation of all rows together', () => {
  const row = fc.tuple(fc.double({ min: -100, max: 100, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 30 }),
      fc.array(row, { minLength: 1, maxLength: 30 }),
      (a, b) => {
        const apart = new Normalizer(2, settings);
        apart.update(Float32Array.from(a.flat()), a.length);
        apart.update(Float32Array.from(b.flat()), b.length);
        const together = new Normalizer(2, settings);
        together.update(Float32Array.from([...a, ...b].flat()), a.length + b.length);
        for (const feature of [0, 1]) {
          expect(apart.save().mean[feature]).toBeCloseTo(together.save().mean[feature]!, 6);
          expect(apart.save().squares[feature]).toBeCloseTo(together.save().squares[feature]!, 4);
        }
      },
    ),
  );
});

test('normalised features have mean 0 and deviation 1', () => {
  const normalizer = new Normalizer(1, settings);
  const seen = Float32Array.of(2, 4, 6, 8);
  normalizer.update(seen, 4);
  const normalized = new Float32Array(4);
  normalizer.normalize(seen, 4, normalized);
  expect(normalized.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 6);
  expect(normalized.reduce((sum, value) => sum + value * value, 0) / 4).toBeCloseTo(1, 6);
});

test('outliers are cut at the clip', () => {
  const normalizer = new Normalizer(1, settings);
  normalizer.update(Float32Array.of(-1, 1), 2);
  const normalized = new Float32Array(2);
  normalizer.normalize(Float32Array.of(1e6, -1e6), 2, normalized);
  expect([...normalized]).toEqual([10, -10]);
});

test('a frozen normalizer learns nothing, one that is not enabled changes nothing', () => {
  const frozen = new Normalizer(1, settings);
  frozen.update(Float32Array.of(1, 2), 2);
  const before = frozen.save();
  frozen.frozen = true;
  frozen.update(Float32Array.of(50), 1);
  expect(frozen.save()).toEqual({ ...before, frozen: true });

  const off = new Normalizer(1, { enabled: false, clip: 10 });
  off.update(Float32Array.of(5, 7), 2);
  const same = new Float32Array(1);
  off.normalize(Float32Array.of(5), 1, same);
  expect(same[0]).toBe(5);
});

test('a restored normalizer goes on to the bit, through JSON', () => {
  const one = new Normalizer(1, settings);
  one.update(Float32Array.of(0.1, 0.7, 0.3), 3);
  const other = Normalizer.restored(JSON.parse(JSON.stringify(one.save())));
  for (const normalizer of [one, other]) normalizer.update(Float32Array.of(0.9, 1 / 3), 2);
  expect(other.save()).toEqual(one.save());
});
