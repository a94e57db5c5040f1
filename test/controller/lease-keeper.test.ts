import { expect, test } from 'vitest';
import { LeaseKeeper } from '../../controller/live/lease-keeper.ts';
import type { Lease } from '../../env/lease.ts';
import { FakeClock } from './fakes.ts';

test('between decisions a lease is asked for each third of its life, also by a clock that was set back', async () => {
  const clock = new FakeClock();
  const asked: number[] = [];
  const lease: Lease = {
    renew: () => {
      asked.push(clock.now().getTime());
      return Promise.resolve({ isHeld: true, token: 1 });
    },
    check: async () => true,
    release: async () => {},
  };
  const beats = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      clock.pass(1);
      keeper.beat();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const keeper = new LeaseKeeper(lease, 180, clock);
  await beats(121);
  expect(asked).toHaveLength(3);
  clock.pass(-3600);
  await beats(121);
  expect(asked).toHaveLength(6);
});
