import {
  GetAliasCommand,
  type GetAliasCommandOutput,
  type LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../env/twin/faults/fault.ts';
import type { Twin } from '../../env/twin/twin.ts';
import type { Action, Policy } from '../../env/types.ts';
import { clientsOf } from '../env/twin/open.ts';
import { applied, between, capacitiesAsked, type Rehearsed, rehearse } from './rehearse.ts';

/** Busy for ten minutes, then all but idle: whoever believes it takes VMs away. */
const falling = [...Array(10).fill(80), 5];
const rising = [...Array(10).fill(20), 100];

const during = (fromMinute: number, minutes: number): Pick<Fault, 'atSeconds' | 'forSeconds'> => ({
  atSeconds: 60 * fromMinute,
  forSeconds: 60 * minutes,
});

/** A policy of the test's own: what it wants, minute by minute; the last holds for the rest. */
function script(wishes: readonly Partial<Action>[]): Policy {
  let minute = 0;
  return {
    name: 'script',
    decide() {
      const wish = wishes[Math.min(minute++, wishes.length - 1)]!;
      const usual = {
        variant: 1,
        vmCounts: [4],
        lambdaMemoryMb: 1769,
        spillover: { maxWaitMs: [null, null], lambdaShare: 0 },
      };
      return { action: { ...usual, ...wish }, reason: `what the script says for minute ${minute}` };
    },
  };
}

const FunctionName = 'weighted-classifier-inception-v3';

function lambdaOf(twin: Twin): LambdaClient {
  return clientsOf(twin).lambda;
}

function aliasOf(twin: Twin): Promise<GetAliasCommandOutput> {
  return lambdaOf(twin).send(new GetAliasCommand({ FunctionName, Name: 'live' }));
}

function operations({ writes }: Rehearsed): string[] {
  return writes.map(({ operation }) => operation);
}

function sentences(run: Rehearsed): string {
  return run.decisions
    .flatMap(({ guardrails, held, fault }) => [...guardrails.map(({ said }) => said), held, fault])
    .join('\n');
}

const rungs = (run: Rehearsed, fromMinute: number, toMinute: number) =>
  between(run, fromMinute, toMinute).map(({ decidedBy }) => decidedBy.rung);

function expectNoCut(run: Rehearsed, fromMinute: number, toMinute: number): void {
  const counts = between(run, fromMinute, toMinute).map(applied);
  for (let index = 1; index < counts.length; index++) {
    expect(counts[index]!).toBeGreaterThanOrEqual(counts[index - 1]!);
  }
}

describe('what a controller does when', () => {
  test('nothing goes wrong: it follows the load up and down', async () => {
    const run = await rehearse({ load: falling, minutes: 18 });
    expect([run.code, run.errors]).toEqual([0, '']);
    expect(run.decisions).toHaveLength(18);
    expect(Math.max(...capacitiesAsked(run))).toBeGreaterThan(8);
    expect(run.end).toBeLessThan(4);
  });

  test('1: the metrics stop: it takes nothing away, says that it holds, and decides again when they are back', async () => {
    const run = await rehearse({ load: falling, faults: [{ kind: 'metrics-vanish', ...during(8, 12) }], minutes: 32 });
    expectNoCut(run, 10, 20);
    expect(rungs(run, 16, 20)).not.toContain('policy');
    expect(rungs(run, 30, 32)).toEqual(['policy', 'policy']);
    expect(run.end).toBeLessThan(4);
  });

  test('2: metrics come in part: nothing is taken away for want of the rest', async () => {
    const partial = { kind: 'partial-data', ...during(8, 10) } as const;
    const run = await rehearse({ load: falling, faults: [partial], minutes: 18 });
    expect([run.code, run.errors]).toEqual([0, '']);
    expectNoCut(run, 12, 18);
  });

  test('3: no traffic comes at all: that is 0, not unknown, and the fleet goes down to its minimum', async () => {
    const run = await rehearse({ load: [...Array(6).fill(60), 0], minutes: 16 });
    expect(between(run, 12, 16).map(({ observation }) => observation.arrivalsPerSecond)).toEqual([0, 0, 0, 0]);
    expect(run.end).toBe(1);
  });

  test('4: every call is throttled: decisions go on, without more calls, and nothing is taken away', async () => {
    const run = await rehearse({
      load: falling,
      faults: [{ kind: 'throttle', ...during(8, 6), service: 'monitoring' }],
      minutes: 22,
    });
    expect([run.code, run.errors]).toEqual([0, '']);
    expect(run.decisions).toHaveLength(22);
    expectNoCut(run, 9, 14);
    const perMinute = run.calls.filter(({ service }) => service === 'monitoring').length / 22;
    expect(perMinute).toBeLessThan(4);
    expect(run.end).toBeLessThan(4);
  }, 60_000);

  test('5: it may not set capacities: it says so and rests, while traffic is still moved', async () => {
    const denied = { kind: 'deny', ...during(0, 60), operation: 'SetDesiredCapacity' } as const;
    const run = await rehearse({ load: rising, faults: [denied], minutes: 16 });
    expect([run.code, run.errors]).toEqual([0, '']);
    expect(capacitiesAsked(run).length).toBeLessThan(6);
    expect(sentences(run)).toMatch(/may not change|AccessDenied/);
    expect(operations(run)).toContain('ModifyRule');
  });

  test("6: the group's maximum is lower than the profile's: it asks for no more than that", async () => {
    const run = await rehearse({
      load: [200],
      minutes: 8,
      service: ({ profile, deployment }) => {
        const [pool] = profile.pools;
        return { deployment, profile: { ...profile, pools: [{ ...pool!, max: 5000 }] } };
      },
      policy: script([{ vmCounts: [4000] }]),
    });
    expect(capacitiesAsked(run)).toEqual([400]);
  });

  test('7: there is no capacity: it counts what is there, stops asking, and tries again later', async () => {
    const run = await rehearse({ load: rising, faults: [{ kind: 'capacity-failure', ...during(8, 12) }], minutes: 30 });
    expect(sentences(run)).toMatch(/InsufficientInstanceCapacity/);
    expect(between(run, 14, 18).map(({ observation }) => observation.pools[0]!.booting)).toEqual([0, 0, 0, 0]);
    expect(run.writes.filter(({ operation }) => operation === 'SetDesiredCapacity').length).toBeLessThan(12);
    expect(run.end).toBeGreaterThan(10);
  });

  test('8: instances come up but never get healthy: they are no capacity, and their launches end', async () => {
    const run = await rehearse({
      load: rising,
      faults: [{ kind: 'never-healthy', ...during(8, 60) }],
      minutes: 45,
      policy: script(Array.from({ length: 45 }, (_, minute) => ({ vmCounts: [minute < 9 ? 4 : minute] }))),
    });
    expect(sentences(run)).toMatch(/boot/i);
    expect(Math.max(...run.decisions.map(({ observation }) => observation.pools[0]!.ready))).toBeLessThan(10);
    const asked = capacitiesAsked(run);
    expect(Math.max(...asked)).toBeLessThan(40);
  });

  test('9: a deploy is updating the function: its own update waits, and is made once', async () => {
    const run = await rehearse({
      load: [60],
      minutes: 10,
      policy: script([{ lambdaMemoryMb: 3008 }]),
      before: async (twin) =>
        void (await lambdaOf(twin).send(
          new UpdateFunctionConfigurationCommand({ FunctionName, Description: 'a deploy' }),
        )),
    });
    expect(operations(run).filter((one) => one === 'UpdateFunctionConfiguration').length).toBeLessThanOrEqual(3);
    expect(run.code).toBe(0);
  });

  test('10: a deploy moves the alias in the middle of a rollout: it is left where the deploy put it', async () => {
    const moved = { kind: 'alias-moved', atSeconds: 200 } as const;
    let version: string | undefined;
    const run = await rehearse({
      load: [60],
      minutes: 14,
      faults: [moved],
      policy: script([{ lambdaMemoryMb: 3008 }]),
      after: async (twin) => {
        version = (await aliasOf(twin)).FunctionVersion;
      },
    });
    const afterwards = run.writes.filter(
      ({ operation, atMs }) => operation === 'UpdateAlias' && atMs > run.calls[0]!.atMs + 200_000,
    );
    expect(afterwards).toEqual([]);
    expect(Number(version)).toBeGreaterThan(1);
  });

  test('11: environments cannot be provisioned: the traffic stays on the old version', async () => {
    let version: string | undefined;
    const run = await rehearse({
      load: [60],
      minutes: 20,
      faults: [{ kind: 'provisioning-fails', ...during(0, 60) }],
      policy: script([{ lambdaMemoryMb: 3008, lambdaProvisioned: 5 }]),
      after: async (twin) => {
        version = (await aliasOf(twin)).FunctionVersion;
      },
    });
    expect(operations(run)).toContain('PutProvisionedConcurrencyConfig');
    expect(version).toBe('1');
  });

  test('12: the new version does worse: the old one has all the traffic again within minutes', async () => {
    let alias: GetAliasCommandOutput | undefined;
    const run = await rehearse({
      load: [60],
      minutes: 20,
      faults: [{ kind: 'bad-version', ...during(0, 60) }],
      policy: script([{ lambdaMemoryMb: 3008, spillover: { maxWaitMs: [null, null], lambdaShare: 0.5 } }]),
      after: async (twin) => {
        alias = await aliasOf(twin);
      },
    });
    expect(operations(run)).toContain('UpdateAlias');
    expect(alias).toMatchObject({ FunctionVersion: '1' });
    expect(Object.keys(alias!.RoutingConfig?.AdditionalVersionWeights ?? {})).toEqual([]);
  });

  test('13: the clocks differ by minutes: what is read is not believed, and everything is held', async () => {
    const run = await rehearse({
      load: falling,
      faults: [{ kind: 'clock-skew', ...during(6, 8), strength: 600 }],
      minutes: 14,
    });
    expectNoCut(run, 8, 14);
    expect(rungs(run, 9, 14)).not.toContain('policy');
  });

  test('14: somebody else sets the capacity: it is seen, told, and not fought', async () => {
    const foreign = { kind: 'foreign-desired', atSeconds: 600, strength: 20 } as const;
    const run = await rehearse({ load: [60, 60, 60, 60, 30], faults: [foreign], minutes: 16 });
    expect(sentences(run)).toMatch(/Somebody else set the capacity/);
    const after = run.writes.filter(
      ({ operation, atMs }) => operation === 'SetDesiredCapacity' && atMs >= run.calls[0]!.atMs + 660_000,
    );
    expect(after.length).toBeLessThan(2);
  });

  test('15: another policy scales the group: it refuses to begin', async () => {
    const run = await rehearse({
      minutes: 3,
      before: ({ groups }) => void groups.all[0]!.suspended.delete('AlarmNotification'),
      service: ({ deployment, profile }) => ({
        profile,
        deployment: { ...deployment, pools: deployment.pools.map((pool) => ({ ...pool, handBackPolicy: 'another' })) },
      }),
    });
    expect(run.code).toBe(2);
    expect(run.errors).toMatch(/policy .* sets the size of weighted-classifier-cpu too/);
    expect(run.writes).toEqual([]);
  });

  test('16: it is told to stop while a change is under way: the change is journaled, and nothing comes after', async () => {
    const run = await rehearse({
      load: [100],
      minutes: 20,
      stopWhen: (calls) => calls.some(({ operation }) => operation === 'SetDesiredCapacity'),
    });
    expect(run.code).toBe(0);
    expect(run.decisions.length).toBeLessThan(20);
    expect(capacitiesAsked(run)).toHaveLength(1);
    const written = run.decisions
      .flatMap(({ writes }) => writes)
      .filter(({ mutation }) => mutation.kind === 'set-desired-capacity');
    expect(written.map(({ state }) => state)).toEqual(['done']);
    expect(run.intents.filter(({ mutation }) => mutation.kind === 'set-desired-capacity')).toHaveLength(1);
  });

  test('18: the credentials run out: the process lives, holds, and goes on with new ones', async () => {
    const run = await rehearse({ load: falling, faults: [{ kind: 'expired-token', ...during(8, 5) }], minutes: 24 });
    expect([run.code, run.errors]).toEqual([0, '']);
    expectNoCut(run, 9, 13);
    expect(run.decisions.at(-1)!.decidedBy.rung).toBe('policy');
    expect(run.end).toBeLessThan(4);
  });

  test('19: CloudWatch hangs: each decision is made in time without it, and no two overlap', async () => {
    const run = await rehearse({
      load: falling,
      faults: [{ kind: 'hang', ...during(10, 1), service: 'monitoring' }],
      minutes: 12,
    });
    expect(run.code).toBe(0);
    expect(run.decisions.length + run.missed.length).toBe(12);
    for (const { tickMs } of between(run, 10, 11)) expect(tickMs).toBeLessThan(10_000);
    expectNoCut(run, 10, 12);
  });

  test('20: an answer is lost after the change was made: it is read back, not made twice', async () => {
    const lost = { kind: 'lost-answer', ...during(3, 4), operation: 'SetDesiredCapacity' } as const;
    const run = await rehearse({
      load: [60],
      faults: [lost],
      minutes: 9,
      policy: script([{}, {}, {}, { vmCounts: [9] }]),
    });
    expect([run.code, run.errors]).toEqual([0, '']);
    expect(run.end).toBe(9);
    expect(new Set(capacitiesAsked(run))).toEqual(new Set([9]));
    expect(between(run, 3, 4)[0]!.writes.map(({ state }) => state)).toContain('unknown');
  });

  test('21: answers are empty or no answers: they count as not read', async () => {
    const faults = [
      { kind: 'empty-body', ...during(8, 3), service: 'monitoring' },
      { kind: 'html-503', ...during(11, 3), service: 'monitoring' },
    ] as const;
    const run = await rehearse({ load: falling, faults, minutes: 24 });
    expect([run.code, run.errors]).toEqual([0, '']);
    expectNoCut(run, 9, 14);
    expect(run.end).toBeLessThan(4);
  });

  test.each([
    ['launch-suspended', rising],
    ['terminate-suspended', falling],
    ['scale-in-protected', falling],
  ] as const)('22: %s: it is seen, told, and not asked for again', async (kind, load) => {
    const run = await rehearse({ load, faults: [{ kind, ...during(9, 60) }], minutes: 24 });
    expect(sentences(run)).toMatch(/suspended|protected/);
    const late = run.writes.filter(
      ({ operation, atMs }) => operation === 'SetDesiredCapacity' && atMs > run.calls[0]!.atMs + 15 * 60_000,
    );
    expect(late).toEqual([]);
  });

  test('23: the policy says NaN, throws, or wants everything: the world gets what the limits allow', async () => {
    const wild: Policy = {
      name: 'wild',
      decide({ timeSeconds }) {
        if (timeSeconds % 180 === 0) throw new Error('no idea');
        const vms = timeSeconds % 120 === 0 ? Number.NaN : 1e9;
        return script([{ vmCounts: [vms] }]).decide(undefined as never);
      },
    };
    const run = await rehearse({
      load: [30],
      minutes: 12,
      policy: wild,
      options: ['--fallback', 'percentile'],
      limits: 'usdPerHour: 1\n',
    });
    expect([run.code, run.errors]).toEqual([0, '']);
    for (const asked of capacitiesAsked(run)) {
      expect(Number.isInteger(asked)).toBe(true);
      expect(asked * 0.085).toBeLessThanOrEqual(1);
    }
  });

  test('24: requests are too large for Lambda: no traffic is sent there', async () => {
    const run = await rehearse({
      load: [60],
      minutes: 8,
      policy: script([{ spillover: { maxWaitMs: [null, null], lambdaShare: 0.5 } }]),
      service: ({ deployment, profile }) => ({ profile, deployment: { ...deployment, maxRequestBytes: 2_000_000 } }),
    });
    const moved = run.writes.filter(({ operation }) => operation === 'ModifyRule');
    for (const { input } of moved) expect(lambdaWeight(input)).toBe(0);
    expect(run.log + sentences(run)).toMatch(/2000000 bytes/);
  });

  test('25: in shadow mode nothing is written, and every request is told', async () => {
    const run = await rehearse({ load: rising, minutes: 20, mode: 'shadow' });
    expect([run.code, run.errors]).toEqual([0, '']);
    expect(run.calls.filter(({ isMutating }) => isMutating)).toEqual([]);
    expect(run.log).toMatch(/Shadow mode: this would have been sent/);
    expect(Math.max(...run.decisions.map(applied))).toBeGreaterThan(8);
  });
});

/** Of all target groups that belong to Lambda. */
function lambdaWeight(input: unknown): number {
  const text = JSON.stringify(input);
  const found = [...text.matchAll(/targetgroup\/lambda-[^"]*","Weight":(\d+)/g)];
  return found.reduce((sum, [, weight]) => sum + Number(weight), 0);
}
