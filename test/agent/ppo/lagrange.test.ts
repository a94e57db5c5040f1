import { expect, test } from 'vitest';
import { defaultLagrange, Lagrange, type LagrangeOptions } from '../../../agent/ppo/lagrange.ts';

const pid: LagrangeOptions = {
  kind: 'pid',
  initial: 0,
  proportional: 0.2,
  integral: 0.1,
  derivative: 0.1,
  limit: null,
};

test.each([defaultLagrange, pid])(
  'the multiplier of $kind rises while the promise is broken, and falls to 0, never below',
  (options) => {
    const lagrange = new Lagrange(options);
    const start = lagrange.multiplier;
    for (let update = 0; update < 10; update++) lagrange.update(0.5);
    expect(lagrange.multiplier).toBeGreaterThan(start);
    for (let update = 0; update < 200; update++) {
      lagrange.update(-0.5);
      expect(lagrange.multiplier).toBeGreaterThanOrEqual(0);
    }
    expect(lagrange.multiplier).toBe(0);
  },
);

test.each([defaultLagrange, pid])(
  'the multiplier of $kind finds the price at which a violation just vanishes',
  (options) => {
    const lagrange = new Lagrange(options);
    const price = 2; // violation = price − multiplier
    for (let update = 0; update < 4000; update++) lagrange.update(price - lagrange.multiplier);
    expect(lagrange.multiplier).toBeCloseTo(price, 1);
  },
);

test('a restored multiplier goes on to the bit, and the limit holds', () => {
  for (const options of [
    { ...defaultLagrange, limit: 0.1 },
    { ...pid, limit: 0.2 },
  ]) {
    const one = new Lagrange(options);
    for (let update = 0; update < 5; update++) one.update(0.3);
    const other = Lagrange.restored(JSON.parse(JSON.stringify(one.save())));
    for (let update = 0; update < 50; update++) expect(other.update(0.2)).toBe(one.update(0.2));
    expect(one.multiplier).toBeLessThanOrEqual(Math.fround(options.limit));
  }
});
