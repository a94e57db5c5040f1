import { describe, expect, test } from 'vitest';
import { GuardedEnvironment } from '../../../env/guardrails/guarded.ts';
import { type Limits, limitsSchema } from '../../../env/guardrails/limits.ts';
import { InputProblem } from '../../../env/problem.ts';
import { openSimulator } from '../../../env/sim/open.ts';
import type { SpotTerms } from '../../../env/spot-terms.ts';
import type { ServiceProfile } from '../../../env/types.ts';
import { action, poisson, prices, service } from '../sim/small-service.ts';

const [vms] = service.pools;
const calm: SpotTerms = {
  interruptionsPerHour: 0,
  noticeSeconds: 120,
  priceShare: 0.5,
  waves: { share: 0, reach: 1, shortageSeconds: 0 },
};
const profile: ServiceProfile = {
  ...service,
  pools: [
    { ...vms!, min: 1, max: 8 },
    { ...vms!, name: 'spot', spot: calm },
  ],
};

function guarded(spot: Limits['spot'], one = profile): GuardedEnvironment {
  const inner = openSimulator({
    fidelity: 'fluid',
    profile: one,
    prices,
    workload: poisson(1, 7200),
    seed: 1,
    initialVms: one.pools.map((pool) => (pool.spot ? 9 : 1)),
  });
  const limits = limitsSchema.parse({ spot, scaleInDelaySeconds: 0, startUpSeconds: 0 });
  return new GuardedEnvironment(inner, { profile: one, prices, limits, wallTime: () => new Date(0) });
}

/** [decision] What was asked for, where one on demand and nine on spot are wanted all the time, and how many were ready. */
async function play(spot: Limits['spot'], wanted: readonly number[] = [1, 9]) {
  const environment = guarded(spot);
  const applied: (readonly number[])[] = [];
  const ready: number[] = [];
  const said: (string | undefined)[] = [];
  for (let minute = 0; minute < 70; minute++) {
    const { pools } = await environment.observe();
    ready.push(pools.reduce((sum, one) => sum + one.ready, 0));
    await environment.step(action(wanted, 0));
    applied.push(environment.last!.applied.vmCounts);
    said.push(environment.last!.interventions.find(({ guardrail }) => guardrail === 'spot-share')?.said);
  }
  return { applied, ready, said };
}

describe('the share of VMs on spot', () => {
  test('is brought below the limit by VMs on demand, and no VM goes before the one in its place is ready', async () => {
    const { applied, ready, said } = await play({ mostShare: 0.5, leastOnDemandVms: 0 });
    expect(said[0]).toBe('Of 10 VMs 9 would be on spot, and 5 may be: 4 are asked for on demand.');
    // The first decision sees no metric yet.
    expect(applied[1]).toEqual([5, 9]);
    expect(applied.at(-1)).toEqual([5, 5]);
    for (const count of ready) expect(count).toBeGreaterThanOrEqual(10);
  });

  test('may also be stated as VMs that must be on demand', async () => {
    expect((await play({ mostShare: 1, leastOnDemandVms: 3 })).applied.at(-1)).toEqual([3, 7]);
    expect((await play({ mostShare: 1, leastOnDemandVms: 3 }, [1, 1])).applied.at(-1)).toEqual([2, 0]);
  });

  test('is kept also where the pool on demand is full: the rest is not launched', async () => {
    const { applied, said } = await play({ mostShare: 0.25, leastOnDemandVms: 0 }, [1, 19]);
    expect(said[0]).toBe('Of 20 VMs 19 would be on spot, and 5 may be: 7 are asked for on demand.');
    expect(applied.at(-1)).toEqual([8, 5]);
  });

  test('is nothing to speak of by default, nor where it is kept', async () => {
    const { applied, said } = await play({ mostShare: 1, leastOnDemandVms: 0 });
    expect(applied.at(-1)).toEqual([1, 9]);
    expect((await play({ mostShare: 0.9, leastOnDemandVms: 1 })).applied.at(-1)).toEqual([1, 9]);
    expect(said.every((one) => one === undefined)).toBe(true);
  });

  test('cannot be limited where every pool is on spot', () => {
    const only: ServiceProfile = { ...profile, pools: [profile.pools[1]!] };
    expect(() => guarded({ mostShare: 0.5, leastOnDemandVms: 0 }, only)).toThrow(InputProblem);
    expect(() => guarded({ mostShare: 0.5, leastOnDemandVms: 0 }, only)).toThrow('every pool of small is on spot');
    expect(() => guarded({ mostShare: 1, leastOnDemandVms: 0 }, only)).not.toThrow();
  });
});
