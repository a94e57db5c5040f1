import { describe, expect, test } from 'vitest';
import { erlangLoss } from '../../../env/physics/erlang.ts';
import { Random } from '../../../env/random.ts';
import { BusySlots } from '../../../env/sim/busy-slots.ts';
import { LossChain } from '../../../env/sim/loss-chain.ts';
import { LossTable } from '../../../env/sim/loss-table.ts';
import { expectMean, seeds } from '../confidence.ts';

describe('slots at work', () => {
  test('come near the load as services last: one service time on, all but 1/e of the way', () => {
    const busy = new BusySlots(1);
    busy.measure(100, 10); // services of 10 s
    for (let second = 0; second < 10; second++) busy.run(5, 0, 0);
    busy.run(5, 0, 0);
    const seenLoad = busy.seen * 10;
    expect(seenLoad).toBeGreaterThan(50 * (1 - Math.exp(-1)));
    expect(seenLoad).toBeLessThan(50 * (1 - Math.exp(-1.1)));
  });

  test('take at once what finds them idle, and then work at their rate', () => {
    const busy = new BusySlots(1);
    busy.measure(10, 2); // services of 5 s
    busy.run(10, 0, 0);
    expect(busy.startable).toBe(Number.POSITIVE_INFINITY); // ten requests, ten slots
    busy.run(10, 0, 0);
    expect(busy.startable).toBeLessThan(5);
    busy.run(10, 0, 3);
    expect(busy.startable).toBe(2);
    expect(busy.saturated).toBe(1);
  });

  test('start what was at work at the end less what was at the beginning, and what they did meanwhile: services that take all alike', () => {
    const busy = new BusySlots(0);
    busy.measure(20, 200); // services of 100 ms
    busy.run(2000, 0, 0);
    // 2000/s fill 20 slots in 10 ms, which from then on start in turns: each ten services, and half a one more or less in the mean.
    expect(busy.startable).toBeGreaterThan(205);
    expect(busy.startable).toBeLessThan(210);
  });

  test('have no capacity where there are none', () => {
    const busy = new BusySlots(1);
    busy.measure(0, 0);
    busy.run(10, 1, 0);
    expect(busy.startable).toBe(0);
    expect(busy.saturated).toBe(1);
  });
});

describe('the loss given the counts of the seconds', () => {
  test.each([
    [5, 20],
    [29, 200],
    [29, 230],
    [140, 1000],
  ])("is Erlang's on average over Poisson counts: %d slots, %d/s", (slots, perSecond) => {
    const serviceSeconds = 0.128;
    const explained = serviceSeconds * Math.tanh(0.5 / serviceSeconds);
    const means = seeds(20).map((seed) => {
      const random = Random.seeded(seed);
      const busy = new BusySlots(1);
      const table = LossTable.of(slots, explained);
      busy.measure(slots, slots / serviceSeconds);
      let lost = 0;
      for (let second = 0; second < 3000; second++) {
        const count = random.poisson(perSecond);
        busy.run(count, 1, 0);
        lost += count * table.at(busy.seen * serviceSeconds);
      }
      return lost / (3000 * perSecond);
    });
    expectMean(means, erlangLoss(perSecond * serviceSeconds, slots), 0.002);
  });

  test('is kept in tables that are off by less than 0.001', () => {
    for (const slots of [1, 7, 32, 200]) {
      const table = LossTable.of(slots, 0);
      for (let load = 0.01; load < 2; load += 0.0173) {
        expect(Math.abs(table.at(load * slots) - erlangLoss(load * slots, slots))).toBeLessThan(0.001);
      }
    }
  });
});

describe('pools in turn', () => {
  const losses = (...pools: { slots: number; serviceSeconds: number }[]) => {
    const chain = new LossChain();
    chain.measure(pools, 0);
    chain.find(100);
    return chain;
  };

  test('that are alike lose what one of all their slots would', () => {
    const one = losses({ slots: 12, serviceSeconds: 0.1 });
    const two = losses({ slots: 8, serviceSeconds: 0.1 }, { slots: 4, serviceSeconds: 0.1 });
    expect(Math.abs(two.loss / one.loss - 1)).toBeLessThan(0.06);
  });

  test('overflow in bursts: peakedness above 1, less so for shorter services, and 1 where all is turned away', () => {
    const chain = losses({ slots: 10, serviceSeconds: 0.1 });
    expect(chain.overflowPeakedness(0.1)).toBeGreaterThan(1.5);
    expect(chain.overflowPeakedness(0.01)).toBeLessThan(chain.overflowPeakedness(0.1));
    expect(losses().overflowPeakedness(0.1)).toBe(1);
    expect(losses().loss).toBe(1);
  });

  test('are as those that serve: a pool without slots changes nothing', () => {
    const alone = losses({ slots: 10, serviceSeconds: 0.1 });
    const beside = losses({ slots: 0, serviceSeconds: Number.POSITIVE_INFINITY }, { slots: 10, serviceSeconds: 0.1 });
    expect(beside.loss).toBe(alone.loss);
  });
});
